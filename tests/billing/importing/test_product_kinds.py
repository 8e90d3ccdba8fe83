"""What kind of product the catalogue brings, as its name tells."""

from __future__ import annotations

from datetime import date

import pytest

from billing.importing.product_kinds import kind_of
from billing.importing.products import import_products
from billing.models import Product
from tests.billing.importing.helpers import as_file


@pytest.mark.parametrize(
    ("name", "validation", "wildcard"),
    [
        ("emSign DV SSL", "dv", "no"),
        ("emSign DV SSL Wildcard", "dv", "yes"),
        ("emSign OV SSL Multi-Domain", "ov", ""),
        ("emSign OV SSL Multi-Domain Wildcard", "ov", "yes"),
        ("emSign EV SSL", "ev", "no"),
        ("Private SSL", "", ""),
        ("emSign Devices", "", ""),
    ],
)
def test_a_server_certificates_name_tells_its_kind(
    name: str, validation: str, wildcard: str
) -> None:
    found = kind_of(name=name, category_name="SSL/TLS Certificates")
    assert found == {"validation": validation, "wildcard": wildcard}


def test_other_names_tell_nothing() -> None:
    found = kind_of(name="emSign EV Code Signing", category_name="Code Signing")
    assert found == {"validation": "", "wildcard": ""}


@pytest.mark.django_db
def test_a_new_product_is_of_its_kind_and_what_staff_say_stays() -> None:
    catalogue = {
        "products": [
            {
                "categoryID": "3",
                "categoryName": "SSL/TLS Certificates",
                "currencyType": "USD",
                "products": [
                    {
                        "productCode": "711",
                        "productName": "emSign OV SSL",
                        "productTypeID": "16",
                        "subscriptionPrice": {"1 Year": {"cost": "119.00"}},
                    }
                ],
            }
        ]
    }

    def run() -> None:
        import_products(
            file=as_file(catalogue), valid_from=date(2026, 10, 1), imported_by="clerk@example.com"
        )

    run()
    product = Product.objects.get()
    assert (product.validation, product.wildcard) == ("ov", "no")
    Product.objects.update(validation="", wildcard="yes")
    run()
    product.refresh_from_db()
    assert (product.validation, product.wildcard) == ("", "yes")
