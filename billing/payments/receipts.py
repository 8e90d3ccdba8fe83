"""The receipt of a payment: a document of its own, frozen and numbered like an invoice.

In India an advance bears tax when it is received (CGST Act, Section 13; Rule 50): it is taken out
of the amount at the account's rate, 18 per cent where that cannot be told yet, and set off on the
invoices that the advance pays. Money for issued invoices bears none: they bear it themselves.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.addresses import country_name
from billing.issuing import PreparedDocument
from billing.models import Account, Document, DocumentTax, Payment, Seller
from billing.models.catalogue import DEFAULT_TAX_CODE
from billing.money import ZERO, share_of
from billing.payments.advances import taxed_advance_in
from billing.snapshots import buyer_snapshot, seller_snapshot
from billing.tax.decide import NoTaxRule, TaxDecision, decide_tax
from billing.taxation import tax_buyer, tax_seller


def prepare_receipt(
    payment: Payment,
    account: Account,
    *,
    seller: Seller,
    on: date,
    kept: Decimal,
    credits_before: Decimal,
) -> PreparedDocument:
    """Compute the receipt dated `on` (a day in the seller's zone) without writing anything.

    `kept` is the part that became credit: the advance, in the payment's currency.
    """
    goes_back = not payment.is_incoming
    with override(account.document_language):
        document = Document(
            kind=Document.Kind.REFUND if goes_back else Document.Kind.RECEIPT,
            account=account,
            issue_date=on,
            currency=payment.currency,
            language=account.document_language,
            time_zone=seller.time_zone,
            total=payment.amount,
            net_total=payment.amount,
            tax_total=ZERO,
            rounding=ZERO,
            seller=seller_snapshot(seller, language=account.document_language),
            buyer=buyer_snapshot(account, language=account.document_language),
            supply={"credits_before": f"{credits_before}", "advance": f"{kept}"},
            tax_decision={},
            issued_by=payment.decided_by,
        )
        if payment.is_imitated:
            document.notices = [_("No money moved: this payment was imitated in the sandbox.")]
        prepared = PreparedDocument(document, [])
        decision = _advance_tax(seller, account, on=on)
        if decision is not None:
            advance = taxed_advance_in(payment, account) if goes_back else kept
            if advance:
                _take_out_tax(prepared, decision, advance)
    return prepared


def _advance_tax(seller: Seller, account: Account, *, on: date) -> TaxDecision | None:
    """Return the tax that an advance bears: in India the account's own, elsewhere none.

    A credit balance in the EU names no supply yet, so nothing falls due (Article 65 of Directive
    2006/112/EC asks for a payment on account of a known supply). Abroad, an export bears none.
    """
    if seller.country != "IN":
        return None
    try:
        decision = decide_tax(
            seller=tax_seller(seller),
            buyer=tax_buyer(account),
            on=on,
            product_tax_code=DEFAULT_TAX_CODE,
        )
    except NoTaxRule:
        # Parked until a clerk mends the account; money that came in is receipted all the same.
        return None
    return decision if decision.rate else None


def _take_out_tax(prepared: PreparedDocument, decision: TaxDecision, advance: Decimal) -> None:
    """Put the tax that the advance contains on the receipt: advance x rate / (100 + whole rate)."""
    document = prepared.document
    taxes = [
        (component, share_of(advance, component.rate, 100 + decision.rate, document.currency))
        for component in decision.components
    ]
    document.tax_total = sum((tax for _, tax in taxes), ZERO)
    document.net_total = document.total - document.tax_total
    prepared.taxes = [
        DocumentTax(
            position=position,
            component=component.name,
            category=decision.category,
            tax_code=DEFAULT_TAX_CODE,
            rate=component.rate,
            taxable_amount=advance - document.tax_total,
            tax_amount=tax,
        )
        for position, (component, tax) in enumerate(taxes, 1)
    ]
    name, code = decision.place_of_supply_name, decision.place_of_supply_code
    document.tax_decision = decision.as_json()
    document.supply |= {
        "place_of_supply": f"{name} ({code})"
        if name and code
        else country_name(decision.place_of_supply_country, document.language),
        "reverse_charge": decision.reverse_charge,
    }
    document.notices = [
        *document.notices,
        _("Tax on this advance is set off on the invoices that it pays.")
        if document.kind == Document.Kind.RECEIPT
        else _("The advance goes back before a supply was made: its tax is taken back with it."),
    ]
