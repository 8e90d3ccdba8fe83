"""An order is held to what the catalogue says of its product: wildcards, an organization."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext as _

from billing.models import Account, Product
from orders.add_names import add_names
from orders.errors import InvalidOrder
from orders.models import Order
from tests.customers import Customer, SignIn, named, words
from tests.orders.conftest import NOW
from tests.orders.helpers import charges_of, place
from tests.orders.reports import outcomes, row, run

pytestmark = pytest.mark.django_db
Wildcard = Product.Wildcard


def refused(error: InvalidOrder) -> tuple[str, str]:
    return error.field, _(error.message) % error.params


@pytest.mark.parametrize(
    ("wildcard", "taken"),
    [
        ("", ["www.example.com", "*.example.com"]),
        (Wildcard.NO, ["www.example.com"]),
        (Wildcard.YES, ["www.example.com", "*.example.com"]),
        (Wildcard.ONLY, ["*.example.com"]),
    ],
)
def test_a_product_takes_the_names_of_its_kind(
    account: Account, product: Product, wildcard: str, taken: list[str]
) -> None:
    product.wildcard = wildcard
    for name in ("www.example.com", "*.example.com"):
        if name in taken:
            place(account, product, domain_name=name)
        else:
            with pytest.raises(InvalidOrder) as error:
                place(account, product, domain_name=name)
            assert error.value.field == "domain_name"
    assert Order.objects.count() == len(taken)


def test_the_refusal_says_what_to_write(account: Account, product: Product) -> None:
    product.wildcard = Wildcard.NO
    with pytest.raises(InvalidOrder) as error:
        place(account, product, domain_name="*.example.com")
    assert refused(error.value) == (
        "domain_name",
        (
            "emSign OV SSL names no wildcards such as *.example.com: write the name itself, or"
            " order a wildcard product."
        ),
    )
    product.wildcard = Wildcard.ONLY
    with pytest.raises(InvalidOrder) as error:
        place(account, product, domain_name="example.com")
    assert refused(error.value) == (
        "domain_name",
        "emSign OV SSL names wildcards only: write *.example.com, or order another product.",
    )


@pytest.mark.parametrize("validation", ["ov", "ev"])
def test_an_order_of_an_organization_product_names_the_organization(
    account: Account, product: Product, validation: str
) -> None:
    product.validation = validation
    with pytest.raises(InvalidOrder) as error:
        place(account, product, organization_name="  ")
    assert refused(error.value) == (
        "organization_name",
        "emSign OV SSL names an organization: enter its name.",
    )
    assert place(account, product, organization_name="Kaveri").organization_name == "Kaveri"


@pytest.mark.parametrize("validation", ["", "dv"])
def test_other_products_need_no_organization(
    account: Account, product: Product, validation: str
) -> None:
    product.validation = validation
    assert place(account, product).organization_name == ""


def test_added_names_are_held_to_the_product_too(account: Account, product: Product) -> None:
    named(product)
    order = place(account, product)
    Product.objects.filter(pk=product.pk).update(wildcard=Wildcard.NO)
    order = Order.objects.get(pk=order.pk)
    with pytest.raises(InvalidOrder, match="names no wildcards") as error:
        add_names(order, names=["*.example.com"], extension=1, by="clerk", now=NOW)
    assert error.value.field == "names"
    assert len(charges_of(order)) == 1


def test_the_platforms_orders_are_taken_as_they_are(account: Account, product: Product) -> None:
    Product.objects.update(validation="ev", wildcard=Wildcard.NO)
    imported = run(account, row(domainName="*.example.com", organizationName=""))
    assert outcomes(imported) == ["created"]


def test_the_order_page_asks_for_what_the_product_needs(sign_in: SignIn) -> None:
    customer = Customer()
    Product.objects.update(validation="ov", wildcard=Wildcard.NO)
    browser = sign_in(customer.person())
    page = browser.get("/orders/place/?product=711&term_years=1")
    assert "Such as www.example.com." in words(page)
    assert "*.example.com" not in words(page)
    data = {"product": "711", "term_years": "1", "domain_name": "*.example.com", "act": "review"}
    answer = browser.post("/orders/place/", data, follow=True)
    assert "Enter the organization that the certificate names." in words(answer)
    answer = browser.post("/orders/place/", {**data, "organization_name": "Kaveri"}, follow=True)
    assert "names no wildcards such as *.example.com: write the name itself" in words(answer)
    assert not Order.objects.exists()
