"""Every main page can be read and used by everybody, wide and narrow, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve
from playwright.sync_api import Page

from tests.access.routes import TENANT_HOST, routes_of
from tests.browser.pages import LOOKS, NO_PAGES, Look
from tests.browser.screens import HEIGHT, SCHEMES, WIDTHS, Screens
from tests.browser.visitor import Visitor
from tests.browser.world import World

AXE = Axe().axe_script
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERY_RULE = {"type": "tag", "values": LEVELS}
# Another scheme changes colours and nothing else.
COLOURS = {"type": "rule", "values": ["color-contrast"]}


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_a_page_can_be_read_and_used_by_everybody(
    visit: Callable[..., Visitor], world: World, screens: Screens, look: Look
) -> None:
    visitor = visit(reduced_motion="reduce")
    look.open(visitor, world)
    found = [
        c for c in visitor.complaints if look.status == 200 or f"status of {look.status}" not in c
    ]
    visitor.page.evaluate(AXE)
    for device, width in WIDTHS.items():
        visitor.page.set_viewport_size({"width": width, "height": HEIGHT})
        for scheme in SCHEMES:
            visitor.page.emulate_media(color_scheme=scheme)
            _let_colours_settle(visitor.page)
            screens.take(visitor.page, look.name, scheme=scheme, device=device)
            rules = EVERY_RULE if scheme == "light" else COLOURS
            found += [f"{device} {scheme}: {problem}" for problem in problems(visitor.page, rules)]
        found += [f"{device}: {wide} reaches over the edge" for wide in overflowing(visitor.page)]
        found += [f"{device}: {table} is cut off" for table in cut_off(visitor.page)]
    # What the browser says from here on is about axe's own styles, which the policy forbids.
    visitor.complaints.clear()
    assert not found, "\n".join(found)


def test_every_page_is_looked_at(world: World, data: None) -> None:
    # An error's page is looked at somewhere: the route is no page for that.
    paths = {look.path(world).partition("?")[0] for look in LOOKS if look.status == 200}
    seen = {resolve(path, urlconf=TENANT_HOST).view_name for path in paths}
    unseen = set(routes_of(TENANT_HOST)) - seen - NO_PAGES
    assert not unseen, f"Neither a look nor in NO_PAGES: {sorted(unseen)}"
    gone = (seen | NO_PAGES) - set(routes_of(TENANT_HOST))
    assert not gone, f"No route: {sorted(gone)}"
    assert seen & NO_PAGES == set()


def _let_colours_settle(page: Page) -> None:
    page.evaluate(
        """() => Promise.all(document.getAnimations()
            .filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity)
            .map((animation) => animation.finished))"""
    )


def problems(page: Page, rules: dict[str, Any]) -> list[str]:
    """Return what axe finds grave, each with the elements that it is about."""
    found: list[str] = page.evaluate(
        """async ([rules, grave]) => {
            const { violations } = await axe.run({
                runOnly: rules, resultTypes: ["violations"], preload: false,
            });
            return violations.filter(({ impact }) => grave.includes(impact)).flatMap(
                ({ id, nodes }) => nodes.map(
                    (node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`));
        }""",
        [rules, ["serious", "critical"]],
    )
    return found


def overflowing(page: Page) -> list[str]:
    """Return elements that make the page scroll sideways; none when it does not."""
    found: list[str] = page.evaluate(
        """() => {
            const edge = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= edge) return [];
            return [...document.body.querySelectorAll("*")]
                .filter((element) => element.getBoundingClientRect().right > edge + 1)
                .map((element) => element.outerHTML.slice(0, 120)).slice(0, 5);
        }"""
    )
    return found


def cut_off(page: Page) -> list[str]:
    """Return tables that show only a part of their columns; they can be scrolled, but who knows."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(".table-wrap")]
            .filter((box) => box.scrollWidth > box.clientWidth)
            .map((box) => box.outerHTML.slice(0, 200))"""
    )
    return found
