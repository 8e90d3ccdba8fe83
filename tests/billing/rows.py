"""Rows written past the verbs, for tests of the database's own guards."""

from __future__ import annotations

from datetime import date
from typing import Any

from billing.models import Document
from tests.factories import AccountFactory


def draft_document(**fields: Any) -> Document:
    """Insert a draft invoice that nobody will number."""
    values: dict[str, Any] = {
        "kind": Document.Kind.INVOICE,
        "issue_date": date(2026, 10, 6),
        "currency": "INR",
        "language": "en",
        "time_zone": "Asia/Kolkata",
        "net_total": 0,
        "tax_total": 0,
        "total": 0,
        "seller": {},
        "buyer": {},
        "tax_decision": {},
        "issued_by": "test",
    }
    values |= fields
    values.setdefault("account", None)
    values["account"] = values["account"] or AccountFactory()
    return Document.objects.create(**values)
