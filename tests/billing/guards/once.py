"""Cases of UNIQUE and EXCLUDE constraints: what there is once."""

from __future__ import annotations

from datetime import date

from billing.models import (
    Allocation,
    ImportRow,
    ImportRun,
    LedgerAccount,
    NumberSeries,
    OutboxMessage,
    ParkedAccount,
)
from certinext.identity.models import Invitation
from invoices.models import MonthlyPermission
from orders.models import OrderCharge
from tests.billing.guards.registry import refuses
from tests.billing.guards.scenes import (
    added_name,
    again,
    by_hand,
    issued,
    line_of,
    noted,
    october,
    run,
    run_item,
    tax_of,
    transfer,
)
from tests.billing.rows import draft_document
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    EarlierEntryFactory,
    GroupFactory,
    MembershipFactory,
    MeterTierFactory,
    OrderFactory,
    PlanFactory,
    PlanMeterFactory,
    PriceListFactory,
    PriceListItemFactory,
    PriceTierFactory,
    ProductFactory,
    SubscriptionChargeFactory,
    SubscriptionFactory,
    UsageRecordFactory,
    UserFactory,
)
from tests.invoices.helpers import NOW


@refuses("billing_account_account_number_key", "twice")
def _account_number() -> None:
    AccountFactory(account_number=AccountFactory().account_number)


@refuses("allocation_once", "twice")
def _allocation() -> None:
    noted()
    again(Allocation.objects.get(), amount=1)


@refuses("billing_charge_source_key_key", "twice")
def _charge() -> None:
    ChargeFactory(source_key=ChargeFactory().source_key)


@refuses("billing_document_number_key", "twice")
def _number() -> None:
    by_hand(draft_document())
    by_hand(draft_document(), sequence=2)


@refuses("document_sequence_once", "twice")
def _sequence() -> None:
    by_hand(draft_document())
    by_hand(draft_document(), number="H/000002")


@refuses("billing_documentline_charge_id_key", "two lines of one charge")
def _line_of_charge() -> None:
    again(line_of(issued()), position=2)


@refuses("line_position_once", "twice")
def _line() -> None:
    line = line_of(issued())
    again(line, charge_id=ChargeFactory(account=line.document.account).pk)


@refuses("tax_position_once", "twice")
def _tax() -> None:
    again(tax_of(issued()))


@refuses("billing_group_group_number_key", "twice")
def _group() -> None:
    GroupFactory(group_number=GroupFactory().group_number)


@refuses("group_one_default", "two")
def _default_group() -> None:
    GroupFactory(account=GroupFactory(is_default=True).account, is_default=True)


@refuses("added_name_once", "twice")
def _added_name() -> None:
    again(added_name(), extension=2)


@refuses("earlier_entry_once", "twice")
def _earlier_entry() -> None:
    again(EarlierEntryFactory())


@refuses("import_row_once", "twice")
def _import_row() -> None:
    imported = ImportRun.objects.create(kind="orders", file_name="a", imported_by="b")
    again(ImportRow.objects.create(run=imported, row_number=1, outcome="created"))


@refuses("ledger_account_once", "twice, though without a customer")
def _ledger_account() -> None:
    again(LedgerAccount.objects.create(kind="revenue", currency="INR"))


@refuses("billing_ledgertransfer_idempotency_key_key", "twice")
def _transfer() -> None:
    again(transfer())


@refuses("membership_once", "twice")
def _membership() -> None:
    again(MembershipFactory(user__password=None))


@refuses("billing_numberseries_prefix_key", "twice")
def _series() -> None:
    again(NumberSeries.objects.create(prefix="X", kind="invoice", width=6))


@refuses("subscription_no_overlap", "one plan twice at a time")
def _subscription() -> None:
    running = SubscriptionFactory()
    SubscriptionFactory(account=running.account, plan=running.plan, starts_on=date(2027, 1, 1))


