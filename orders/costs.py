"""What an order cost: its charges, the invoice lines they became, and what was credited.

Figures are those of the charges and documents. Tax is computed on a document as a whole, so a line
of a longer invoice has none of its own: its share is computed for information, or is what a credit
note gave back for exactly that line. Round-off is a figure of its own: every row adds up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.models import Charge, Document, DocumentLine, Reader
from billing.tax.totals import compute_totals
from credit_notes.models import CreditNote
from credit_notes.prepare import taxable_line
from invoices.models import Invoice
from invoices.rows import period_of
from orders.models import Order, OrderCharge

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Amounts that add up: total = net + tax + rounding."""

    net: Decimal = ZERO
    tax: Decimal = ZERO
    rounding: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """With tax and round-off."""
        return self.net + self.tax + self.rounding

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            net=self.net + other.net,
            tax=self.tax + other.tax,
            rounding=self.rounding + other.rounding,
        )

    def __neg__(self) -> Figures:
        return Figures(net=-self.net, tax=-self.tax, rounding=-self.rounding)


@dataclass(frozen=True, kw_only=True)
class OnDocument:
    """The order's part of one document, in the document's currency; `figures` are positive.

    They are the document's own where it `is_whole`, which is about nothing but the order;
    otherwise they are the order's share.
    """

    document: Document
    lines: Sequence[DocumentLine]
    is_readable: bool
    is_whole: bool
    figures: Figures

    @property
    def net(self) -> Decimal:
        """The sum of the order's lines, before tax."""
        return self.figures.net

    @property
    def signed(self) -> Figures:
        """What it adds to what the order costs: a credit note takes away."""
        return -self.figures if self.is_credit else self.figures

    @property
    def is_credit(self) -> bool:
        """Whether it gives back."""
        return self.document.kind == Document.Kind.CREDIT_NOTE

    @property
    def note(self) -> str:
        """Which document it is, in a few words."""
        if self.is_credit:
            return _("Credit note for %(invoice)s") % {
                "invoice": self.credit_note.invoice.document.number
            }
        invoice: Invoice = self.document.invoice
        if invoice.kind == Invoice.Kind.MONTHLY:
            return ngettext(
                "Line %(lines)s of the invoice for %(period)s",
                "Lines %(lines)s of the invoice for %(period)s",
                len(self.lines),
            ) % {
                "lines": ", ".join(str(line.position) for line in self.lines),
                "period": period_of(invoice),
            }
        if invoice.kind == Invoice.Kind.PER_ORDER:
            return self._own_invoice_note
        return _("Supplementary invoice")

    @property
    def _own_invoice_note(self) -> str:
        reasons = {line.charge.order_charge.reason for line in self.lines if line.charge}
        if reasons == {OrderCharge.Reason.ADDED_NAMES}:
            return _("Invoice for added names")
        if reasons == {OrderCharge.Reason.RENEWAL}:
            return _("Invoice for the renewal")
        return _("Invoice for this order")

    @property
    def credit_note(self) -> CreditNote:
        """The note, of a document that is one."""
        note: CreditNote = self.document.credit_note
        return note


@dataclass(frozen=True, kw_only=True)
class Costs:
    """Everything that an order cost."""

    charges: Sequence[Charge]
    invoices: Sequence[OnDocument] = field(default_factory=list)
    credit_notes: Sequence[OnDocument] = field(default_factory=list)

    @cached_property
    def open_charges(self) -> list[Charge]:
        """Charges that are still to be invoiced."""
        invoiced = {line.charge_id for part in self.invoices for line in part.lines}
        return [c for c in self.charges if c.pk not in invoiced and not is_void(c)]

    @property
    def documents(self) -> list[OnDocument]:
        """Invoices and credit notes, as they came about."""
        return sorted([*self.invoices, *self.credit_notes], key=lambda part: part.document.pk)

    @property
    def currency(self) -> str:
        """The currency that all of it is in; none while there are several or nothing."""
        found = {charge.currency for charge in self.charges}
        return found.pop() if len(found) == 1 else ""

    @property
    def remaining(self) -> Figures:
        """What is invoiced and not credited."""
        return sum((part.signed for part in self.documents), Figures())

    @property
    def has_rounding(self) -> bool:
        """Whether a document that is shown has a round-off."""
        return any(part.is_readable and part.figures.rounding for part in self.documents)

    @property
    def has_shared_documents(self) -> bool:
        """Whether the order is only a part of a document that is shown."""
        return any(part.is_readable and not part.is_whole for part in self.documents)


