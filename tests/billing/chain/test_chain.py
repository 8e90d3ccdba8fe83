"""The chain leads through every issued document, and every later alteration shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg.sql import SQL, Identifier
from pytest_django import Settings

from billing.chain.heads import NoHeads, chain_heads, export_heads, read_heads
from billing.chain.prove import Broken, broken_heads, broken_links
from billing.models import ChainLink, Document, DocumentFile, Seller
from billing.rendering import ensure_file
from tests.billing.guards.scenes import issued, noted
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import NOW, issue_order_invoice

ALTERED = "differs from what was issued, or the document before it does"
Alter = Callable[..., None]


@pytest.fixture
def alter(as_owner: psycopg.Connection) -> Alter:
    """Return what the owner of the database can do who takes its triggers away first."""

    def altered(statement: LiteralString, *values: object) -> None:
        for table in ("document", "documentline", "documenttax", "chainlink"):
            as_owner.execute(
                SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(Identifier(f"billing_{table}"))
            )
        as_owner.execute(statement, values)

    return altered


def content_of(document: Document) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT document_content(%s)", [document.pk])
        return str(cursor.fetchone()[0])


def prefix_of(document: Document) -> str:
    return document.chain_link.series.prefix


@pytest.mark.django_db
def test_each_series_is_a_chain_of_its_own_from_its_prefix() -> None:
    first, second, note = issued().document, issued().document, noted().document

    for document, before in ((first, None), (second, first)):
        previous = before.chain_link.hash if before else prefix_of(document)
        expected = sha256(f"{previous}{content_of(document)}".encode()).hexdigest()
        assert document.chain_link.hash == expected
    assert note.chain_link.series_id == note.series_id
    start = f"{prefix_of(note)}{content_of(note)}"
    assert note.chain_link.hash == sha256(start.encode()).hexdigest()
    assert list(broken_links()) == []


@pytest.mark.django_db
def test_what_a_document_says_is_written_alike_in_every_zone_and_language() -> None:
    document = issued().document
    written = content_of(document)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'Pacific/Kiritimati'")
        cursor.execute("SET LOCAL datestyle = 'German, DMY'")
        cursor.execute("SET LOCAL extra_float_digits = 0")
    assert content_of(document) == written
    said = json.loads(written)
    assert said["number"] == document.number
    assert said["total"] == 10531.5
    assert len(said["lines"]) == 1


@pytest.mark.django_db
def test_documents_of_one_batch_follow_each_other() -> None:
    account = AccountFactory.create()
    for number in range(4):
        issue_order_invoice(
            account,
            ChargeFactory.create(account=account, source_key=f"c{number}"),
        )
    assert list(ChainLink.objects.order_by("sequence").values_list("sequence", flat=True)) == [
        1,
        2,
        3,
        4,
    ]
    assert list(broken_links()) == []


ALTERATIONS: list[LiteralString] = [
    """UPDATE billing_document SET buyer = jsonb_set(buyer, '{legal_name}', '"X"') WHERE id = %s""",
    "UPDATE billing_document SET issue_date = issue_date - 1 WHERE id = %s",
    "UPDATE billing_documentline SET description = 'Another' WHERE document_id = %s",
    "UPDATE billing_documenttax SET rate = 12 WHERE document_id = %s",
    "DELETE FROM billing_documenttax WHERE document_id = %s",
    "UPDATE billing_chainlink SET hash = repeat('0', 64) WHERE document_id = %s",
]


@pytest.mark.parametrize("statement", ALTERATIONS)
def test_an_alteration_names_its_document(
    own_database: str, alter: Alter, statement: LiteralString
) -> None:
    issued()
    document = issued().document
    issued()
    alter(statement, document.pk)

    found = list(broken_links())

    assert found[0] == Broken(str(document), ALTERED)
    # A changed hash breaks the link after it too; a changed document only its own.
    assert len(found) == (2 if "chainlink" in statement else 1)


def test_a_document_that_lost_its_place_is_named(own_database: str, alter: Alter) -> None:
    document = issued().document
    alter("DELETE FROM billing_chainlink WHERE document_id = %s", document.pk)
    assert list(broken_links()) == [Broken(str(document), "has no place in the chain")]


def test_a_document_that_was_taken_away_shows_at_the_next(own_database: str, alter: Alter) -> None:
    gone, after = issued().document, issued().document
    alter("DELETE FROM billing_chainlink WHERE document_id = %s", gone.pk)
    alter(
        "UPDATE billing_document SET number = NULL, sequence = NULL, series_id = NULL,"
        " issued_at = NULL WHERE id = %s",
        gone.pk,
    )
    assert list(broken_links()) == [Broken(str(after), ALTERED)]


def test_a_chain_that_was_written_anew_does_not_lead_through_an_exported_head(
    own_database: str, alter: Alter
) -> None:
    document = issued().document
    heads = chain_heads()
    assert list(broken_heads(heads)) == []

    alter("UPDATE billing_documentline SET description = 'Another'")
    alter(
        "UPDATE billing_chainlink SET hash = chain_hash("
        "(SELECT prefix FROM billing_numberseries s WHERE s.id = series_id),"
        " document_content(document_id))"
    )

    assert list(broken_links()) == []
    assert [one.number for one in broken_heads(heads)] == [document.number]
    missing = replace(heads[0], sequence=99, number="INV/26-27/000099")
    assert [one.what for one in broken_heads([missing])] == [
        "was the head of its series and is not there any more"
    ]


@pytest.mark.django_db
def test_heads_are_exported_once_a_day_of_the_seller(mailoutbox: list[EmailMessage]) -> None:
    assert export_heads(now=NOW) is None
    document = noted().invoice.document
    Seller.objects.update(chain_email="auditor@example.org")

    name = export_heads(now=NOW)
    assert name == "chain/2026-10-06.json"
    assert export_heads(now=NOW + timedelta(hours=3)) is None
    # 00:10 of the next day in India.
    assert export_heads(now=NOW.replace(hour=18, minute=40)) == "chain/2026-10-07.json"

    with default_storage.open(name) as file:
        assert read_heads(file.read()) == chain_heads()
    assert [(mail.to, mail.subject) for mail in mailoutbox[:1]] == [
        (
            ["auditor@example.org"],
            f"Heads of the document chain of {document.seller['legal_name']}, 2026-10-06",
        )
    ]
    assert len(mailoutbox) == 2
    assert mailoutbox[0].attachments[0].filename == "chain-2026-10-06.json"


@pytest.mark.django_db
def test_a_mail_that_cannot_be_handed_over_is_tried_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued()
    Seller.objects.update(chain_email="auditor@example.org")

    def refuse(_mail: EmailMessage) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", refuse)
        with pytest.raises(ConnectionRefusedError):
            export_heads(now=NOW)
    assert not default_storage.exists("chain/2026-10-06.json")
    assert export_heads(now=NOW) is not None


@pytest.mark.parametrize("content", [b"", b"[]", b'{"heads": [{}]}', b"\xff"])
def test_what_is_no_export_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(NoHeads, match="must be an export"):
        read_heads(content)


def test_the_command_proves_rows_files_and_heads(
    own_database: str, alter: Alter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = issued().document
    ensure_file(document, render=lambda _document: b"%PDF of the test")
    heads = tmp_path / "heads.json"
    heads.write_text(
        json.dumps({"heads": [vars(head) for head in chain_heads()]}), encoding="utf-8"
    )

    call_command("verify_documents", tenant="alpha", heads=[heads])
    assert "1 documents, 1 files, 1 exported heads: " in capsys.readouterr().out
    call_command("verify_documents", tenant="alpha")
    assert "1 documents, 1 files, no exported heads given: " in capsys.readouterr().out

    stored = Path(default_storage.path(DocumentFile.objects.get().path))
    stored.write_bytes(b"%PDF of somebody else")
    alter("UPDATE billing_documentline SET description = 'Another'")
    with pytest.raises(CommandError, match="2 not in order"):
        call_command("verify_documents", tenant="alpha", heads=[heads])
    out = capsys.readouterr().out
    assert f"{document.number} {ALTERED}" in out
    assert "is not what was stored: its sha256 differs." in out

    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_documents", tenant="alpha", heads=[tmp_path / "absent.json"])


def test_the_application_cannot_write_the_chain(own_database: str) -> None:
    link = issued().document.chain_link
    with pytest.raises(Exception, match="permission denied"):
        ChainLink.objects.filter(pk=link.pk).update(hash="0" * 64)
