"""Two database roles: the application owns nothing and cannot change what is frozen."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection

FROZEN = [
    "audit_auditevent",
    "billing_charge",
    "billing_chargevoid",
    "billing_document",
    "billing_documentline",
    "billing_documenttax",
    "billing_documentfile",
    "billing_allocation",
    "billing_ledgertransfer",
    "billing_ledgeraccount",
    "invoices_invoice",
    "credit_notes_creditnote",
]


KEYS = {
    "billing_chargevoid": "charge_id",
    "billing_documentfile": "document_id",
    "invoices_invoice": "document_id",
    "credit_notes_creditnote": "document_id",
}


@pytest.mark.parametrize("table", FROZEN)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_cannot_change_frozen_rows(db: None, table: str, statement: str) -> None:
    column = KEYS.get(table, "id")
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.replace("id = id", f"{column} = {column}").format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE intruder (id int)",
        "ALTER TABLE billing_account ADD COLUMN intruder int",
        "DROP TABLE billing_account",
        "CREATE SCHEMA intruder",
        "TRUNCATE billing_account",
        "ALTER TABLE billing_document DISABLE TRIGGER ALL",
        "UPDATE billing_numberseries SET next_number = 1",
        "DELETE FROM billing_outboxmessage",
        "INSERT INTO billing_documentbalance (document_id, total, credited, paid) VALUES (1,1,0,0)",
    ],
)
def test_the_application_has_no_ddl_and_no_truncate(db: None, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
