"""Placing an order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing.models import Account, Charge, Document, Membership, ParkedAccount, Product
from billing.prices import PriceMissing
from certinext.audit.models import AuditEvent
from certinext.identity.models import User
from orders.errors import InvalidOrder, OrderCannotProceed, OrderNotAllowed
from orders.models import CertificateStatus, Order, OrderCharge, OrderStatus
from orders.place import proceed_with_order
from tests.factories import (
    AccountFactory,
    GroupFactory,
    MembershipFactory,
    MonthlyPermissionFactory,
    OrderFactory,
    ProductFactory,
    UserFactory,
)
from tests.orders.conftest import NOW
from tests.orders.helpers import charges_of, invoices_of, place, steps, totals

pytestmark = pytest.mark.django_db


def monthly(account: Account) -> None:
    """Give the account the monthly permission since the first of October."""
    MonthlyPermissionFactory.create(
        account=account, granted_at=NOW, billed_until=datetime(2026, 9, 30, 18, 30, tzinfo=UTC)
    )


def test_an_order_is_accepted_and_charged_at_the_price_of_the_day(
    account: Account, product: Product, alice: User
) -> None:
    group = GroupFactory.create(account=account)
    order = place(account, product, group=group, po_number="PO 7", ordered_by=alice, term_years=2)
    assert order.order_status == OrderStatus.ACCEPTED
    assert order.certificate_status == CertificateStatus.PENDING_FOR_APPROVER
    (charge,) = charges_of(order)
    assert charge.source_key == f"order:{order.order_number}"
    assert (charge.net_amount, charge.currency) == (Decimal("16065.000"), "INR")
    assert (charge.account, charge.payer, charge.group) == (account, account, group)
    assert (charge.description, charge.term_years) == ("emSign OV SSL", 2)
    assert (charge.domain_name, charge.po_number) == ("www.example.com", "PO 7")
    assert (charge.order_number, charge.ordered_by) == (order.order_number, alice)
    assert charge.service_from == date(2026, 10, 6)
    assert charge.order_charge.reason == OrderCharge.Reason.ORDER


def test_an_ordinary_account_gets_its_invoice_at_once(account: Account, product: Product) -> None:
    order = place(account, product)
    (invoice,) = invoices_of(order)
    # 8,925.00 and 9 % CGST and 9 % SGST.
    assert invoice.total == Decimal("10531.500")
    assert invoice.issue_date == date(2026, 10, 6)
    assert invoice.invoice.order_number == order.order_number


def test_an_account_with_the_monthly_permission_waits_for_the_month(
    account: Account, product: Product
) -> None:
    monthly(account)
    order = place(account, product)
    assert invoices_of(order) == []
    assert Charge.objects.open().get() == charges_of(order)[0]


def test_a_partner_with_the_monthly_permission_pays_for_its_sub_accounts_order(
    product: Product,
) -> None:
    partner = AccountFactory.create(kind=Account.Kind.PARTNER)
    below = AccountFactory.create(parent=partner, bill_to=Account.BillTo.PARENT)
    monthly(partner)
    order = place(below, product)
    assert invoices_of(order) == []
    assert charges_of(order)[0].payer == partner


def test_a_sub_accounts_order_is_invoiced_to_the_partner_that_pays(product: Product) -> None:
    partner = AccountFactory.create(kind=Account.Kind.PARTNER)
    below = AccountFactory.create(parent=partner, bill_to=Account.BillTo.PARENT)
    (invoice,) = invoices_of(place(below, product))
    assert invoice.account == partner


def test_the_order_stands_when_its_account_cannot_be_billed(product: Product) -> None:
    account = AccountFactory.create(address_line1="", city="")
    order = place(account, product)
    assert order.order_status == OrderStatus.ACCEPTED
    assert Charge.objects.open().get().source_key == f"order:{order.order_number}"
    assert ParkedAccount.objects.get().account == account
    assert not Document.objects.exists()


def test_a_payer_in_another_currency_is_parked_and_the_charge_waits(product: Product) -> None:
    partner = AccountFactory.create(kind=Account.Kind.PARTNER, currency="EUR")
    below = AccountFactory.create(parent=partner, bill_to=Account.BillTo.PARENT)
    place(below, product)
    assert ParkedAccount.objects.get().account == partner
    assert Charge.objects.open().get().currency == "INR"


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 10, 31, 18, 29, 59, tzinfo=UTC), date(2026, 10, 31)),
        (datetime(2026, 10, 31, 18, 30, 0, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2026, 12, 31, 18, 29, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 18, 30, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2028, 2, 28, 18, 30, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_a_charge_belongs_to_the_sellers_local_day_of_acceptance(
    account: Account, product: Product, now: datetime, day: date
) -> None:
    order = place(account, product, now=now)
    assert charges_of(order)[0].service_from == day
    assert invoices_of(order)[0].issue_date == day


def test_an_order_before_the_account_is_billed_is_history(product: Product) -> None:
    account = AccountFactory.create(billing_from=date(2026, 10, 7))
    order = place(account, product)
    assert order.order_status == OrderStatus.ACCEPTED
    assert charges_of(order) == []


def test_an_order_on_the_first_billed_day_is_charged(product: Product) -> None:
    account = AccountFactory.create(billing_from=date(2026, 10, 6))
    assert len(charges_of(place(account, product))) == 1


def test_a_price_of_zero_is_charged_and_invoiced(account: Account, product: Product) -> None:
    product.prices.update(amount=0)
    (invoice,) = invoices_of(place(account, product))
    assert invoice.total == 0


def test_numbers_have_ten_digits_and_do_not_begin_with_zero(
    account: Account, product: Product
) -> None:
    order = place(account, product)
    for number in (order.order_number, order.request_number):
        assert re.fullmatch(r"[1-9][0-9]{9}", number or "")


def test_a_number_that_is_taken_is_drawn_again(
    account: Account, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = OrderFactory.create(order_number="5000000001", request_number="5000000002")
    draws: Iterator[int] = iter([4_000_000_001, 4_000_000_002, 4_000_000_003, 4_000_000_004])
    monkeypatch.setattr("orders.numbers.secrets.randbelow", lambda _limit: next(draws))
    order = place(account, product)
    assert (order.request_number, order.order_number) == ("5000000003", "5000000004")
    assert taken.order_number == "5000000001"


def test_a_number_that_somebody_takes_meanwhile_is_drawn_again(
    account: Account, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    OrderFactory.create(request_number="5000000001")
    draws = iter(["5000000001", "5000000002", "5000000003"])
    monkeypatch.setattr("orders.place.fresh_number", lambda: next(draws))
    order = place(account, product)
    assert (order.request_number, order.order_number) == ("5000000002", "5000000003")


def test_another_refusal_of_the_database_is_not_mistaken_for_a_taken_number(
    account: Account, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    draws = iter(["5000000001", "12"])
    monkeypatch.setattr("orders.place.fresh_number", lambda: next(draws))
    with (
        pytest.raises(IntegrityError, match="order_number_ten_digits"),
        transaction.atomic(),
    ):
        place(account, product, save_and_hold=False)


def test_the_history_tells_request_acceptance_and_charge(
    account: Account, product: Product, alice: User
) -> None:
    order = place(account, product, ordered_by=alice)
    assert steps(order) == [
        ("requested", order.request_number),
        ("order_status", "2"),
        ("certificate_status", "2"),
        ("charged", "8925.00 INR"),
    ]
    assert {event.actor for event in order.events.all()} == {"alice@example.com"}


def test_placing_is_on_the_audit_trail(account: Account, product: Product) -> None:
    order = place(account, product)
    event = AuditEvent.objects.get(action="order.placed")
    assert event.object_label == order.order_number
    assert event.account_number == "1048570001"
    assert event.details == {"product": "711", "term_years": 1}


def test_a_term_without_a_price_leaves_nothing_behind(account: Account, product: Product) -> None:
    for term in (3, 0, -1, 11, 10**12):
        with pytest.raises(PriceMissing):
            place(account, product, term_years=term)
    assert not Order.objects.exists()
    assert not Charge.objects.exists()
    assert not AuditEvent.objects.filter(action="order.placed").exists()


def test_an_account_in_another_currency_needs_a_price_in_it(product: Product) -> None:
    with pytest.raises(PriceMissing, match="has no price in EUR"):
        place(AccountFactory.create(french=True), product)


def test_a_product_that_was_taken_out_cannot_be_ordered(account: Account, product: Product) -> None:
    product.is_active = False
    with pytest.raises(InvalidOrder) as refused:
        place(account, product)
    assert refused.value.field == "product"


def test_another_accounts_group_is_refused(account: Account, product: Product) -> None:
    with pytest.raises(InvalidOrder) as refused:
        place(account, product, group=GroupFactory.create())
    assert refused.value.field == "group"


@pytest.mark.parametrize(
    "role",
    [Membership.Role.ADMINISTRATOR, Membership.Role.MANAGER, Membership.Role.STANDARD],
)
def test_members_with_these_roles_order(account: Account, product: Product, role: str) -> None:
    user = MembershipFactory.create(account=account, role=role).user
    assert place(account, product, ordered_by=user).ordered_by == user


@pytest.mark.parametrize("role", [Membership.Role.FINANCE_MANAGER, Membership.Role.BASIC])
def test_members_with_these_roles_do_not(account: Account, product: Product, role: str) -> None:
    user = MembershipFactory.create(account=account, role=role).user
    with pytest.raises(OrderNotAllowed):
        place(account, product, ordered_by=user)


def test_a_partners_people_order_for_a_sub_account(product: Product) -> None:
    partner = AccountFactory.create(kind=Account.Kind.PARTNER)
    below = AccountFactory.create(parent=partner)
    user = MembershipFactory.create(account=partner).user
    assert place(below, product, ordered_by=user).account == below


def test_a_sub_accounts_people_do_not_order_for_the_partner(product: Product) -> None:
    partner = AccountFactory.create(kind=Account.Kind.PARTNER)
    user = MembershipFactory.create(account=AccountFactory.create(parent=partner)).user
    with pytest.raises(OrderNotAllowed):
        place(partner, product, ordered_by=user)


def test_staff_order_for_every_account(account: Account, product: Product) -> None:
    clerk = UserFactory.create(is_staff=True)
    assert place(account, product, ordered_by=clerk).ordered_by == clerk


def test_a_domain_that_is_none_leaves_nothing_behind(account: Account, product: Product) -> None:
    with pytest.raises(InvalidOrder) as refused:
        place(account, product, domain_name="<img src=x>.com")
    assert refused.value.field == "domain_name"
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("organization_name", "x" * 201),
        ("organization_name", "Nul\x00l"),
        ("po_number", "7" * 61),
        ("remarks", "line\nbreak"),
        ("remarks", "x" * 301),
        ("remarks", "x" * 10_000),
        ("tags", ["x" * 61]),
        ("tags", [f"tag {n}" for n in range(21)]),
    ],
)
def test_text_that_does_not_fit_names_its_field(
    account: Account, product: Product, field: str, value: Any
) -> None:
    with pytest.raises(InvalidOrder) as refused:
        place(account, product, **{field: value})
    assert refused.value.field == field


def test_tags_are_kept_once_without_empty_ones(account: Account, product: Product) -> None:
    assert place(account, product, tags=["prod", " web ", "prod", ""]).tags == ["prod", "web"]


def test_a_held_order_has_a_request_number_and_no_charge(
    account: Account, product: Product
) -> None:
    order = place(account, product, save_and_hold=True)
    assert (order.order_status, order.order_number) == (OrderStatus.ON_HOLD, None)
    assert order.certificate_status == CertificateStatus.NONE
    assert charges_of(order) == []
    assert steps(order) == [("requested", order.request_number), ("order_status", "7")]
    assert AuditEvent.objects.filter(action="order.saved").count() == 1


def test_a_held_order_needs_a_price_too(account: Account, product: Product) -> None:
    with pytest.raises(PriceMissing):
        place(account, product, term_years=3, save_and_hold=True)


def test_proceeding_charges_the_price_of_that_day(account: Account, product: Product) -> None:
    held = place(account, product, save_and_hold=True)
    product.prices.filter(term_years=1).update(amount=Decimal("9000.00"))
    later = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
    order = proceed_with_order(held, by="alice@example.com", now=later)
    assert order.order_status == OrderStatus.ACCEPTED
    (charge,) = charges_of(order)
    assert (charge.net_amount, charge.service_from) == (Decimal("9000.000"), date(2026, 11, 2))
    assert totals(invoices_of(order)) == [Decimal("10620.000")]


def test_proceeding_twice_charges_once(account: Account, product: Product) -> None:
    held = place(account, product, save_and_hold=True)
    first = proceed_with_order(held, by="alice@example.com", now=NOW)
    again = proceed_with_order(held, by="alice@example.com", now=NOW)
    assert again.order_number == first.order_number
    assert len(charges_of(first)) == 1


def test_only_an_order_on_hold_proceeds() -> None:
    order = OrderFactory.create(order_status=OrderStatus.CANCELLED)
    with pytest.raises(OrderCannotProceed, match="is Cancelled, not on hold"):
        proceed_with_order(order, by="alice@example.com", now=NOW)


def test_what_the_platform_holds_proceeds_there() -> None:
    order = OrderFactory.create(
        order_status=OrderStatus.ON_HOLD, order_number=None, source=Order.Source.IMPORT
    )
    with pytest.raises(OrderCannotProceed, match="on hold at the platform"):
        proceed_with_order(order, by="alice@example.com", now=NOW)


def test_a_held_order_of_a_product_taken_out_does_not_proceed(
    account: Account, product: Product
) -> None:
    held = place(account, product, save_and_hold=True)
    ProductFactory._meta.model.objects.update(is_active=False)
    with pytest.raises(InvalidOrder, match="cannot be ordered any more"):
        proceed_with_order(held, by="alice@example.com", now=NOW)
    held.refresh_from_db()
    assert held.order_number is None


@pytest.mark.parametrize(
    ("entered", "kind", "field"),
    [
        ({}, {"wildcard": "only"}, "domain_name"),
        ({"domain_name": "*.example.com"}, {"wildcard": "no"}, "domain_name"),
        ({"organization_name": ""}, {"validation": "ov"}, "organization_name"),
        ({}, {"category_name": "Document Signing"}, "domain_name"),
    ],
)
def test_a_held_order_is_held_to_what_its_product_names_by_then(
    account: Account, product: Product, entered: dict[str, str], kind: dict[str, str], field: str
) -> None:
    Product.objects.update(validation="", wildcard="", category_name="SSL")
    product.refresh_from_db()
    held = place(account, product, save_and_hold=True, **entered)
    Product.objects.update(**kind)

    with pytest.raises(InvalidOrder) as refused:
        proceed_with_order(Order.objects.get(pk=held.pk), by="alice@example.com", now=NOW)

    assert refused.value.field == field
    held.refresh_from_db()
    assert (held.order_number, charges_of(held)) == (None, [])
