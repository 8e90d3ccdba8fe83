"""Documents that wait for a portal, and what is asked of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from billing.models import (
    Document,
    Registration,
    RegistrationAttempt,
    RegistrationRequest,
    Seller,
)
from billing.registering.work_off import work_off_registrations
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import NOW, ON, issue_order_invoice

MYSURU = "29AAAAK3309M1ZH"


def e_invoicing(registry: str = "irp") -> None:
    """Have e-invoicing apply to the seller for good."""
    Seller.objects.update(einvoicing_from=ON - timedelta(days=5), registry=registry)


def issued(**buyer: object) -> Document:
    """Issue an invoice over 8,925.00 and 18 % to a registered buyer in Karnataka."""
    account = AccountFactory.create(**{"tax_id": MYSURU, **buyer})
    return issue_order_invoice(account, ChargeFactory.create(account=account)).document


def work_off(now: datetime = NOW) -> int:
    """Register what is due at a moment."""
    return work_off_registrations(clock=lambda: now)


def given(document: Document) -> Registration | None:
    """Return what a document was given, asked anew."""
    return Registration.objects.filter(document=document).first()


def last_attempt(document: Document) -> RegistrationAttempt:
    """Return what came of asking last."""
    found = RegistrationAttempt.objects.filter(request=document.pk).last()
    assert found is not None
    return found


def request_of(document: Document) -> RegistrationRequest:
    """Return the document's request, asked anew."""
    return RegistrationRequest.objects.get(pk=document.pk)
