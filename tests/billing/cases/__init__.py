"""Documents with totals worked out by hand, and readers for them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from billing.tax.decision import TaxComponent
from billing.tax.totals import TaxableLine

DOCUMENTS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("documents.json").read_text(encoding="utf-8")
)


def component(text: str) -> TaxComponent:
    """Read "VAT 19"."""
    name, rate = text.split()
    return TaxComponent(name, Decimal(rate))


def line(net: str, category: str, tax_code: str, *taxes: str) -> TaxableLine:
    """Build a line from texts, such as line("39.00", "S", "", "VAT 19")."""
    return TaxableLine(
        net=Decimal(net),
        category=category,
        components=tuple(component(text) for text in taxes),
        tax_code=tax_code,
    )


def vat_line(net: str, rate: str = "19", category: str = "S") -> TaxableLine:
    """Build a line with VAT."""
    return line(net, category, "", f"VAT {rate}")
