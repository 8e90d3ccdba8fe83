"""Two sellers with customers whose data must not mix, made by the portal's own verbs.

Both tenants begin with the same steps, so that accounts, people, orders and documents there have
the same primary keys and the same numbers. Every name, domain and amount occurs once in the world:
finding it in somebody's page proves a leak.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client
from django.utils import timezone

from billing.banking.take_in import take_in
from billing.exports.ask import ask_for_export
from billing.exports.make import work_off_exports
from billing.gateways.accounts import set_up
from billing.gateways.checkouts import open_checkout
from billing.gateways.mandates import begin_mandate
from billing.models import (
    Account,
    Document,
    Group,
    InvitedMembership,
    Membership,
    Payment,
    PriceList,
    Product,
    Provider,
    RegistrationAttempt,
    RegistrationRequest,
    Seller,
)
from billing.payments.begin import begin_payment
from billing.payments.settle import settle
from billing.periods import Month
from billing.rendering import ensure_file
from billing.statement.large import wanted_export
from billing.statement.read import read_statement
from billing.statement.span import Span
from certinext.identity.invite import invite
from certinext.identity.models import User
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_public, use_tenant
from invoices.models import Level, Reminder, ReminderMail
from invoices.monthly_run import start_run, work_off
from invoices.permission import grant
from orders.cancel import cancel_order
from orders.import_report import import_orders
from orders.models import Order
from orders.place import place_order
from tests.access.subjects import House, Subject, subjects_of
from tests.factories import (
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

# The demo of a month: orders on the 6th, monthly invoicing since the 10th, the run after its end.
START = datetime(2026, 10, 6, 6, 0, tzinfo=UTC)


@dataclass
class World:
    """What the walk needs: the personas' sessions and, by name, what URLs are about."""

    sessions: dict[str, str] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)
    houses: dict[str, House] = field(default_factory=dict)


def build_world() -> World:
    """Fill both tenants and the public schema of the connected database."""
    world = World()
    use_tenant(Tenant.objects.get(schema_name="beta"))
    with _counted_numbers():
        _build_beta(world)
    use_tenant(Tenant.objects.get(schema_name="alpha"))
    with _counted_numbers():
        _build_alpha(world)
    use_public()
    for name, is_superuser in {"operator": True, "clerk": False}.items():
        person = UserFactory.create(
            email=f"{name}@public.example", is_staff=True, is_superuser=is_superuser
        )
        world.sessions[name] = _session_of(person)
        world.subjects[f"public_{name}"] = {"object_id": person.pk}
    world.subjects["public_tenant"] = {"object_id": Tenant.objects.get(schema_name="alpha").pk}
    return world


def _build_beta(world: World) -> None:
    """The other seller: its numbers look like the first one's."""
    Seller.objects.update(financial_year_start=4, invoice_number_format="INV/{fy}/{number:6}")
    staff = _staff(world, "beta_staff", "Wilhelmine Zander")
    house = _house(
        "Xylander", "EUR", "6321.00", "12055.00", "3991.00", german=True, tax_id="DE136695976"
    )
    _trade(house, staff)
    world.sessions["beta_admin"] = _session_of(house.person("administrator"))


def _build_alpha(world: World) -> None:
    Seller.objects.update(logo='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>')
    staff = _staff(world, "staff", "Aditi Ranganathan")
    # Registered, so that their documents have an electronic form.
    registered = {"tax_id": "29AAAAK3309M1ZH"}
    amber = _house("Amberwood", "INR", "8123.00", "15321.00", "4117.00", **registered)
    _trade(amber, staff)
    sub = _house("Sandpiper", "INR", "", "", "", parent=amber.account)
    elsewhere = {"cross_state": True, "tax_id": "27AAHCS5512Q1ZT"}
    rival = _house("Briarstone", "INR", "7777.00", "14141.00", "4337.00", **elsewhere)
    _trade_monthly(amber, sub, staff)
    _trade(rival, staff)
    roles = {"admin": "administrator", "finance": "finance_manager"}
    for persona in ("admin", "finance", "standard", "basic"):
        world.sessions[persona] = _session_of(amber.person(roles.get(persona, persona)))
    world.sessions["sub"] = _session_of(sub.person("administrator"))
    world.sessions["rival"] = _session_of(rival.person("administrator"))
    world.sessions["nobody"] = _session_of(UserFactory.create(full_name="Nobody Inparticular"))
    both = UserFactory.create(full_name="Twofold Member")
    MembershipFactory.create(user=both, account=amber.account, role=Membership.Role.BASIC)
    MembershipFactory.create(user=both, account=rival.account, role=Membership.Role.BASIC)
    world.sessions["twofold"] = _session_of(both)
    world.houses = {"amber": amber, "sub": sub, "rival": rival}
    world.subjects = subjects_of(world.houses, staff)


