"""What ending an order means for its money, in sentences: before it is done, and after."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from billing.models import Document, DocumentBalance
from certinext.web.formatting import money
from orders.costs import ZERO, Costs, OnDocument, is_void


def what_will_happen(costs: Costs) -> list[str]:
    """Say what cancelling or rejecting does to each charge of the order."""
    sentences = [
        _("The charge of %(amount)s before tax is dropped: it will not be invoiced.")
        % {"amount": money(charge.net_amount, charge.currency)}
        for charge in costs.open_charges
    ]
    credited = {line.credited_line_id for part in costs.credit_notes for line in part.lines}
    for part in costs.invoices:
        lines = [line for line in part.lines if line.pk not in credited and line.net_amount]
        if lines:
            sentences.append(_will_be_credited(part))
    return sentences or [_("Nothing was charged for this order.")]


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


def _will_be_credited(part: OnDocument) -> str:
    document = part.document
    if not part.is_readable:
        return _("It was invoiced: a credit note gives back %(amount)s and its tax.") % {
            "amount": money(part.net, document.currency)
        }
    owed = DocumentBalance.objects.get(document=document).open_amount
    facts = {
        "amount": _with_tax(part),
        "invoice": document.number,
        "owed": money(owed, document.currency),
    }
    return (
        _(
            "A credit note gives back %(amount)s. It first lowers what is owed on invoice"
            " %(invoice)s, now %(owed)s; what is left becomes the account's credit."
        )
        % facts
    )


def _with_tax(part: OnDocument) -> str:
    if part.is_whole:
        return money(part.figures.total, part.document.currency)
    return _("%(net)s and its tax") % {"net": money(part.net, part.document.currency)}


def _was_credited(part: OnDocument, invoice_route: str, note_route: str) -> str:
    document: Document = part.document
    if not part.is_readable:
        return _("What was invoiced for it was credited.")
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
