from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from certinext.web.views import set_theme


def posted(*, secure: bool = False, **data: str) -> HttpResponse:
    request = RequestFactory().post("/theme/", data, secure=secure, headers={"host": "a.example"})
    return set_theme(request)


@pytest.mark.parametrize("theme", ["system", "light", "dark"])
def test_the_theme_is_remembered_for_a_year(theme: str) -> None:
    response = posted(theme=theme, next="/invoices/?page=2")
    assert (response.status_code, response["Location"]) == (302, "/invoices/?page=2")
    cookie = response.cookies["theme"]
    assert (cookie.value, cookie["max-age"], cookie["samesite"]) == (theme, 31536000, "Lax")
    assert not cookie["secure"]


def test_the_cookie_is_secure_when_the_page_is() -> None:
    assert posted(secure=True, theme="dark").cookies["theme"]["secure"]


@pytest.mark.parametrize("theme", ["", "purple", "dark; path=/", "dark\r\nSet-Cookie: a=b"])
def test_another_theme_is_refused(theme: str) -> None:
    response = posted(theme=theme)
    assert response.status_code == 400
    assert not response.cookies


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "https://a.example@evil.example/",
        " //evil.example",
        "",
    ],
)
def test_the_way_back_never_leaves_the_host(target: str) -> None:
    assert posted(theme="dark", next=target)["Location"] == "/"


def test_a_secure_page_never_goes_back_to_an_insecure_one() -> None:
    assert posted(secure=True, theme="dark", next="http://a.example/")["Location"] == "/"


def test_the_theme_is_changed_by_post_only() -> None:
    assert set_theme(RequestFactory().get("/theme/?theme=dark")).status_code == 405
