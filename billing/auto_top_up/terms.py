"""What an account agreed to have charged by itself: agreeing, turning off, going on after a pause.

Locks: the account's mandates first, then the account. Whoever charges holds the mandate's lock
alone while the gateway is asked: turning off waits for what has begun, and nothing begins after.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from billing.models import Account, AutoTopUp, Mandate, Payment
from billing.money import amount_text
from billing.payments.begin import check_amount
from billing.payments.errors import PaymentRefused
from billing.payments.owed import free_credits
from billing.sentences import gettext_noop
from certinext.audit.trail import record
from certinext.web.formatting import money

REPLACED = gettext_noop("Other terms were agreed to.")
TURNED_OFF = gettext_noop("Turned off by the account.")


def in_force(account: Account) -> AutoTopUp | None:
    """Return what the account agreed to, or None while automatic top-up is off."""
    found = AutoTopUp.objects.filter(account=account, ended_at=None)
    return found.select_related("mandate").first()


def kept_method(account: Account) -> Mandate | None:
    """Return the payment method that the account keeps, if there is one."""
    return Mandate.objects.filter(account=account, state=Mandate.State.ACTIVE).first()


@transaction.atomic
def agree(
    account: Account,
    *,
    threshold: Decimal,
    amount: Decimal,
    monthly_limit: Decimal,
    currency: str,
    mandate: Mandate,
    consent: str,
    by: str,
    now: datetime,
) -> AutoTopUp:
    """Have `amount` charged each time free credits fall below `threshold`, on the record.

    Amounts are in the account's `currency`; at most `monthly_limit` is charged in a calendar month.
    `consent` is the text that was agreed to. It ends what was agreed before. Where credits are
    below already nothing is charged before they were up. The same terms again are the same
    agreement. Raises `PaymentRefused`, naming the field.
    """
    account = lock_with_mandates(account)
    check_terms(
        account, threshold=threshold, amount=amount, monthly_limit=monthly_limit, currency=currency
    )
    if kept_method(account) != mandate:
        raise PaymentRefused(
            gettext_noop("The payment method has changed meanwhile: read the text again."),
            field="amount",
        )
    before = in_force(account)
    if before is not None and _is_the_same(before, mandate, consent):
        return before
    if before is not None:
        _end(before, by=by, reason=REPLACED, now=now)
    made = AutoTopUp.objects.create(
        account=account,
        mandate=mandate,
        threshold=threshold,
        amount=amount,
        monthly_limit=monthly_limit,
        currency=currency,
        consent=consent,
        is_armed=free_credits(account) >= threshold,
        set_by=by[:254],
        set_at=now,
        counted_from=now,
    )
    record(
        "auto_top_up.turned_on",
        on=made,
        by=by,
        account_number=account.account_number,
        threshold=amount_text(threshold, currency),
        amount=amount_text(amount, currency),
        monthly_limit=amount_text(monthly_limit, currency),
        method=str(mandate),
    )
    return made


def check_terms(
    account: Account,
    *,
    threshold: Decimal,
    amount: Decimal,
    monthly_limit: Decimal,
    currency: str,
) -> None:
    """Refuse what cannot be agreed to, with `PaymentRefused`, naming the field."""
    fields = {"threshold": threshold, "amount": amount, "monthly_limit": monthly_limit}
    for field, value in fields.items():
        try:
            check_amount(value, currency=currency, account=account)
        except PaymentRefused as error:
            raise PaymentRefused(error.message, field=field, **error.params) from error
    if amount < threshold:
        raise PaymentRefused(
            gettext_noop("Enter %(threshold)s at least: one top-up has to bring credits back up."),
            field="amount",
            threshold=money(threshold, currency),
        )
    if monthly_limit < amount:
        raise PaymentRefused(
            gettext_noop("Enter %(amount)s at least: that is one top-up."),
            field="monthly_limit",
            amount=money(amount, currency),
        )


@transaction.atomic
def turn_off(account: Account, *, by: str, now: datetime, reason: str = TURNED_OFF) -> bool:
    """Charge nothing by itself any more; what waits to be charged is not. Says whether it was on.

    Raises `PaymentRefused` without a reason.
    """
    if not reason.strip():
        raise PaymentRefused(
            gettext_noop("Say why: the customer reads it on the page."), field="reason"
        )
    account = lock_with_mandates(account)
    return end_in_force(account, by=by, reason=reason, now=now)


@transaction.atomic
def go_on(account: Account, *, by: str, now: datetime) -> bool:
    """End a pause; the declines before it no longer count. Says whether there was one."""
    account = lock_with_mandates(account)
    found = in_force(account)
    if found is None or not found.paused_at:
        return False
    found.paused_at, found.counted_from = None, now
    found.save(update_fields=["paused_at", "counted_from"])
    record("auto_top_up.resumed", on=found, by=by, account_number=account.account_number)
    return True


def end_in_force(account: Account, *, by: str, reason: str, now: datetime) -> bool:
    """End what the account agreed to, under `lock_with_mandates`; say whether it was on."""
    found = in_force(account)
    if found is None:
        return False
    _end(found, by=by, reason=reason, now=now)
    record(
        "auto_top_up.turned_off",
        on=found,
        by=by,
        account_number=account.account_number,
        reason=reason,
    )
    return True


def disarm_if_low(account: Account) -> None:
    """Charge nothing for a fall by money that goes back to the customer.

    Called under the account's lock, where a refund or withdrawal has just reserved its amount.
    """
    found = in_force(account)
    if found is not None and found.is_armed and free_credits(account) < found.threshold:
        found.is_armed = False
        found.save(update_fields=["is_armed"])


def lock_with_mandates(account: Account) -> Account:
    """Lock all payment methods of the account, then the account; return it as it is now."""
    mandates = Mandate.objects.select_for_update(no_key=True).filter(account=account)
    list(mandates.order_by("pk"))
    return Account.objects.lock(account)


def rearm(payment: Payment) -> None:
    """Have a fall wait for another charge where this one was called off: it moved nothing."""
    if payment.auto_top_up_id is not None:
        AutoTopUp.objects.filter(pk=payment.auto_top_up_id, ended_at=None).update(is_armed=True)


def _is_the_same(agreed: AutoTopUp, mandate: Mandate, consent: str) -> bool:
    same = agreed.mandate_id == mandate.pk and agreed.consent == consent
    return same and not agreed.paused_at


def _end(found: AutoTopUp, *, by: str, reason: str, now: datetime) -> None:
    found.ended_at, found.ended_by, found.end_reason = now, by[:254], reason.strip()[:300]
    found.save(update_fields=["ended_at", "ended_by", "end_reason"])
