from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory

from certinext.web.pages import PageOfRows, paginate, url_with, url_without


def asked(query: str = "") -> HttpRequest:
    return RequestFactory().get(f"/invoices/?{query}")


def page_of_24(query: str = "") -> PageOfRows[int]:
    return paginate(asked(query), range(1, 25))


def test_the_first_page_is_shown_when_none_is_asked_for() -> None:
    page = page_of_24()
    assert list(page) == list(range(1, 11))
    assert (page.number, page.first, page.last, page.total, page.size) == (1, 1, 10, 24, 10)
    assert (page.previous_url, page.next_url) == ("", "?page=2")


def test_the_last_page_may_be_shorter() -> None:
    page = page_of_24("page=3")
    assert (page.rows, page.first, page.last) == ([21, 22, 23, 24], 21, 24)
    assert (page.previous_url, page.next_url) == ("?page=2", "")


@pytest.mark.parametrize(
    ("number", "shown"),
    [("x", 1), ("", 1), ("1.5", 1), ("9" * 5000, 1), ("4", 3), ("99999999999999999999", 3)],
)
def test_a_bad_page_number_shows_the_nearest_page(number: str, shown: int) -> None:
    assert page_of_24(f"page={number}").number == shown


@pytest.mark.parametrize("size", ["11", "0", "-10", "x", "1000000", "10x", "٢٥"])
def test_a_size_that_is_not_offered_is_the_default(size: str) -> None:
    assert page_of_24(f"size={size}").size == 10


def test_an_offered_size_is_taken_and_kept_by_the_links() -> None:
    page = paginate(asked("size=25"), range(60))
    assert (page.size, len(page)) == (25, 25)
    assert parse_qs(page.next_url[1:]) == {"size": ["25"], "page": ["2"]}


def test_links_keep_the_filters_and_drop_what_is_empty() -> None:
    page = page_of_24("status=paid&status=overdue&q=a%26b&from=&page=2")
    assert parse_qs(page.next_url[1:]) == {
        "status": ["paid", "overdue"],
        "q": ["a&b"],
        "page": ["3"],
    }
    assert page.kept == [("status", "paid"), ("status", "overdue"), ("q", "a&b")]


def test_an_empty_list_has_no_pages() -> None:
    nothing: list[int] = []
    page = paginate(asked("page=7"), nothing)
    assert (list(page), page.total, page.first, page.last) == ([], 0, 0, 0)
    assert render_to_string("_pager.html", {"page": page}).strip() == ""


def test_a_filter_is_removed_by_its_name_and_leads_to_the_first_page() -> None:
    request = asked("status=paid&group=3&page=4&size=25")
    assert QueryDict(url_without(request, "status")[1:]).dict() == {"group": "3", "size": "25"}
    assert url_without(asked("status=paid"), "status") == "?"


def test_a_parameter_is_set_by_its_name_and_leads_to_the_first_page() -> None:
    request = asked("sort=due&page=4&q=x")
    assert QueryDict(url_with(request, sort="-due")[1:]).dict() == {"q": "x", "sort": "-due"}


def test_the_pager_says_which_rows_are_shown() -> None:
    html = render_to_string("_pager.html", {"page": paginate(asked(), range(1312))})
    assert "1\N{EN DASH}10 of 1,312" in html
    assert 'href="?page=2" rel="next"' in html
    assert 'aria-disabled="true">Previous' in html


def test_the_pager_escapes_what_was_typed_into_the_address() -> None:
    html = render_to_string("_pager.html", {"page": page_of_24("q=%22%3E%3Cscript%3E")})
    assert "<script" not in html
    assert 'name="q" value="&quot;&gt;&lt;script&gt;"' in html
