"""Added names and renewals are charges on the original order; a reissue is free."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billing.models import Account, Charge, Product
from billing.prices import PriceMissing
from orders.add_names import MOST_NAMES, add_names, may_add_names
from orders.cancel import cancel_order
from orders.errors import InvalidOrder, OrderCannotBeExtended, OrderCannotBeReissued
from orders.extend import next_extension
from orders.models import CertificateStatus, Order, OrderCharge, OrderStatus
from orders.reissue import may_reissue, reissue_order
from orders.renew import new_end, renew_order, renewal_prices
from tests.customers import fulfilled, named
from tests.orders.conftest import NOW
from tests.orders.helpers import (
    charges_of,
    credit_notes_of,
    invoices_of,
    place,
    steps,
    totals,
)

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 12, 31, 18, 30, tzinfo=UTC)


@pytest.fixture
def order(account: Account, product: Product) -> Order:
    """An order of 8,925.00 INR on its own invoice."""
    return place(account, product)


@pytest.fixture
def name_product(product: Product) -> Product:
    """An additional name costs 1,200.00 INR for a year, under a tax code of its own."""
    extra = named(product)
    Product.objects.filter(pk=extra.pk).update(tax_code="998313")
    return extra


def extend(order: Order, *names: str, extension: int = 1) -> Order:
    """Add names on the first of January, local time."""
    order = Order.objects.get(pk=order.pk)
    return add_names(order, names=names, extension=extension, by="alice@example.com", now=LATER)


def test_added_names_are_charged_on_the_original_order(order: Order, name_product: Product) -> None:
    extend(order, "a.example.com", "B.example.com", "a.example.com")
    charge = charges_of(order)[1]
    assert (charge.product, charge.description) == (name_product, "Additional name")
    assert charge.tax_code == "998313"
    assert charge.source_key == f"order:{order.order_number}:names:1"
    assert (charge.quantity, charge.unit_price) == (Decimal(2), Decimal("1200.00"))
    assert (charge.net_amount, charge.service_from) == (Decimal("2400.000"), date(2027, 1, 1))
    assert charge.detail == "2 added names: a.example.com, b.example.com"
    assert charge.order_number == order.order_number
    assert charge.order_charge.reason == OrderCharge.Reason.ADDED_NAMES
    assert totals(invoices_of(order)) == [Decimal("10531.500"), Decimal("2832.000")]


def test_the_same_form_sent_twice_charges_once(order: Order, name_product: Product) -> None:
    for _ in range(2):
        extend(order, "a.example.com")
    assert len(charges_of(order)) == 2
    assert len(invoices_of(order)) == 2


def test_two_people_who_add_names_at_once_are_told(order: Order, name_product: Product) -> None:
    extend(order, "a.example.com")
    with pytest.raises(OrderCannotBeExtended, match="meanwhile"):
        extend(order, "b.example.com")
    extend(order, "b.example.com", extension=2)
    assert next_extension(order, OrderCharge.Reason.ADDED_NAMES) == 3


@pytest.mark.parametrize("extension", [0, 2])
def test_extensions_are_counted_without_gaps(
    order: Order, name_product: Product, extension: int
) -> None:
    with pytest.raises(OrderCannotBeExtended):
        extend(order, "a.example.com", extension=extension)


def test_a_name_that_is_none_is_refused(order: Order, name_product: Product) -> None:
    with pytest.raises(InvalidOrder):
        extend(order, "not a name")
    with pytest.raises(InvalidOrder, match="Enter the names"):
        extend(order)


def test_many_names_shorten_the_detail_and_not_the_amount(
    order: Order, name_product: Product
) -> None:
    names = [f"host{n:03}.example.com" for n in range(60)]
    extend(order, *names)
    charge = charges_of(order)[1]
    assert charge.net_amount == Decimal("72000.000")
    assert len(charge.detail) <= 300
    assert charge.detail.endswith("example.com…")
    assert list(order.added_names.values_list("name", flat=True)) == names


def test_other_names_that_begin_alike_are_not_the_same_form(
    order: Order, name_product: Product
) -> None:
    names = [f"host{n:03}.example.com" for n in range(60)]
    extend(order, *names)
    with pytest.raises(OrderCannotBeExtended, match="meanwhile"):
        extend(order, *names[:-1], "other.example.com")


def test_one_name_is_written_as_one(order: Order, name_product: Product) -> None:
    extend(order, "a.example.com")
    assert charges_of(order)[1].detail == "1 added name: a.example.com"


@pytest.mark.parametrize("name", ["www.example.com", "WWW.EXAMPLE.COM.", "a.example.com"])
def test_nobody_pays_for_a_name_that_the_certificate_has(
    order: Order, name_product: Product, name: str
) -> None:
    extend(order, "a.example.com")
    with pytest.raises(InvalidOrder, match="is on the certificate already") as error:
        extend(order, "b.example.com", name, extension=2)
    assert error.value.field == "names"
    assert len(charges_of(order)) == 2


def test_names_are_added_a_hundred_at_once(order: Order, name_product: Product) -> None:
    with pytest.raises(InvalidOrder, match="At most 100 names"):
        extend(order, *(f"host{n:03}.example.com" for n in range(MOST_NAMES + 1)))


def test_without_a_product_for_added_names_none_can_be_added(order: Order) -> None:
    assert not may_add_names(order, on=LATER.date())
    with pytest.raises(OrderCannotBeExtended, match="no product says what an added name"):
        extend(order, "a.example.com")
    assert len(charges_of(order)) == 1


def test_names_are_offered_where_they_have_a_price(order: Order, name_product: Product) -> None:
    order = Order.objects.get(pk=order.pk)
    assert may_add_names(order, on=LATER.date())
    name_product.prices.update(term_years=2)
    assert not may_add_names(order, on=LATER.date())
    with pytest.raises(PriceMissing):
        extend(order, "a.example.com")


def test_a_document_signer_takes_no_names(order: Order, name_product: Product) -> None:
    Product.objects.filter(pk=order.product_id).update(category_name="Document Signing")
    assert not may_add_names(Order.objects.get(pk=order.pk), on=LATER.date())


def test_added_names_make_an_issued_certificate_pending_again(
    order: Order, name_product: Product
) -> None:
    Order.objects.update(
        order_status=OrderStatus.FULFILLED, certificate_status=CertificateStatus.DOWNLOADED
    )
    extended = extend(order, "a.example.com")
    assert extended.certificate_status == CertificateStatus.PENDING_FOR_APPROVER
    assert steps(order)[-2:] == [("charged", "1200.00 INR"), ("certificate_status", "2")]


def test_the_history_names_what_was_added(order: Order, name_product: Product) -> None:
    extend(order, "a.example.com")
    event = order.events.filter(kind="charged").latest("id")
    assert event.note == "Additional name, 1 added name: a.example.com"


def test_names_added_before_the_account_is_billed_are_kept_and_free(
    order: Order, name_product: Product
) -> None:
    Account.objects.update(billing_from=date(2027, 1, 2))
    for _ in range(2):
        extend(order, "a.example.com")
    assert len(charges_of(order)) == 1
    assert [str(name) for name in order.added_names.all()] == ["a.example.com"]


def test_a_renewal_is_charged_at_the_price_of_its_day(order: Order) -> None:
    renewed = renew_order(
        fulfilled(order), term_years=2, extension=1, by="alice@example.com", now=LATER
    )
    charge = charges_of(order)[1]
    assert charge.source_key == f"order:{order.order_number}:renewal:1"
    assert (charge.net_amount, charge.term_years) == (Decimal("16065.000"), 2)
    assert (charge.detail, charge.service_from) == ("Renewal", date(2027, 1, 1))
    assert renewed.certificate_status == CertificateStatus.PENDING_FOR_APPROVER


def test_an_extension_before_the_account_is_billed_is_history(order: Order) -> None:
    Account.objects.update(billing_from=date(2027, 1, 2))
    renew_order(fulfilled(order), term_years=1, extension=1, by="alice@example.com", now=LATER)
    assert len(charges_of(order)) == 1


def test_renewing_twice_with_one_form_charges_once(order: Order) -> None:
    # Accepted, and issued: the first renewal sets it to pending, and nothing else tells of it.
    Order.objects.update(certificate_status=CertificateStatus.GENERATED)
    for _ in range(2):
        renew_order(order, term_years=1, extension=1, by="alice@example.com", now=LATER)
    assert len(charges_of(order)) == 2


@pytest.mark.parametrize(
    ("status", "facts", "terms"),
    [
        (OrderStatus.ACCEPTED, {}, set()),
        (OrderStatus.IN_PROGRESS, {"certificate_status": CertificateStatus.APPROVED}, set()),
        (OrderStatus.ACCEPTED, {"certificate_status": CertificateStatus.GENERATED}, {1, 2}),
        (OrderStatus.ACCEPTED, {"certificate_serial": "4711"}, {1, 2}),
        (OrderStatus.FULFILLED, {"certificate_status": CertificateStatus.NONE}, {1, 2}),
        (OrderStatus.CANCELLED, {"certificate_status": CertificateStatus.DOWNLOADED}, set()),
    ],
)
def test_only_a_certificate_that_was_issued_is_renewed(
    order: Order, status: OrderStatus, facts: dict[str, object], terms: set[int]
) -> None:
    Order.objects.update(order_status=status, **facts)
    order.refresh_from_db()
    assert renewal_prices(order, on=LATER.date()).keys() == terms
    if not terms:
        with pytest.raises(OrderCannotBeExtended):
            renew_order(order, term_years=1, extension=1, by="alice@example.com", now=LATER)
    assert len(charges_of(order)) == 1


@pytest.mark.parametrize(
    ("expires", "day", "reckoning"),
    [
        (datetime(2027, 3, 9, 20, 0, tzinfo=UTC), date(2029, 3, 10), "Its present end"),
        (datetime(2028, 2, 28, 20, 0, tzinfo=UTC), date(2030, 2, 28), "Its present end"),
        (datetime(2026, 12, 31, 12, 0, tzinfo=UTC), date(2029, 1, 1), "It ended on"),
        (None, None, "The certificate's end is not known here"),
    ],
)
def test_a_renewal_says_when_it_will_end(
    order: Order, expires: datetime | None, day: date | None, reckoning: str
) -> None:
    fulfilled(order).certificate_expires_at = expires
    found = new_end(order, term_years=2, on=date(2027, 1, 1))
    assert found.day == day
    assert found.reckoning.startswith(reckoning)


def test_a_renewal_on_top_of_one_that_is_under_way_names_no_day(order: Order) -> None:
    Order.objects.update(certificate_serial="4711", certificate_expires_at=LATER)
    renewed = renew_order(order, term_years=1, extension=1, by="alice@example.com", now=LATER)
    found = new_end(renewed, term_years=1, on=LATER.date())
    assert found.day is None
    assert found.reckoning.startswith("The last renewal is not issued yet: this one adds 1 year to")


def test_a_renewal_needs_a_price(order: Order) -> None:
    with pytest.raises(PriceMissing):
        renew_order(fulfilled(order), term_years=3, extension=1, by="alice@example.com", now=LATER)


def test_cancelling_credits_the_order_and_its_extensions(
    order: Order, name_product: Product
) -> None:
    extend(order, "a.example.com")
    cancel_order(order, by="clerk@example.com", reason="Ordered twice", now=LATER)
    assert totals(credit_notes_of(order)) == [Decimal("10531.500"), Decimal("1416.000")]


def test_an_order_that_ended_takes_nothing_more(order: Order, name_product: Product) -> None:
    cancel_order(order, by="clerk@example.com", reason="Ordered twice", now=NOW)
    with pytest.raises(OrderCannotBeExtended, match="is Cancelled"):
        extend(order, "a.example.com")
    with pytest.raises(OrderCannotBeExtended):
        renew_order(order, term_years=1, extension=1, by="alice@example.com", now=LATER)


def test_what_cannot_be_ordered_any_more_is_not_renewed(order: Order) -> None:
    assert renewal_prices(fulfilled(order), on=LATER.date()).keys() == {1, 2}
    order.product.is_active = False
    assert renewal_prices(order, on=LATER.date()) == {}


def test_a_reissue_is_free_and_pends_again(order: Order) -> None:
    Order.objects.update(
        order_status=OrderStatus.FULFILLED, certificate_status=CertificateStatus.DOWNLOADED
    )
    before = Charge.objects.count()
    reissued = reissue_order(order, by="alice@example.com", now=LATER)
    assert reissued.certificate_status == CertificateStatus.PENDING_FOR_APPROVER
    assert reissued.order_status == OrderStatus.FULFILLED
    assert steps(order)[-2:] == [("reissued", ""), ("certificate_status", "2")]
    assert Charge.objects.count() == before


def test_what_was_never_issued_is_not_reissued(order: Order) -> None:
    assert not may_reissue(order)
    with pytest.raises(OrderCannotBeReissued, match="Pending for Approver"):
        reissue_order(order, by="alice@example.com", now=LATER)
