"""Sending what was claimed: each mail at most once by itself.

A mail is marked as handed over, and that is committed, before the mail server is spoken to. What
the server refuses, or what never reaches it, is tried again, later each time. What breaks off in
between is `UNKNOWN` and left to a clerk: a reminder too few is mended by a click, one too many
annoys a customer for good.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils.translation import gettext as _

from billing.models.seller import current_seller
from billing.periods import local_date
from billing.unforeseen import note_unforeseen
from certinext.audit.trail import record
from invoices.models import ReminderMail
from invoices.reminders.letter import CannotWrite, Letter, write_letter

logger = logging.getLogger(__name__)

State = ReminderMail.State
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=2)
# About a day; then a clerk decides.
MOST_ATTEMPTS = 18
# No mail server takes longer over one mail: whoever handed it over is gone.
LOST_AFTER = timedelta(minutes=15)
# What the trail says of each end.
_ENDS: dict[str, str] = {
    State.SENT: "reminder.sent",
    State.FAILED: "reminder.failed",
    State.UNKNOWN: "reminder.lost",
}


class NotTaken(Exception):
    """The mail server certainly did not take the mail; in words for staff."""


class NobodyKnows(Exception):
    """The mail was handed over and nothing came back; in words for staff."""


def send_waiting(*, clock: Callable[[], datetime], limit: int = 500) -> int:
    """Send the mails that are due, one at a time; return how many went out."""
    _note_lost(clock())
    sent = 0
    for _attempt in range(limit):
        mail = _hand_over(clock())
        if mail is None:
            break
        sent += _deliver(mail, clock)
    return sent


@transaction.atomic
def send_again(mail: ReminderMail, *, by: str, now: datetime) -> bool:
    """Put a mail that did not go out, or of which nobody knows, back on the list; a clerk's word.

    Says whether it was one of those.
    """
    mail = ReminderMail.objects.select_for_update().select_related("account").get(pk=mail.pk)
    if not mail.can_be_repeated:
        return False
    was = mail.state
    mail.state, mail.attempts, mail.next_attempt_at = State.WAITING, 0, now
    mail.save(update_fields=["state", "attempts", "next_attempt_at"])
    number = mail.account.account_number
    record("reminder.repeated", on=mail, by=by, account_number=number, was=was)
    return True


def _note_lost(now: datetime) -> None:
    """Note the mails whose sender died between handing over and the answer."""
    ReminderMail.objects.filter(state=State.SENDING, handed_at__lte=now - LOST_AFTER).update(
        state=State.UNKNOWN,
        error=_("Sending broke off. Nobody knows whether the mail went out."),
    )


@transaction.atomic
def _hand_over(now: datetime) -> ReminderMail | None:
    """Take the next mail, and commit that it is being sent."""
    mail = (
        ReminderMail.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("account")
        .filter(state=State.WAITING, next_attempt_at__lte=now)
        .order_by("next_attempt_at", "id")
        .first()
    )
    if mail is not None:
        mail.state, mail.handed_at = State.SENDING, now
        mail.attempts += 1
        mail.save(update_fields=["state", "handed_at", "attempts"])
    return mail


def _deliver(mail: ReminderMail, clock: Callable[[], datetime]) -> bool:
    """Write and send one mail, and note how that ended."""
    try:
        letter = _written(mail, today=local_date(clock(), current_seller().zone))
        if letter is not None:
            _send(letter.message)
    except NotTaken as error:
        _put_off(mail, str(error), clock())
        return False
    except NobodyKnows as error:
        _finish(mail, State.UNKNOWN, error=str(error))
        return False
    if letter is None:
        _finish(mail, State.DROPPED, error="")
        return False
    _finish(
        mail,
        State.SENT,
        error="",
        sent_at=clock(),
        recipients=letter.message.to,
        subject=letter.message.subject[:200],
        text=letter.message.body,
    )
    return True


def _written(mail: ReminderMail, *, today: date) -> Letter | None:
    """Return the letter as of today; None where nothing is owed any more or reminders stopped."""
    try:
        letter = write_letter(mail, today=today)
        if letter is not None:
            # Whatever cannot be put into a mail shows before the server is asked.
            letter.message.message()
    except CannotWrite as error:
        raise NotTaken(str(error)) from error
    except Exception as error:
        reference = note_unforeseen(logger, f"The reminder {mail.pk} could not be written.")
        raise NotTaken(
            _("It could not be written. The log says why, as %(reference)s.")
            % {"reference": reference}
        ) from error
    return letter


def _send(message: EmailMultiAlternatives) -> None:
    """Give one message to the mail server; tell what was refused from what is not known."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        logger.warning("The mail server does not answer: %s", error)
        raise NotTaken(_("The mail server does not answer.")) from error
    try:
        message.connection = connection
        message.send()
    except (SMTPResponseException, SMTPRecipientsRefused) as error:
        logger.warning("The mail server refused a reminder: %s", error)
        raise NotTaken(_("The mail server refused it: %(why)s") % {"why": _why(error)}) from error
    except Exception as error:
        reference = note_unforeseen(logger, "A reminder broke off while it was sent.")
        raise NobodyKnows(
            _(
                "The connection broke off. Nobody knows whether the mail went out; the log has it"
                " as %(reference)s."
            )
            % {"reference": reference}
        ) from error
    finally:
        _close(connection)


def _close(connection: object) -> None:
    """Leave the mail server; what it thinks of that changes nothing any more."""
    try:
        connection.close()  # type: ignore[attr-defined]  # a backend's class is only known at run time
    except (OSError, SMTPException):
        logger.warning("The mail server left without a word.")


def _why(error: SMTPResponseException | SMTPRecipientsRefused) -> str:
    """Return the server's own words, cut to what fits."""
    if isinstance(error, SMTPRecipientsRefused):
        return ", ".join(
            f"{address} ({code})" for address, (code, _text) in error.recipients.items()
        )
    said = error.smtp_error
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return f"{error.smtp_code} {' '.join(text.split())}"


def _put_off(mail: ReminderMail, why: str, now: datetime) -> None:
    if mail.attempts >= MOST_ATTEMPTS:
        _finish(mail, State.FAILED, error=why)
        return
    wait = min(FIRST_WAIT * 2 ** min(mail.attempts - 1, 10), LONGEST_WAIT)
    _finish(mail, State.WAITING, error=why, next_attempt_at=now + wait)


@transaction.atomic
def _finish(mail: ReminderMail, state: str, *, error: str, **changes: object) -> None:
    changes |= {"state": state, "error": error[:300]}
    for name, value in changes.items():
        setattr(mail, name, value)
    mail.save(update_fields=list(changes))
    if state in _ENDS:
        record(
            _ENDS[state],
            on=mail,
            account_number=mail.account.account_number,
            invoices=list(mail.reminders.values_list("document__number", flat=True)),
        )
