"""An address that is opened with a method it does not take answers with a page of the portal."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.customers import Customer, SignIn, words

TITLE = "This address cannot be opened like that"


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["alpha.testserver", "localhost"])
def test_a_switch_that_is_opened_shows_the_page_at_every_host(host: str) -> None:
    answer = Client().get("/theme/", headers={"host": host})
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert answer["Cache-Control"] == "private, no-store"
    assert "Content-Security-Policy" in answer
    assert TITLE in words(answer)


def test_a_page_that_is_sent_to_says_which_methods_it_takes(sign_in: SignIn, db: None) -> None:
    browser = sign_in(Customer().person())
    answer = browser.post("/orders/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert TITLE in words(answer)


def test_asking_for_the_headers_alone_gets_no_body(sign_in: SignIn, db: None) -> None:
    answer = sign_in(Customer().person()).head("/theme/")
    assert (answer.status_code, answer["Allow"], answer.content) == (405, "POST", b"")
