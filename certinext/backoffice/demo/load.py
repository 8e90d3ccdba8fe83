"""Playing the demo's story through the verbs that the portal runs on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import singledispatchmethod

from billing.auto_top_up.tasks import work_off_falls
from billing.gateways.accounts import set_up
from billing.models import Account, Product, Provider, Registry
from billing.models.seller import current_seller
from billing.periods import Month
from billing.registering.registries import allowed_registries
from billing.registering.switch import set_einvoicing
from billing.registering.work_off import work_off_registrations
from certinext.backoffice.demo import feed
from certinext.backoffice.demo.accounts import add_accounts, add_subscriptions
from certinext.backoffice.demo.calendar import Calendar
from certinext.backoffice.demo.desk import (
    announce_transfer,
    ask_credits_back,
    credit_a_part,
    remind,
    take_statement_in,
)
from certinext.backoffice.demo.money import add_credits, agree_to_top_up, pay
from certinext.backoffice.demo.orders import orders_of
from certinext.backoffice.demo.people import add_people
from certinext.backoffice.demo.plans import AccountPlan, PortalOrder, SellerPlan
from certinext.backoffice.demo.story import (
    BankStatementTaken,
    CreditsAdded,
    CreditsFell,
    Event,
    InvoicesPaid,
    MonthRun,
    NamesAdded,
    OrderEnded,
    OrderPlaced,
    PartlyCredited,
    PermissionGranted,
    Reminded,
    ReportImported,
    TopUpAgreed,
    TransferAnnounced,
    UsageImported,
    WithdrawalRequested,
    tell,
)
from certinext.identity.models import User
from invoices.models import Invoice
from invoices.monthly_run import start_run, work_off
from invoices.permission import grant
from orders.add_names import add_names
from orders.cancel import cancel_order
from orders.models import Order
from orders.place import place_order
from orders.reject import reject_order

RUN_BY = "monthly run"


def load(seller: SellerPlan, *, now: datetime, say: Callable[[str], object]) -> None:
    """Fill the active tenant with the seller's whole history up to `now`, in the order of time.

    The caller holds a transaction: it is all or nothing. Raises `feed.ImportWentWrong`.
    """
    calendar = Calendar(now, seller.zone)
    stage = _set_up(seller, calendar)
    say(f"{seller.schema}: {len(stage.accounts)} accounts, {len(seller.products)} products")
    for event in tell(seller, calendar, orders_of(seller, calendar)):
        stage.play(event)
        _register(event.at)
        if isinstance(event, MonthRun):
            say(f"{seller.schema}: {event.month}, {_counts()}")
    say(f"{seller.schema}: up to today, {_counts()}")


def _set_up(seller: SellerPlan, calendar: Calendar) -> _Stage:
    (_, oldest), *_ = calendar.months
    accounts = add_accounts(seller, calendar)
    add_people(seller)
    _apply_e_invoicing(seller, calendar)
    feed.import_catalogue(seller, accounts, valid_from=oldest.first_day)
    for plan in seller.accounts:
        feed.import_account_groups(plan, accounts[plan.number])
    add_subscriptions(seller, accounts, starts_on=oldest.first_day)
    clerk = next(person for person in seller.people if person.is_staff)
    # Nobody's money moves in the demo: its customers pay at the imitated gateway.
    set_up(Provider.SANDBOX, enabled=True, by=clerk.email)
    return _Stage(
        seller=seller,
        accounts=accounts,
        products=Product.objects.in_bulk(field_name="product_code"),
        people={user.email: user for user in User.objects.all()},
        clerk=clerk.email,
        placed={},
    )


def _apply_e_invoicing(seller: SellerPlan, calendar: Calendar) -> None:
    """Have documents registered at the sandbox from the plan's month on, where it is allowed."""
    if seller.e_invoices_since is None or Registry.SANDBOX not in allowed_registries():
        return
    set_einvoicing(
        current_seller(),
        since=calendar.month(seller.e_invoices_since).first_day,
        registry=Registry.SANDBOX,
        today=calendar.months[0][1].first_day,
    )


