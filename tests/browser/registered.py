"""Documents for the government's portal, in every state that a page shows."""

from __future__ import annotations

from datetime import datetime

from billing.models import Account, Document, RegistrationAttempt, RegistrationRequest, Seller
from billing.models.seller import current_seller
from billing.periods import local_date
from billing.registering.work_off import work_off_registrations
from tests.factories import ChargeFactory
from tests.invoices.helpers import issue_order_invoice

MYSURU = "29AAAAK3309M1ZH"


def registered(account: Account, *, now: datetime) -> dict[str, Document]:
    """Issue documents while e-invoicing applies: registered by the sandbox, refused, waiting.

    It applies to nothing that is issued afterwards.
    """
    account.tax_id = MYSURU
    account.save()
    today = local_date(now, current_seller().zone)
    Seller.objects.update(einvoicing_from=today, registry="sandbox")
    found = {"registered": _issued(account, now)}
    work_off_registrations(clock=lambda: now)
    found["refused"] = _issued(account, now)
    _tried(found["refused"], "refused", "3028", f"GSTIN - {MYSURU} is invalid", now=now, due=None)
    found["waiting"] = _issued(account, now)
    _tried(found["waiting"], "unavailable", "", "The portal does not answer.", now=now, due=now)
    Seller.objects.update(einvoicing_from=None)
    return found


def _issued(account: Account, now: datetime) -> Document:
    on = local_date(now, current_seller().zone)
    charge = ChargeFactory.create(account=account, service_from=on)
    return issue_order_invoice(account, charge, on=on, now=now).document


def _tried(
    document: Document, outcome: str, code: str, said: str, *, now: datetime, due: datetime | None
) -> None:
    RegistrationRequest.objects.filter(pk=document.pk).update(attempts=3, next_attempt_at=due)
    RegistrationAttempt.objects.create(
        request_id=document.pk, at=now, outcome=outcome, code=code, message=said
    )
