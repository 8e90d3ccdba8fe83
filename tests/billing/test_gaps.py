"""The gap report finds what is missing, double, out of order or beyond the counter."""

from __future__ import annotations

from datetime import date
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from psycopg import sql

from billing.gaps import report_gaps
from billing.models import Account
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import issue_order_invoice


@pytest.fixture
def five(own_database: str) -> Account:
    """Five invoices, 000001 to 000005."""
    account: Account = AccountFactory.create()
    for _ in range(5):
        issue_order_invoice(account, ChargeFactory.create(account=account))
    return account


@pytest.fixture
def forger(as_owner: psycopg.Connection) -> psycopg.Connection:
    """The owner, with the guards out of the way."""
    as_owner.execute("ALTER TABLE billing_document DISABLE TRIGGER USER")
    return as_owner


def delete_document(owner: psycopg.Connection, number: str) -> None:
    """Take a document out with everything that points at it."""
    found = owner.execute("SELECT id FROM billing_document WHERE number = %s", [number]).fetchone()
    assert found is not None
    for table, column in (
        ("billing_chainlink", "document_id"),
        ("billing_ledgertransfer", "document_id"),
        ("billing_outboxmessage", "document_id"),
        ("billing_documentbalance", "document_id"),
        ("billing_documenttax", "document_id"),
        ("billing_documentline", "document_id"),
        ("invoices_invoice", "document_id"),
        ("billing_ledgerentry", "document_id"),
        ("billing_document", "id"),
    ):
        name, key = sql.Identifier(table), sql.Identifier(column)
        owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
        owner.execute(sql.SQL("DELETE FROM {} WHERE {} = %s").format(name, key), [found[0]])


def test_an_untouched_series_is_sound(five: Account) -> None:
    (series,) = report_gaps()
    assert series.is_sound
    assert (series.prefix, series.financial_year) == ("INV/26-27/", "26-27")
    assert (series.first, series.last) == ("INV/26-27/000001", "INV/26-27/000005")
    assert (series.counter, series.documents, series.missing) == (5, 5, 0)


def test_a_tenant_without_documents_has_no_series(own_database: str) -> None:
    assert report_gaps() == []


def test_a_missing_document_is_named(five: Account, as_owner: psycopg.Connection) -> None:
    delete_document(as_owner, "INV/26-27/000003")
    (series,) = report_gaps()
    assert not series.is_sound
    assert [str(gap) for gap in series.gaps] == ["INV/26-27/000003"]
    assert (series.missing, series.documents) == (1, 4)


def test_gaps_at_both_ends_and_over_several_numbers_are_ranges(
    five: Account, as_owner: psycopg.Connection
) -> None:
    for number in ("000001", "000004", "000005"):
        delete_document(as_owner, f"INV/26-27/{number}")
    (series,) = report_gaps()
    assert [str(gap) for gap in series.gaps] == [
        "INV/26-27/000001",
        "INV/26-27/000004 - INV/26-27/000005",
    ]
    assert (series.missing, series.first, series.last) == (
        3,
        "INV/26-27/000002",
        "INV/26-27/000003",
    )


def test_a_number_that_stands_twice_is_counted(five: Account, forger: psycopg.Connection) -> None:
    forger.execute("ALTER TABLE billing_document DROP CONSTRAINT document_sequence_once")
    forger.execute("UPDATE billing_document SET sequence = 4 WHERE sequence = 5")
    (series,) = report_gaps()
    assert series.duplicates == 1
    assert [str(gap) for gap in series.gaps] == ["INV/26-27/000005"]


def test_a_document_older_than_the_one_before_it_is_counted(
    five: Account, forger: psycopg.Connection
) -> None:
    forger.execute(
        "UPDATE billing_document SET issued_at = issued_at - interval '1 day' WHERE sequence = 3"
    )
    (series,) = report_gaps()
    assert (series.backwards, series.missing, series.is_sound) == (1, 0, False)


def test_a_counter_that_was_set_back_is_seen(five: Account, as_owner: psycopg.Connection) -> None:
    as_owner.execute("UPDATE billing_numberseries SET next_number = 4")
    (series,) = report_gaps()
    assert (series.ahead, series.missing, series.is_sound) == (2, 0, False)


def test_each_financial_year_counts_from_one(five: Account, as_owner: psycopg.Connection) -> None:
    charge = ChargeFactory.create(account=five, service_from=date(2027, 4, 2))
    issue_order_invoice(five, charge, on=date(2027, 4, 2))
    newest, oldest = report_gaps()
    assert (newest.prefix, newest.counter) == ("INV/27-28/", 1)
    assert (oldest.prefix, oldest.counter) == ("INV/26-27/", 5)


def test_the_command_fails_with_a_gap_and_names_it(
    five: Account, as_owner: psycopg.Connection
) -> None:
    out = StringIO()
    call_command("report_gaps", tenant="alpha", stdout=out)
    assert "INV/26-27/ (26-27): 5 documents" in out.getvalue()
    delete_document(as_owner, "INV/26-27/000002")
    out = StringIO()
    with pytest.raises(CommandError, match="Not in order: INV/26-27/"):
        call_command("report_gaps", tenant="alpha", stdout=out)
    assert "missing: INV/26-27/000002 (1)" in out.getvalue()


def test_the_command_refuses_a_tenant_that_is_none(own_database: str) -> None:
    for schema in ("nobody", "public"):
        with pytest.raises(CommandError, match=f"no tenant.*{schema}"):
            call_command("report_gaps", tenant=schema, stdout=StringIO())
