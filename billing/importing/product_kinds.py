"""What a product's name tells of its kind: the platform's catalogue has no field for it."""

from __future__ import annotations

import re

from billing.models import Product

_VALIDATION = re.compile(r"\b(DV|OV|EV)\b")
_WILDCARD = re.compile(r"\bwild ?card\b", re.IGNORECASE)
# Whether these take wildcards among their names differs from product to product.
_SEVERAL_NAMES = re.compile(r"\b(multi|SAN|UCC|flex)", re.IGNORECASE)


def kind_of(*, name: str, category_name: str) -> dict[str, str]:
    """Return the fields that a new product's name tells, blank where it tells nothing.

    Only of server certificates: “emSign OV SSL Wildcard” is validated as OV and takes wildcards.
    """
    if not re.search(r"ssl|tls", category_name, re.IGNORECASE):
        return {"validation": "", "wildcard": ""}
    found = _VALIDATION.search(name)
    return {"validation": found[1].lower() if found else "", "wildcard": _wildcard(name, found)}


def _wildcard(name: str, validation: re.Match[str] | None) -> str:
    if _WILDCARD.search(name):
        return Product.Wildcard.YES.value
    if validation and not _SEVERAL_NAMES.search(name):
        return Product.Wildcard.NO.value
    return ""
