"""Issuing invoices: from open charges to numbered, posted, frozen documents.

Everything takes a batch; one is a batch of one. `prepare_invoice` reads and computes and may
refuse; `issue_invoices` writes. The caller holds the payer's account lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.addresses import country_name
from billing.einvoice.check import broken_rule, in_words
from billing.errors import CannotBill
from billing.issuing import (
    PreparedDocument,
    number_documents,
    take_totals,
    total_text,
    write_drafts,
)
from billing.models import Account, Charge, Document, DocumentLine, Seller
from billing.periods import local_date
from billing.posting import invoice_postings
from billing.registering.wake import wake_for_issued
from billing.sealing.keys import refuse_unsealable
from billing.snapshots import buyer_snapshot, require_address, seller_snapshot
from billing.tax.decide import NoTaxRule, TaxDecision, decide_tax
from billing.tax.errors import MixedTaxCategories
from billing.tax.parties import TaxBuyer, TaxSeller
from billing.tax.totals import DocumentTotals, TaxableLine, compute_totals
from billing.taxation import tax_buyer, tax_seller
from certinext.audit.trail import event_of, record_all
from invoices.models import Invoice

# Its annex and its electronic form have every line: nobody reads more in one document.
MOST_LINES = 5000
SECTIONS = [Charge.Kind.ORDER, Charge.Kind.SUBSCRIPTION, Charge.Kind.USAGE]


@dataclass(frozen=True, kw_only=True)
class InvoiceDraft:
    """What an invoice is to be made of. `period` is half-open, `[start, end)`, aware."""

    account: Account
    kind: Invoice.Kind
    charges: Sequence[Charge]
    period: tuple[datetime, datetime] | None = None
    order_number: str = ""


@dataclass
class PreparedInvoice(PreparedDocument):
    """A prepared document with the invoice's own facts."""

    kind: Invoice.Kind = Invoice.Kind.PER_ORDER
    period: tuple[datetime, datetime] | None = None
    order_number: str = ""

    @property
    def is_wanted(self) -> bool:
        """Whether it asks for money."""
        return self.document.total > 0


def prepare_invoice(
    draft: InvoiceDraft, *, seller: Seller, on: date, issued_by: str
) -> PreparedInvoice:
    """Compute an invoice dated `on` (a day in the seller's zone) without writing anything.

    Raises `CannotBill` when the address is incomplete, no tax rule applies, a charge is in another
    currency than the account, there are more lines than a document can hold, or its electronic
    form would break a rule.
    """
    account = draft.account
    # Refusals are for staff, in words of theirs; what the document says is for the buyer.
    _refuse_unbillable(draft)
    refuse_unsealable(seller, on=on)
    require_address(account)
    decisions = _decide(draft, seller)
    with override(account.document_language):
        buyer = buyer_snapshot(account, language=account.document_language)
        lines = _lines(draft, decisions, seller)
        document = Document(
            kind=Document.Kind.INVOICE,
            account=account,
            issue_date=on,
            due_date=on + timedelta(days=_payment_days(account, seller)),
            currency=account.currency,
            language=account.document_language,
            time_zone=seller.time_zone,
            seller=seller_snapshot(seller, language=account.document_language),
            buyer=buyer,
            issued_by=issued_by[:254],
        )
        first = decisions[_key(draft.charges[0])]
        document.tax_decision = _stored_decision(decisions, seller)
        document.notices = _notices(decisions)
        document.supply = _supply(draft, first, account.document_language)
    prepared = PreparedInvoice(
        document, lines, kind=draft.kind, period=draft.period, order_number=draft.order_number
    )
    totals = _totals(draft, decisions, seller)
    take_totals(prepared, totals)
    _refuse_rule_breaking(prepared, seller)
    prepared.postings = invoice_postings(
        net=totals.net, tax=totals.tax_total, rounding=totals.rounding
    )
    return prepared


def _refuse_rule_breaking(prepared: PreparedInvoice, seller: Seller) -> None:
    """Refuse an invoice whose electronic form would break a rule of its format."""
    broken = broken_rule(prepared, seller=seller, period=prepared.period)
    if broken:
        raise CannotBill(broken.rule, in_words(broken))


@transaction.atomic
def issue_invoices(
    batch: Sequence[PreparedInvoice], *, seller: Seller, now: datetime
) -> list[Invoice]:
    """Write, post and number a batch in one transaction; the PDFs follow from the outbox.

    Safe to run again: a charge stands on one invoice line at most, by a constraint.
    """
    if not batch:
        return []
    write_drafts(batch, now=now)
    invoices = Invoice.objects.bulk_create([_invoice(prepared) for prepared in batch])
    number_documents(batch, seller=seller)
    record_all(
        event_of(
            "invoice.issued",
            on=prepared.document,
            by=prepared.document.issued_by,
            account_number=prepared.document.account.account_number,
            kind=str(prepared.kind),
            total=total_text(prepared.document),
        )
        for prepared in batch
    )
    wake_for_issued(prepared.document for prepared in batch)
    return invoices


