"""Ordering with the browser's Back button: nothing is sent again, nothing is ordered twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from orders.models import Order, OrderCharge
from tests.browser.visitor import Visitor
from tests.browser.world import World


@pytest.fixture
def page(visit: Callable[..., Visitor], world: World) -> Page:
    """The shop's administrator at the price list."""
    customer = visit()
    customer.come_in(world.people["shop"], "/orders/place/")
    return customer.page


def orders(world: World) -> int:
    return Order.objects.filter(account=world.accounts["shop"]).count()


def test_back_after_placing_an_order_leads_to_the_order(world: World, page: Page) -> None:
    before = orders(world)
    page.get_by_role("link", name="Order emSign OV SSL for 1 year").click()
    page.get_by_label("Domain").fill("not a domain")
    page.get_by_role("button", name="Continue to the summary").click()
    expect(page.get_by_role("alert")).to_contain_text("not plausible")
    page.get_by_label("Domain").fill("back.sundara.example")
    page.get_by_role("button", name="Continue to the summary").click()
    page.get_by_role("button", name="Place order for").click()
    expect(page.get_by_role("status")).to_contain_text("is placed.")
    placed = page.url

    page.go_back()
    assert page.url == placed
    expect(page.get_by_role("status")).to_contain_text("This summary has become order")
    assert orders(world) == before + 1


def test_back_after_adding_names_leads_to_the_order(world: World, page: Page) -> None:
    order = world.orders["extended"]
    path = page.url.partition("/orders/")[0] + f"/orders/{order}/"
    page.goto(path)
    page.get_by_role("link", name="Add names").click()
    page.get_by_label("Names").fill("www.more.sundara.example")
    page.get_by_role("button", name="Show what it costs").click()
    page.get_by_role("button", name="Add for").click()
    expect(page.get_by_role("status")).to_contain_text("The names are added")

    page.go_back()
    assert page.url == path
    expect(page.get_by_role("status")).to_contain_text("was extended meanwhile")
    assert OrderCharge.objects.filter(order=order, reason="added_names").count() == 2


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_renewal_costs_what_the_chosen_term_costs(
    visit: Callable[..., Visitor], world: World, javascript: bool
) -> None:
    order = world.orders["fulfilled"]
    customer = visit(java_script_enabled=javascript)
    customer.come_in(world.people["shop"], f"/orders/{order}/renew/")
    page = customer.page
    page.get_by_label("2 years").check()
    if not javascript:
        page.get_by_role("button", name="Renew for ₹10,531.50").click()
        expect(page.get_by_role("status")).to_contain_text("Nothing is charged yet")

    expect(page.get_by_role("heading", name="Renewal for 2 years")).to_be_visible()
    expect(page.get_by_role("button", name="Renew for ₹18,956.70")).to_be_visible()
    assert not OrderCharge.objects.filter(order=order, reason="renewal").exists()
