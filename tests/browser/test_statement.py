"""A customer reads the statement and downloads it, on paper and as tables."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from billing.models.seller import current_seller
from billing.periods import local_date
from billing.statement.ageing import ageing_of
from certinext.web.formatting import money
from tests.browser.visitor import Visitor
from tests.browser.world import World


@pytest.mark.parametrize(
    ("link", "name", "begins"),
    [("PDF", ".pdf", b"%PDF"), ("CSV", ".csv", b""), ("Excel", ".xlsx", b"PK")],
)
def test_a_customer_downloads_the_statement(
    visit: Callable[..., Visitor], world: World, link: str, name: str, begins: bytes
) -> None:
    account = world.accounts["hospital"]
    # As of today: what a moved clock billed in a month to come is not owed yet.
    today = local_date(timezone.now(), current_seller().zone)
    balance = money(ageing_of(account, on=today).balance, account.currency)
    customer = visit()
    customer.sign_in(world.people["hospital"].email)
    customer.go("/statement/")

    assert balance in customer.page.get_by_role("main").inner_text()
    customer.page.locator("summary", has_text="Download").click()
    file = customer.download(customer.page.get_by_role("link", name=link))

    assert file.name.endswith(name)
    assert file.content.startswith(begins)
    assert len(file.content) > 200
