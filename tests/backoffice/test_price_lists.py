"""Price lists' pages: adding, new versions, prices. Today is 10 November 2026 in Kolkata."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import Account, Charge, PriceList, Product
from billing.prices import price_of
from certinext.audit.models import AuditEvent
from certinext.backoffice.price_lists import ListInForce, set_prices, version_name
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    PriceListFactory,
    PriceListItemFactory,
    ProductFactory,
)
from tests.orders.reports import message, outcomes, row, run

LIST = "/backoffice/price-lists/"
TODAY, LATER = date(2026, 11, 10), date(2027, 1, 1)


@pytest.fixture
def general(db: None) -> PriceList:
    """The general list in force: 8,925.00 for a year."""
    found: PriceList = PriceListItemFactory.create().price_list
    return found


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def added(client: Client, **changes: str) -> str:
    form = {"name": "New prices", "currency": "INR", "valid_from": "2027-01-01", **changes}
    return client.post(LIST + "add/", form, follow=True).content.decode()


def field(product: Product, term: int) -> str:
    return f"price-{product.pk}-{term}"


def test_the_lists_name_currency_validity_and_number_of_prices(
    staff: Client, general: PriceList
) -> None:
    account = AccountFactory.create(display_name="Konkan Retail Bank")
    PriceListFactory.create(name="Konkan contract", account=account)
    html = page(staff, LIST)
    assert f'<a class="fw-medium" href="{LIST}{general.pk}/">Prices in INR</a>' in html
    assert '<td class="num wide">1</td>' in html
    assert "Konkan contract" not in html
    assert "Konkan contract" in page(staff, LIST + "?view=own")


def test_a_list_shows_its_prices_by_category_and_term(staff: Client, general: PriceList) -> None:
    html = page(staff, f"{LIST}{general.pk}/")
    assert "SSL/TLS Certificates" in html
    assert '<td class="num">₹8,925.00</td><td class="num"><span class="muted">' in html


def test_lists_and_prices_need_a_constant_number_of_queries(
    staff: Client, general: PriceList
) -> None:
    paths = [LIST, f"{LIST}{general.pk}/"]
    with CaptureQueriesContext(connection) as few:
        [page(staff, path) for path in paths]
    for number in range(8):
        product = ProductFactory.create(product_code=f"8{number}")
        PriceListItemFactory.create(price_list=general, product=product)
        PriceListFactory.create(
            currency="EUR",
            valid_from=date(2030 + number, 1, 1),
            valid_until=date(2030 + number, 6, 1),
        )
    with CaptureQueriesContext(connection) as many:
        [page(staff, path) for path in paths]
    assert len(many) == len(few)


def test_an_accounts_own_list_is_added_as_a_copy_and_audited(
    staff: Client, general: PriceList
) -> None:
    account = AccountFactory.create(account_number="3108842834")
    added(staff, account="3108842834", copied_from=str(general.pk))
    own = PriceList.objects.get(account=account)
    assert (own.name, own.currency, own.valid_from, own.valid_until) == (
        "New prices",
        "INR",
        LATER,
        None,
    )
    assert [item.amount for item in own.items.all()] == [Decimal("8925.00")]
    event = AuditEvent.objects.get(action="price_list.added")
    assert (event.account_number, event.details["copied_from"], event.details["prices"]) == (
        "3108842834",
        "Prices in INR",
        1,
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"valid_from": "2026-11-09"},
            "Choose today or a later day: what was ordered before has its price.",
        ),
        ({"valid_from": "0206-11-09"}, "Choose a day from 2000 to 2099"),
        ({"valid_from": "2100-01-01"}, "Choose a day from 2000 to 2099"),
        ({"last_day": "20270-01-01"}, "“Until” is no day: write one such as 2026-11-30."),
        ({"last_day": "2127-01-01"}, "Choose a day from 2000 to 2099"),
        ({"last_day": "2026-12-31"}, "Choose the day it starts, or a later one."),
        ({"account": "9999999999"}, "There is no account with this number."),
        ({}, "Another list of the same account and currency holds on some of these days"),
    ],
)
def test_a_list_that_cannot_hold_is_refused_in_words(
    staff: Client, general: PriceList, changes: dict[str, str], said: str
) -> None:
    assert said in added(staff, **changes)
    assert PriceList.objects.get() == general


def test_the_last_day_of_a_list_is_one_on_which_it_holds(staff: Client) -> None:
    html = added(staff, last_day="2027-01-01")
    one_day = PriceList.objects.get()
    assert (one_day.valid_from, one_day.valid_until) == (LATER, date(2027, 1, 2))
    assert one_day.last_day == LATER
    assert "from 1 Jan 2027 until 1 Jan 2027" in html


def test_no_list_is_copied_into_another_currency(staff: Client, general: PriceList) -> None:
    assert "prices are never converted" in added(staff, currency="EUR", copied_from=str(general.pk))
    assert PriceList.objects.get() == general


def test_an_account_has_no_list_in_a_currency_that_it_is_not_billed_in(
    staff: Client, general: PriceList
) -> None:
    AccountFactory.create(account_number="3108842834")
    assert "prices in another one never count" in added(staff, account="3108842834", currency="EUR")
    assert PriceList.objects.get() == general


def test_prices_of_a_list_that_begins_today_or_later_are_set_and_audited(
    staff: Client, general: PriceList
) -> None:
    product = general.items.get().product
    own = PriceListFactory.create(account=AccountFactory.create(), valid_from=TODAY)
    PriceListItemFactory.create(price_list=own, amount=Decimal("8000.00"))
    form = {field(product, 1): "", field(product, 2): "15000.50"}
    staff.post(f"{LIST}{own.pk}/prices/", form)
    assert list(own.items.values_list("term_years", "amount")) == [(2, Decimal("15000.50"))]
    event = AuditEvent.objects.get(action="price_list.prices_changed")
    assert event.details["changes"] == {"711, 1": ["8000", ""], "711, 2": ["", "15000.5"]}


def test_a_price_is_no_negative_number(staff: Client, general: PriceList) -> None:
    product = general.items.get().product
    own = PriceListFactory.create(account=AccountFactory.create(), valid_from=LATER)
    html = staff.post(f"{LIST}{own.pk}/prices/", {field(product, 1): "-1"}).content.decode()
    assert "OV SSL, 1 year” is 0 at least: write a larger number." in html
    assert not own.items.exists()


@pytest.mark.parametrize(
    ("currency", "typed", "said"),
    [
        ("INR", "10.005", "INR has 2 decimals: write 10.01, not 10.005."),
        ("JPY", "1.5", "JPY has no decimals: write 2, not 1.5."),
        ("INR", "1e11", "is 999999999 at most: write a smaller number."),
    ],
)
def test_a_price_is_whole_in_its_currencys_smallest_unit(
    staff: Client, currency: str, typed: str, said: str
) -> None:
    product = ProductFactory.create()
    own = PriceListFactory.create(currency=currency, valid_from=LATER)
    url = f"{LIST}{own.pk}/prices/"
    html = staff.post(url, {field(product, 1): typed}).content.decode()
    assert html.count(said) == 2
    assert f"{product.name}, 1 year" in html.partition("error-summary")[2].partition("</ul>")[0]
    assert not own.items.exists()


def test_prices_are_shown_for_change_with_their_currencys_decimals(staff: Client) -> None:
    own = PriceListFactory.create(currency="JPY", valid_from=LATER)
    PriceListItemFactory.create(price_list=own, amount=Decimal("8000"))
    assert 'value="8000"' in page(staff, f"{LIST}{own.pk}/prices/")


def test_a_price_on_a_list_in_force_stays_and_a_missing_one_is_added_and_audited(
    staff: Client, general: PriceList
) -> None:
    product = general.items.get().product
    url = f"{LIST}{general.pk}/prices/"
    assert f'href="{url}">Add missing prices</a>' in page(staff, f"{LIST}{general.pk}/")
    html = page(staff, url)
    assert ">₹8,925.00</span></td>" in html
    assert field(product, 1) not in html
    form = {field(product, 1): "1", field(product, 2): "16000"}
    html = staff.post(url, form, follow=True).content.decode()
    assert "1 price was added. What was refused for want of it can be ordered" in html
    assert list(general.items.order_by("term_years").values_list("term_years", "amount")) == [
        (1, Decimal("8925.00")),
        (2, Decimal("16000.00")),
    ]
    event = AuditEvent.objects.get(action="price_list.prices_added")
    assert event.details["changes"] == {"711, 2": ["", "16000"]}


def test_two_clerks_who_add_the_same_missing_price_add_the_first(general: PriceList) -> None:
    key = (general.items.get().product_id, 2)
    set_prices(general, {key: Decimal(16000)}, today=TODAY)
    with pytest.raises(ListInForce):
        set_prices(general, {key: Decimal(15000)}, today=TODAY)
    assert general.items.get(term_years=2).amount == Decimal(16000)


def test_a_list_without_a_gap_says_that_no_price_is_missing(
    staff: Client, general: PriceList
) -> None:
    product = general.items.get().product
    for term in (2, 3):
        PriceListItemFactory.create(price_list=general, product=product, term_years=term)
    assert "Add missing prices" not in page(staff, f"{LIST}{general.pk}/")
    assert "No price is missing" in page(staff, f"{LIST}{general.pk}/prices/")


def test_what_added_names_are_charged_as_is_priced_though_it_cannot_be_ordered(
    staff: Client, general: PriceList
) -> None:
    extra = ProductFactory.create(product_code="719", name="Additional name", is_active=False)
    assert field(extra, 1) not in page(staff, f"{LIST}{general.pk}/prices/")
    Product.objects.filter(product_code="711").update(added_name_product=extra)
    assert field(extra, 1) in page(staff, f"{LIST}{general.pk}/prices/")


def test_a_list_that_has_ended_gets_what_it_lacks_for_late_orders_and_keeps_the_rest(
    staff: Client, general: PriceList
) -> None:
    product = general.items.get().product
    PriceList.objects.update(valid_until=TODAY)
    url = f"{LIST}{general.pk}/prices/"
    assert f'href="{url}">Add missing prices</a>' in page(staff, f"{LIST}{general.pk}/")
    assert "an old order that comes in late is priced by it" in page(staff, url)
    form = {field(product, 1): "1", field(product, 2): "16000"}
    assert "1 price was added." in staff.post(url, form, follow=True).content.decode()
    assert sorted(item.amount for item in general.items.all()) == [Decimal(8925), Decimal(16000)]
    with pytest.raises(ListInForce):
        set_prices(general, {(product.pk, 1): None}, today=TODAY)


def test_a_list_on_which_a_product_has_no_price_warns(staff: Client, general: PriceList) -> None:
    assert "cannot be ordered while it holds" not in page(staff, f"{LIST}{general.pk}/")
    assert "Products without a price" not in page(staff, LIST)
    ProductFactory.create(product_code="712", name="Wildcard DV")
    own = PriceListFactory.create(account=AccountFactory.create())
    html = page(staff, f"{LIST}{general.pk}/")
    assert "1 product has no price on this list and cannot be ordered while it holds:" in html
    assert "Wildcard DV" in html
    assert "Products without a price" in page(staff, LIST)
    assert "cannot be ordered while it holds" not in page(staff, f"{LIST}{own.pk}/")


def test_a_row_that_failed_for_want_of_a_price_goes_in_once_it_is_added(
    staff: Client, general: PriceList
) -> None:
    account = AccountFactory.create()
    report = row(validity="2")
    failed = run(account, report)
    assert outcomes(failed) == ["failed"]
    assert "add it to a price list that is valid on that day" in message(failed)
    said = page(staff, f"/backoffice/imports/{failed.pk}/")
    assert "import it again" in said
    product = general.items.get().product
    staff.post(f"{LIST}{general.pk}/prices/", {field(product, 2): "16000"})
    assert outcomes(run(account, report)) == ["created"]
    assert Charge.objects.get().net_amount == Decimal("16000.00")


def test_a_new_version_copies_the_list_and_ends_it_on_that_day(
    staff: Client, general: PriceList
) -> None:
    account: Account = AccountFactory.create()
    charge = ChargeFactory.create(account=account)
    product = general.items.get().product
    form = {"name": "Prices of 2027", "valid_from": "2027-01-01"}
    staff.post(f"{LIST}{general.pk}/version/", form)
    copy = PriceList.objects.get(name="Prices of 2027")
    general.refresh_from_db()
    assert (general.valid_until, copy.valid_from, copy.valid_until) == (LATER, LATER, None)
    staff.post(f"{LIST}{copy.pk}/prices/", {field(product, 1): "9100.00"})

    def price(on: date) -> Decimal:
        return price_of(account=account, product=product, term_years=1, on=on).amount

    assert price(date(2026, 12, 31)) == Decimal("8925.00")
    assert price(LATER) == Decimal("9100.00")
    assert Charge.objects.get() == charge
    assert Charge.objects.get().net_amount == Decimal("8925.00")
    assert AuditEvent.objects.get(action="price_list.ended").details == {
        "changes": {"valid_until": [None, "2027-01-01"]}
    }


def test_a_new_version_begins_tomorrow_or_later_and_before_the_list_ends(
    staff: Client, general: PriceList
) -> None:
    PriceList.objects.update(valid_until=LATER)
    url = f"{LIST}{general.pk}/version/"
    early = staff.post(url, {"name": "New", "valid_from": "2026-11-09"}).content.decode()
    late = staff.post(url, {"name": "New", "valid_from": "2027-01-01"}).content.decode()
    today = staff.post(url, {"name": "New", "valid_from": "2026-11-10"}).content.decode()
    assert "Choose tomorrow or a later day: the prices are set before they hold." in early
    assert "Choose tomorrow or a later day: the prices are set before they hold." in today
    assert "does not hold on that day" in late
    assert PriceList.objects.get().valid_until == LATER


def test_a_new_version_begins_tomorrow_and_is_named_after_its_day(
    staff: Client, general: PriceList
) -> None:
    url = f"{LIST}{general.pk}/version/"
    html = page(staff, url)
    assert 'value="2026-11-11"' in html
    assert "such as “Prices in INR from 2026-11-11”" in html
    assert "whose “Until” becomes the day before" in html
    same = staff.post(url, {"name": "Prices in INR", "valid_from": "2026-11-11"}).content.decode()
    assert "The old list is called so" in same
    staff.post(url, {"name": "", "valid_from": "2026-12-01"})
    copy = PriceList.objects.exclude(pk=general.pk).get()
    assert copy.name == "Prices in INR from 2026-12-01"
    assert version_name(copy, LATER) == "Prices in INR from 2027-01-01"
    general.refresh_from_db()
    assert general.last_day == date(2026, 11, 30)


def test_a_long_name_makes_room_for_the_day() -> None:
    found = PriceList(name="P" * 120, valid_from=TODAY)
    assert version_name(found, LATER) == "P" * 104 + " from 2027-01-01"


def test_a_planned_list_gets_no_new_version(staff: Client) -> None:
    planned = PriceListFactory.create(valid_from=LATER)
    html = staff.get(f"{LIST}{planned.pk}/version/", follow=True).content.decode()
    assert "Only a list in force gets a new version." in html


def test_the_account_page_leads_to_its_own_prices(staff: Client, general: PriceList) -> None:
    account = AccountFactory.create(account_number="3108842834")
    url = "/backoffice/accounts/3108842834/"
    assert f'href="{LIST}add/?account=3108842834"' in page(staff, url)
    own = PriceListFactory.create(name="Contract", account=account)
    assert f'<a href="{LIST}{own.pk}/">Contract</a>' in page(staff, url)
