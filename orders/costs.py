"""What an order cost: its charges, the invoice lines they became, and what was credited.

Figures are those of the charges and documents. Tax is computed on a document as a whole, so a line
of a longer document has none of its own: then only its net is shown, and nothing is made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.models import Charge, Document, DocumentLine, Membership
from credit_notes.models import CreditNote
from invoices.models import Invoice
from invoices.rows import period_of
from orders.models import Order

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class OnDocument:
    """The order's part of one document. Amounts are positive, in the document's currency.

    `tax` and `total` are known only where the order is all that the document is about.
    """

    document: Document
    lines: Sequence[DocumentLine]
    is_readable: bool
    is_whole: bool

    @property
    def net(self) -> Decimal:
        """The sum of the order's lines, before tax."""
        return sum((line.net_amount for line in self.lines), ZERO)

    @property
    def tax(self) -> Decimal | None:
        """The tax, where the document is about nothing else."""
        return self.document.tax_total if self.is_whole else None

    @property
    def total(self) -> Decimal | None:
        """With tax and round-off, where the document is about nothing else."""
        return self.document.total if self.is_whole else None

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
        return str(invoice.get_kind_display())

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
    def invoiced_net(self) -> Decimal:
        """What was invoiced, before tax."""
        return sum((part.net for part in self.invoices), ZERO)

    @property
    def remaining_net(self) -> Decimal:
        """What is invoiced and not credited, before tax."""
        return self.invoiced_net - sum((part.net for part in self.credit_notes), ZERO)

    @property
    def remaining_total(self) -> Decimal | None:
        """The same with tax, where it is known."""
        parts = [*self.invoices, *self.credit_notes]
        if self._is_undone:
            return ZERO
        if any(part.total is None for part in parts):
            return None
        return sum(
            ((-part.total if part.is_credit else part.total) for part in parts if part.total), ZERO
        )

    @property
    def remaining_tax(self) -> Decimal | None:
        """The tax in it, with any round-off, where it is known."""
        total = self.remaining_total
        return None if total is None else total - self.remaining_net

    @property
    def has_shared_documents(self) -> bool:
        """Whether the order is only a part of a document that is shown."""
        return any(part.is_readable and not part.is_whole for part in self.documents)

    @property
    def _is_undone(self) -> bool:
        """Whether everything invoiced was given back, and its tax with it."""
        without_tax = any(p.document.tax_decision.get("without_tax") for p in self.credit_notes)
        return bool(self.invoices) and self.remaining_net == ZERO and not without_tax


def costs_of(order: Order, membership: Membership) -> Costs:
    """Gather an order's charges and documents; `membership` decides which ones can be opened."""
    charges = Charge.objects.filter(order_charge__order=order).select_related(
        "void", "payer", "order_charge"
    )
    invoiced = _parts(_lines(order, "charge"), membership)
    credited = _parts(_lines(order, "credited_line__charge"), membership)
    return Costs(charges=list(charges.order_by("id")), invoices=invoiced, credit_notes=credited)


def _lines(order: Order, charge: str) -> QuerySet[DocumentLine]:
    """Return the order's invoice lines, or those of its credit notes."""
    return (
        DocumentLine.objects.filter(**{f"{charge}__order_charge__order": order})
        .select_related(
            "document__account",
            "document__invoice",
            "document__credit_note__invoice__document",
        )
        .order_by("document_id", "position")
    )


def is_void(charge: Charge) -> bool:
    """Say whether the charge will never be invoiced."""
    return hasattr(charge, "void")


def readable_documents(order: Order, membership: Membership, kind: str) -> QuerySet[Document]:
    """Return the documents of an order that a member may read, newest first."""
    own = Q(lines__charge__order_charge__order=order) | Q(
        lines__credited_line__charge__order_charge__order=order
    )
    return Document.objects.for_member(membership).filter(own, kind=kind).distinct().order_by("-id")


def _parts(lines: Iterable[DocumentLine], membership: Membership) -> list[OnDocument]:
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
        )
        for document, group in by_document.items()
    ]
