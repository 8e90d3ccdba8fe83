"""Charging a kept method: the gateway's id is committed first, then the money is moved, once.

While the gateway is asked, the mandate's lock is held and no other: spending goes on meanwhile, and
whoever turns automatic top-up off waits for what has begun; after that nothing begins.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.auto_top_up.claim import why_not_charged
from billing.gateways.interface import Charge, Event, EventKind, Gateway
from billing.models import Mandate, Payment


def charge_kept_method(payment: Payment, gateway: Gateway, *, now: datetime) -> Event:
    """Charge an automatic top-up that was begun, or call it off; return how it stands then.

    Safe to repeat, also after a crash anywhere in between. Raises `GatewayUnavailable`, and
    `GatewayRefused` where the gateway does not even take the charge: nothing has moved then.
    """
    mandate = _mandate_of(payment)
    if not payment.session_ref:
        _prepare(payment, mandate, gateway, now=now)
    with transaction.atomic():
        _lock(mandate)
        payment.refresh_from_db()
        if payment.state != Payment.State.INITIATED:
            # Somebody was quicker: a message, a clerk, or another worker.
            return gateway.state_of(payment.session_ref) if payment.session_ref else _nothing()
        reason = why_not_charged(payment, now=now)
        if reason is None:
            return gateway.charge(payment.session_ref, _charge(payment, mandate, gateway))
        if not payment.session_ref:
            return Event(kind=EventKind.CALLED_OFF, reason=reason)
        event = gateway.call_off(payment.session_ref)
    return replace(event, reason=reason) if event.kind == EventKind.CALLED_OFF else event


def _prepare(payment: Payment, mandate: Mandate, gateway: Gateway, *, now: datetime) -> None:
    """Have the gateway make a charge that moves nothing, and commit its id."""
    with transaction.atomic():
        _lock(mandate)
        payment.refresh_from_db()
        is_open = payment.state == Payment.State.INITIATED and not payment.session_ref
        if not is_open or why_not_charged(payment, now=now) is not None:
            return
        payment.session_ref = gateway.prepare(_charge(payment, mandate, gateway))
        payment.save(update_fields=["session_ref"])


def _mandate_of(payment: Payment) -> Mandate:
    return Mandate.objects.select_related("account").get(auto_top_ups__payments=payment)


def _lock(mandate: Mandate) -> None:
    list(Mandate.objects.select_for_update(no_key=True).filter(pk=mandate.pk))


def _charge(payment: Payment, mandate: Mandate, gateway: Gateway) -> Charge:
    with override(mandate.account.document_language):
        description = _("Credits for %(account)s") % {"account": mandate.account.display_name}
    return Charge(
        reference=payment.reference,
        description=description,
        amount=gateway.minor_units(payment.amount, payment.currency),
        currency=payment.currency,
        customer_ref=mandate.customer_ref,
        method_ref=mandate.method_ref,
    )


def _nothing() -> Event:
    return Event(kind=EventKind.IGNORED)
