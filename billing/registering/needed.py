"""Which documents the law wants registered, and writing down that they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from billing.einvoice.gst import RUPEES
from billing.einvoice.rules import Mends, Violation
from billing.einvoice.rules_inv01 import MOST_ITEMS
from billing.models import Document, RegistrationRequest, Seller
from billing.printing.facts import Facts
from billing.sentences import gettext_noop
from billing.tax.ids import is_gstin

_RULE = "IRP"


def einvoicing_snapshot(seller: Seller) -> dict[str, str]:
    """Return what is frozen of the seller's e-invoicing; empty where it does not apply."""
    if seller.einvoicing_from is None:
        return {}
    return {"from": seller.einvoicing_from.isoformat(), "registry": seller.registry}


def is_einvoiced(seller: Seller, *, on: date) -> bool:
    """Tell whether e-invoicing applies to what the seller issues on a day in its zone."""
    return seller.einvoicing_from is not None and on >= seller.einvoicing_from


def is_needed(document: Document) -> bool:
    """Tell whether a document is registered, by what was frozen with it.

    Invoices and credit notes to registered persons, to economic zones and abroad are (CGST Rule
    48(4)), from the day on from which e-invoicing applies to the seller. Not those to consumers,
    nor receipts, nor credit notes that take back no tax.
    """
    if document.kind not in {Document.Kind.INVOICE, Document.Kind.CREDIT_NOTE}:
        return False
    since = Facts(document.seller).part("einvoicing").text("from")
    if not since or document.issue_date < date.fromisoformat(since):
        return False
    decision = Facts(document.tax_decision)
    if decision.flag("without_tax"):
        return False
    return decision.flag("export") or is_gstin(Facts(document.buyer).text("tax_id"))


def ask_for_registration(documents: Sequence[Document], *, now: datetime) -> None:
    """Note in the issuing transaction which of the drafts are to be registered."""
    requests = [
        RegistrationRequest(
            document=document,
            registry=document.seller["einvoicing"]["registry"],
            next_attempt_at=now,
        )
        for document in documents
        if is_needed(document)
    ]
    RegistrationRequest.objects.bulk_create(requests)


def unregistrable(document: Document, lines: Sequence[Any]) -> Violation | None:
    """Return why a document that has to be registered never could be, if so.

    Issued, it would wait for its number for good.
    """
    if not is_needed(document):
        return None
    if document.currency != RUPEES:
        return Violation(
            _RULE,
            Mends.ACCOUNT,
            gettext_noop(
                "E-invoicing applies and the government's portal takes rupees, not %(currency)s:"
                " bill the account in rupees."
            ),
            {"currency": document.currency},
        )
    if len(lines) > MOST_ITEMS:
        return Violation(
            _RULE,
            Mends.ACCOUNT,
            gettext_noop(
                "E-invoicing applies and the government's portal takes 1,000 items at most, this"
                " document has %(count)s: turn the account's monthly invoicing off, so that each"
                " order has an invoice of its own."
            ),
            {"count": len(lines)},
        )
    return None
