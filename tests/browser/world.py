"""A seller with some months of business, made by the portal's own verbs, up to this minute."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from billing.banking.take_in import take_in
from billing.credits.alert import set_alert
from billing.credits.bank_details import checked_destination
from billing.credits.low import tell_of_low_credits
from billing.credits.wire import announce_wire
from billing.credits.withdraw import request_withdrawal
from billing.gateways.accounts import set_up
from billing.gateways.checkouts import open_checkout
from billing.gateways.sandbox_delivery import deliver_due
from billing.gateways.via_sandbox import act
from billing.importing.ledger import import_ledger
from billing.models import (
    Account,
    Document,
    Membership,
    OutboxMessage,
    Payment,
    Product,
    Provider,
)
from billing.models.seller import current_seller
from billing.payments.begin import begin_payment
from billing.payments.from_credits import adjust_credits
from billing.payments.owed import open_invoices
from billing.payments.settle import settle
from billing.periods import Month, day_start, local_date
from certinext.identity.invite import invite, withdraw_invitation
from certinext.identity.models import User
from invoices.models import BillingRun
from invoices.monthly_run import start_run, work_off
from invoices.permission import grant
from orders.add_names import add_names
from orders.cancel import cancel_order
from orders.import_report import import_orders
from orders.models import CertificateStatus, Order, OrderStatus
from orders.place import place_order
from orders.renew import renew_order
from tests.browser import abroad
from tests.browser.exported import exported
from tests.browser.registered import registered
from tests.browser.reminded import reminded
from tests.browser.topped_up import being_kept, topped_up
from tests.factories import (
    PASSWORD,
    AccountFactory,
    GroupFactory,
    MembershipFactory,
    PlanFactory,
    PriceListFactory,
    PriceListItemFactory,
    ProductFactory,
    SubscriptionFactory,
    UserFactory,
)

CATALOGUE = {
    "711": ("emSign OV SSL", "SSL/TLS Certificates", "8925.00", "16065.00"),
    "721": ("emSign EV SSL", "SSL/TLS Certificates", "21420.00", "38556.00"),
    "701": ("emSign DV SSL Wildcard", "SSL/TLS Certificates", "12600.00", "22680.00"),
    "851": ("emSign Document Signer", "Document Signing", "6300.00", "11340.00"),
}

# A price list that has not begun: its prices can still be changed.
LATER = "Prices of next year"
# The platform's order report: the first row is invoiced, the others cannot go in.
REPORT: list[dict[str, Any]] = [
    {
        "orderNumber": "9433110007",
        "requestNumber": "7933110007",
        "productCode": "711",
        "orderDate": "2026-09-02 10:00:00",
        "orderStatus": "Order Accepted",
        "certificateStatus": "Pending for Approver",
        "domainName": "www.meridian.example",
    },
    {"orderNumber": "9433110001", "productCode": "999", "orderStatus": "Accepted"},
    {"orderNumber": "94331", "productCode": "711", "orderStatus": "Accepted"},
]


# The platform's ledger of the shop, before this portal: what it had left was used up.
LEDGER = [
    ("2026-05-04 10:12:00", "Wire transfer", "", "Credit", "", "25000.00", "25000.00"),
    ("2026-05-11 15:40:00", "emSign OV SSL", "9433100411", "Debit", "10531.50", "", "14468.50"),
    ("2026-06-02 09:05:00", "emSign OV SSL", "9433100577", "Debit", "10531.50", "", "3937.00"),
    ("2026-06-20 11:30:00", "Withdrawal", "", "Debit", "3937.00", "", "0.00"),
]
LEDGER_COLUMNS = (
    "transactionDate",
    "description",
    "orderNumber",
    "transactionType",
    "debit",
    "credit",
    "balance",
)


@dataclass
class World:
    """Accounts by name, people by what they do, and objects that pages are about."""

    now: datetime
    accounts: dict[str, Account] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    run: BillingRun = field(init=False)
    invitation: str = ""
    withdrawn: str = ""


def build_world(now: datetime) -> World:
    """Fill the active tenant with what happened until `now`."""
    world = World(now)
    _catalogue(now)
    _accounts(world)
    this_month = Month.of(local_date(now, current_seller().zone))
    for month in (this_month.previous().previous(), this_month.previous()):
        _a_month(world, month)
    _today(world)
    _payments(world)
    _abroad(world)
    topped_up(world.accounts["shop"], by=world.people["shop"].email, now=now)
    being_kept(world.accounts["mills"], by=world.people["mills"].email, now=now)
    reminded(world.accounts, by=world.people["staff"].email, now=now)
    world.documents = registered(world.accounts["insurers"], now=now)
    exported(world.accounts["shop"], by=world.people["shop"], clerk=world.people["staff"], now=now)
    # One hash for all: making them is slow on purpose.
    User.objects.update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt"))
    for person in User.objects.all():
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    # Whoever downloads first renders: the worker is not kept busy with all that is old.
    OutboxMessage.objects.update(done_at=now)
    return world


def _catalogue(now: datetime) -> None:
    change = now.date() + timedelta(days=90)
    general = PriceListFactory.create(valid_until=change)
    later = PriceListFactory.create(name=LATER, valid_from=change)
    for code, (name, category, year, two_years) in CATALOGUE.items():
        product = ProductFactory.create(product_code=code, name=name, category_name=category)
        for term, amount in ((1, year), (2, two_years)):
            PriceListItemFactory.create(
                price_list=general, product=product, term_years=term, amount=Decimal(amount)
            )
        PriceListItemFactory.create(price_list=later, product=product, amount=Decimal(year) + 100)
    extra = ProductFactory.create(
        product_code="719",
        name="Additional domain name",
        category_name="SSL/TLS Certificates",
        is_active=False,
    )
    PriceListItemFactory.create(price_list=general, product=extra, amount=Decimal("1500.00"))
    Product.objects.filter(product_code="721").update(validation="ev", wildcard="no")
    Product.objects.filter(product_code="701").update(validation="dv", wildcard="yes")
    Product.objects.filter(product_code__in=["711", "721"]).update(added_name_product=extra)


def _accounts(world: World) -> None:
    world.people["staff"] = UserFactory.create(
        email="aditi@aravalli.example", full_name="Aditi Ranganathan", is_staff=True
    )
    _account(world, "shop", "Sundara Retail", "Priya Raman")
    registered = {"cross_state": True, "tax_id": "27AAHCS5512Q1ZT"}
    _account(world, "hospital", "Lakshmi Hospitals", "Arjun Shetty", **registered)
    _account(world, "textiles", "Meridian Textiles", "Nisha Kulkarni")
    _account(world, "foods", "Kaveri Foods", "Rahul Menon", export=True)
    partner = _account(world, "partner", "Northwind Partners", "Meera Iyer")
    _account(
        world,
        "branch",
        "Northwind Pune",
        "Vikram Joshi",
        parent=partner,
        bill_to=Account.BillTo.PARENT,
    )
    _account(world, "mills", "Deccan Mills", "Latha Krishnan")
    _account(world, "insurers", "Ganga Insurers", "Rekha Pillai")
    _account(world, "parked", "Somewhere Unknown", "Farah Khan", address_line1="", city="")
    shop = world.accounts["shop"]
    for role, name in {
        Membership.Role.FINANCE_MANAGER: "Karthik Nair",
        Membership.Role.BASIC: "Leela Das",
    }.items():
        member = MembershipFactory.create(user__full_name=name, account=shop, role=role)
        world.people[role.value] = member.user
    both = UserFactory.create(full_name="Sanjay Rao", email="sanjay@example.com")
    for name in ("shop", "hospital"):
        MembershipFactory.create(user=both, account=world.accounts[name])
    world.people["twofold"] = both
    plan = PlanFactory.create(currency="INR")
    SubscriptionFactory.create(account=world.accounts["hospital"], plan=plan)
    # Nothing charges these: their payer is not invoiced monthly.
    for name in ("partner", "branch"):
        SubscriptionFactory.create(account=world.accounts[name], plan=plan)


def _account(world: World, key: str, name: str, person: str, **fields: Any) -> Account:
    account: Account = AccountFactory.create(display_name=name, **fields)
    GroupFactory.create(account=account, name=f"{name} Treasury")
    email = f"{person.partition(' ')[0].lower()}@{key}.example"
    user = UserFactory.create(full_name=person, email=email)
    MembershipFactory.create(user=user, account=account)
    world.accounts[key], world.people[key] = account, user
    return account


def _a_month(world: World, month: Month) -> None:
    """Business of a month that is over: orders, and its run for the one that has the permission."""
    start = day_start(month.first_day, current_seller().zone)
    staff = world.people["staff"].email
    hospital = world.accounts["hospital"]
    if not hospital.monthly_permissions.exists():
        grant(hospital, by=staff, reason="Framework contract", now=start)
    clock = (start + timedelta(days=1, hours=10 * step) for step in range(60))
    _order(world, "shop", "711", f"www.sundara-{month}.example", next(clock))
    _order(world, "shop", "721", f"pay.sundara-{month}.example", next(clock), years=2)
    _order(world, "shop", "851", "", next(clock))
    for name in ("records", "portal", "pharmacy", "imaging"):
        _order(world, "hospital", "701", f"*.{name}.lakshmi-{month}.example", next(clock))
    _order(world, "branch", "711", f"pune.northwind-{month}.example", next(clock))
    _order(world, "partner", "711", f"www.northwind-{month}.example", next(clock))
    gone = _order(world, "shop", "711", f"old.sundara-{month}.example", next(clock))
    world.orders["cancelled"] = cancel_order(
        gone, by=staff, reason="The shop was closed", now=next(clock)
    )
    after = day_start(month.next().first_day, current_seller().zone)
    world.run = start_run(month, by="monthly run", now=after)
    world.run = work_off(world.run, clock=lambda: after, by="monthly run")


def _today(world: World) -> None:
    now = world.now
    world.orders["invoiced"] = _order(world, "shop", "711", "www.sundara.example", now)
    world.orders["to_cancel"] = _order(world, "shop", "721", "spare.sundara.example", now)
    world.orders["fulfilled"] = _fulfilled(
        _order(world, "shop", "711", "done.sundara.example", now)
    )
    world.orders["extended"] = _extended(
        world, "shop", _fulfilled(_order(world, "shop", "711", "more.sundara.example", now))
    )
    standing = _fulfilled(_order(world, "mills", "711", "www.mills.example", now))
    grant(world.accounts["mills"], by="clerk@aravalli.example", reason="Asked for it", now=now)
    world.orders["extended_monthly"] = _extended(world, "mills", standing)
    world.orders["held"] = _order(world, "shop", "701", "*.sundara.example", now, held=True)
    world.orders["monthly"] = _order(world, "hospital", "711", "new.lakshmi.example", now)
    world.orders["parked"] = _order(world, "parked", "711", "somewhere.example", now)
    invited = invite(
        email="new@shop.example",
        full_name="Divya Pillai",
        invited_by=world.people["staff"].email,
        now=now,
        is_staff=True,
    )
    world.invitation = invited.token
    taken_back = invite(
        email="gone@shop.example",
        full_name="Rohan Desai",
        invited_by=world.people["staff"].email,
        now=now,
    )
    withdraw_invitation(taken_back, now=now)
    world.withdrawn = taken_back.token
    import_orders(
        file=BytesIO(json.dumps({"content": REPORT}).encode()),
        account=world.accounts["insurers"],
        imported_by=world.people["staff"].email,
        now=now,
        file_name="orders.json",
    )
    rows = [dict(zip(LEDGER_COLUMNS, row, strict=True)) for row in LEDGER]
    import_ledger(
        file=BytesIO(json.dumps({"content": rows}).encode()),
        account=world.accounts["shop"],
        imported_by=world.people["staff"].email,
        clock=lambda: now,
        file_name="ledger.json",
    )
    _bank(world, now)
    _credits(world, now)


def _credits(world: World, now: datetime) -> None:
    """A transfer that waits, credits asked back, and a fall below the threshold that was told."""
    shop, by = world.accounts["shop"], world.people["shop"].email
    announce_wire(
        shop,
        amount=Decimal("25000.00"),
        currency="INR",
        transaction_number="HDFCN52026112277",
        sent_on=local_date(now, current_seller().zone),
        by=by,
        now=now,
    )
    adjust_credits(shop, amount=Decimal("40000.00"), currency="INR", reason="Gift", by=by, now=now)
    set_alert(shop, threshold=Decimal("39500.00"), currency="INR", by=by, now=now)
    request_withdrawal(
        shop,
        amount=Decimal("1500.00"),
        currency="INR",
        destination=checked_destination(
            holder="Sundara Retail", account="50200071442186", ifsc="EXBK0000291"
        ),
        by=by,
        now=now,
    )
    tell_of_low_credits(clock=lambda: now)


def _bank(world: World, now: datetime) -> None:
    """A statement: an invoice that is paid, and money that a clerk has to look at."""
    invoice = Document.objects.filter(
        account=world.accounts["foods"], kind=Document.Kind.INVOICE
    ).first()
    lines = [
        "reference,booked_on,amount,currency,debtor,remittance",
        f"HDFCN52026112201,{now:%Y-%m-%d},2500.00,INR,Sundara Retail,Renewal as agreed by phone",
        f"HDFCN52026112202,{now:%Y-%m-%d},12.35,INR,Own bank,Interest of the month",
    ]
    if invoice is not None:
        owed = f"{invoice.balance.open_amount:.2f}"
        lines.append(f"HDFCN52026112203,{now:%Y-%m-%d},{owed},INR,Kaveri Foods,{invoice}")
    take_in(
        BytesIO("\n".join(lines).encode()),
        file_name="statement-2026-11.csv",
        by=world.people["staff"].email,
        now=now,
    )


def _payments(world: World) -> None:
    """Every state that a payment can be in, through the sandbox and by transfer."""
    set_up(Provider.SANDBOX, enabled=True, by=world.people["staff"].email)
    set_up(
        Provider.STRIPE,
        enabled=False,
        publishable_key="pk_test_aravalli",
        secret="sk_test_aravalli",
        webhook_secret="whsec_aravalli",
        by=world.people["staff"].email,
    )
    now, invoices = world.now, list(open_invoices(world.accounts["shop"]))

    def begun(method: str, provider: str, amount: str, **more: Any) -> Payment:
        return begin_payment(
            world.accounts["shop"],
            kind=Payment.Kind.INVOICES,
            method=Payment.Method(method),
            provider=provider,
            amount=Decimal(amount),
            currency="INR",
            by=world.people["shop"].email,
            now=now,
            **more,
        )

    def online(amount: str, how: str = "") -> Payment:
        payment = begun("gateway", "sandbox", amount, invoices=invoices[:1])
        open_checkout(
            payment,
            description=str(invoices[0]),
            email="",
            return_url=f"/payments/{payment}/",
            now=now,
        )
        if how:
            payment.refresh_from_db()
            act(payment.session_ref, how=how, now=now)
            deliver_due(clock=lambda: now)
        return payment

    world.payments["paid"] = settle(
        begun("bank_transfer", "bank", "12000.00", invoices=invoices[:1]),
        now=now,
        by=world.people["staff"].email,
        provider_ref="UTR2026100812345",
    )
    world.payments["online"] = online("500.00")
    world.payments["declined"] = online("500.00", "decline")
    world.payments["held"] = online("500.00", "pay_less")
    world.payments["given"] = online("500.00", "pay")
    world.payments["transfer"] = begun(
        "bank_transfer",
        "bank",
        "800.00",
        invoices=invoices[1:2],
        state=Payment.State.PENDING_APPROVAL,
    )


def _abroad(world: World) -> None:
    """Accounts whose currency has no decimals, and three."""
    for key, name, person, currency in (
        ("tokyo", "Asagiri Trading", "Haruka Sato", "JPY"),
        ("manama", "Dilmun Logistics", "Yusuf Ali", "BHD"),
    ):
        abroad.priced(currency)
        account = _account(world, key, name, person, export=True, currency=currency)
        abroad.busy(account, by=world.people["staff"].email, now=world.now)


def _fulfilled(order: Order) -> Order:
    order.order_status = OrderStatus.FULFILLED
    order.certificate_status = CertificateStatus.DOWNLOADED
    order.certificate_expires_at = order.ordered_at + timedelta(days=365)
    order.save()
    return order


def _extended(world: World, account: str, order: Order) -> Order:
    """Add two names to an order, and renew it."""
    by = world.people[account].email
    names = [f"{word}.{order.domain_name.partition('.')[2]}" for word in ("api", "mail")]
    add_names(order, names=names, extension=1, by=by, now=world.now)
    return renew_order(order, term_years=2, extension=1, by=by, now=world.now)


def _order(
    world: World,
    account: str,
    code: str,
    domain: str,
    now: datetime,
    *,
    years: int = 1,
    held: bool = False,
) -> Order:
    return place_order(
        account=world.accounts[account],
        product=Product.objects.get(product_code=code),
        term_years=years,
        domain_name=domain,
        organization_name=world.accounts[account].legal_name,
        group=world.accounts[account].groups.first(),
        po_number="PO-4711",
        ordered_by=world.people[account],
        now=now,
        save_and_hold=held,
    )
