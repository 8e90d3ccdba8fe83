"""Sending what was claimed: each mail at most once by itself.

A mail is marked as handed over, and that is committed, before the mail server is spoken to. What
the server refuses, or what never reaches it, is tried again, later each time. What breaks off in
between is `UNKNOWN` and left to a clerk: a mail too few is mended by a click, one too many
annoys a customer for good.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Generic, TypeVar

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils.translation import gettext as _

from billing.models.mails import OutgoingMail
from billing.models.seller import current_seller
from billing.periods import local_date
from billing.unforeseen import note_unforeseen

logger = logging.getLogger(__name__)

State = OutgoingMail.State
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=2)
# About a day; then a clerk decides.
MOST_ATTEMPTS = 18
# No mail server takes longer over one mail: whoever handed it over is gone.
LOST_AFTER = timedelta(minutes=15)
MailT = TypeVar("MailT", bound=OutgoingMail)


class CannotWrite(Exception):
    """The letter cannot be written now, in words for staff."""


class NotTaken(Exception):
    """The mail server certainly did not take the mail; in words for staff."""


class NobodyKnows(Exception):
    """The mail was handed over and nothing came back; in words for staff."""


@dataclass(frozen=True, kw_only=True)
class MailKind(Generic[MailT]):
    """One kind of mail: its rows, how one is written, and what the trail says when it ended.

    `write` returns the letter as of a day, or None where there is nothing to say any more; it
    raises `CannotWrite`. `ended` is called in the transaction that ends a mail.
    """

    model: type[MailT]
    write: Callable[[MailT, date], EmailMultiAlternatives | None]
    ended: Callable[[MailT], None]


def deliver_waiting(
    kind: MailKind[MailT], *, clock: Callable[[], datetime], limit: int = 500
) -> int:
    """Send the mails that are due, one at a time; return how many went out."""
    _note_lost(kind, clock())
    sent = 0
    for _attempt in range(limit):
        mail = _hand_over(kind, clock())
        if mail is None:
            break
        sent += _deliver(kind, mail, clock)
    return sent


def _note_lost(kind: MailKind[MailT], now: datetime) -> None:
    """Note the mails whose sender died between handing over and the answer."""
    lost = kind.model._default_manager.filter(state=State.SENDING, handed_at__lte=now - LOST_AFTER)
    lost.update(
        state=State.UNKNOWN,
        error=_("Sending broke off. Nobody knows whether the mail went out."),
    )


@transaction.atomic
def _hand_over(kind: MailKind[MailT], now: datetime) -> MailT | None:
    """Take the next mail, and commit that it is being sent."""
    mail = (
        kind.model._default_manager.select_for_update(skip_locked=True, of=("self",))
        .filter(state=State.WAITING, next_attempt_at__lte=now)
        .order_by("next_attempt_at", "id")
        .first()
    )
    if mail is not None:
        mail.state, mail.handed_at = State.SENDING, now
        mail.attempts += 1
        mail.save(update_fields=["state", "handed_at", "attempts"])
    return mail


def _deliver(kind: MailKind[MailT], mail: MailT, clock: Callable[[], datetime]) -> bool:
    """Write and send one mail, and note how that ended."""
    try:
        letter = _written(kind, mail, today=local_date(clock(), current_seller().zone))
        if letter is not None:
            _send(letter)
    except NotTaken as error:
        _put_off(kind, mail, str(error), clock())
        return False
    except NobodyKnows as error:
        _finish(kind, mail, State.UNKNOWN, error=str(error))
        return False
    if letter is None:
        _finish(kind, mail, State.DROPPED, error="")
        return False
    _finish(
        kind,
        mail,
        State.SENT,
        error="",
        sent_at=clock(),
        recipients=letter.to,
        subject=letter.subject[:200],
        text=letter.body,
    )
    return True


def _written(kind: MailKind[MailT], mail: MailT, *, today: date) -> EmailMultiAlternatives | None:
    """Return the letter as of today; None where there is nothing to say any more."""
    try:
        letter = kind.write(mail, today)
        if letter is not None:
            # Whatever cannot be put into a mail shows before the server is asked.
            letter.message()
    except CannotWrite as error:
        raise NotTaken(str(error)) from error
    except Exception as error:
        reference = note_unforeseen(
            logger, f"The e-mail {mail.pk} ({kind.model.__name__}) could not be written."
        )
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
        logger.warning("The mail server refused a mail: %s", error)
        raise NotTaken(_("The mail server refused it: %(why)s") % {"why": _why(error)}) from error
    except Exception as error:
        reference = note_unforeseen(logger, "An e-mail broke off while it was sent.")
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


def _put_off(kind: MailKind[MailT], mail: MailT, why: str, now: datetime) -> None:
    if mail.attempts >= MOST_ATTEMPTS:
        _finish(kind, mail, State.FAILED, error=why)
        return
    wait = min(FIRST_WAIT * 2 ** min(mail.attempts - 1, 10), LONGEST_WAIT)
    _finish(kind, mail, State.WAITING, error=why, next_attempt_at=now + wait)


@transaction.atomic
def _finish(
    kind: MailKind[MailT], mail: MailT, state: str, *, error: str, **changes: object
) -> None:
    changes |= {"state": state, "error": error[:300]}
    for name, value in changes.items():
        setattr(mail, name, value)
    mail.save(update_fields=list(changes))
    kind.ended(mail)
