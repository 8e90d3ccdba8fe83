"""Voiding one open charge: what will never be invoiced, and why."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing.charging import void_charges
from billing.locks import lock_with_payer
from billing.models import Charge
from billing.money import round_money
from billing.sentences import SentenceError, gettext_noop
from certinext.audit.trail import record
from orders import history
from orders.models import Order


class ChargeClosed(SentenceError):
    """The charge is invoiced or void: nothing is left to be voided."""


@transaction.atomic
def void_charge(charge: Charge, *, reason: str, by: str, now: datetime) -> Charge:
    """Void an open charge, audited, and note it in its order's history; return the charge.

    Locks the accounts that run and toggle lock before they invoice it, then its order. Raises
    `ChargeClosed`, whose sentence says what helps instead.
    """
    lock_with_payer(charge.account, also={charge.payer_id})
    order = Order.objects.filter(order_charges__charge=charge).first()
    if order is not None:
        order = Order.objects.lock(order)
    refuse_closed(charge)
    void_charges([charge], reason=reason)
    if order is not None:
        history.write([history.voided(order, charge, at=now, by=by)])
    record(
        "charge.voided",
        on=charge,
        by=by,
        account_number=charge.payer.account_number,
        source_key=charge.source_key,
        net=f"{round_money(charge.net_amount, charge.currency)} {charge.currency}",
        reason=reason,
    )
    return charge


def refuse_closed(charge: Charge) -> None:
    """Raise `ChargeClosed` unless the charge is open at this moment."""
    now = Charge.objects.select_related("line__document", "void").get(pk=charge.pk)
    if hasattr(now, "line"):
        raise ChargeClosed(
            gettext_noop(
                "%(charge)s stands on invoice %(number)s: it must be credited, by ending its order"
                " or from the invoice's page."
            )
            if now.order_number
            else gettext_noop(
                "%(charge)s stands on invoice %(number)s: it must be credited, from the invoice's"
                " page."
            ),
            charge=now.description,
            number=now.line.document.number or "",
        )
    if hasattr(now, "void"):
        raise ChargeClosed(
            gettext_noop("%(charge)s is void already. %(reason)s"),
            charge=now.description,
            reason=now.void.reason,
        )