def costs_of(order: Order, membership: Reader) -> Costs:
    """Gather an order's charges and documents; `membership` decides which ones can be opened."""
    charges = Charge.objects.filter(order_charge__order=order).select_related(
        "void", "payer", "order_charge"
    )
    credited = _parts(_lines(order, "credited_line__charge"), membership)
    invoiced = _parts(_lines(order, "charge"), membership, credited)
    return Costs(charges=list(charges.order_by("id")), invoices=invoiced, credit_notes=credited)


def _lines(order: Order, charge: str) -> QuerySet[DocumentLine]:
    """Return the order's invoice lines, or those of its credit notes."""
    return (
        DocumentLine.objects.filter(**{f"{charge}__order_charge__order": order})
        .select_related(
            "document__account",
            "document__invoice",
            "charge__order_charge",
            "document__credit_note__invoice__document",
        )
        .order_by("document_id", "position")
    )


def is_void(charge: Charge) -> bool:
    """Say whether the charge will never be invoiced."""
    return hasattr(charge, "void")


def readable_documents(order: Order, membership: Reader, kind: str) -> QuerySet[Document]:
    """Return the documents of an order that a member may read, newest first."""
    own = Q(lines__charge__order_charge__order=order) | Q(
        lines__credited_line__charge__order_charge__order=order
    )
    return Document.objects.for_member(membership).filter(own, kind=kind).distinct().order_by("-id")


def _parts(
    lines: Iterable[DocumentLine], membership: Reader, notes: Sequence[OnDocument] = ()
) -> list[OnDocument]:
    """Gather lines by document; `notes` are what was credited of them."""
    by_document: dict[Document, list[DocumentLine]] = {}
    for line in lines:
        by_document.setdefault(line.document, []).append(line)
    ids = [document.pk for document in by_document]
    readable = set(
        Document.objects.for_member(membership).filter(pk__in=ids).values_list("pk", flat=True)
    )
    longer = set(
        DocumentLine.objects.filter(document__in=ids)
        .exclude(pk__in=[line.pk for group in by_document.values() for line in group])
        .values_list("document_id", flat=True)
    )
    return [
        OnDocument(
            document=document,
            lines=group,
            is_readable=document.pk in readable,
            is_whole=document.pk not in longer,
            figures=_share(document, group, notes) if document.pk in longer else _whole(document),
        )
        for document, group in by_document.items()
    ]


def _whole(document: Document) -> Figures:
    return Figures(net=document.net_total, tax=document.tax_total, rounding=document.rounding)


def _share(
    document: Document, lines: Sequence[DocumentLine], notes: Sequence[OnDocument]
) -> Figures:
    """Return the lines' share of a longer document: what was given back for exactly them, or the
    tax at their rates, which may differ by a rounding from what the document has for them."""
    return _given_back(lines, notes) or Figures(
        net=sum((line.net_amount for line in lines), ZERO), tax=_tax_of(document, lines)
    )


def _given_back(lines: Sequence[DocumentLine], notes: Sequence[OnDocument]) -> Figures | None:
    """Return what notes gave back, if they are about these lines, whole, and with their tax."""
    wanted = {line.pk for line in lines if line.net_amount}
    crediting = [note for note in notes if wanted & {line.credited_line_id for line in note.lines}]
    exact = all(
        note.is_whole and not note.document.tax_decision.get("without_tax") for note in crediting
    )
    # Nothing more, and each line in full: a line may be credited in parts, by several notes.
    taken = {line.credited_line_id for note in crediting for line in note.lines} == wanted
    net = sum((note.net for note in crediting), ZERO)
    if not wanted or not exact or not taken or net != sum((one.net_amount for one in lines), ZERO):
        return None
    return sum((note.figures for note in crediting), Figures())


def _tax_of(document: Document, lines: Sequence[DocumentLine]) -> Decimal:
    if document.tax_decision.get("without_tax"):
        return ZERO
    taxable = [taxable_line(line, document) for line in lines]
    return compute_totals(taxable, currency=document.currency).tax_total
