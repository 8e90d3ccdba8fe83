"""Payment methods kept at a gateway: its page to keep one on, how that went, and forgetting it.

As with payments, our row comes first, and what no message told of is asked. Locks: the account's
mandates, then the account.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from billing.auto_top_up.terms import end_in_force, lock_with_mandates
from billing.gateways.accounts import NoSuchGateway, gateway_at
from billing.gateways.checkouts import FIRST_CHECK, SAFE
from billing.gateways.interface import (
    CHECKOUT_LASTS,
    GatewayRefused,
    GatewayUnavailable,
    Keeping,
    KeepOrder,
    Kept,
)
from billing.gateways.sealing import SealBroken
from billing.models import Account, Mandate
from billing.payments.begin import ALPHABET
from billing.payments.errors import PaymentRefused
from billing.sentences import gettext_noop
from certinext.audit.trail import record

logger = logging.getLogger(__name__)
State = Mandate.State
AFTER_THE_END = timedelta(hours=1)
ANOTHER_KEPT = gettext_noop("Another payment method was kept.")
UNKEPT = gettext_noop("Nobody kept a payment method before the page expired.")
REMOVED = gettext_noop("Removed by the account.")


def begin_mandate(
    account: Account,
    *,
    provider: str,
    by: str,
    description: str,
    return_url: Callable[[str], str],
    now: datetime,
) -> Mandate:
    """Open a page at the gateway on which the customer keeps a payment method; return its row.

    `return_url` makes the address to come back to, of the mandate's number. Begun twice it is the
    same page. Raises `GatewayUnavailable` and `NoSuchGateway`; then nothing is kept.
    """
    gateway = gateway_at(provider)
    mandate = _row(account, provider=provider, by=by, now=now)
    if mandate.url:
        return mandate
    try:
        begun = gateway.keep(
            KeepOrder(
                reference=mandate.reference,
                description=description,
                name=account.legal_name,
                email=account.billing_email or by,
                currency=account.currency,
                return_url=return_url(mandate.reference),
                expires_at=mandate.expires_at,
            )
        )
        if not begun.url.startswith(SAFE):
            raise GatewayUnavailable(gettext_noop("The gateway named no page to keep it on."))
    except GatewayUnavailable as error:
        _end(mandate, State.FAILED, reason=str(error), by=provider, now=now)
        raise
    mandate.session_ref, mandate.url = begun.session_ref, begun.url
    mandate.save(update_fields=["session_ref", "url"])
    return mandate


def ask_mandate(mandate: Mandate, *, now: datetime) -> Mandate:
    """Ask the gateway how keeping a method went, do what follows, return it as it is then.

    Safe to call again. Raises `GatewayUnavailable` and `NoSuchGateway`.
    """
    if mandate.state != State.PENDING or not mandate.session_ref:
        return mandate
    kept = gateway_at(mandate.provider).kept(mandate.session_ref)
    with transaction.atomic():
        account = lock_with_mandates(mandate.account)
        mandate.refresh_from_db()
        if mandate.state != State.PENDING:
            return mandate
        if kept.state == Keeping.KEPT:
            _keep(mandate, kept, account, now=now)
        elif kept.state == Keeping.FAILED:
            _end(mandate, State.FAILED, reason=kept.reason, by=mandate.provider, now=now)
    return mandate


@transaction.atomic
def remove_mandate(account: Account, *, by: str, now: datetime, reason: str = REMOVED) -> bool:
    """Forget the account's kept method, which turns automatic top-up off; say whether it had one.

    Nothing is charged to it any more from the commit on; the gateway is told to forget it after.
    Raises `PaymentRefused` without a reason.
    """
    if not reason.strip():
        raise PaymentRefused(
            gettext_noop("Say why: the customer reads it on the page."), field="reason"
        )
    account = lock_with_mandates(account)
    mandate = Mandate.objects.filter(account=account, state=State.ACTIVE).first()
    if mandate is None:
        return False
    end_in_force(account, by=by, reason=reason, now=now)
    _end(mandate, State.REMOVED, reason=reason, by=by, now=now)
    return True


def tend_mandates(*, clock: Callable[[], datetime], limit: int = 100) -> int:
    """Ask about methods being kept and have removed ones forgotten; return about how many.

    The next time is set before the question, as with payments: what hangs blocks no other.
    """
    tended = 0
    while tended < limit and (mandate := _claim(clock())) is not None:
        tended += 1
        try:
            if mandate.state == State.REMOVED:
                _forget(mandate)
            else:
                ask_mandate(mandate, now=clock())
                _give_up(mandate, now=clock())
        except (GatewayUnavailable, NoSuchGateway, SealBroken):
            logger.warning("Payment method %s could not be checked.", mandate.pk, exc_info=True)
    return tended


@transaction.atomic
def _row(account: Account, *, provider: str, by: str, now: datetime) -> Mandate:
    account = Account.objects.lock(account)
    open_ones = Mandate.objects.filter(account=account, provider=provider, state=State.PENDING)
    if found := open_ones.filter(expires_at__gt=now).first():
        return found
    mandate = Mandate.objects.create(
        reference="M" + "".join(secrets.choice(ALPHABET) for _ in range(10)),
        account=account,
        provider=provider,
        expires_at=now + CHECKOUT_LASTS,
        begun_by=by[:254],
        begun_at=now,
        next_check_at=now + FIRST_CHECK,
    )
    record("mandate.begun", on=mandate, by=by, account_number=account.account_number)
    return mandate


def _keep(mandate: Mandate, kept: Kept, account: Account, *, now: datetime) -> None:
    """Make it the account's one method; what was agreed for the one before is over."""
    before = Mandate.objects.filter(account=account, state=State.ACTIVE).first()
    if before is not None:
        end_in_force(account, by=mandate.begun_by, reason=ANOTHER_KEPT, now=now)
        _end(before, State.REMOVED, reason=ANOTHER_KEPT, by=mandate.begun_by, now=now)
    mandate.state, mandate.kept_at, mandate.next_check_at = State.ACTIVE, now, None
    mandate.customer_ref, mandate.method_ref = kept.customer_ref, kept.method_ref
    mandate.brand, mandate.last4 = kept.brand, kept.last4
    mandate.save()
    record(
        "mandate.kept",
        on=mandate,
        by=mandate.begun_by,
        account_number=account.account_number,
        method=str(mandate),
    )


