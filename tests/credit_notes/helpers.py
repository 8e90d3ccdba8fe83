"""Short ways to invoices over several lines, and to credits of parts of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from billing.models import Charge, Document
from credit_notes.choice import Choice
from credit_notes.issue import credit_invoice
from credit_notes.left import Part
from credit_notes.models import CreditNote
from invoices.models import Invoice
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import NOW, ON, issue_order_invoice


def invoice_over(*lines: tuple[str, str], **account: Any) -> Invoice:
    """Issue one invoice over lines of (quantity, unit price), each whole minor units."""
    customer = AccountFactory(**account)
    charges: list[Charge] = [
        ChargeFactory.create(account=customer, quantity=Decimal(units), unit_price=Decimal(price))
        for units, price in lines
    ]
    return issue_order_invoice(customer, *charges)


def units(position: int, quantity: str) -> Part:
    """Return so many units of a line."""
    return Part(position=position, quantity=Decimal(quantity))


def amount(position: int, net: str) -> Part:
    """Return an amount of a line, before tax."""
    return Part(position=position, amount=Decimal(net))


def rest(position: int) -> Part:
    """Return all that is left of a line."""
    return Part(position=position)


def credit(
    invoice: Invoice,
    *parts: Part,
    order_number: str = "",
    reason: str = "Agreed in writing",
    reason_code: str = "goodwill",
    on: date = ON,
    seen: str | None = None,
) -> CreditNote:
    """Credit these parts, or an order's lines, or with neither everything that is left."""
    return credit_invoice(
        invoice=invoice,
        choice=Choice(order_number=order_number, parts=parts or None),
        reason_code=reason_code,
        reason=reason,
        on=on,
        now=NOW,
        issued_by="meera@aravalli.example",
        seen=seen,
    )


def lines_of(document: Document) -> list[tuple[str, str, str]]:
    """Return quantity, unit price and net of each line."""
    return [
        (
            f"{line.quantity:f}".rstrip("0").rstrip("."),
            f"{line.unit_price:.2f}",
            f"{line.net_amount:.2f}",
        )
        for line in document.lines.all()
    ]
