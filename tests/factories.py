"""Factories. Amounts, dates and numbers are fixed or counted, so that tests can name them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from billing.models import (
    Account,
    Charge,
    EarlierEntry,
    Group,
    LedgerCheck,
    Membership,
    MeterTier,
    Plan,
    PlanMeter,
    PriceList,
    PriceListItem,
    PriceTier,
    Product,
    Seller,
    Subscription,
    SubscriptionCharge,
    UsageRecord,
)
from certinext.identity.models import User
from certinext.tenancy.models import Domain, Tenant
from invoices.models import MonthlyPermission
from orders.models import Order, OrderStatus

PASSWORD = "correct horse battery"


class PublicTenantFactory(DjangoModelFactory[Tenant]):
    """The row that the public host needs."""

    class Meta:
        model = Tenant
        skip_postgeneration_save = True

    schema_name = "public"
    name = "Public"

    host = factory.RelatedFactory("tests.factories.DomainFactory", "tenant")


class DomainFactory(DjangoModelFactory[Domain]):
    """The public host."""

    class Meta:
        model = Domain

    domain = "localhost"
    is_primary = True


class SellerFactory(DjangoModelFactory[Seller]):
    """A seller; traits `india` (INR, April) and `germany` (EUR, January)."""

    class Meta:
        model = Seller

    class Params:
        india = factory.Trait(
            legal_name="Aravalli Trust Services Private Limited",
            trade_name="Aravalli Trust",
            address_line1="29 Residency Road",
            city="Bengaluru",
            postal_code="560025",
            country="IN",
            state_code="29",
            gstin="29AAGCA7421K1ZG",
            pan="AAGCA7421K",
            email="billing@aravalli.example",
            bank_name="Example Bank",
            bank_account="50200071442186",
            bank_ifsc="EXBK0000291",
            upi_id="aravalli.trust@examplebank",
            time_zone="Asia/Kolkata",
            currency="INR",
            financial_year_start=4,
            payment_days=15,
            round_to_unit=False,
        )
        germany = factory.Trait(
            legal_name="Nordlicht Trust Services GmbH",
            trade_name="Nordlicht Trust",
            address_line1="Zertifikatsweg 1",
            city="Berlin",
            postal_code="10115",
            country="DE",
            vat_id="DE123456788",
            email="billing@nordlicht.example",
            bank_name="Commerzbank",
            iban="DE89370400440532013000",
            bic="COBADEFFXXX",
            time_zone="Europe/Berlin",
            currency="EUR",
            financial_year_start=1,
            payment_days=30,
            oss_registered=True,
        )

    id = 1


class UserFactory(DjangoModelFactory[User]):
    """A person who can sign in with `PASSWORD`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    full_name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password(PASSWORD)


class AccountFactory(DjangoModelFactory[Account]):
    """A registered enterprise in Karnataka, in rupees: CGST and SGST at tenant `alpha`."""

    class Meta:
        model = Account

    account_number = factory.Sequence(lambda n: f"{1048570000 + n}")
    kind = Account.Kind.ENTERPRISE
    display_name = factory.Sequence(lambda n: f"Customer {n}")
    legal_name = factory.LazyAttribute(lambda o: f"{o.display_name} Private Limited")
    billing_email = factory.Sequence(lambda n: f"ap{n}@example.com")
    address_line1 = "112 Sayyaji Rao Road"
    city = "Mysuru"
    postal_code = "570001"
    country = "IN"
    state_code = "29"
    currency = "INR"
    is_business = True

    class Params:
        cross_state = factory.Trait(state_code="27", city="Pune", postal_code="411057")
        export = factory.Trait(country="US", state_code="", city="Austin", postal_code="78701")
        french = factory.Trait(
            country="FR",
            state_code="",
            city="Paris",
            postal_code="75002",
            tax_id="FR40303265045",
            currency="EUR",
        )
        german = factory.Trait(
            country="DE", state_code="", city="Berlin", postal_code="10117", currency="EUR"
        )


class GroupFactory(DjangoModelFactory[Group]):
    """A cost centre."""

    class Meta:
        model = Group

    account = factory.SubFactory(AccountFactory)
    group_number = factory.Sequence(lambda n: f"{3168600000 + n}")
    name = factory.Sequence(lambda n: f"Group {n}")


