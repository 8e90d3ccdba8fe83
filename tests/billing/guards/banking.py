"""Cases of the guards of bank files and their entries."""

from __future__ import annotations

from typing import Any

from billing.models import BankEntry, BankFile
from tests.billing.guards.money import MINUS, paid
from tests.billing.guards.registry import refuses, table
from tests.billing.guards.scenes import again, sql
from tests.invoices.helpers import NOW, ON


def bank_file(**changes: Any) -> BankFile:
    """Take a file in."""
    values = {"file_name": "a.xml", "sha256": "a" * 64, "format": "camt", "started_at": NOW}
    return BankFile.objects.create(
        **{**values, "incoming": 1, "skipped": 0, "imported_by": "test", **changes}
    )


def bank_entry(**changes: Any) -> BankEntry:
    """Note a hundred rupees that came in."""
    values: dict[str, Any] = {
        "bank_reference": "REF-1",
        "booked_on": ON,
        "amount": 100,
        "currency": "INR",
        **changes,
    }
    return BankEntry.objects.create(file=values.pop("file", None) or bank_file(), **values)


def matched() -> BankEntry:
    """Note an amount that is a payment."""
    return bank_entry(state="matched", payment=paid())


def _change(row: BankEntry, **values: object) -> None:
    BankEntry.objects.filter(pk=row.pk).update(**values)


@refuses("billing_bankfile_sha256_key", "twice")
def _file_twice() -> None:
    bank_file()
    bank_file()


@refuses("bank_entry_once", "twice")
def _entry_twice() -> None:
    again(bank_entry())


@refuses("billing_bankentry_payment_id_key", "two entries of one payment")
def _payment_twice() -> None:
    again(matched(), bank_reference="REF-2")


table(
    {
        ("bank_entry_amount_positive", "-1"): lambda: bank_entry(amount=MINUS),
        ("bank_entry_amount_positive", "0"): lambda: bank_entry(amount=0),
        ("bank_entry_matched_has_payment", "none"): lambda: bank_entry(state="matched"),
        ("bank_entry_matched_has_payment", "an open one"): lambda: bank_entry(payment=paid()),
        ("bank_entry_ignored_has_reason", "none"): lambda: bank_entry(state="ignored"),
        ("bank_entry_keeps_its_facts", "another amount"): lambda: _change(bank_entry(), amount=1),
        ("bank_entry_keeps_its_facts", "after it was matched"): lambda: _change(
            matched(), reason="x"
        ),
        ("bank_entry_is_never_deleted", "delete"): lambda: sql(
            "DELETE FROM billing_bankentry WHERE id = %s", bank_entry().pk
        ),
        ("billing_bankfile_incoming_check", "-1"): lambda: bank_file(incoming=-1),
        ("billing_bankfile_skipped_check", "-1"): lambda: bank_file(skipped=-1),
        ("billing_bankfile_done_check", "-1"): lambda: bank_file(done=-1),
    }
)
