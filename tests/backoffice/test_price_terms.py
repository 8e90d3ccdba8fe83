"""Discounts and tiers on a price list, by staff."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from billing.importing import price_lists as imported
from billing.models import PriceList, PriceListItem
from certinext.audit.models import AuditEvent
from certinext.backoffice import price_lists as verbs
from tests.factories import PriceListFactory, PriceListItemFactory, PriceTierFactory

pytestmark = pytest.mark.django_db
TIERS = {
    "discount_percent": "12.5",
    "tier_mode": "volume",
    "tier_1_above": "10",
    "tier_1_price": "8000",
}


@pytest.fixture
def item(staff: Client) -> PriceListItem:
    """A price of 8,925.00 on a list that begins tomorrow."""
    begins = timezone.localdate() + timedelta(days=1)
    made: PriceListItem = PriceListItemFactory(price_list=PriceListFactory(valid_from=begins))
    return made


def url(item: PriceListItem) -> str:
    return f"/backoffice/price-lists/{item.price_list.pk}/prices/{item.pk}/"


def said(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]  # a test response


def test_a_price_gets_a_discount_and_tiers(staff: Client, item: PriceListItem) -> None:
    assert "List price ₹8,925.00" in said(staff.get(url(item)))
    staff.post(url(item), TIERS)

    item.refresh_from_db()
    assert (item.discount_percent, item.tier_mode) == (Decimal("12.5"), "volume")
    assert list(item.tiers.values_list("above", "amount")) == [(10, Decimal(8000))]
    html = said(staff.get(f"/backoffice/price-lists/{item.price_list.pk}/"))
    assert "less 12.5%" in html
    assert "above 10: ₹8,000.00" in html
    changes = AuditEvent.objects.get(action="price_list.terms_changed").details["changes"]
    assert [change for name, change in changes.items() if name.endswith("tier_1_above")] == [
        ["", "10"]
    ]


def test_a_list_gets_a_discount(staff: Client, item: PriceListItem) -> None:
    page = f"/backoffice/price-lists/{item.price_list.pk}/discount/"
    staff.post(page, {"discount_percent": "7.25"})
    assert PriceList.objects.get().discount_percent == Decimal("7.25")


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"discount_percent": "100.01"}, "“Discount in per cent” is 100 at most"),
        ({"discount_percent": "-1"}, "“Discount in per cent” is 0 at least"),
        ({"discount_percent": "NaN"}, "“Discount in per cent” is no number"),
        ({"discount_percent": "\uff15"}, "“Discount in per cent” is no number"),
        ({"tier_1_above": "1.5"}, "Write a whole number of orders."),
        ({"tier_1_price": "10.005"}, "INR has 2 decimals: write 10.01, not 10.005."),
        ({"tier_1_price": ""}, "Fill in the row, or empty it."),
    ],
)
def test_bad_terms_name_their_field_and_the_fix(
    staff: Client, item: PriceListItem, bad: dict[str, str], words: str
) -> None:
    assert words in said(staff.post(url(item), TIERS | bad))
    item.refresh_from_db()
    assert (item.discount_percent, item.tiers.count()) == (None, 0)


def test_a_list_that_has_begun_keeps_its_terms(staff: Client, item: PriceListItem) -> None:
    PriceList.objects.update(valid_from=timezone.localdate() - timedelta(days=1))
    assert "This list has begun" in said(staff.get(url(item)))
    assert "has begun" in said(staff.post(url(item), TIERS))
    page = f"/backoffice/price-lists/{item.price_list.pk}/discount/"
    assert "has begun" in said(staff.post(page, {"discount_percent": "5"}))
    item.refresh_from_db()
    assert (item.discount_percent, item.price_list.discount_percent) == (None, Decimal(0))


def test_discounts_and_tiers_come_along_to_a_new_version_and_stay_with_a_new_amount(
    item: PriceListItem,
) -> None:
    PriceTierFactory(item=item)
    PriceListItem.objects.update(discount_percent=5)
    PriceList.objects.update(discount_percent=10, valid_from=date(2026, 1, 1))
    key = (item.product_id, 1)
    version = verbs.new_version(item.price_list, name="Next", valid_from=date(2027, 6, 1))
    verbs.set_prices(version, {key: Decimal(9000)}, today=date(2027, 5, 1))
    later = imported.set_prices("INR", {key: Decimal(9500)}, valid_from=date(2027, 7, 1))

    assert later
    for price_list, amount in ((version, 9000), (later, 9500)):
        price_list.refresh_from_db()
        (copied,) = price_list.items.all()
        assert (price_list.discount_percent, copied.discount_percent) == (Decimal(10), Decimal(5))
        assert (f"{copied.amount:.0f}", copied.tiers.count()) == (str(amount), 1)