def _end(mandate: Mandate, state: Mandate.State, *, reason: str, by: str, now: datetime) -> None:
    mandate.state, mandate.reason = state, reason.strip()[:300] or "unknown"
    mandate.ended_by, mandate.ended_at = by[:254], now
    # A removed one has still to be forgotten at the gateway.
    mandate.next_check_at = now if state == State.REMOVED else None
    mandate.save()
    record(
        "mandate.removed" if state == State.REMOVED else "mandate.failed",
        on=mandate,
        by=by,
        account_number=mandate.account.account_number,
        reason=mandate.reason,
    )


def _forget(mandate: Mandate) -> None:
    gateway = gateway_at(mandate.provider)
    try:
        gateway.forget(customer_ref=mandate.customer_ref, method_ref=mandate.method_ref)
    except GatewayRefused:
        # It knows no such method: there is nothing to forget.
        logger.warning("%s did not know method %s.", mandate.provider, mandate.pk, exc_info=True)
    Mandate.objects.filter(pk=mandate.pk).update(next_check_at=None)


def _give_up(mandate: Mandate, *, now: datetime) -> None:
    if mandate.state == State.PENDING and mandate.expires_at + AFTER_THE_END <= now:
        _end(mandate, State.FAILED, reason=UNKEPT, by=mandate.provider, now=now)


@transaction.atomic
def _claim(now: datetime) -> Mandate | None:
    mandate = (
        Mandate.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .filter(next_check_at__lte=now)
        .select_related("account")
        .order_by("next_check_at")
        .first()
    )
    if mandate is not None:
        wait = max((now - mandate.begun_at) / 2, FIRST_CHECK)
        due = mandate.expires_at if now < mandate.expires_at < now + wait else now + wait
        mandate.next_check_at = due
        mandate.save(update_fields=["next_check_at"])
    return mandate
