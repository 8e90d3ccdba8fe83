"""What stands after the question mark, or is chosen in a form, opens nothing either."""

from __future__ import annotations

import pytest

from tests.access.walk import Walk

# The rival's words as somebody could guess them, in every list that the customer has.
GUESSES = [
    "/orders/?q=briarstone",
    "/orders/?q=9433110018",
    "/orders/?domain=briarstone",
    "/orders/?organization=Briarstone",
    "/orders/?account=1048570003",
    "/orders/search/?q=9433110018",
    "/orders/search/?q=INV/26-27/000006",
    "/orders/search/?q=CN/26-27/000002",
    "/orders/search/?q=briarstone",
    "/invoices/?q=INV/26-27/000006",
    "/invoices/?q=briarstone",
    "/invoices/?account=1048570003",
    "/credit-notes/?q=CN/26-27/000002",
    "/credit-notes/?q=briarstone",
]


@pytest.mark.parametrize("url", GUESSES)
@pytest.mark.parametrize("persona", ["basic", "standard", "finance", "admin", "sub"])
def test_no_search_or_filter_finds_what_is_anothers(walk: Walk, persona: str, url: str) -> None:
    answer = walk.request(persona, "GET", url)
    if persona == "basic" and not url.startswith("/orders/"):
        assert answer.word == "404"
        return
    assert answer.word == "200"
    shown = {marker for marker in answer.markers if marker.lower() not in url.lower()}
    assert {marker for marker in shown if persona not in walk.markers.readers[marker]} == set()


@pytest.mark.parametrize(
    ("persona", "account"),
    [
        ("admin", "1048570003"),
        ("sub", "1048570001"),
        ("sub", "1048570003"),
        ("rival", "1048570001"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_orders_for_an_account_that_is_not_below_theirs(
    walk: Walk, persona: str, account: str, method: str
) -> None:
    entered = {"account": account, "product": "711", "term_years": "1", "domain_name": "a.example"}
    url = f"/orders/place/?account={account}" if method == "GET" else "/orders/place/"
    assert walk.request(persona, method, url, entered).word == "404"


def test_a_group_of_another_account_cannot_be_chosen(walk: Walk) -> None:
    own, foreign = (_summary(walk, group=number) for number in ("3168600001", "3168600003"))

    assert b"from the list: this is not on it" not in own
    assert b"from the list: this is not on it" in foreign
    assert "Briarstone" not in walk.markers.found_in(foreign, {})


def _summary(walk: Walk, **changes: str) -> bytes:
    """Return the page that follows what somebody entered to order."""
    entered = {"product": "711", "term_years": "1", "domain_name": "a.example", "act": "review"}
    with walk.nothing_stays():
        answer = walk.browser("admin").post("/orders/place/", {**entered, **changes}, follow=True)
    return answer.content


@pytest.mark.parametrize(("persona", "account"), [("admin", "1048570003"), ("sub", "1048570001")])
def test_nobody_chooses_an_account_that_they_do_not_belong_to(
    walk: Walk, persona: str, account: str
) -> None:
    assert walk.request(persona, "POST", "/choose-account/", {"account": account}).word == "404"


@pytest.mark.parametrize(
    ("persona", "method", "url", "data"),
    [
        ("admin", "GET", "/payments/pay/?account=%00", {}),
        ("admin", "POST", "/payments/pay/", {"account": "\0"}),
        ("admin", "GET", "/statement/?account=%00", {}),
        ("admin", "GET", "/statement/statement.csv?account=%00", {}),
        ("admin", "POST", "/choose-account/", {"account": "\0"}),
    ],
)
def test_a_nul_is_no_account(
    walk: Walk, persona: str, method: str, url: str, data: dict[str, str]
) -> None:
    assert walk.request(persona, method, url, data).word == "404"
