"""One incoming amount as a bank's file tells it, and what makes a file unusable."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.importing.errors import BrokenFile
from billing.money import InvalidAmount, UnknownCurrency, parse_amount, require_minor_units
from billing.periods import EARLIEST_START, LATEST_START
from billing.sentences import SentenceError, gettext_noop
from billing.text import printable

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# What banks write where they have no reference.
NO_REFERENCE = {"", "NOTPROVIDED", "NOREF", "NONREF"}
LONGEST_REFERENCE = 100


class Problem(SentenceError):
    """A field of an entry cannot be used; whoever reads the file adds the place."""


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """Money that came in; `amount` is above zero, in whole minor units of `currency`.

    `place` is the line of the file. `doubt` is a sentence that says why a person has to look at it
    whatever it names; `text` is all that may name a payment.
    """

    place: int
    bank_account: str
    bank_reference: str
    booked_on: date
    valued_on: date | None
    amount: Decimal
    currency: str
    debtor: str
    debtor_account: str
    remittance: str
    text: str
    doubt: str = ""


class Skipped:
    """An entry that is not kept: money that went out, or that is not booked yet."""


SKIPPED = Skipped()


class EntryRefused(BrokenFile):
    """The file cannot be used because of one entry; nothing of it was written."""


def refused(line: int, field: str, error: SentenceError) -> EntryRefused:
    """Say in one sentence where the file is wrong and how to put it right."""
    return EntryRefused(
        gettext_noop("Line %(line)s, %(field)s: %(problem)s Nothing was imported."),
        line=line,
        field=field,
        problem=_(error.message) % error.params,
    )


def read_money(text: str, currency: str) -> Decimal:
    """Return an amount in whole minor units. Raises `Problem`."""
    try:
        return require_minor_units(parse_amount(text), currency)
    except (InvalidAmount, UnknownCurrency) as error:
        raise Problem(error.message, **error.params) from error


def read_day(text: str) -> date:
    """Return an ISO day, also the one that a moment begins with. Raises `Problem`."""
    try:
        if not _DAY.fullmatch(text[:10]) or (len(text) > len("2026-10-08") and text[10] != "T"):
            raise ValueError(text)
        day = date.fromisoformat(text[:10])
    except ValueError:
        raise Problem(
            gettext_noop("Write the day as 2026-10-08, not %(text)s."),
            text=repr(printable(text, at_most=40)),
        ) from None
    if not EARLIEST_START <= day <= LATEST_START:
        raise Problem(gettext_noop("The day %(day)s is not from 2000 to 2099."), day=day)
    return day


def one_line(text: str, *, at_most: int) -> str:
    """Return a text of the bank's on one line, fit to be stored and shown."""
    return printable(" ".join(text.split()), at_most=at_most)


def digest_reference(facts: list[str], occurrence: int) -> str:
    """Return a reference for an entry to which the bank gave none: what it says, and which of
    several alike in this file it is."""
    said = "\x1f".join([*facts, str(occurrence)])
    return f"digest:{hashlib.sha256(said.encode()).hexdigest()[:40]}"
