"""Computing a credit note: lines taken back, cumulative tax, and how the amount is split.

Nothing here writes: what issues a note and what shows it beforehand both ask here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext, override

from billing.einvoice.check import broken_rule, in_words
from billing.einvoice.parts import preceding_of
from billing.issuing import PreparedDocument, take_totals
from billing.models import Document, DocumentBalance, DocumentLine, DocumentTax, Membership, Seller
from billing.posting import credit_note_postings
from billing.printing.credited import credited_text
from billing.sentences import gettext_noop
from billing.snapshots import seller_snapshot
from billing.tax.credit import IssuedTotals, credit_totals, last_day_to_credit_tax
from billing.tax.decision import TaxComponent
from billing.tax.totals import TaxableLine, TaxRow
from credit_notes.errors import CannotCredit
from credit_notes.left import LineCredit, plain
from credit_notes.notices import notices_of, round_off_notice


@dataclass(kw_only=True)
class PreparedCreditNote(PreparedDocument):
    """A prepared document with the note's own facts; amounts in the document's currency.

    `left_net` and `left_total` are what later notes can still take back of the invoice.
    """

    origin: Document
    earlier: int = 0
    still_owed: Decimal = Decimal(0)
    applied: Decimal = Decimal(0)
    kept_as_credit: Decimal = Decimal(0)
    left_net: Decimal = Decimal(0)
    left_total: Decimal = Decimal(0)

    @property
    def order_number(self) -> str:
        """The order that all of it is about, none where there are several."""
        numbers = {line.order_number for line in self.lines}
        return numbers.pop() if len(numbers) == 1 else ""

    @property
    def fingerprint(self) -> str:
        """What differs as soon as another note, or a payment, changes what would be issued."""
        amounts = (self.document.total, self.applied, self.still_owed)
        return ":".join([str(self.earlier), *map(plain, amounts)])


def prepare_note(
    invoice: Document, credits: Sequence[LineCredit], *, seller: Seller, on: date, issued_by: str
) -> PreparedCreditNote:
    """Compute a note dated `on` over these parts of one invoice, by the invoice's own tax verdict.

    Raises `CreditExceedsInvoice`, and `CannotCredit` where its electronic form would break a rule.
    """
    too_late = seller.country == "IN" and on > last_day_to_credit_tax(invoice.issue_date)
    with override(invoice.language):
        document = Document(
            kind=Document.Kind.CREDIT_NOTE,
            account=invoice.account,
            issue_date=on,
            currency=invoice.currency,
            language=invoice.language,
            time_zone=seller.time_zone,
            seller=seller_snapshot(seller, language=invoice.language),
            buyer=invoice.buyer,
            tax_decision={**invoice.tax_decision, "without_tax": too_late},
            notices=notices_of(invoice, too_late=too_late),
            issued_by=issued_by[:254],
        )
        copies = [_copy(credit, position) for position, credit in enumerate(credits, 1)]
    prepared = PreparedCreditNote(document, copies, origin=invoice)
    earlier = _earlier_notes(invoice)
    totals = credit_totals(
        invoice=_issued(invoice),
        already_credited=[_issued(note) for note in earlier],
        lines=[taxable_line(credit.line, invoice, net=credit.net) for credit in credits],
        currency=invoice.currency,
        without_tax=too_late,
    )
    take_totals(prepared, totals)
    if not (totals.rounding or too_late):
        still_due = invoice.rounding - sum((note.rounding for note in earlier), Decimal(0))
        document.notices += round_off_notice(invoice, still_due)
    prepared.earlier = len(earlier)
    prepared.left_net = invoice.net_total - sum(note.net_total for note in [*earlier, document])
    prepared.left_total = invoice.total - sum(note.total for note in [*earlier, document])
    _split(prepared)
    # The note says it for good; payments that follow change what is owed, not what was true here.
    prepared.document.supply = {
        **invoice.supply,
        "left_on_invoice": f"{prepared.still_owed - prepared.applied}",
        "payment_terms": _terms(invoice),
        "ended_by_buyer": _is_of_buyer(issued_by, [credit.line for credit in credits]),
    }
    _refuse_rule_breaking(prepared, seller)
    prepared.postings = credit_note_postings(
        net=totals.net,
        tax=totals.tax_total,
        rounding=totals.rounding,
        kept_as_credit=prepared.kept_as_credit,
    )
    return prepared


def _terms(invoice: Document) -> str:
    """Say in the document's language that nobody has to pay a credit note (EN 16931 BR-CO-25)."""
    with override(invoice.language):
        return gettext("Nothing is to be paid: it is set off against invoices or kept as credit.")


