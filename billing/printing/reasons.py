"""Why a credit note was issued, in one sentence: which order ended, or what is put right."""

from __future__ import annotations

import re
from typing import Protocol

from django.utils.translation import gettext

from billing.models import Document
from billing.printing.facts import Facts
from billing.printing.wording import day
from certinext.pdf.text import clean_text

_WORDS = re.compile(r"\w+")
_ENDS_A_SENTENCE = (".", "!", "?", "\N{HORIZONTAL ELLIPSIS}")


class EndedOrder(Protocol):
    """What a credit note keeps of the order that it takes back."""

    @property
    def reason_code(self) -> str:
        """How the order ended."""

    @property
    def reason(self) -> str:
        """Why, in somebody's words."""

    @property
    def order_number(self) -> str:
        """Its number; empty when the note is for no single order."""


def reason_sentence(document: Document, note: EndedOrder) -> str:
    """Return the reason: ``Order 9433119415 was cancelled by you on 9 Nov 2026: Ordered twice.``

    An order ends on the day its note is issued. A reason that only says again how the order ended
    is left out.
    """
    what = _what_happened(document, note) or _what_was_wrong(note)
    why = clean_text(note.reason)
    if what and _words(why) <= _words(what):
        return f"{what}."
    return _as_sentence(f"{what or gettext('Reason')}: {why}")


def _what_happened(document: Document, note: EndedOrder) -> str:
    order = clean_text(note.order_number)
    if not order:
        return ""
    sentences = {
        ("cancelled", True): gettext("Order %(order)s was cancelled by you on %(date)s"),
        ("cancelled", False): gettext("Order %(order)s was cancelled on %(date)s"),
        ("rejected", False): gettext("Order %(order)s was rejected on %(date)s"),
    }
    by_you = note.reason_code == "cancelled" and Facts(document.supply).flag("ended_by_buyer")
    sentence = sentences.get((note.reason_code, by_you), "")
    return sentence % {"order": order, "date": day(document.issue_date)} if sentence else ""


def _what_was_wrong(note: EndedOrder) -> str:
    """Return what a note that ends no order puts right."""
    names = {
        "goodwill": gettext("Price correction or goodwill"),
        "billing_error": gettext("Billing error"),
    }
    return names.get(note.reason_code, "")


def _words(text: str) -> set[str]:
    return set(_WORDS.findall(text.casefold()))


def _as_sentence(text: str) -> str:
    return text if text.endswith(_ENDS_A_SENTENCE) else f"{text}."
