"""A statement's rows in words, in the active language, with links where a page has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.models import LedgerEntry, Payment, Provider
from billing.money import ZERO
from billing.statement.ageing import Ageing
from billing.statement.read import Entry
from certinext.web import formatting

Kind = LedgerEntry.Kind
# {kind of document: the route of its page}
Routes = Mapping[str, str]
CUSTOMERS_ROUTES: Routes = {
    "invoice": "invoices:detail",
    "credit_note": "credit_notes:detail",
    "payment": "payments:detail",
}
# A payment of more invoices than these names the first ones.
_NAMED = 3


@dataclass(frozen=True)
class Mention:
    """Something that a sentence names: a document by its number, or plain text without a kind."""

    kind: str
    text: str

    def linked(self, routes: Routes) -> SafeString:
        """Return it as a link where its kind has a page."""
        if self.kind not in routes:
            return format_html('<span class="text-nowrap">{}</span>', self.text)
        url = reverse(routes[self.kind], args=[self.text])
        return format_html('<a class="inline text-nowrap" href="{}">{}</a>', url, self.text)


@dataclass(frozen=True)
class Phrase:
    """A sentence with places, and what is named at each."""

    sentence: str
    places: Mapping[str, Sequence[Mention]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence as plain text."""
        named = {name: ", ".join(m.text for m in found) for name, found in self.places.items()}
        return self.sentence % named

    def linked(self, routes: Routes) -> SafeString:
        """Return the sentence as HTML."""
        named = {
            name: format_html_join(", ", "{}", ((m.linked(routes),) for m in found))
            for name, found in self.places.items()
        }
        # The sentence is escaped here, what stands at its places above.
        return mark_safe(conditional_escape(self.sentence) % named)  # noqa: S308


def phrase_of(row: Entry) -> Phrase:
    """Say what happened."""
    number = row.document_number or ""
    if row.kind == Kind.INVOICE:
        return Phrase(_("Invoice %(invoice)s"), {"invoice": [Mention("invoice", number)]})
    if row.kind == Kind.CREDIT_NOTE:
        places = {
            "note": [Mention("credit_note", number)],
            "invoice": [Mention("invoice", row.credited_number or "")],
        }
        return Phrase(_("Credit note %(note)s for invoice %(invoice)s"), places)
    if row.kind == Kind.SETTLEMENT:
        if not row.settled:
            return Phrase(_("Opening balance paid from credits"))
        return Phrase(_("Paid from credits: %(invoices)s"), {"invoices": _settled(row)})
    if row.payment_reference:
        payment = Mention("payment", row.payment_reference)
        return Phrase(_payment_sentence(row), {"payment": [payment]})
    # What somebody wrote is no pattern.
    return Phrase(_own_words(row).replace("%", "%%"))


def note_of(row: Entry) -> Phrase | None:
    """Say what stands below it, if anything: when it is due, what was settled."""
    if row.kind == Kind.INVOICE and row.due_date:
        return Phrase(_("Due %(day)s"), {"day": [Mention("", formatting.day(row.due_date))]})
    return _note_of_payment(row) if row.kind == Kind.PAYMENT else None


def text_of(row: Entry) -> str:
    """Return everything that a row says in one line of plain text, as downloads have it."""
    note = note_of(row)
    return f"{phrase_of(row).text} ({note.text})" if note else phrase_of(row).text


def _payment_sentence(row: Entry) -> str:
    if row.provider == Provider.SANDBOX:
        return _sandbox_sentence(row)
    transfer, gateway = Payment.Method.BANK_TRANSFER, Payment.Method.GATEWAY
    sentences: dict[tuple[str, str], str] = {
        (Kind.PAYMENT, transfer): _("Payment %(payment)s by bank transfer"),
        (Kind.PAYMENT, gateway): _("Payment %(payment)s online"),
        (Kind.TOP_UP, transfer): _("Credits added by bank transfer, payment %(payment)s"),
        (Kind.TOP_UP, gateway): _("Credits added online, payment %(payment)s"),
        (Kind.TOP_UP, ""): _("Credits added, payment %(payment)s"),
        (Kind.WITHDRAWAL, ""): _("Credits withdrawn, payment %(payment)s"),
        (Kind.REFUND, ""): _("Refund %(payment)s"),
    }
    kind = Kind(row.kind)
    default = sentences.get((kind, ""), _("Payment %(payment)s"))
    return sentences.get((kind, row.payment_method or ""), default)


def _sandbox_sentence(row: Entry) -> str:
    if row.kind == Kind.TOP_UP:
        return _("Credits added in the sandbox, no money moved, payment %(payment)s")
    if row.kind == Kind.REFUND:
        return _("Refund %(payment)s in the sandbox, no money moved")
    return _("Payment %(payment)s in the sandbox, no money moved")


def ageing_lines(ageing: Ageing) -> list[tuple[str, Decimal]]:
    """Return the buckets of an ageing with what they are called, credits below zero."""
    return [
        (_("Not past due"), ageing.current),
        (_("1 to 30 days"), ageing.days_1_30),
        (_("31 to 60 days"), ageing.days_31_60),
        (_("61 to 90 days"), ageing.days_61_90),
        (_("Over 90 days"), ageing.over_90),
        (_("Credits"), -ageing.credits),
        (_("Balance"), ageing.balance),
    ]


def _note_of_payment(row: Entry) -> Phrase | None:
    kept = [Mention("", formatting.money(row.kept or ZERO, row.currency))]
    if row.settled and row.kept:
        return Phrase(
            _("For %(invoices)s; %(kept)s of it became credits"),
            {"invoices": _settled(row), "kept": kept},
        )
    if row.kept:
        return Phrase(_("%(kept)s of it became credits"), {"kept": kept})
    return Phrase(_("For %(invoices)s"), {"invoices": _settled(row)}) if row.settled else None


def _own_words(row: Entry) -> str:
    said = row.description
    if row.kind == Kind.OPENING:
        return _("Opening balance: %(source)s") % {"source": said} if said else _("Opening balance")
    if row.kind == Kind.ADJUSTMENT:
        given = _("Credits given: %(reason)s") if row.credit else _("Credits taken: %(reason)s")
        return given % {"reason": said}
    return said or row.type_label


def _settled(row: Entry) -> list[Mention]:
    named = [Mention("invoice", number) for number in row.settled[:_NAMED]]
    more = len(row.settled) - _NAMED
    if more > 0:
        named.append(
            Mention("", ngettext("%(count)d more", "%(count)d more", more) % {"count": more})
        )
    return named