def _refuse_unbillable(draft: InvoiceDraft) -> None:
    foreign = {c.currency for c in draft.charges} - {draft.account.currency}
    if foreign:
        raise CannotBill(
            "currency-mismatch",
            _(
                "A charge is in %(found)s and the account in %(wanted)s: void it among the"
                " account's open charges."
            )
            % {"found": ", ".join(sorted(foreign)), "wanted": draft.account.currency},
        )
    if len(draft.charges) > MOST_LINES:
        raise CannotBill(
            "too-many-lines",
            _("%(count)s charges are more than one document holds (%(most)s).")
            % {"count": len(draft.charges), "most": MOST_LINES},
        )


DecisionKey = tuple[str, date]
Decisions = dict[DecisionKey, TaxDecision]


def _key(charge: Charge) -> DecisionKey:
    return (charge.tax_code, charge.service_from)


def _decide(draft: InvoiceDraft, seller: Seller) -> Decisions:
    """Decide the tax of each code and day of supply: rates have validity dates."""
    facts: tuple[TaxSeller, TaxBuyer] = (tax_seller(seller), tax_buyer(draft.account))
    try:
        return {
            key: decide_tax(seller=facts[0], buyer=facts[1], product_tax_code=key[0], on=key[1])
            for key in sorted({_key(charge) for charge in draft.charges})
        }
    except NoTaxRule as error:
        raise CannotBill(error.reason_code, _(error.message) % error.params) from error


def _totals(draft: InvoiceDraft, decisions: Decisions, seller: Seller) -> DocumentTotals:
    try:
        return compute_totals(
            [
                TaxableLine(
                    net=charge.net_amount,
                    category=decisions[_key(charge)].category,
                    components=decisions[_key(charge)].components,
                    tax_code=charge.tax_code,
                )
                for charge in draft.charges
            ],
            currency=draft.account.currency,
            round_to_unit=seller.round_to_unit,
        )
    except MixedTaxCategories as error:
        raise CannotBill("mixed-tax", _(error.message) % error.params) from error


def _lines(draft: InvoiceDraft, decisions: Decisions, seller: Seller) -> list[DocumentLine]:
    """Return the lines by section and cost centre, each with what its charge says."""
    ordered = sorted(
        draft.charges,
        key=lambda c: (
            SECTIONS.index(Charge.Kind(c.kind)),
            c.group.name if c.group else "",
            c.service_from,
            # Charges that are only computed have no id yet: they come in their order, last.
            (c.pk is None, c.pk or 0),
        ),
    )
    begins = local_date(draft.period[0], seller.zone) if draft.period else date.min
    return [
        _line(charge, position, decisions[_key(charge)], draft.account, begins)
        for position, charge in enumerate(ordered, 1)
    ]


def _line(
    charge: Charge,
    position: int,
    decision: TaxDecision,
    payer: Account,
    begins: date,
) -> DocumentLine:
    other = charge.account_id != payer.pk
    return DocumentLine(
        position=position,
        charge=charge,
        account_name=charge.account.display_name if other else "",
        group_name=charge.group.name if charge.group else "",
        ordered_by_id=charge.ordered_by_id,
        kind=charge.kind,
        description=charge.description,
        details=[charge.detail] if charge.detail else [],
        order_number=charge.order_number,
        domain_name=charge.domain_name,
        product_code=charge.product.product_code if charge.product else "",
        term_years=charge.term_years,
        service_from=charge.service_from,
        service_until=charge.service_until,
        is_late=_last_day(charge) < begins,
        tax_code=charge.tax_code,
        quantity=charge.quantity,
        unit_price=charge.unit_price,
        net_amount=charge.net_amount,
        tax_category=decision.category,
        tax_rate=decision.rate,
    )


def _last_day(charge: Charge) -> date:
    """An order is supplied on its day; a fee or usage until the end of its calendar month."""
    if charge.kind == Charge.Kind.ORDER or charge.service_until is None:
        return charge.service_from
    return charge.service_until


def _stored_decision(decisions: Decisions, seller: Seller) -> dict[str, object]:
    """Keep rule, inputs and verdict; further verdicts (another code or day) beside the first."""
    verdicts = [decision.as_json() for decision in decisions.values()]
    return {**verdicts[0], "round_to_unit": seller.round_to_unit, "further": verdicts[1:]}


def _notices(decisions: Decisions) -> list[str]:
    seen: dict[str, None] = {}
    for decision in decisions.values():
        if decision.notice:
            seen.setdefault(_(decision.notice))
    return list(seen)


def _supply(draft: InvoiceDraft, decision: TaxDecision, language: str) -> dict[str, object]:
    numbers = {charge.po_number for charge in draft.charges if charge.po_number}
    name, code = decision.place_of_supply_name, decision.place_of_supply_code
    place = f"{name} ({code})" if name and code else name
    return {
        "po_number": numbers.pop() if len(numbers) == 1 else draft.account.po_number,
        "buyer_reference": draft.account.buyer_reference,
        "place_of_supply": place or country_name(decision.place_of_supply_country, language),
        "reverse_charge": decision.reverse_charge,
        "destination_country": country_name(draft.account.country, language)
        if decision.export
        else "",
    }


def _payment_days(account: Account, seller: Seller) -> int:
    return seller.payment_days if account.payment_days is None else account.payment_days


def _invoice(prepared: PreparedInvoice) -> Invoice:
    return Invoice(
        document=prepared.document,
        account=prepared.document.account,
        kind=prepared.kind,
        period=DateTimeTZRange(*prepared.period, bounds="[)") if prepared.period else None,
        order_number=prepared.order_number,
    )
