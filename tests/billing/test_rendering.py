from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections, transaction
from pytest_django import DjangoDbBlocker

from billing.models import Document, DocumentFile
from billing.printing.render import render_document
from billing.rendering import (
    DraftHasNoFile,
    StoredFileDamaged,
    ensure_file,
    file_name,
    read_file,
)
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_tenant
from credit_notes.issue import credit_charges
from credit_notes.models import CreditNote
from tests.billing.reading_pdfs import text_of
from tests.billing.rows import draft_document
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import NOW, ON, issue_order_invoice


def issued_document() -> Document:
    account = AccountFactory()
    return issue_order_invoice(account, ChargeFactory(account=account)).document


def stored_files() -> list[str]:
    """Return the files of the active tenant below its folder."""
    root = Path(settings.MEDIA_ROOT) / "alpha"
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_an_issued_invoice_is_printed_from_its_rows(db: None) -> None:
    document = issued_document()
    printed = text_of(read_file(ensure_file(document)))
    assert f"Tax invoice {document.number}" in printed
    assert "Amount due ₹ 10,531.50" in printed
    assert document.buyer["legal_name"] in printed


def test_an_issued_credit_note_is_printed_from_its_rows(db: None) -> None:
    account = AccountFactory()
    charge = ChargeFactory(account=account)
    invoice = issue_order_invoice(account, charge).document
    (note,) = credit_charges(
        charges=[charge],
        reason_code=CreditNote.Reason.CANCELLED,
        reason="Ordered twice by mistake.",
        order_number=charge.order_number,
        on=ON,
        now=NOW,
        issued_by="test",
    )
    printed = text_of(read_file(ensure_file(note.document)))
    assert f"Credit note {note.document.number}" in printed
    assert printed.count(f"Invoice {invoice.number}, line 1, credited in full") == 1
    ended = f"Order {charge.order_number} was cancelled on 6 Oct 2026: Ordered twice by mistake."
    assert ended in printed
    assert f"Set off against invoice {invoice.number}" in printed
    assert "Total credited ₹ 10,531.50" in printed


def test_the_file_is_stored_once_under_its_content(db: None) -> None:
    document = issued_document()
    file = ensure_file(document, render=lambda _document: b"%PDF first")
    digest = hashlib.sha256(b"%PDF first").hexdigest()

    assert file.path == f"documents/2026/{document.pk}-{digest[:16]}.pdf"
    assert (file.sha256, file.size) == (digest, 10)
    assert stored_files() == [file.path]
    assert read_file(file) == b"%PDF first"


def test_what_was_stored_is_never_rendered_again(db: None) -> None:
    document = issued_document()
    first = ensure_file(document, render=lambda _document: b"%PDF first")

    def never(_document: Document) -> bytes:
        raise AssertionError("rendered twice")

    assert ensure_file(document, render=never) == first
    assert stored_files() == [first.path]


def test_the_same_document_gives_the_same_bytes_again(db: None) -> None:
    document = issued_document()
    stored = read_file(ensure_file(document))
    fresh = Document.objects.get(pk=document.pk)
    assert render_document(fresh) == stored


def test_a_draft_has_no_file(db: None) -> None:
    with transaction.atomic():
        draft = draft_document()
        with pytest.raises(DraftHasNoFile):
            ensure_file(draft)
        assert stored_files() == []
        transaction.set_rollback(True)


def test_the_later_renderer_gets_the_earlier_bytes_and_leaves_nothing_behind(db: None) -> None:
    document = issued_document()

    def overtaken(late: Document) -> bytes:
        ensure_file(late, render=lambda _document: b"%PDF quicker")
        return b"%PDF slower"

    file = ensure_file(document, render=overtaken)
    assert read_file(file) == b"%PDF quicker"
    assert stored_files() == [file.path]


def test_two_equal_renderings_at_once_keep_the_file(db: None) -> None:
    document = issued_document()

    def overtaken(late: Document) -> bytes:
        ensure_file(late, render=lambda _document: b"%PDF same")
        return b"%PDF same"

    assert read_file(ensure_file(document, render=overtaken)) == b"%PDF same"


def test_renderers_at_once_agree_on_one_file(
    own_database: str, django_db_blocker: DjangoDbBlocker
) -> None:
    document = issued_document()
    tenant = Tenant.objects.get(schema_name="alpha")
    renderers = 6
    together = threading.Barrier(renderers)

    def fetch(number: int) -> bytes:
        def render(_document: Document) -> bytes:
            together.wait(timeout=30)
            return b"%%PDF by renderer %d" % number

        use_tenant(tenant)
        try:
            return read_file(ensure_file(Document.objects.get(pk=document.pk), render=render))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(renderers) as threads:
        answers = set(threads.map(fetch, range(renderers)))

    (content,) = answers
    file = DocumentFile.objects.get(document=document)
    assert stored_files() == [file.path]
    assert file.sha256 == hashlib.sha256(content).hexdigest()


def test_an_attempt_that_crashed_before_its_row_leaves_only_a_file_to_take_over(db: None) -> None:
    document = issued_document()
    digest = hashlib.sha256(b"%PDF whole").hexdigest()
    orphan = f"documents/2026/{document.pk}-{digest[:16]}.pdf"
    default_storage.save(orphan, ContentFile(b"%PDF whole"))

    file = ensure_file(document, render=lambda _document: b"%PDF whole")
    assert file.path == orphan
    assert stored_files() == [orphan]


def test_half_a_file_of_a_crashed_attempt_is_not_taken_over(db: None) -> None:
    document = issued_document()
    digest = hashlib.sha256(b"%PDF whole").hexdigest()
    orphan = f"documents/2026/{document.pk}-{digest[:16]}.pdf"
    default_storage.save(orphan, ContentFile(b"%PDF wh"))

    file = ensure_file(document, render=lambda _document: b"%PDF whole")
    assert file.path != orphan
    assert read_file(file) == b"%PDF whole"


def test_a_renderer_that_fails_leaves_nothing(db: None) -> None:
    document = issued_document()

    def fail(_document: Document) -> bytes:
        raise RuntimeError("out of paper")

    with pytest.raises(RuntimeError, match="out of paper"):
        ensure_file(document, render=fail)
    assert stored_files() == []
    assert not DocumentFile.objects.filter(document=document).exists()


def test_changed_or_missing_bytes_are_never_handed_out(db: None) -> None:
    file = ensure_file(issued_document(), render=lambda _document: b"%PDF first")
    Path(default_storage.path(file.path)).write_bytes(b"%PDF forged")
    with pytest.raises(StoredFileDamaged, match="sha256"):
        read_file(file)

    Path(default_storage.path(file.path)).unlink()
    with pytest.raises(StoredFileDamaged, match="missing"):
        read_file(file)


def test_files_of_another_tenant_are_out_of_reach(db: None) -> None:
    file = ensure_file(issued_document(), render=lambda _document: b"%PDF first")
    use_tenant(Tenant.objects.get(schema_name="beta"))
    with pytest.raises(StoredFileDamaged):
        read_file(file)


def test_the_download_is_named_after_the_number() -> None:
    assert file_name(Document(number="INV/26-27/000001")) == "INV-26-27-000001.pdf"
