"""The portal without a mouse: every step can be reached, seen and taken with the keyboard."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor
from tests.browser.world import World
from tests.factories import PASSWORD

# More keys than any of these pages has stops.
MOST_STOPS = 80


def test_a_customer_signs_in_and_downloads_an_invoice_with_the_keyboard_alone(
    visit: Callable[..., Visitor], world: World
) -> None:
    customer = visit()
    page = customer.page
    customer.go("/account/login/")
    tab_to(page, "E-mail address")
    page.keyboard.type(world.people["shop"].email)
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Invoices")

    first = page.get_by_role("link", name="Download INV/").first
    name = first.get_attribute("aria-label") or ""
    tab_to(page, name)
    with page.expect_download() as started:
        page.keyboard.press("Enter")

    number = name.removeprefix("Download ").removesuffix(" as PDF")
    assert started.value.suggested_filename == f"{number.replace('/', '-')}.pdf"


def test_the_first_stop_of_a_page_leads_past_the_navigation(
    visit: Callable[..., Visitor], world: World
) -> None:
    customer = visit()
    page = customer.page
    customer.come_in(world.people["shop"])
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_staff_turn_monthly_invoicing_on_with_the_keyboard_alone(
    visit: Callable[..., Visitor], world: World
) -> None:
    staff = visit()
    page = staff.page
    staff.come_in(world.people["staff"], "/backoffice/accounts/")
    tab_to(page, "Monthly invoicing for Ganga Insurers")
    page.keyboard.press("Enter")
    # The question takes the focus, so that a screen reader reads it.
    expect(page.get_by_role("heading", name="Turn on monthly invoicing for")).to_be_focused()
    tab_to(page, "Turn on monthly invoicing")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Monthly invoicing is on for Ganga Insurers.")).to_be_visible()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the element of that name has the focus, and see that the page shows it."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop["name"] == name:
            assert stop["outlined"], f"{name} has the focus and does not show it."
            return
    raise AssertionError(f"Tab never came to {name}.")


STOP = """() => {
    const stop = document.activeElement;
    const label = stop.labels && stop.labels.length ? stop.labels[0].innerText : stop.innerText;
    const style = getComputedStyle(stop);
    return {
        name: (stop.getAttribute("aria-label") || label || "").trim(),
        outlined: style.outlineStyle !== "none" || style.boxShadow !== "none",
    };
}"""
