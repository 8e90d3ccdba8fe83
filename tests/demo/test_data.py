"""The demo's data: deterministic, in the platform's shapes, and plausible."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from stdnum import iban

from billing.tax.errors import InvalidTaxId
from billing.tax.ids import is_gstin, normalise_vat_id, pan_of_gstin
from certinext.backoffice.demo import reports
from certinext.backoffice.demo.calendar import Calendar
from certinext.backoffice.demo.orders import ReportedOrder, orders_of
from certinext.backoffice.demo.plans import AccountPlan, Fate, SellerPlan
from certinext.backoffice.demo.sellers import SELLERS
from orders.subjects import is_domain, is_mailbox

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
EMSIGN, HARBOUR = SELLERS
SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "certinext-api"
ORDER_KEYS = {
    "certificateExpiryDate",
    "certificateSerialNumber",
    "certificateStatus",
    "countryName",
    "customFields",
    "domainName",
    "groupNumber",
    "issuerCA",
    "orderDate",
    "orderNumber",
    "orderStatus",
    "organizationName",
    "productCode",
    "requestNumber",
    "tags",
}
PAGE_KEYS = {"content", "page", "size", "totalElements", "totalPages"}
each_seller = pytest.mark.parametrize("seller", SELLERS, ids=lambda seller: seller.schema)


def all_orders(seller: SellerPlan, now: datetime = NOW) -> list[ReportedOrder]:
    return orders_of(seller, Calendar(now, seller.zone))


def report(seller: SellerPlan, now: datetime = NOW) -> dict[str, Any]:
    return reports.order_report(seller, all_orders(seller, now), at=now)


@each_seller
def test_the_same_day_gives_the_same_data(seller: SellerPlan) -> None:
    assert all_orders(seller) == all_orders(seller)


@each_seller
def test_the_report_has_the_platforms_keys(seller: SellerPlan) -> None:
    page = report(seller)

    assert page.keys() == PAGE_KEYS
    assert page["totalElements"] == len(page["content"])
    for row in page["content"]:
        assert row.keys() - {"originator", "validity"} == ORDER_KEYS


def test_the_keys_are_those_of_the_captured_samples() -> None:
    if not SAMPLES.exists():
        pytest.skip("the captured samples are not here")
    rows = json.loads((SAMPLES / "reports-orders.json").read_text())["content"]
    catalogue = json.loads((SAMPLES / "catalog-products.json").read_text())["products"]
    groups = json.loads((SAMPLES / "groups.json").read_text())["groups"]

    assert rows[0].keys() == ORDER_KEYS
    assert catalogue[0].keys() == reports.catalogue(EMSIGN)["products"][0].keys()
    assert (
        catalogue[0]["products"][0].keys()
        == reports.catalogue(EMSIGN)["products"][0]["products"][0].keys()
    )
    assert groups[0].keys() == reports.groups(EMSIGN.accounts[0])["groups"][0].keys()


def test_production_dates_have_no_zone_and_sandbox_dates_end_in_z() -> None:
    plain = [row["orderDate"] for row in report(EMSIGN)["content"]]
    iso = [row["orderDate"] for row in report(HARBOUR)["content"]]

    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", text) for text in plain)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text) for text in iso)


@each_seller
def test_numbers_have_ten_digits_and_no_two_are_alike(seller: SellerPlan) -> None:
    orders = all_orders(seller)
    numbers = [
        *(order.request_number for order in orders),
        *(order.order_number for order in orders if order.order_number),
        *(account.number for account in seller.accounts),
        *(group.number for account in seller.accounts for group in account.groups),
    ]

    assert all(len(number) == 10 and number.isdigit() for number in numbers)
    assert len(set(numbers)) == len(numbers)


@each_seller
def test_an_order_keeps_its_number_and_price_when_the_day_moves_on(seller: SellerPlan) -> None:
    later = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
    known = {order.request_number: order for order in all_orders(seller)}
    then = {order.request_number: order for order in all_orders(seller, later)}

    assert known.keys() <= then.keys()
    assert all(then[number] == order for number, order in known.items())


@each_seller
def test_a_report_without_a_certificate_has_empty_texts_for_it(seller: SellerPlan) -> None:
    for row in report(seller)["content"]:
        issued = row["certificateStatus"].startswith("Certificate")
        assert bool(row["certificateSerialNumber"]) is issued
        assert bool(row["issuerCA"]) is issued
        assert bool(row["certificateExpiryDate"]) is issued


@each_seller
def test_every_name_on_a_certificate_is_plausible(seller: SellerPlan) -> None:
    for order in all_orders(seller):
        category = seller.category_of(order.product)
        if category == "S/MIME Certificates":
            assert is_mailbox(order.domain), order.domain
        elif category == "Document Signing":
            assert order.domain == ""
        else:
            assert is_domain(order.domain), order.domain


@each_seller
def test_four_whole_months_have_orders(seller: SellerPlan) -> None:
    months = {
        order.ordered_at.astimezone(seller.zone).strftime("%Y-%m") for order in all_orders(seller)
    }

    assert {"2026-07", "2026-08", "2026-09", "2026-10", "2026-11"} == months


@each_seller
@pytest.mark.parametrize("fate", list(Fate))
def test_every_fate_of_an_order_is_there(seller: SellerPlan, fate: Fate) -> None:
    assert any(order.fate is fate for order in all_orders(seller))


@each_seller
def test_the_first_of_a_month_has_four_whole_months_too(seller: SellerPlan) -> None:
    now = datetime(2026, 12, 1, 0, 20, tzinfo=seller.zone)

    orders = all_orders(seller, now)

    assert {o.fate for o in orders} >= set(Fate) - {Fate.PENDING, Fate.GENERATED}
    assert max(order.ordered_at for order in orders) <= now


@each_seller
def test_the_seller_has_at_least_twelve_accounts(seller: SellerPlan) -> None:
    assert len(seller.accounts) >= 12


def test_indian_buyers_have_valid_tax_ids_of_their_own_state() -> None:
    for account in EMSIGN.accounts:
        tax_id = str(account.details.get("tax_id", ""))
        if tax_id:
            assert is_gstin(tax_id), tax_id
            assert tax_id[:2] == account.details["state_code"]
    assert is_gstin(str(EMSIGN.legal["gstin"]))
    assert pan_of_gstin(str(EMSIGN.legal["gstin"])) == EMSIGN.legal["pan"]


def test_european_buyers_have_valid_vat_ids_but_for_the_parked_one() -> None:
    wrong = []
    for account in HARBOUR.accounts:
        tax_id, country = str(account.details.get("tax_id", "")), str(account.details["country"])
        if tax_id and country != "CH":
            try:
                normalise_vat_id(tax_id, country=country)
            except InvalidTaxId:
                wrong.append(account.name)

    assert wrong == ["Donauverlag"]
    assert normalise_vat_id(str(HARBOUR.legal["vat_id"])) == HARBOUR.legal["vat_id"]
    assert iban.is_valid(str(HARBOUR.legal["iban"]))


@each_seller
def test_every_address_in_the_data_ends_in_example(seller: SellerPlan) -> None:
    mails = [str(account.details["billing_email"]) for account in seller.accounts]
    mails += [person.email for person in seller.people] + [str(seller.legal["email"])]

    assert all(mail.endswith(".example") for mail in mails)
    assert all(domain.endswith(".example") for a in seller.accounts for domain in a.domains)


@each_seller
def test_the_accent_colour_can_be_read_on_white(seller: SellerPlan) -> None:
    assert contrast_with_white(str(seller.legal["accent_colour"])) >= Decimal("4.5")


@each_seller
def test_the_logo_is_made_of_paths_only(seller: SellerPlan) -> None:
    logo = str(seller.legal["logo"])

    assert logo.startswith("<svg ")
    assert set(logo.replace("</svg>", "").split("<")[1:]) == {
        part
        for part in logo.replace("</svg>", "").split("<")[1:]
        if part.startswith(("svg ", "path "))
    }


@each_seller
def test_a_report_shows_only_what_had_happened_by_then(seller: SellerPlan) -> None:
    orders = all_orders(seller)
    cancelled = next(order for order in orders if order.fate is Fate.CANCELLED_LATER)
    ended = cancelled.steps[-1].at

    before = reports.order_report(seller, [cancelled], at=cancelled.ordered_at)["content"]
    after = reports.order_report(seller, [cancelled], at=ended)["content"]

    assert [row["orderStatus"] for row in before] == ["Order Accepted"]
    assert [row["orderStatus"] for row in after] == ["Order Cancelled"]


@each_seller
def test_people_and_portal_orders_name_accounts_that_exist(seller: SellerPlan) -> None:
    numbers = {account.number for account in seller.accounts}
    emails = {person.email for person in seller.people}

    assert {number for person in seller.people for number in person.roles} <= numbers
    assert {order.account for order in seller.portal_orders} <= numbers
    assert {order.by for order in seller.portal_orders} <= emails
    assert all(is_parented(seller, account) for account in seller.accounts)


def is_parented(seller: SellerPlan, account: AccountPlan) -> bool:
    return not account.parent or seller.account(account.parent).kind == "partner"


def contrast_with_white(colour: str) -> Decimal:
    """Return the WCAG 2.2 contrast ratio of a colour on white."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return Decimal(str(1.05 / (luminance + 0.05)))
