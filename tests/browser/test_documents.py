"""A customer's three downloads, each through the page's own link."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from billing.models import Document
from tests.browser.visitor import Visitor, digits
from tests.browser.world import World

BUYER = "Sundara Retail Private Limited"


def test_a_customer_downloads_an_invoice_from_the_table(
    visit: Callable[..., Visitor], world: World
) -> None:
    customer = visit()
    page = customer.page
    customer.sign_in(world.people["shop"].email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Invoices")
    expect(page.get_by_role("navigation", name="Main")).to_contain_text("Billing & Payments")
    row = page.get_by_role("row").filter(has_text="www.sundara.example")
    number = row.get_by_role("link").first.inner_text()
    total = row.locator("td.num").first.inner_text()

    file = customer.download(row.get_by_role("link", name=f"Download {number} as PDF"))

    assert total == "₹10,531.50"
    page.get_by_role("link", name=number, exact=True).click()
    expect(page.locator(".facts").first).to_contain_text(BUYER)
    file.check(number=number, buyer=BUYER, total=total)


def test_a_customer_downloads_the_invoice_of_an_order(
    visit: Callable[..., Visitor], world: World
) -> None:
    customer = visit()
    page = customer.page
    customer.sign_in(world.people["shop"].email)
    page.get_by_role("link", name="Orders", exact=True).click()
    page.get_by_role("link", name=str(world.orders["invoiced"]), exact=True).click()
    costs = page.get_by_role("table", name="Charges and documents")
    row = costs.get_by_role("row").filter(has_text="INV/")
    number = row.get_by_role("link").inner_text()

    file = customer.download(page.get_by_role("link", name="Download Invoice"))

    expect(page.get_by_role("link", name="Download Credit Note")).to_have_count(0)
    total = row.locator("td.num").last.inner_text()
    assert total == "₹10,531.50"
    file.check(number=number, buyer=BUYER, total=total)


def test_a_customer_cancels_an_order_and_downloads_its_credit_note(
    visit: Callable[..., Visitor], world: World
) -> None:
    order = world.orders["to_cancel"]
    customer = visit()
    page = customer.page
    customer.sign_in(world.people["shop"].email)
    customer.go(f"/orders/{order}/")
    page.get_by_role("link", name="Cancel the order").click()
    page.get_by_label("Reason").fill("Ordered twice")
    page.get_by_role("button", name="Cancel the order").click()

    expect(page.get_by_role("main")).to_contain_text(f"Order {order} is Cancelled.")
    expect(page.get_by_role("main")).to_contain_text("Ordered twice")
    row = page.get_by_role("row").filter(has_text="Credit note for")
    number = row.get_by_role("link").inner_text()
    file = customer.download(page.get_by_role("link", name="Download Credit Note"))

    total = row.locator("td.num").last.inner_text()
    assert digits(total) == "25,275.60"
    file.check(number=number, buyer=BUYER, total=total)
    note = Document.objects.get(number=number).credit_note
    assert (note.reason, note.order_number) == ("Ordered twice", str(order))