def _staff(world: World, persona: str, name: str) -> User:
    set_up(Provider.SANDBOX, enabled=True, by="clerk@example.com")
    person: User = UserFactory.create(full_name=name, is_staff=True)
    world.sessions[persona] = _session_of(person)
    invite(
        email=f"invited@{persona.replace('_', '-')}.example",
        full_name="Invited Clerk",
        invited_by=person.email,
        now=START,
        is_staff=True,
    )
    return person


def _house(
    name: str, currency: str, year: str, two_years: str, added_name: str, **traits: Any
) -> House:
    """Make a customer with people in every role, a group, a plan and prices of its own."""
    if parent := traits.pop("parent", None):
        traits |= {"parent": parent, "bill_to": Account.BillTo.PARENT}
    account = AccountFactory.create(
        account_number=f"{1048570001 + Account.objects.count()}",
        display_name=name,
        legal_name=f"{name} Holdings Private Limited",
        billing_email=f"ap@{name.lower()}.example",
        address_line1=f"7 {name} Lane",
        po_number=f"PO-{name.upper()}",
        **{"currency": currency, **traits},
    )
    if year:
        own: PriceList = PriceListFactory.create(
            name=f"{name} contract", account=account, currency=currency
        )
        for term, amount in ((1, year), (2, two_years)):
            PriceListItemFactory.create(price_list=own, term_years=term, amount=Decimal(amount))
        PriceListItemFactory.create(
            price_list=own, product=_added_names(), amount=Decimal(added_name)
        )
    plan = PlanFactory.create(code=f"PLAN-{name.upper()}", name=f"{name} plan", currency=currency)
    house = House(
        account=account,
        group=GroupFactory.create(
            account=account,
            name=f"{name} Treasury",
            group_number=f"{3168600001 + Group.objects.count()}",
        ),
        # Not yet running in the month that is invoiced.
        subscription=SubscriptionFactory.create(
            account=account, plan=plan, starts_on=date(2030, 1, 1)
        ),
    )
    for role in Membership.Role:
        person = UserFactory.create(
            email=f"{role.value}@{name.lower()}.example", full_name=f"{name} {role.label}"
        )
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        house.members[role.value] = MembershipFactory.create(
            user=person, account=account, role=role
        )
    house.invited = InvitedMembership.objects.create(
        invitation=invite(
            email=f"invited@{name.lower()}.example",
            full_name=f"{name} Newcomer",
            invited_by="clerk@example.com",
            now=timezone.now(),
        ),
        account=account,
        role=Membership.Role.BASIC,
    )
    return house


def _added_names() -> Product:
    """Return as what names added to the one product's certificates are charged."""
    extra: Product = ProductFactory.create(
        product_code="719", name="Additional name", is_active=False
    )
    product = ProductFactory.create()
    product.added_name_product = extra
    product.save()
    return extra


def _trade(house: House, staff: User) -> None:
    """Order and cancel: invoices at once, a credit note, a request on hold."""
    clock = _clock(START)
    house.orders["admins"] = _place(house, "administrator", "board", now=next(clock), years=2)
    house.orders["standards"] = _place(house, "standard", "shop", now=next(clock))
    cancelled = _place(house, "standard", "gone", now=next(clock))
    cancel_order(
        cancelled, by=staff.email, reason=f"{house.account} closed the shop", now=next(clock)
    )
    house.orders["cancelled"] = cancelled
    _remind(house)
    house.orders["held"] = _place(house, "administrator", "later", now=next(clock), hold=True)
    import_orders(
        file=BytesIO(
            f'[{{"productCode": "none", "domainName": "x.{house.account}.example"}}]'.encode()
        ),
        account=house.account,
        imported_by=staff.email,
        now=next(clock),
        file_name=f"{house.account}.json",
    )
    _pay(house)
    take_in(
        BytesIO(
            b"reference,booked_on,amount,currency,remittance\n"
            + f"{house.account},2026-10-06,1.00,{house.account.currency},Unclear\n".encode()
        ),
        file_name=f"{house.account}.csv",
        by=staff.email,
        now=next(clock),
    )
    _store_files()
    _refuse_registration(house)
    _export(house.person("administrator"), house.account, is_staffs=False)
    _export(staff, house.account, is_staffs=True)


def _export(person: User, account: Account, *, is_staffs: bool) -> None:
    """Have a worker make a statement."""
    statement = read_statement(account, Span(START.date(), START.date() + timedelta(days=30)))
    wanted = wanted_export(statement, "csv", language="en", is_staffs=is_staffs)
    ask_for_export(wanted, by=person, now=timezone.now())
    work_off_exports(clock=timezone.now)