@dataclass
class _Stage:
    """The seller's things that events are about."""

    seller: SellerPlan
    accounts: dict[str, Account]
    products: dict[str, Product]
    people: dict[str, User]
    clerk: str
    placed: dict[PortalOrder, Order]

    @singledispatchmethod
    def play(self, event: Event) -> None:
        """Do what happened, at the moment at which it happened."""
        raise TypeError(f"Nobody plays {type(event).__name__}.")

    @play.register
    def _(self, event: PermissionGranted) -> None:
        grant(
            self.accounts[event.account.number],
            by=self.clerk,
            reason="Agreed in the framework contract",
            now=event.at,
        )

    @play.register
    def _(self, event: ReportImported) -> None:
        feed.import_report(self.seller, event, self.accounts[event.account.number])

    @play.register
    def _(self, event: UsageImported) -> None:
        feed.import_usage_rows(event)

    @play.register
    def _(self, event: OrderPlaced) -> None:
        order = event.order
        self.placed[order] = place_order(
            account=self.accounts[order.account],
            product=self.products[order.product],
            term_years=order.term_years,
            domain_name=order.domain,
            organization_name=self.accounts[order.account].legal_name,
            group=self.accounts[order.account].groups.filter(is_default=True).first(),
            po_number=order.po_number,
            tags=["portal"],
            ordered_by=self.people[order.by],
            now=event.at,
            save_and_hold=order.on_hold,
        )

    @play.register
    def _(self, event: OrderEnded) -> None:
        placed = self.placed[event.order]
        if event.order.cancelled_after:
            cancel_order(
                placed,
                by=event.order.by,
                reason="Ordered for the wrong domain",
                now=event.at,
                by_customer=True,
            )
        else:
            reject_order(
                placed, by=self.clerk, reason="The domain could not be validated", now=event.at
            )

    @play.register
    def _(self, event: NamesAdded) -> None:
        add_names(
            self.placed[event.order],
            names=event.order.added_names,
            extension=1,
            by=event.order.by,
            now=event.at,
        )

    @play.register
    def _(self, event: CreditsAdded) -> None:
        add_credits(self.accounts[event.account.number], by=self.clerk, now=event.at)

    @play.register
    def _(self, event: TopUpAgreed) -> None:
        account = self.accounts[event.account.number]
        agree_to_top_up(account, event.account, by=self._payer_of(event.account), now=event.at)

    @play.register
    def _(self, event: CreditsFell) -> None:
        work_off_falls(clock=lambda: event.at)

    @play.register
    def _(self, event: InvoicesPaid) -> None:
        pay(self.accounts[event.account.number], event.account.pays, by=self.clerk, now=event.at)

    @play.register
    def _(self, event: PartlyCredited) -> None:
        credit_a_part(self.accounts[event.account.number], by=self.clerk, now=event.at)

    @play.register
    def _(self, event: Reminded) -> None:
        remind(self.accounts[event.account.number], now=event.at)

    @play.register
    def _(self, event: BankStatementTaken) -> None:
        take_statement_in(self.accounts[event.short.number], by=self.clerk, now=event.at)

    @play.register
    def _(self, event: WithdrawalRequested) -> None:
        account = self.accounts[self.seller.money.withdraws]
        ask_credits_back(account, self.seller.money, by=account.billing_email, now=event.at)

    @play.register
    def _(self, event: TransferAnnounced) -> None:
        account = self.accounts[self.seller.money.announces]
        announce_transfer(account, self.seller.money, by=account.billing_email, now=event.at)

    @play.register
    def _(self, event: MonthRun) -> None:
        _run(event.month, event.at)

    def _payer_of(self, account: AccountPlan) -> str:
        """Return who handles an account's money; without anybody, where its mail goes."""
        people = [
            person.email
            for person in self.seller.people
            if person.roles.get(account.number) in {"administrator", "finance_manager"}
        ]
        return people[0] if people else str(account.details["billing_email"])


def _register(at: datetime) -> None:
    """Register what was issued: the sandbox answers at once, and the time is the story's."""
    work_off_registrations(clock=lambda: at)


def _run(month: Month, at: datetime) -> None:
    work_off(start_run(month, by=RUN_BY, now=at), clock=lambda: at, by=RUN_BY)


def _counts() -> str:
    return f"{Order.objects.count()} orders, {Invoice.objects.count()} invoices so far"