@refuses("outbox_once", "twice")
def _outbox() -> None:
    again(OutboxMessage.objects.get(document=issued().document))


@refuses("billing_parkedaccount_account_id_key", "twice")
def _parked() -> None:
    again(
        ParkedAccount.objects.create(
            account=AccountFactory(), reason_code="a", reason="b", parked_at=NOW
        )
    )


@refuses("billing_plan_code_key", "twice")
def _plan() -> None:
    PlanFactory(code=PlanFactory().code)


@refuses("meter_once_per_plan", "twice")
def _meter() -> None:
    again(PlanMeterFactory())


@refuses("tier_once_per_meter", "twice")
def _meter_tier() -> None:
    again(MeterTierFactory())


@refuses("price_tier_once", "twice")
def _price_tier() -> None:
    again(PriceTierFactory())


@refuses("subscription_period_once", "a day of a fee twice")
def _fee_of_a_day() -> None:
    october = SubscriptionChargeFactory()
    SubscriptionChargeFactory(
        subscription=october.subscription, first_day=date(2026, 10, 31), until=date(2026, 11, 30)
    )


@refuses("subscription_period_once", "the included units of a meter twice")
def _included_twice() -> None:
    meter = PlanMeterFactory()
    subscription = SubscriptionFactory(plan=meter.plan)
    for _time in range(2):
        SubscriptionChargeFactory(subscription=subscription, what="included", meter=meter)


@refuses("price_list_no_overlap", "two general lists")
def _general_lists() -> None:
    PriceListFactory(valid_until=date(2026, 10, 7))
    PriceListFactory(valid_from=date(2026, 10, 6))


@refuses("price_list_no_overlap", "two lists of an account")
def _lists_of_an_account() -> None:
    again(PriceListFactory(account=AccountFactory()))


@refuses("price_once_per_term", "twice")
def _price() -> None:
    again(PriceListItemFactory())


@refuses("billing_product_product_code_key", "twice")
def _product() -> None:
    again(ProductFactory())


@refuses("billing_usagerecord_idempotency_key_key", "twice")
def _usage() -> None:
    again(UsageRecordFactory())


@refuses("identity_invitation_token_key", "twice")
def _token() -> None:
    again(Invitation.objects.create(email="a@example.com", token="t", expires_at=NOW))


@refuses("invitation_to_backoffice_once", "twice")
def _staff_invitation() -> None:
    for token in ("t", "u"):
        Invitation.objects.create(email="a@example.com", token=token, expires_at=NOW, is_staff=True)


@refuses("identity_user_email_key", "twice")
def _address() -> None:
    UserFactory(email=UserFactory(password=None).email, password=None)


@refuses("user_email_once", "twice in another case")
def _address_in_capitals() -> None:
    UserFactory(email=UserFactory(password=None).email.upper(), password=None)


@refuses("invoices_billingrun_month_key", "twice")
def _run() -> None:
    again(run())


@refuses("run_item_once", "twice")
def _run_item() -> None:
    again(run_item())


@refuses("invoice_periods_no_overlap", "a day in two invoices")
def _periods() -> None:
    account = AccountFactory()
    october(account, last=20)
    october(account, first=19)


@refuses("monthly_permission_one_open", "two open")
def _permission() -> None:
    again(
        MonthlyPermission.objects.create(
            account=AccountFactory(), granted_at=NOW, granted_by="a", billed_until=NOW
        )
    )


@refuses("orders_order_order_number_key", "twice")
def _order_number() -> None:
    OrderFactory(order_number=OrderFactory().order_number)


@refuses("orders_order_request_number_key", "twice")
def _request_number() -> None:
    OrderFactory(request_number=OrderFactory().request_number)


@refuses("orders_ordercharge_charge_id_key", "twice")
def _order_charge() -> None:
    order = OrderFactory()
    charge = ChargeFactory(account=order.account)
    again(OrderCharge.objects.create(order=order, charge=charge, reason="order"))
