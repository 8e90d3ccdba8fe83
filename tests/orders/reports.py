"""Order reports in the platform's shape, for tests of the import."""

from __future__ import annotations

import io
import json
from typing import Any

from billing.models import Account, ImportRun
from orders.import_report import import_orders
from tests.orders.conftest import NOW


def row(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return the n-th order: accepted on 5 October 2026, 10:00 in the seller's zone.

    A change to None takes the field out.
    """
    facts = {
        "orderNumber": f"{6644202000 + number}",
        "requestNumber": f"{3868250000 + number}",
        "productCode": "711",
        "groupNumber": "",
        "orderDate": "2026-10-05 10:00:00",
        "orderStatus": "Order Accepted",
        "certificateStatus": "Pending for Approver",
        "domainName": "www.example.com",
        "organizationName": "Kaveri Textiles",
        "countryName": "India",
        "issuerCA": "",
        "certificateSerialNumber": "",
        "certificateExpiryDate": "",
        "tags": ["prod"],
        "customFields": [],
        **changes,
    }
    return {name: value for name, value in facts.items() if value is not None}


def page(*rows: Any) -> bytes:
    """Return the rows as a page of the report."""
    return json.dumps({"content": list(rows), "page": 1, "size": 100}).encode()


def run(account: Account, *rows: Any, **options: Any) -> ImportRun:
    """Import these rows."""
    return run_bytes(account, page(*rows), **options)


def run_bytes(account: Account, content: bytes, **options: Any) -> ImportRun:
    """Import this file."""
    facts: dict[str, Any] = {"imported_by": "clerk@example.com", "now": NOW, **options}
    return import_orders(file=io.BytesIO(content), account=account, **facts)


def outcomes(imported: ImportRun) -> list[str]:
    """Return the rows' outcomes in the file's order."""
    return [found.outcome for found in imported.rows.all()]


def message(imported: ImportRun) -> str:
    """Return what is said of the only row."""
    return imported.rows.get().message