class MembershipFactory(DjangoModelFactory[Membership]):
    """An administrator."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    account = factory.SubFactory(AccountFactory)
    role = Membership.Role.ADMINISTRATOR


class ProductFactory(DjangoModelFactory[Product]):
    """A certificate product."""

    class Meta:
        model = Product
        django_get_or_create = ("product_code",)

    product_code = "711"
    name = "emSign OV SSL"
    category_id = "3"
    category_name = "SSL/TLS Certificates"


class PriceListFactory(DjangoModelFactory[PriceList]):
    """The general list in rupees, always valid."""

    class Meta:
        model = PriceList

    name = "Prices in INR"
    currency = "INR"
    valid_from = date(2020, 1, 1)


class PriceListItemFactory(DjangoModelFactory[PriceListItem]):
    """A price for a year."""

    class Meta:
        model = PriceListItem

    price_list = factory.SubFactory(PriceListFactory)
    product = factory.SubFactory(ProductFactory)
    term_years = 1
    amount = Decimal("8925.00")


class PriceTierFactory(DjangoModelFactory[PriceTier]):
    """8,000.00 beyond the first ten of a month."""

    class Meta:
        model = PriceTier

    item = factory.SubFactory(PriceListItemFactory)
    above = 10
    amount = Decimal("8000.00")


class OrderFactory(DjangoModelFactory[Order]):
    """An accepted order, without charges: `orders.place` makes those."""

    class Meta:
        model = Order

    account = factory.SubFactory(AccountFactory)
    product = factory.SubFactory(ProductFactory)
    order_number = factory.Sequence(lambda n: f"{9433110000 + n}")
    request_number = factory.Sequence(lambda n: f"{7901250000 + n}")
    order_status = OrderStatus.ACCEPTED
    term_years = 1
    domain_name = "portal.example.com"
    ordered_at = datetime(2026, 10, 6, 12, 0, tzinfo=UTC)
    source = Order.Source.PORTAL


class ChargeFactory(DjangoModelFactory[Charge]):
    """An open order charge of 8,925.00 INR on 6 October 2026."""

    class Meta:
        model = Charge

    account = factory.SubFactory(AccountFactory)
    payer = factory.LazyAttribute(lambda o: o.account.payer)
    kind = Charge.Kind.ORDER
    order_number = factory.Sequence(lambda n: f"{9433110000 + n}")
    source_key = factory.LazyAttribute(lambda o: f"order:{o.order_number}")
    description = "emSign OV SSL"
    domain_name = "portal.example.com"
    term_years = 1
    quantity = Decimal(1)
    unit_price = Decimal("8925.00")
    net_amount = factory.LazyAttribute(lambda o: o.unit_price * o.quantity)
    currency = factory.LazyAttribute(lambda o: o.account.currency)
    service_from = date(2026, 10, 6)


class MonthlyPermissionFactory(DjangoModelFactory[MonthlyPermission]):
    """An open permission."""

    class Meta:
        model = MonthlyPermission

    account = factory.SubFactory(AccountFactory)
    granted_by = "clerk@example.com"


class PlanFactory(DjangoModelFactory[Plan]):
    """45,000.00 INR a month."""

    class Meta:
        model = Plan

    code = factory.Sequence(lambda n: f"ENT{n}")
    name = "Enterprise plan"
    currency = "INR"
    monthly_fee = Decimal("45000.00")


class PlanMeterFactory(DjangoModelFactory[PlanMeter]):
    """10,000 time-stamps are included, each further one is 0.85."""

    class Meta:
        model = PlanMeter

    plan = factory.SubFactory(PlanFactory)
    code = "timestamps"
    name = "Time-stamps"
    included_units = Decimal(10000)
    unit_price = Decimal("0.85")


class MeterTierFactory(DjangoModelFactory[MeterTier]):
    """0.60 for each unit beyond the first 1,000 that are above the included ones."""

    class Meta:
        model = MeterTier

    meter = factory.SubFactory(PlanMeterFactory)
    above = Decimal(1000)
    unit_price = Decimal("0.60")


class SubscriptionFactory(DjangoModelFactory[Subscription]):
    """Since January 2026."""

    class Meta:
        model = Subscription

    account = factory.SubFactory(AccountFactory)
    plan = factory.SubFactory(PlanFactory)
    starts_on = date(2026, 1, 1)


class SubscriptionChargeFactory(DjangoModelFactory[SubscriptionCharge]):
    """The fee of October 2026."""

    class Meta:
        model = SubscriptionCharge

    subscription = factory.SubFactory(SubscriptionFactory)
    charge = factory.SubFactory(
        ChargeFactory, account=factory.SelfAttribute("..subscription.account")
    )
    what = SubscriptionCharge.What.MONTH
    first_day = date(2026, 10, 1)
    until = date(2026, 11, 1)


class UsageRecordFactory(DjangoModelFactory[UsageRecord]):
    """One unit on 6 October 2026."""

    class Meta:
        model = UsageRecord

    idempotency_key = factory.Sequence(lambda n: f"usage-{n}")
    meter = factory.SubFactory(PlanMeterFactory)
    subscription = factory.SubFactory(
        SubscriptionFactory, plan=factory.SelfAttribute("..meter.plan")
    )
    quantity = Decimal(1)
    occurred_on = date(2026, 10, 6)
    occurred_at = factory.LazyAttribute(
        lambda usage: datetime.combine(usage.occurred_on, time(6), tzinfo=UTC)
    )


class EarlierEntryFactory(DjangoModelFactory[EarlierEntry]):
    """A row of the platform's ledger: 100.00 INR paid on 1 March 2026."""

    class Meta:
        model = EarlierEntry

    account = factory.SubFactory(AccountFactory)
    content_key = factory.Sequence(lambda n: f"row-{n}")
    happened_at = datetime(2026, 3, 1, 6, tzinfo=UTC)
    description = "Wire transfer"
    kind = "Credit"
    credit = Decimal("100.00")
    balance = Decimal("0.00")
    currency = "INR"


class LedgerCheckFactory(DjangoModelFactory[LedgerCheck]):
    """A proof of the books in which every rule held."""

    class Meta:
        model = LedgerCheck

    checked_at = datetime(2026, 10, 6, 12, tzinfo=UTC)
    checked_by = "clerk@example.com"
    seconds = 0.5
    rules = 24
