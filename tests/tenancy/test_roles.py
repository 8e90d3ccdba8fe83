"""Two database roles: the application owns nothing and cannot change what is frozen."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection

OURS = ("billing.", "certinext.", "credit_notes.", "invoices.", "orders.")
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


def test_every_model_of_ours_says_what_the_application_may_do() -> None:
    ours = [model for model in apps.get_models() if model.__module__.startswith(OURS)]
    assert [model for model in ours if not hasattr(model, "application_rights")] == []


def test_little_can_be_deleted() -> None:
    deletable = {
        model.__name__
        for model in apps.get_models()
        if "DELETE" in getattr(model, "application_rights", ())
    }
    assert deletable == {
        "LowCreditAlert",
        "Membership",
        "MeterTier",
        "ParkedAccount",
        "PriceListItem",
        "PriceTier",
        "ReminderStep",
    }


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
        "DELETE FROM orders_order",
        "DELETE FROM billing_account",
        "DELETE FROM invoices_monthlypermission",
        "UPDATE orders_cancellation SET reason = ''",
        "UPDATE tenancy_domain SET domain = 'mine.example.com'",
        "INSERT INTO tenancy_tenant (schema_name, name, created_at) VALUES ('a1', 'a', now())",
        "INSERT INTO billing_documentbalance (document_id, total, credited, paid) VALUES (1,1,0,0)",
    ],
)
def test_the_application_has_no_ddl_and_no_truncate(db: None, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
