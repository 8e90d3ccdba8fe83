"""What ending an order means for its money, in sentences: before it is done, and after."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from billing.models import Document, Reader
from certinext.web.formatting import money
from credit_notes.prepare import PreparedCreditNote
from orders.costs import ZERO, Costs, OnDocument, is_void
from orders.ending import Settlement


def what_will_happen(settlement: Settlement, reader: Reader) -> list[str]:
    """Say what cancelling or rejecting does to each charge, as far as `reader` may know it."""
    sentences = [
        _("The open charge of %(amount)s before tax is dropped: it will not be invoiced.")
        % {"amount": money(charge.net_amount, charge.currency)}
        for charge in settlement.dropped
    ]
    invoices = [note.origin.pk for note in settlement.notes]
    readable = set(
        Document.objects.for_member(reader).filter(pk__in=invoices).values_list("pk", flat=True)
    )
    for note in settlement.notes:
        sentences += _will_be_credited(note) if note.origin.pk in readable else [_hidden(note)]
    if sentences:
        return sentences
    if settlement.is_charged:
        return [_("There is nothing to credit.")]
    return [_("Nothing was charged for this order.")]


def what_happened(costs: Costs, *, invoice_route: str, note_route: str) -> list[str]:
    """Say what became of each charge of an order that has ended; documents are links there."""
    sentences = [
        _("The charge of %(amount)s before tax was dropped before it was invoiced.")
        % {"amount": money(charge.net_amount, charge.currency)}
        for charge in costs.charges
        if is_void(charge)
    ]
    sentences += [_was_credited(part, invoice_route, note_route) for part in costs.credit_notes]
    if not sentences:
        return [_("Nothing was charged for this order.")]
    if not costs.open_charges and costs.remaining.total == ZERO:
        sentences.insert(0, _("Nothing is owed for this order."))
    return sentences


def _hidden(note: PreparedCreditNote) -> str:
    """Say what the ones who ordered may know of an invoice that is not theirs to read."""
    return _("It was invoiced: a credit note gives back %(amount)s and its tax.") % {
        "amount": money(note.document.net_total, note.document.currency)
    }


def _will_be_credited(note: PreparedCreditNote) -> list[str]:
    document, currency = note.document, note.document.currency
    parts = [
        _("net %(amount)s") % {"amount": money(document.net_total, currency)},
        _("tax %(amount)s") % {"amount": money(document.tax_total, currency)},
    ]
    if document.rounding:
        parts.append(_("round off %(amount)s") % {"amount": money(document.rounding, currency)})
    said = [
        _("A credit note of %(total)s (%(parts)s) is issued on invoice %(invoice)s.")
        % {
            "total": money(document.total, currency),
            "parts": " + ".join(parts),
            "invoice": note.origin.number,
        }
    ]
    if document.tax_decision.get("without_tax"):
        said.append(_("It gives no tax back: the time to credit the tax is over."))
    return [" ".join([*said, *_where_it_goes(note)])]


def _where_it_goes(note: PreparedCreditNote) -> list[str]:
    """Say how far the note lowers what is owed, and what is left of it."""
    currency = note.document.currency
    said = []
    if note.applied:
        said.append(
            _("It lowers what is open on that invoice by %(applied)s, from %(owed)s to %(left)s.")
            % {
                "applied": money(note.applied, currency),
                "owed": money(note.still_owed, currency),
                "left": money(note.still_owed - note.applied, currency),
            }
        )
    if note.kept_as_credit:
        said.append(
            _("%(amount)s becomes the account's credit.")
            % {"amount": money(note.kept_as_credit, currency)}
        )
    return said


def _was_credited(part: OnDocument, invoice_route: str, note_route: str) -> str:
    document: Document = part.document
    if not part.is_readable:
        return _("What was invoiced for it was credited.")
    if not part.is_whole:
        return format_html(
            _("Credit note {note} gives back {net} before tax for it, among other things."),
            note=_link(document, note_route),
            net=money(part.net, document.currency),
        )
    note = part.credit_note
    facts = {
        "note": _link(document, note_route),
        "total": money(document.total, document.currency),
        "applied": money(note.applied_amount, document.currency),
        "invoice": _link(note.invoice.document, invoice_route),
        "credit": money(note.credit_amount, document.currency),
    }
    if note.credit_amount == ZERO:
        sentence = _("Credit note {note} gives back {total} and lowers invoice {invoice}.")
    elif note.applied_amount == ZERO:
        sentence = _("Credit note {note} gives back {total}, kept as the account's credit.")
    else:
        sentence = _(
            "Credit note {note} gives back {total}: it lowers invoice {invoice} by {applied}, and"
            " {credit} is kept as the account's credit."
        )
    return format_html(sentence, **facts)


def _link(document: Document, route: str) -> str:
    return format_html('<a href="{}">{}</a>', reverse(route, args=[document.number]), document)
