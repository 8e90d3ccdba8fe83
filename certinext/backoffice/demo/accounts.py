"""Accounts, groups, prices and subscriptions of a demo seller."""

from __future__ import annotations

from datetime import date

from billing.models import Account, MeterTier, Plan, PlanMeter, Subscription
from certinext.backoffice.demo.calendar import Calendar
from certinext.backoffice.demo.plans import AccountPlan, SellerPlan, SubscriptionPlan


def add_accounts(seller: SellerPlan, calendar: Calendar) -> dict[str, Account]:
    """Add the seller's accounts, partners first, and return them by number.

    Raises `ValidationError` when one of them would not pass a form.
    """
    accounts: dict[str, Account] = {}
    for plan in sorted(seller.accounts, key=lambda plan: bool(plan.parent)):
        account = _account(plan, seller, calendar)
        account.parent = accounts[plan.parent] if plan.parent else None
        account.full_clean()
        account.save()
        accounts[plan.number] = account
    return accounts


def add_subscriptions(seller: SellerPlan, accounts: dict[str, Account], *, starts_on: date) -> None:
    """Add the seller's plans and who has them."""
    plans = {plan.code: _plan(plan, seller.currency) for plan in seller.plans}
    Subscription.objects.bulk_create(
        Subscription(
            account=accounts[account.number],
            plan=plans[account.subscription],
            starts_on=starts_on.replace(day=account.subscription_day),
        )
        for account in seller.accounts
        if account.subscription
    )


def _account(plan: AccountPlan, seller: SellerPlan, calendar: Calendar) -> Account:
    ago = plan.billed_from_months_ago
    return Account(
        account_number=plan.number,
        kind=plan.kind,
        display_name=plan.name,
        bill_to=Account.BillTo.PARENT if plan.billed_to_parent else Account.BillTo.SELF,
        currency=seller.currency,
        billing_from=calendar.month(ago).first_day if ago is not None else None,
        **plan.details,
    )


def _plan(plan: SubscriptionPlan, currency: str) -> Plan:
    made = Plan.objects.create(
        code=plan.code,
        name=plan.name,
        description=plan.description,
        currency=currency,
        monthly_fee=plan.fee,
        minimum_commitment=plan.commitment,
    )
    for meter in plan.meters:
        counted = PlanMeter.objects.create(
            plan=made,
            code=meter.code,
            name=meter.name,
            included_units=meter.included,
            unit_price=meter.unit_price,
        )
        MeterTier.objects.bulk_create(
            MeterTier(meter=counted, above=above, unit_price=price) for above, price in meter.tiers
        )
    return made
