"""Anybody may ask whether a PDF is the seller's, and learns nothing else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from billing.models import DocumentFile
from billing.rendering import ensure_file, read_file
from billing.verifying.views import LARGEST_MEGABYTES, MEGABYTE
from certinext.pdf.keys import open_pkcs12
from certinext.pdf.render import render_pdf
from certinext.pdf.seal import seal_pdf
from tests.billing.sealing.keys import PASSPHRASE, key_valid, sealing_seller, store_key
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import issue_order_invoice
from tests.pdf.test_archive import PAGE

pytestmark = pytest.mark.django_db
WORDS = ("Genuine.", "Sealed, but not known.", "Altered.", "Not a document of this seller.")


@pytest.fixture
def sealed(tmp_path: Path, settings: Settings) -> bytes:
    """The file of a sealed invoice."""
    settings.SEALING_KEYS = tmp_path / "keys"
    store_key(tmp_path / "keys", key_valid(timezone.now() - timedelta(days=300), days=600))
    sealing_seller()
    return issued_file()


def issued_file() -> bytes:
    account = AccountFactory()
    return read_file(
        ensure_file(issue_order_invoice(account, ChargeFactory(account=account)).document)
    )


def ask(client: Client, content: bytes) -> Any:
    return client.post("/verify/", {"file": SimpleUploadedFile("any.pdf", content)})


def verdicts(client: Client, content: bytes) -> list[str]:
    page = ask(client, content).content.decode()
    return [word for word in WORDS if word in page]


def test_a_stored_document_is_genuine_sealed_or_not(client: Client, sealed: bytes) -> None:
    assert verdicts(client, sealed) == ["Genuine."]
    unsealed = read_file(DocumentFile.objects.get())
    assert verdicts(client, unsealed) == ["Genuine."]


def test_a_changed_byte_or_an_addition_is_seen(client: Client, sealed: bytes) -> None:
    changed = bytearray(sealed)
    changed[len(sealed) // 3] ^= 1
    assert verdicts(client, bytes(changed)) == ["Altered."]
    assert verdicts(client, sealed + b"\n% paid in cash") == ["Altered."]


def test_other_files_are_no_documents_of_this_seller(client: Client, sealed: bytes) -> None:
    others = key_valid(timezone.now() - timedelta(days=1), name="Aravalli Trust")
    imitated = seal_pdf(
        render_pdf(PAGE, seal_title="Seal"),
        open_pkcs12(others.pkcs12, PASSPHRASE.encode()),
        now=timezone.now(),
    )
    for content in (imitated, b"%PDF-1.7", b"\0" * 4096, "ü".encode() * 10):
        assert verdicts(client, content) == ["Not a document of this seller."]


def test_what_our_key_sealed_elsewhere_is_not_called_genuine(
    client: Client, sealed: bytes, settings: Settings
) -> None:
    folder: Path = settings.SEALING_KEYS
    key = open_pkcs12((folder / "alpha.p12").read_bytes(), PASSPHRASE.encode())
    foreign = seal_pdf(render_pdf(PAGE, seal_title="Seal"), key, now=timezone.now())
    assert verdicts(client, foreign) == ["Sealed, but not known."]


def test_another_sellers_document_is_not_this_sellers(sealed: bytes) -> None:
    assert verdicts(Client(HTTP_HOST="beta.testserver"), sealed) == [
        "Not a document of this seller."
    ]


def test_the_page_tells_nothing_of_the_document_and_keeps_nothing(
    client: Client, sealed: bytes
) -> None:
    document = DocumentFile.objects.get().document
    page = ask(client, sealed).content.decode()
    for secret in (str(document), document.buyer["legal_name"], "10,531.50"):
        assert secret not in page
    assert DocumentFile.objects.count() == 1


def test_a_question_costs_few_queries(
    client: Client, sealed: bytes, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        ask(client, sealed)


def test_what_is_no_file_is_said_clearly(client: Client) -> None:
    assert "Choose a file for “PDF file”." in client.post("/verify/").content.decode()
    assert "The file is empty" in ask(client, b"").content.decode()
    large = ask(client, b"x" * (LARGEST_MEGABYTES * MEGABYTE + 1))
    assert (large.status_code, "larger than 10 MB" in large.content.decode()) == (400, True)


def test_who_asks_too_often_is_asked_to_wait(client: Client, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"verify_document": "2/m/ip"}
    assert [ask(client, b"x").status_code for _ in range(3)] == [200, 200, 429]
    assert "Wait a minute" in ask(client, b"x").content.decode()