def _refuse_rule_breaking(prepared: PreparedCreditNote, seller: Seller) -> None:
    """Refuse a note whose electronic form would break a rule of its format."""
    broken = broken_rule(prepared, seller=seller, preceding=preceding_of(prepared.origin))
    if broken:
        raise CannotCredit(
            gettext_noop("The credit note cannot be issued. %(why)s"), why=in_words(broken)
        )


def _split(prepared: PreparedCreditNote) -> None:
    """Lower first what the invoice still owes; the rest is the account's credit."""
    total = prepared.document.total
    prepared.still_owed = DocumentBalance.objects.get(document=prepared.origin).open_amount
    prepared.applied = min(prepared.still_owed, total)
    prepared.kept_as_credit = total - prepared.applied


def _is_of_buyer(person: str, lines: list[DocumentLine]) -> bool:
    """Tell whether somebody of the accounts that ordered (not of the seller) ended the order."""
    accounts = [line.charge.account_id for line in lines if line.charge is not None]
    return Membership.objects.filter(account__in=accounts, user__email=person).exists()


def _earlier_notes(invoice: Document) -> list[Document]:
    return list(
        Document.objects.filter(credit_note__invoice_id=invoice.pk)
        .prefetch_related("taxes")
        .order_by("id")
    )


def _issued(document: Document) -> IssuedTotals:
    """Return a stored document's totals for the cumulative arithmetic."""
    return IssuedTotals(
        taxes=[_row(tax) for tax in document.taxes.all()],
        gross=document.total - document.rounding,
        rounding=document.rounding,
    )


def _row(tax: DocumentTax) -> TaxRow:
    return TaxRow(
        category=tax.category,
        name=tax.component,
        rate=tax.rate.normalize(),
        tax_code=tax.tax_code,
        taxable=tax.taxable_amount,
        amount=tax.tax_amount,
    )


def taxable_line(
    line: DocumentLine, invoice: Document, *, net: Decimal | None = None
) -> TaxableLine:
    """Tax the line, or so much `net` of it, as the invoice did: by the components of its category
    and whole rate."""
    for verdict in (invoice.tax_decision, *invoice.tax_decision.get("further", [])):
        components = tuple(
            TaxComponent(part["name"], Decimal(part["rate"]).normalize())
            for part in verdict["components"]
        )
        whole = sum((part.rate for part in components), Decimal(0))
        if verdict["category"] == line.tax_category and whole == line.tax_rate:
            return TaxableLine(
                net=line.net_amount if net is None else net,
                category=line.tax_category,
                components=components,
                tax_code=line.tax_code,
            )
    raise LookupError(f"Document {invoice} keeps no verdict for its line {line.position}.")


def _copy(credit: LineCredit, position: int) -> DocumentLine:
    line = credit.line
    copy = DocumentLine(
        position=position,
        credited_line=line,
        credits_amount=credit.is_amount,
        account_name=line.account_name,
        group_name=line.group_name,
        ordered_by_id=line.ordered_by_id,
        kind=line.kind,
        description=line.description,
        order_number=line.order_number,
        domain_name=line.domain_name,
        product_code=line.product_code,
        term_years=line.term_years,
        service_from=line.service_from,
        service_until=line.service_until,
        tax_code=line.tax_code,
        quantity=credit.quantity,
        unit_price=credit.unit_price,
        net_amount=credit.net,
        tax_category=line.tax_category,
        tax_rate=line.tax_rate,
    )
    copy.details = [*line.details, credited_text(copy, line)]
    return copy
