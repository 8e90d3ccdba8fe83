"""Sending the letter about low credits once more, on a clerk's word."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing.credits.alert import alert_of
from billing.credits.tasks import tell_low_credits
from billing.models import Account, LowCreditMail
from billing.outbox import wake_after_commit
from billing.payments.owed import free_credits
from billing.sentences import SentenceError, gettext_noop
from certinext.audit.trail import record


class NothingToRepeat(SentenceError):
    """No letter goes out; nothing was written."""


@transaction.atomic
def send_alert_again(account: Account, *, mail: int, by: str, now: datetime) -> LowCreditMail:
    """Put a new letter on the list; what became of the one before stays as it is.

    `mail` is the key of the latest one as the clerk saw it: pressed twice, one letter goes out. It
    tells what is free when it is sent. Raises `NothingToRepeat`.
    """
    account = Account.objects.lock(account)
    latest = account.low_credit_mails.first()
    if latest is None or latest.pk != mail:
        raise NothingToRepeat(
            gettext_noop("A newer e-mail is there than you saw: nothing was sent.")
        )
    if not latest.has_ended:
        raise NothingToRepeat(gettext_noop("This e-mail is still on its way: nothing was sent."))
    alert = alert_of(account)
    if alert is None or free_credits(account) >= alert.threshold:
        raise NothingToRepeat(
            gettext_noop("Credits are not below the alert any more: there is nothing to tell.")
        )
    again = LowCreditMail.objects.create(account=account, claimed_at=now, next_attempt_at=now)
    record(
        "credit_alert.repeated",
        on=again,
        by=by,
        account_number=account.account_number,
        was=latest.state,
    )
    wake_after_commit(tell_low_credits)
    return again
