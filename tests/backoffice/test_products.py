"""The products' pages."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import Charge, Product
from certinext.audit.models import AuditEvent
from tests.factories import ChargeFactory, ProductFactory

LIST = "/backoffice/products/"


def names(client: Client, query: str = "") -> list[str]:
    html = client.get(LIST + query).content.decode()
    return re.findall(r'<a class="fw-medium" href="/backoffice/products/\d+/">([^<]+)</a>', html)


@pytest.mark.parametrize("query", ["?q=711", "?q=ov%20ssl", "?q=SSL/TLS", "?active=yes"])
def test_a_product_is_found_by_code_name_category_and_whether_it_can_be_ordered(
    staff: Client, query: str
) -> None:
    ProductFactory.create()
    ProductFactory.create(
        product_code="801", name="Document signer", category_name="Signing", is_active=False
    )
    assert names(staff, query) == ["emSign OV SSL"]


def test_products_come_in_pages_with_a_constant_number_of_queries(staff: Client) -> None:
    ProductFactory.create()
    with CaptureQueriesContext(connection) as few:
        names(staff)
    for number in range(30):
        ProductFactory.create(product_code=f"8{number:02}", name=f"Product {number:02}")
    with CaptureQueriesContext(connection) as many:
        assert len(names(staff)) == 25
    assert len(many) == len(few)
    assert len(names(staff, "?page=2")) == 6


def test_a_product_is_added_with_its_tax_code_and_its_categorys_number(staff: Client) -> None:
    ProductFactory.create()
    form = {
        "product_code": "799",
        "name": "emSign Flex",
        "validation": "ov",
        "wildcard": "no",
        "category_name": "SSL/TLS Certificates",
        "tax_code": "998319",
        "is_active": "on",
    }
    staff.post(LIST + "add/", form)
    added = Product.objects.get(product_code="799")
    assert (added.name, added.tax_code, added.category_id, added.is_active) == (
        "emSign Flex",
        "998319",
        "3",
        True,
    )
    event = AuditEvent.objects.get(action="product.added")
    assert event.details == {
        "code": "799",
        "tax_code": "998319",
        "validation": "ov",
        "wildcard": "no",
        "added_name_product": "",
    }
    assert "No wildcard names" in staff.get(LIST).content.decode()


@pytest.mark.parametrize("code", ["998", "998319123", "99831x", "٩٩٨٣"])
def test_a_tax_code_has_4_to_8_digits(staff: Client, code: str) -> None:
    product = ProductFactory.create()
    staff.post(f"{LIST}{product.pk}/", {"name": "New", "tax_code": code})
    product.refresh_from_db()
    assert (product.name, product.tax_code) == ("emSign OV SSL", "998319")


def test_a_change_is_audited_and_leaves_what_was_charged_alone(staff: Client) -> None:
    product = ProductFactory.create()
    ChargeFactory.create(product=product)
    form = {"name": "emSign OV", "category_name": "SSL/TLS Certificates", "tax_code": "85235100"}
    staff.post(f"{LIST}{product.pk}/", form)
    product.refresh_from_db()
    assert (product.name, product.tax_code, product.is_active) == ("emSign OV", "85235100", False)
    assert Charge.objects.get().tax_code == "998319"
    event = AuditEvent.objects.get(action="product.changed")
    assert event.details == {
        "code": "711",
        "changes": {
            "name": ["emSign OV SSL", "emSign OV"],
            "tax_code": ["998319", "85235100"],
            "is_active": ["True", "False"],
        },
    }


def test_a_code_is_used_once(staff: Client) -> None:
    ProductFactory.create()
    form = {"product_code": "711", "name": "Another", "tax_code": "998319"}
    html = staff.post(LIST + "add/", form).content.decode()
    assert "“Product code” is taken: write a different one." in html
    assert Product.objects.count() == 1


def test_a_product_says_as_which_product_an_added_name_is_charged(staff: Client) -> None:
    product = ProductFactory.create()
    extra = ProductFactory.create(product_code="719", name="Additional name")
    other = ProductFactory.create(product_code="720", name="Dearer name")
    form = {"name": "emSign OV SSL", "tax_code": "998319", "is_active": "on"}
    form["category_name"] = "SSL/TLS Certificates"
    for chosen in (extra, other):
        staff.post(f"{LIST}{product.pk}/", {**form, "added_name_product": str(chosen.pk)})
        product.refresh_from_db()
        assert product.added_name_product == chosen
    changes = [
        event.details["changes"]
        for event in AuditEvent.objects.filter(action="product.changed").order_by("id")
    ]
    assert changes == [
        {"added_name_product": ["", "Additional name"]},
        {"added_name_product": ["Additional name", "Dearer name"]},
    ]
    staff.post(f"{LIST}{product.pk}/", form)
    product.refresh_from_db()
    assert product.added_name_product is None


def test_an_added_name_is_not_charged_as_the_product_itself(staff: Client) -> None:
    product = ProductFactory.create()
    form = {"name": "New", "tax_code": "998319", "added_name_product": str(product.pk)}
    html = staff.post(f"{LIST}{product.pk}/", form).content.decode()
    assert "from the list: this is not on it." in html
    product.refresh_from_db()
    assert (product.name, product.added_name_product) == ("emSign OV SSL", None)


def test_a_product_of_added_names_is_added_with_its_product(staff: Client) -> None:
    extra = ProductFactory.create(product_code="719", name="Additional name")
    form = {"product_code": "799", "name": "emSign Flex", "tax_code": "998319"}
    staff.post(LIST + "add/", {**form, "added_name_product": str(extra.pk)})
    assert Product.objects.get(product_code="799").added_name_product == extra
    event = AuditEvent.objects.get(action="product.added")
    assert event.details["added_name_product"] == "Additional name"
