"""Importing the catalogue and its prices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.importing.products import import_products
from billing.models import ImportRun, PriceList, PriceListItem, Product
from billing.prices import price_of
from certinext.audit.models import AuditEvent
from tests.billing.importing.helpers import as_file, messages, results, sample
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db
OCTOBER = date(2026, 10, 1)
NOVEMBER = date(2026, 11, 1)


def product(code: str = "711", **changes: Any) -> dict[str, Any]:
    """Return a product of the catalogue: 119.00 for a year, 214.20 for two."""
    return {
        "productCode": code,
        "productName": "emSign OV SSL",
        "productTypeID": "16",
        "subscriptionPrice": {"1 Year": {"cost": "119.00"}, "2 Years": {"cost": "214.20"}},
        **changes,
    }


def category(*products: Any, **changes: Any) -> dict[str, Any]:
    """Return a category in dollars."""
    return {
        "categoryID": "3",
        "categoryName": "SSL/TLS Certificates",
        "currencyType": "USD",
        "products": list(products),
        **changes,
    }


def run(*categories: Any, valid_from: date = OCTOBER) -> ImportRun:
    """Import these categories."""
    return import_products(
        file=as_file({"products": list(categories)}),
        valid_from=valid_from,
        imported_by="clerk@example.com",
    )


def lists(currency: str = "USD") -> list[tuple[date, date | None, dict[tuple[str, int], str]]]:
    """Return the general lists of a currency with their prices, oldest first."""
    return [
        (
            found.valid_from,
            found.valid_until,
            {
                (item.product.product_code, item.term_years): f"{item.amount.normalize():f}"
                for item in found.items.select_related("product")
            },
        )
        for found in PriceList.objects.filter(currency=currency, account=None).order_by(
            "valid_from"
        )
    ]


def test_a_catalogue_brings_products_and_a_price_list() -> None:
    assert results(run(category(product()))) == [("711", "created")]
    found = Product.objects.get()
    assert (found.name, found.category_name) == ("emSign OV SSL", "SSL/TLS Certificates")
    assert (found.category_id, found.product_type_id) == ("3", "16")
    assert (found.tax_code, found.is_active) == ("998319", True)
    assert lists() == [(OCTOBER, None, {("711", 1): "119", ("711", 2): "214.2"})]
    assert PriceList.objects.get().name == "Prices in USD from 2026-10-01"


def test_importing_again_changes_nothing() -> None:
    run(category(product()))
    before = list(PriceListItem.objects.values())
    assert results(run(category(product()), valid_from=NOVEMBER)) == [("711", "unchanged")]
    assert list(PriceListItem.objects.values()) == before
    assert PriceList.objects.count() == 1


def test_a_changed_price_starts_a_new_version_and_ends_the_old_one() -> None:
    run(category(product()))
    dearer = product(subscriptionPrice={"1 Year": {"cost": "129.00"}})
    assert results(run(category(dearer), valid_from=NOVEMBER)) == [("711", "updated")]
    assert lists() == [
        (OCTOBER, NOVEMBER, {("711", 1): "119", ("711", 2): "214.2"}),
        (NOVEMBER, None, {("711", 1): "129"}),
    ]


def test_prices_of_before_stay_what_they_were() -> None:
    run(category(product()))
    run(category(product(subscriptionPrice={"1 Year": {"cost": "129.00"}})), valid_from=NOVEMBER)
    account = AccountFactory.create(currency="USD")
    found = Product.objects.get()
    prices = [
        price_of(account=account, product=found, term_years=1, on=day).amount
        for day in (date(2026, 10, 31), NOVEMBER)
    ]
    assert prices == [Decimal("119"), Decimal("129")]


def test_a_list_that_begins_on_the_same_day_is_corrected() -> None:
    run(category(product()))
    run(category(product(subscriptionPrice={"1 Year": {"cost": "0.0"}})))
    assert lists() == [(OCTOBER, None, {("711", 1): "0"})]


def test_a_list_that_is_planned_for_later_stays() -> None:
    run(category(product(subscriptionPrice={"1 Year": {"cost": "139.00"}})), valid_from=NOVEMBER)
    run(category(product()), valid_from=OCTOBER)
    assert [(start, end) for start, end, _ in lists()] == [(OCTOBER, NOVEMBER), (NOVEMBER, None)]


def test_a_version_between_two_ends_where_the_next_begins() -> None:
    run(category(product()))
    run(category(product(subscriptionPrice={"1 Year": {"cost": "139.00"}})), valid_from=NOVEMBER)
    middle = date(2026, 10, 15)
    run(category(product(subscriptionPrice={"1 Year": {"cost": "125.00"}})), valid_from=middle)
    assert [(start, end) for start, end, _ in lists()] == [
        (OCTOBER, middle),
        (middle, NOVEMBER),
        (NOVEMBER, None),
    ]


def test_each_currency_has_its_own_list() -> None:
    run(category(product()), category(product("741"), currencyType="EUR"))
    assert lists("USD")[0][2] == {("711", 1): "119", ("711", 2): "214.2"}
    assert lists("EUR")[0][2] == {("741", 1): "119", ("741", 2): "214.2"}


def test_a_product_in_two_currencies_is_described_by_its_first_row() -> None:
    rows = [category(product()), category(product(), categoryName="In euros", currencyType="EUR")]
    run(*rows)
    assert Product.objects.get().category_name == "SSL/TLS Certificates"
    assert (len(lists("USD")), len(lists("EUR"))) == (1, 1)
    assert [outcome for _, outcome in results(run(*rows))] == ["unchanged", "unchanged"]


def test_a_product_that_the_file_leaves_out_keeps_its_prices() -> None:
    run(category(product("711"), product("712")))
    run(
        category(product("711", subscriptionPrice={"1 Year": {"cost": "129.00"}})),
        valid_from=NOVEMBER,
    )
    assert lists()[1][2] == {("711", 1): "129", ("712", 1): "119", ("712", 2): "214.2"}


def test_a_product_is_renamed_without_a_new_price_list() -> None:
    run(category(product()))
    imported = run(category(product(productName="OV"), categoryName="TLS"), valid_from=NOVEMBER)
    assert results(imported) == [("711", "updated")]
    found = Product.objects.get()
    assert (found.name, found.category_name) == ("OV", "TLS")
    assert PriceList.objects.count() == 1


def test_a_product_that_was_taken_out_here_stays_out() -> None:
    run(category(product()))
    Product.objects.update(is_active=False)
    run(category(product(productName="OV")))
    assert Product.objects.get().is_active is False


def test_a_term_without_a_cost_is_not_offered() -> None:
    terms = {"1 Year": {"cost": "119.00"}, "2 Years": {"cost": ""}, "3 Years": {}}
    run(category(product(subscriptionPrice=terms)))
    assert lists()[0][2] == {("711", 1): "119"}


def test_a_cost_may_come_as_an_exact_number() -> None:
    content = b"""{"products": [{"currencyType": "USD", "products": [{"productCode": 711,
        "productName": "OV", "subscriptionPrice": {"1 Year": {"cost": 119.10}}}]}]}"""
    import_products(file=as_file(content), valid_from=OCTOBER, imported_by="clerk")
    assert lists()[0][2] == {("711", 1): "119.1"}


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (product(productCode=None), "productCode: The field is missing or empty."),
        (product(productName=""), "productName: The field is missing or empty."),
        (product(subscriptionPrice=None), "subscriptionPrice: An object is expected, not null."),
        (
            product(subscriptionPrice={"6 Months": {"cost": "1"}}),
            "subscriptionPrice: The term '6 Months' is not one such as 2 Years.",
        ),
        (
            product(subscriptionPrice={"1 Year": {"cost": "10.005"}}),
            "cost: USD has 2 decimals: write 10.01, not 10.005.",
        ),
        (
            product(subscriptionPrice={"1 Year": {"cost": "1,5"}}),
            (
                "cost: Write the amount with plain digits and a point, such as 1250.50: at most 12"
                " digits before and 6 after the point."
            ),
        ),
        (
            product(subscriptionPrice={"1 Year": {"cost": "-1"}}),
            "cost: A price is between 0 and 999999999.999999.",
        ),
        (
            product(subscriptionPrice={"1 Year": "119.00"}),
            "subscriptionPrice: An object with named fields is expected, not text.",
        ),
        (None, "product: An object is expected, not null."),
    ],
)
def test_a_bad_product_is_named_and_keeps_its_old_prices(bad: Any, words: str) -> None:
    run(category(product("711"), product("712")))
    dearer = product("712", subscriptionPrice={"1 Year": {"cost": "129.00"}})
    imported = run(category(bad, dearer), valid_from=NOVEMBER)
    assert [outcome for _, outcome in results(imported)] == ["failed", "updated"]
    assert messages(imported)[0] == words
    assert lists()[1][2] == {("711", 1): "119", ("711", 2): "214.2", ("712", 1): "129"}


def test_a_category_without_a_currency_fails_with_each_of_its_products() -> None:
    imported = run(category(product("711"), product("712"), currencyType="XXX"))
    assert results(imported) == [("711", "failed"), ("712", "failed")]
    assert messages(imported)[0].startswith("currencyType: 'XXX' is not an ISO 4217")
    assert not Product.objects.exists()


@pytest.mark.parametrize("bad", [5, None, "x", [], {"currencyType": "USD"}])
def test_a_category_that_is_none_is_one_failed_row(bad: Any) -> None:
    assert [outcome for _, outcome in results(run(bad, category(product())))] == [
        "failed",
        "created",
    ]


def test_a_product_that_comes_twice_goes_in_once() -> None:
    cheaper = product(subscriptionPrice={"1 Year": {"cost": "1.00"}})
    imported = run(category(product(), cheaper))
    assert results(imported) == [("711", "created"), ("711", "failed")]
    assert lists()[0][2] == {("711", 1): "119", ("711", 2): "214.2"}


def test_an_accounts_own_list_is_left_alone() -> None:
    run(category(product()))
    own = PriceList.objects.create(
        name="Contract", account=AccountFactory.create(), currency="USD", valid_from=OCTOBER
    )
    run(category(product(subscriptionPrice={"1 Year": {"cost": "129.00"}})), valid_from=NOVEMBER)
    own.refresh_from_db()
    assert own.valid_until is None


def test_the_import_is_on_the_audit_trail() -> None:
    imported = run(category(product()))
    assert AuditEvent.objects.get(action="products.imported").object_id == str(imported.pk)


def test_the_platforms_sample_goes_in_and_again_changes_nothing() -> None:
    path = sample("catalog-products.json")
    for expected in ("created", "unchanged"):
        with path.open("rb") as file:
            imported = import_products(file=file, valid_from=OCTOBER, imported_by="clerk")
        assert imported.counts == {expected: 12}
    assert PriceListItem.objects.count() == 36
    assert lists()[0][2]["722", 3] == "1144.95"


def test_importing_again_keeps_what_staff_said_about_a_product() -> None:
    run(category(product(), product("719", productName="Additional name")))
    extra = Product.objects.get(product_code="719")
    Product.objects.filter(product_code="711").update(
        added_name_product=extra, tax_code="998313", is_active=False
    )
    again = run(category(product(productName="emSign OV"), product("719")))
    assert results(again) == [("711", "updated"), ("719", "updated")]
    found = Product.objects.get(product_code="711")
    assert (found.name, found.added_name_product) == ("emSign OV", extra)
    assert (found.tax_code, found.is_active) == ("998313", False)
