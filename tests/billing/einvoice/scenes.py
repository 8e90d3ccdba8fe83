"""Issued documents of every tax that the portal decides, in both countries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from billing.models import Account, Charge, Document, Seller
from billing.money import line_net
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_tenant
from credit_notes.choice import Choice
from credit_notes.issue import credit_invoice
from credit_notes.left import Part
from credit_notes.models import CreditNote
from invoices.models import Invoice
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import NOW, ON, issue_order_invoice

GERMAN_VAT_ID = "DE136695976"
# Buyers of the German seller, by the tax that they bring about.
EUROPEANS: dict[str, dict[str, Any]] = {
    "domestic": {"german": True, "tax_id": GERMAN_VAT_ID},
    "domestic consumer": {"german": True, "is_business": False},
    "reverse charge": {"french": True},
    "one-stop shop": {"french": True, "tax_id": "", "is_business": False},
    "outside the scope": {"export": True, "currency": "EUR", "region": "Texas"},
    "Canary Islands": {
        "country": "ES",
        "state_code": "",
        "city": "Las Palmas",
        "postal_code": "35001",
        "currency": "EUR",
    },
}
# Buyers of the Indian seller, all of whom have a GST e-invoice.
INDIANS: dict[str, dict[str, Any]] = {
    "same State": {"tax_id": "29AAAAK3309M1ZH"},
    "other State": {"cross_state": True, "tax_id": "27AAHCS5512Q1ZT"},
    "economic zone": {"cross_state": True, "tax_id": "27AAHCS5512Q1ZT", "is_sez": True},
    "abroad": {"export": True, "region": "Texas"},
}


@dataclass(frozen=True)
class Sold:
    """A line to be billed."""

    price: str = "249.00"
    quantity: str = "1"
    more: dict[str, Any] = field(default_factory=dict)


def at_the_german_seller(**changes: Any) -> None:
    """Go to the tenant of the German seller, with these changes to it."""
    use_tenant(Tenant.objects.get(schema_name="beta"))
    Seller.objects.update(
        **{"legal_id": "HRB 98765 B", "phone": "+49 30 5550142", "signatory": "Ida Falk", **changes}
    )


def charges_of(account: Account, sold: Sequence[Sold]) -> list[Charge]:
    """Raise open charges."""
    return [
        ChargeFactory.create(
            account=account,
            quantity=Decimal(each.quantity),
            unit_price=Decimal(each.price),
            net_amount=line_net(
                quantity=Decimal(each.quantity),
                unit_price=Decimal(each.price),
                currency=account.currency,
            ),
            **each.more,
        )
        for each in sold
    ]


def invoice_to(buyer: dict[str, Any], *sold: Sold, on: date = ON) -> Invoice:
    """Issue an invoice to a new account."""
    account = AccountFactory.create(**buyer)
    return issue_order_invoice(account, *charges_of(account, sold or (Sold(),)), on=on)


def credit(
    invoice: Invoice, *parts: Part, on: date = ON, reason: str = "Agreed in writing"
) -> CreditNote:
    """Credit parts of an invoice, or all that is left."""
    return credit_invoice(
        invoice=invoice,
        choice=Choice(order_number="", parts=parts or None),
        reason_code=CreditNote.Reason.GOODWILL,
        reason=reason,
        on=on,
        now=NOW,
        issued_by="test",
    )


def again(document: Document) -> Document:
    """Read a document from the database anew."""
    return Document.objects.get(pk=document.pk)
