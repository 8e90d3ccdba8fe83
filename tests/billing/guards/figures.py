"""Cases of CHECK constraints."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from billing.models import (
    Account,
    Allocation,
    DocumentBalance,
    ImportRow,
    ImportRun,
    LedgerAccount,
    NumberSeries,
    OutboxMessage,
)
from tests.billing.guards.registry import refuses, table
from tests.billing.guards.scenes import (
    DAY,
    added_name,
    again,
    book,
    by_hand,
    crediting_line,
    draft_line,
    draft_note,
    file_of,
    invoice_row,
    issued,
    line_of,
    note_row,
    noted,
    run,
    run_item,
    sql,
    tax_of,
    transfer,
)
from tests.billing.rows import draft_document
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    MeterTierFactory,
    MonthlyPermissionFactory,
    OrderFactory,
    PlanFactory,
    PlanMeterFactory,
    PriceListFactory,
    PriceListItemFactory,
    PriceTierFactory,
    ProductFactory,
    SellerFactory,
    SubscriptionChargeFactory,
    SubscriptionFactory,
    UsageRecordFactory,
)
from tests.invoices.helpers import NOW

MINUS = Decimal(-1)

table(
    {
        ("account_bill_to_parent", "no parent pays"): lambda: AccountFactory(bill_to="parent"),
        ("account_endpoint_whole", "no address"): lambda: AccountFactory(endpoint_scheme="0088"),
        ("account_endpoint_whole", "no scheme"): lambda: AccountFactory(endpoint_id="4000001"),
        ("account_number_ten_digits", "five"): lambda: AccountFactory(account_number="12345"),
        ("billing_account_payment_days_check", "-1"): lambda: AccountFactory(payment_days=-1),
        ("billing_charge_term_years_check", "-1"): lambda: ChargeFactory(term_years=-1),
        ("charge_net_amount", "-1"): lambda: ChargeFactory(net_amount=MINUS),
        ("charge_quantity", "-1"): lambda: ChargeFactory(quantity=MINUS, net_amount=1),
        ("charge_unit_price", "-1"): lambda: ChargeFactory(unit_price=MINUS, net_amount=1),
        ("charge_order_has_number", "none"): lambda: ChargeFactory(order_number=""),
        ("billing_document_sequence_check", "-1"): lambda: draft_document(sequence=-1),
        ("document_draft_or_issued", "half"): lambda: draft_document(sequence=1),
        ("document_kind_known", "a letter"): lambda: draft_document(kind="letter"),
        ("document_net_not_negative", "-1"): lambda: draft_document(net_total=-1, tax_total=1),
        ("document_tax_not_negative", "-1"): lambda: draft_document(net_total=1, tax_total=-1),
        ("document_number_form", "a space"): lambda: by_hand(draft_document(), number="H 1"),
        ("document_rounding_small", "1"): lambda: draft_document(rounding=1, total=1),
        ("document_total_adds_up", "0 = 1"): lambda: draft_document(total=1),
        ("document_total_not_negative", "-0.4"): lambda: draft_document(
            rounding=Decimal("-0.4"), total=Decimal("-0.4")
        ),
        ("billing_documentfile_size_check", "-1"): lambda: file_of(draft_document(), size=-1),
        ("file_sha256_form", "short"): lambda: file_of(draft_document(), sha256="0"),
        ("ledger_account_owner", "revenue of a customer"): lambda: LedgerAccount.objects.create(
            kind="revenue", account=AccountFactory(), currency="INR"
        ),
        ("ledger_account_owner", "receivable of nobody"): lambda: book("receivable"),
        ("transfer_amount_positive", "0"): lambda: transfer(amount=0),
        ("transfer_two_accounts", "one"): lambda: transfer(
            debit=book("revenue"), credit=book("revenue")
        ),
        ("billing_numberseries_next_number_check", "-1"): lambda: NumberSeries.objects.create(
            prefix="X", kind="invoice", width=6, next_number=-1
        ),
        ("billing_numberseries_width_check", "-1"): lambda: NumberSeries.objects.create(
            prefix="X", kind="invoice", width=-1
        ),
        ("billing_outboxmessage_attempts_check", "-1"): lambda: OutboxMessage.objects.create(
            document=draft_document(), topic="render", next_attempt_at=NOW, attempts=-1
        ),
        ("plan_monthly_fee", "-1"): lambda: PlanFactory(monthly_fee=MINUS),
        ("plan_yearly_fee", "-1"): lambda: PlanFactory(yearly_fee=MINUS),
        ("plan_minimum_commitment", "-1"): lambda: PlanFactory(minimum_commitment=MINUS),
        ("tier_above_zero", "0"): lambda: MeterTierFactory(above=0),
        ("tier_unit_price", "-1"): lambda: MeterTierFactory(unit_price=MINUS),
        ("tier_flat_amount", "-1"): lambda: MeterTierFactory(flat_amount=MINUS),
        ("subscription_charge_days", "none"): lambda: SubscriptionChargeFactory(
            what="usage", meter=PlanMeterFactory(), first_day=DAY, until=DAY
        ),
        ("subscription_charge_meter", "a fee of a meter"): lambda: SubscriptionChargeFactory(
            meter=PlanMeterFactory()
        ),
        ("subscription_charge_meter", "usage of none"): lambda: SubscriptionChargeFactory(
            what="usage"
        ),
        ("subscription_charge_units", "-1"): lambda: SubscriptionChargeFactory(units=MINUS),
        ("subscription_charge_covered", "-1"): lambda: SubscriptionChargeFactory(covered=MINUS),
        ("price_list_discount", "101"): lambda: PriceListFactory(discount_percent=101),
        ("price_discount", "-1"): lambda: PriceListItemFactory(discount_percent=MINUS),
        ("price_tier_above_zero", "0"): lambda: PriceTierFactory(above=0),
        ("billing_pricetier_above_check", "-1"): lambda: PriceTierFactory(above=-1),
        ("price_tier_not_negative", "-1"): lambda: PriceTierFactory(amount=MINUS),
        ("meter_included_units", "-1"): lambda: PlanMeterFactory(included_units=MINUS),
        ("meter_unit_price", "-1"): lambda: PlanMeterFactory(unit_price=MINUS),
        ("product_is_not_its_own_added_name", "itself"): lambda: ProductFactory(
            id=990_001, added_name_product_id=990_001
        ),
        ("orders_addedname_extension_check", "-1"): lambda: added_name(extension=-1),
        ("price_list_ends_after_start", "same day"): lambda: PriceListFactory(
            valid_from=DAY, valid_until=DAY
        ),
        ("price_not_negative", "-1"): lambda: PriceListItemFactory(amount=MINUS),
        ("billing_pricelistitem_term_years_check", "-1"): lambda: PriceListItemFactory(
            term_years=-1
        ),
        ("price_term", "0"): lambda: PriceListItemFactory(term_years=0),
        ("price_term", "11"): lambda: PriceListItemFactory(term_years=11),
        ("seller_one_row", "second"): lambda: SellerFactory(id=2, india=True),
        ("subscription_ends_after_start", "same day"): lambda: SubscriptionFactory(
            starts_on=DAY, ends_on=DAY
        ),
        ("run_month_form", "13th"): lambda: run(month="2026-13"),
        ("run_period_forwards", "empty"): lambda: run(period_start=NOW, period_end=NOW),
        ("invoices_billingrunitem_attempts_check", "-1"): lambda: run_item(attempts=-1),
        ("run_item_invoice_done", "to do"): lambda: run_item(invoice=issued()),
        ("run_item_parked_has_reason", "none"): lambda: run_item(state="parked"),
        ("invoice_order_when_per_order", "none"): lambda: invoice_row(
            draft_document(), order_number=""
        ),
        ("invoice_period_when_monthly", "none"): lambda: invoice_row(
            draft_document(), kind="monthly"
        ),
        ("monthly_permission_ends_after_start", "before"): lambda: MonthlyPermissionFactory(
            granted_at=NOW, billed_until=NOW, revoked_at=NOW - timedelta(seconds=1)
        ),
        ("order_number_ten_digits", "five"): lambda: OrderFactory(order_number="12345"),
        ("order_number_when_accepted", "none"): lambda: OrderFactory(order_number=None),
        ("order_term_in_range", "11"): lambda: OrderFactory(term_years=11),
        ("orders_order_order_status_check", "-1"): lambda: OrderFactory(order_status=-1),
        ("orders_order_certificate_status_check", "-1"): lambda: OrderFactory(
            certificate_status=-1
        ),
    }
)


@refuses("orders_order_term_years_check", "-1", without=("order_term_in_range",))
def _order_for_less_than_nothing() -> None:
    OrderFactory(term_years=-1)


@refuses("account_not_own_parent", "itself")
def _own_parent() -> None:
    account = AccountFactory()
    Account.objects.filter(pk=account.pk).update(parent=account)


@refuses("account_paper_size_known", "a5")
def _unknown_paper() -> None:
    account = AccountFactory()
    Account.objects.filter(pk=account.pk).update(paper_size="a5")


@refuses("allocation_amount_positive", "0")
def _allocation_of_nothing() -> None:
    note = noted()
    Allocation.objects.create(source=note.document, target=note.invoice.document, amount=0)


@refuses("balance_credited_within_total", "-1")
def _credited_below_zero() -> None:
    DocumentBalance.objects.filter(pk=issued().pk).update(credited=-1)


@refuses("balance_credited_within_total", "more than the total")
def _credited_too_much() -> None:
    DocumentBalance.objects.filter(pk=issued().pk).update(credited=10532)


@refuses("balance_not_overpaid", "paid more than the total")
def _paid_too_much() -> None:
    DocumentBalance.objects.filter(pk=issued().pk).update(paid=10532)


@refuses("balance_total_in_range", "NaN")
def _no_total() -> None:
    issued()
    sql("UPDATE billing_documentbalance SET total = 'NaN'")


@refuses("billing_documentline_position_check", "-1")
def _line_before_the_first() -> None:
    again(line_of(issued()), position=-1)


@refuses("billing_documentline_term_years_check", "-1")
def _line_for_less_than_nothing() -> None:
    again(line_of(issued()), term_years=-1)


@refuses("line_has_one_source", "none")
def _line_from_nowhere() -> None:
    again(line_of(issued()), charge_id=None)


@refuses("line_has_one_source", "two")
def _line_from_two() -> None:
    line = line_of(issued())
    again(line, credited_line_id=line.pk)


@refuses("line_credits_amount_once", "on an invoice")
def _amount_on_an_invoice() -> None:
    charge = ChargeFactory()
    draft_line(draft_document(account=charge.account), charge, credits_amount=True)


@refuses("line_credits_amount_once", "twice the amount", without=("line_credits_within",))
def _amount_twice() -> None:
    invoice = issued()
    line = line_of(invoice)
    crediting_line(draft_note(invoice), line, net_amount=10, quantity=2, credits_amount=True)


@refuses("line_net_not_negative", "-1")
def _line_below_zero() -> None:
    again(line_of(issued()), net_amount=MINUS)


@refuses("line_figures_in_range", "101 %")
def _line_of_101_percent() -> None:
    again(line_of(issued()), tax_rate=Decimal(101))


@refuses("billing_documenttax_position_check", "-1")
def _tax_before_the_first() -> None:
    again(tax_of(issued()), position=-1)


@refuses("tax_amount_not_negative", "-1")
def _tax_below_zero() -> None:
    again(tax_of(issued()), tax_amount=MINUS)


@refuses("tax_taxable_not_negative", "-1")
def _taxable_below_zero() -> None:
    again(tax_of(issued()), taxable_amount=MINUS)


@refuses("tax_rate_in_range", "101 %")
def _tax_of_101_percent() -> None:
    again(tax_of(issued()), rate=Decimal(101))


@refuses("billing_importrow_row_number_check", "-1")
def _row_before_the_first() -> None:
    imported = ImportRun.objects.create(kind="orders", file_name="a", imported_by="b")
    ImportRow.objects.create(run=imported, row_number=-1, outcome="created")


@refuses("billing_seller_financial_year_start_check", "-1")
def _year_before_january() -> None:
    sql("UPDATE billing_seller SET financial_year_start = -1")


@refuses("seller_financial_year_start", "13")
def _year_after_december() -> None:
    sql("UPDATE billing_seller SET financial_year_start = 13")


@refuses("seller_endpoint_whole", "no address")
def _kind_of_no_address() -> None:
    sql("UPDATE billing_seller SET endpoint_scheme = '0088'")


@refuses("billing_seller_payment_days_check", "-1")
def _payment_before_the_invoice() -> None:
    sql("UPDATE billing_seller SET payment_days = -1")


@refuses("usage_quantity", "-1")
def _usage_below_zero() -> None:
    UsageRecordFactory(quantity=MINUS)


@refuses("credit_note_split_not_negative", "-5 and 15")
def _split_below_zero() -> None:
    invoice = issued()
    note_row(draft_note(invoice), invoice, applied_amount=-5, credit_amount=15)
