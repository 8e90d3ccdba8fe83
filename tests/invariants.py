"""What must hold after anything at all, as the product itself proves it."""

from __future__ import annotations

from certinext.backoffice.verify_ledger import broken_rules


def broken_invariants() -> dict[str, list[list[str]]]:
    """Return the rules that do not hold in the active tenant, with what breaks them."""
    return {found.rule.code: found.rows for found in broken_rules()}
