"""Staff switch an account to monthly invoicing; the next run bills it; the customer downloads."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from billing.periods import Month, local_date
from certinext.audit.models import AuditEvent
from certinext.web import formatting
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor
from tests.browser.world import World

ZONE = ZoneInfo("Asia/Kolkata")


@pytest.mark.parametrize(
    ("javascript", "account", "total"),
    [(True, "textiles", "₹10,531.50"), (False, "foods", "₹8,925.00")],
    ids=["with JavaScript", "without JavaScript"],
)
def test_staff_switch_an_account_and_the_run_of_the_month_bills_it(
    visit: Callable[..., Visitor],
    world: World,
    next_month: Portal,
    javascript: bool,
    account: str,
    total: str,
) -> None:
    month = Month.of(local_date(world.now, ZONE))
    name = world.accounts[account].display_name
    staff = visit(java_script_enabled=javascript)
    staff.come_in(world.people["staff"])
    switch_on(staff.page, name)
    customer = visit(java_script_enabled=javascript)
    customer.come_in(world.people[account])
    order = place_order(customer, f"www.{account}.example")
    main = customer.page.get_by_role("main")
    expect(main).to_contain_text(
        f"It will be on the invoice for {formatting.month(month.first_day)}, issued on"
        f" {formatting.full_day(month.next().first_day)}."
    )
    expect(customer.page.get_by_role("link", name="Download Invoice")).to_have_count(0)

    staff_later = visit(at=next_month)
    staff_later.sign_in(world.people["staff"].email)
    run_the_month(staff_later.page, formatting.month(month.first_day), name)

    customer_later = visit(at=next_month, java_script_enabled=javascript)
    customer_later.sign_in(world.people[account].email)
    page = customer_later.page
    row = page.get_by_role("row").filter(has_text=formatting.month(month.first_day))
    number = row.get_by_role("link").first.inner_text()
    assert row.locator("td.num").first.inner_text() == total
    file = customer_later.download(row.get_by_role("link", name=f"Download {number} as PDF"))
    page.get_by_role("link", name=number, exact=True).click()
    expect(page.get_by_role("main")).to_contain_text(f"Order {order}")
    file.check(number=number, buyer=world.accounts[account].legal_name, total=total)
    # The order's own page leads to the same bytes.
    page.get_by_role("link", name=f"Order {order}").click()
    again = customer_later.download(page.get_by_role("link", name="Download Invoice"))
    assert again == file


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_staff_switch_an_account_on_its_own_page_and_back(
    visit: Callable[..., Visitor], world: World, portal: Portal, javascript: bool
) -> None:
    account = world.accounts["partner"]
    staff = visit(java_script_enabled=javascript)
    staff.come_in(world.people["staff"], f"/backoffice/accounts/{account.account_number}/")
    page, main = staff.page, staff.page.get_by_role("main")
    expect(main).to_contain_text("2 subscriptions are not charged.")

    for turn, shown in (("on", "Monthly"), ("off", "Per order")):
        page.get_by_role("link", name=f"Turn {turn} monthly invoicing").first.click()
        heading = page.get_by_role("heading", name=f"Turn {turn} monthly invoicing for {account}?")
        expect(heading).to_be_visible()
        page.get_by_role("button", name=f"Turn {turn} monthly invoicing").click()
        expect(page.get_by_text(f"Monthly invoicing is {turn} for {account}.")).to_be_visible()
        expect(page.get_by_role("heading", level=1, name=account.display_name)).to_be_visible()
        expect(page.locator(".figure", has_text="Invoicing")).to_contain_text(shown)


def switch_on(page: Page, name: str) -> None:
    """Turn monthly invoicing on from the accounts list, with the confirmation in between."""
    page.get_by_role("link", name="Accounts", exact=True).click()
    switch = page.get_by_role("switch", name=f"Monthly invoicing for {name}")
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.click()
    expect(
        page.get_by_role("heading", name=f"Turn on monthly invoicing for {name}?")
    ).to_be_visible()
    assert not AuditEvent.objects.filter(
        action="monthly_invoicing.turned_on", object_label=name
    ).exists()

    page.get_by_label("Reason").fill("Asked for by telephone")
    page.get_by_role("button", name="Turn on monthly invoicing").click()

    expect(page.get_by_text(f"Monthly invoicing is on for {name}.")).to_be_visible()
    expect(switch).to_have_attribute("aria-checked", "true")
    event = AuditEvent.objects.get(action="monthly_invoicing.turned_on", object_label=name)
    assert event.actor == "aditi@aravalli.example"
    assert event.details["reason"] == "Asked for by telephone"


def place_order(customer: Visitor, domain: str) -> str:
    """Order a certificate from the price list on; return the order's number."""
    page = customer.page
    page.get_by_role("link", name="Orders", exact=True).click()
    page.get_by_role("link", name="Place an order").first.click()
    page.get_by_role("link", name="Order emSign OV SSL for 1 year").click()
    page.get_by_label("Domain").fill(domain)
    page.get_by_role("button", name="Continue to the summary").click()
    page.get_by_role("button", name="Place order").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("Order ")
    return heading.inner_text().removeprefix("Order ")


def run_the_month(page: Page, month: str, name: str) -> None:
    """Start the month's run in the backoffice, and wait until the worker has billed the account."""
    navigation = page.get_by_role("navigation", name="Main")
    navigation.get_by_role("link", name="Billing runs").click()
    page.get_by_role("button", name=f"Start the run for {month}").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(month)
    row = page.get_by_role("row").filter(has_text=name)
    expect(row.get_by_role("link", name="INV/")).to_be_visible(timeout=30_000)
