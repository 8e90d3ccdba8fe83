"""Pages speak English, whatever a browser asks for: none is half translated."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["de", "fr-FR,fr;q=0.9", "hi"])
def test_a_browser_that_asks_for_another_language_gets_english(
    client: Client, language: str
) -> None:
    answer = client.post(
        "/account/login/", {"login": "", "password": ""}, HTTP_ACCEPT_LANGUAGE=language
    )

    html = answer.content.decode()
    assert '<html lang="en"' in html
    assert answer["Content-Language"] == "en"
    # Django's and allauth's own words, of which both have translations.
    assert "This field is required." in html


def test_pages_and_documents_have_languages_of_their_own() -> None:
    assert [code for code, _name in settings.LANGUAGES] == ["en"]
    assert [code for code, _name in settings.DOCUMENT_LANGUAGES] == ["en", "de", "fr", "hi"]