def _refuse_registration(house: House) -> None:
    """Have the government's portal refuse the first invoice."""
    document = Document.objects.filter(account=house.account).earliest("pk")
    request = RegistrationRequest.objects.create(document=document, registry="irp", attempts=1)
    RegistrationAttempt.objects.create(
        request=request,
        at=START,
        outcome="refused",
        code="3028",
        message=f"GSTIN of {house.account} is invalid",
    )


def _remind(house: House) -> None:
    """Have a reminder of the first invoice that could not be sent."""
    document = Document.objects.filter(account=house.account).earliest("pk")
    house.mail = ReminderMail.objects.create(
        account=house.account,
        on=START.date(),
        state=ReminderMail.State.FAILED,
        error=f"{house.account} has no mailbox",
        next_attempt_at=START,
    )
    Reminder.objects.create(mail=house.mail, document=document, days=7, level=Level.OVERDUE)


def _pay(house: House) -> None:
    """Begin a transfer and an online payment, and have received money on account."""
    now = START + timedelta(days=1)
    by = house.person("administrator").email

    def begin(kind: str, method: str, provider: str, amount: str, **more: Any) -> Payment:
        return begin_payment(
            house.account,
            kind=Payment.Kind(kind),
            method=Payment.Method(method),
            provider=provider,
            amount=Decimal(amount),
            currency=house.account.currency,
            by=by,
            now=now,
            **more,
        )

    invoice = Document.objects.filter(account=house.account, kind="invoice").earliest("pk")
    house.payments["transfer"] = begin(
        "invoices",
        "bank_transfer",
        "bank",
        "3.00",
        invoices=[invoice],
        state=Payment.State.PENDING_APPROVAL,
    )
    online = begin("top_up", "gateway", "sandbox", "4.00")
    open_checkout(online, description="Credits", email=by, return_url="/payments/", now=now)
    online.refresh_from_db()
    house.payments["online"] = online
    house.mandate = begin_mandate(
        house.account,
        provider="sandbox",
        by=by,
        description="Automatic top-up",
        return_url=lambda _reference: "/credits/auto-top-up/",
        now=now,
    )
    house.payments["paid"] = settle(
        begin("top_up", "gateway", "sandbox", "5.00"), now=now, by=by, provider_ref=f"sbp_{by}"
    )


def _trade_monthly(house: House, sub: House, staff: User) -> None:
    """Order, for the partner and by its sub-account, what one monthly invoice asks for."""
    clock = _clock(START + timedelta(days=4))
    grant(house.account, by=staff.email, reason="Asked for it", now=next(clock))
    house.orders["monthly"] = _place(house, "administrator", "month", now=next(clock))
    house.orders["monthly_standards"] = _place(house, "standard", "mixed", now=next(clock))
    sub.orders["monthly"] = _place(sub, "administrator", "nested", now=next(clock))
    after = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
    run = start_run(Month(2026, 10), by=staff.email, now=after)
    work_off(run, clock=lambda: after, by=staff.email)
    house.orders["open"] = _place(house, "standard", "next", now=after + timedelta(hours=1))
    _store_files()


def _place(
    house: House, role: str, word: str, *, now: datetime, years: int = 1, hold: bool = False
) -> Order:
    product: Product = ProductFactory.create()
    name = house.account.display_name.lower()
    order: Order = place_order(
        account=house.account,
        product=product,
        term_years=years,
        domain_name=f"{word}.{name}.example",
        organization_name=f"{house.account} Works",
        group=house.group,
        po_number=f"{word}-{name}",
        tags=[f"tag-{name}"],
        remarks=f"For the {word} of {house.account}",
        ordered_by=house.person(role),
        now=now,
        save_and_hold=hold,
    )
    return order


def _store_files() -> None:
    """Store what stands in for a PDF: text, so that a foreign one is recognised by its words."""

    def text_of(document: Document) -> bytes:
        return f"%PDF {document.number} {document.total:,.2f} {document.buyer}".encode()

    for document in Document.objects.filter(file=None):
        ensure_file(document, render=text_of)


def _session_of(person: User) -> str:
    """Sign a person in at the active tenant and return the cookie that says so."""
    browser = Client()
    browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def _counted_numbers() -> Iterator[None]:
    """Let order numbers count from the same start in both tenants instead of being random."""
    numbers = count(943_311_0000)
    drawn = SimpleNamespace(randbelow=lambda _below: next(numbers) - 10**9)
    with patch("orders.numbers.secrets", drawn):
        yield


def _clock(start: datetime) -> Iterator[datetime]:
    return (start + timedelta(minutes=step) for step in count())
