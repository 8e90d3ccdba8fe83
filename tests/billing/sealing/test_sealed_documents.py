"""Documents of a seller who seals: sealed once, with its key, or not made at all."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from billing.models import Document, DocumentFile, DocumentSeal, OutboxMessage, SealCertificate
from billing.rendering import ensure_file, read_file
from billing.sealing.seal import CannotSeal
from billing.tasks import render_outbox
from certinext.pdf.seal import read_seal
from tests.billing.reading_pdfs import text_of
from tests.billing.sealing.keys import key_valid, sealing_seller, store_key
from tests.customers import Customer, SignIn
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import issue_order_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.SEALING_KEYS = tmp_path / "keys"
    store_key(tmp_path / "keys", key_valid(timezone.now() - timedelta(days=300), days=600))
    return tmp_path / "keys"


def issued() -> Document:
    account = AccountFactory()
    return issue_order_invoice(account, ChargeFactory(account=account)).document


def test_a_sealed_document_bears_the_sellers_seal_and_is_stored_once(folder: Path) -> None:
    sealing_seller()
    document = issued()

    content = read_file(ensure_file(document))

    report = read_seal(content)
    assert report is not None
    assert report.unaltered
    seal = DocumentSeal.objects.get(file__document=document)
    assert seal.certificate.fingerprint == report.fingerprint
    assert seal.certificate.subject == "Aravalli Trust"
    printed = text_of(content)
    assert "Sealed by Aravalli Trust" in printed
    assert "Not sealed" not in printed
    assert read_file(ensure_file(document)) == content


def test_two_documents_share_what_is_known_of_their_certificate(folder: Path) -> None:
    sealing_seller()
    for document in (issued(), issued()):
        ensure_file(document)
    assert (SealCertificate.objects.count(), DocumentSeal.objects.count()) == (1, 2)


def test_without_the_key_an_issued_document_waits_and_is_made_once_the_key_is_back(
    folder: Path,
) -> None:
    sealing_seller()
    document = issued()
    hidden = folder.rename(folder.with_name("hidden"))

    with pytest.raises(CannotSeal, match=r"alpha\.json cannot be read"):
        ensure_file(document)
    render_outbox.run()
    waiting = OutboxMessage.objects.get(document=document)
    assert waiting.done_at is None
    assert waiting.error
    assert not DocumentFile.objects.exists()

    hidden.rename(folder)
    ensure_file(document)
    assert DocumentSeal.objects.filter(file__document=document).exists()


def test_an_expired_certificate_never_seals(folder: Path) -> None:
    sealing_seller()
    document = issued()
    store_key(folder, key_valid(timezone.now() - timedelta(days=300), days=299))
    with pytest.raises(CannotSeal, match="cannot seal now"):
        ensure_file(document)
    assert not DocumentFile.objects.exists()


def test_a_reader_is_told_that_the_file_waits_for_its_seal(folder: Path, sign_in: SignIn) -> None:
    sealing_seller()
    customer = Customer()
    document = issue_order_invoice(
        customer.account, ChargeFactory(account=customer.account)
    ).document
    folder.rename(folder.with_name("hidden"))

    answer = sign_in(customer.person()).get(f"/invoices/{document}.pdf")

    assert answer.status_code == 503
    assert "cannot be sealed just now" in answer.content.decode()


def test_what_was_issued_unsealed_stays_so_when_sealing_is_turned_on(folder: Path) -> None:
    document = issued()
    sealing_seller()
    content = read_file(ensure_file(document))
    assert read_seal(content) is None
    assert "Not sealed" in text_of(content)
    assert not DocumentSeal.objects.exists()
