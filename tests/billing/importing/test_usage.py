"""Importing metered usage: once per key, on the seller's day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.importing.usage import import_usage
from billing.models import ImportRun, Subscription, UsageRecord
from tests.billing.importing.helpers import as_file, messages, results
from tests.factories import AccountFactory, PlanMeterFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscription() -> Subscription:
    """Account 1048570001 counts time-stamps since 1 October 2026."""
    meter = PlanMeterFactory.create()
    subscription: Subscription = SubscriptionFactory.create(
        account=AccountFactory.create(account_number="1048570001"),
        plan=meter.plan,
        starts_on=date(2026, 10, 1),
    )
    return subscription


def usage(key: str = "u-1", **changes: Any) -> dict[str, Any]:
    """Return a row: 250 time-stamps on 5 October 2026 at ten in the morning."""
    return {
        "idempotency_key": key,
        "account_number": "1048570001",
        "meter": "timestamps",
        "quantity": "250",
        "occurred_at": "2026-10-05 10:00:00",
        **changes,
    }


def run(*rows: Any) -> ImportRun:
    """Import these rows as JSON."""
    return import_usage(file=as_file({"usage": list(rows)}), imported_by="clerk@example.com")


def run_csv(text: str) -> ImportRun:
    """Import this text as CSV."""
    return import_usage(file=as_file(text.encode()), imported_by="clerk@example.com")


def test_a_row_is_recorded_on_the_sellers_day(subscription: Subscription) -> None:
    assert results(run(usage())) == [("u-1", "created")]
    found = UsageRecord.objects.get()
    assert found.subscription == subscription
    assert (found.meter.code, found.quantity) == ("timestamps", Decimal(250))
    assert found.occurred_at == datetime(2026, 10, 5, 4, 30, tzinfo=UTC)
    assert found.occurred_on == date(2026, 10, 5)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-31 23:59:59", date(2026, 10, 31)),
        ("2026-11-01 00:00:00", date(2026, 11, 1)),
        ("2026-10-31T18:29:59Z", date(2026, 10, 31)),
        ("2026-10-31T18:30:00Z", date(2026, 11, 1)),
    ],
)
def test_the_day_is_that_of_the_sellers_clock(
    subscription: Subscription, text: str, day: date
) -> None:
    run(usage(occurred_at=text))
    assert UsageRecord.objects.get().occurred_on == day


def test_the_same_row_again_changes_nothing(subscription: Subscription) -> None:
    run(usage())
    assert results(run(usage(quantity="250.000"))) == [("u-1", "unchanged")]
    assert UsageRecord.objects.count() == 1


@pytest.mark.parametrize("changes", [{"quantity": "251"}, {"occurred_at": "2026-10-05 10:00:01"}])
def test_the_same_key_with_other_content_is_reported(
    subscription: Subscription, changes: dict[str, str]
) -> None:
    run(usage())
    imported = run(usage(**changes))
    assert results(imported) == [("u-1", "reported")]
    assert messages(imported) == [
        (
            "This key was sent before with other content: 250 units at 2026-10-05 10:00:00+05:30."
            " Send what is new under a key of its own."
        )
    ]
    assert UsageRecord.objects.get().quantity == Decimal(250)


def test_a_key_that_comes_twice_in_a_file_counts_once(subscription: Subscription) -> None:
    imported = run(usage(), usage(), usage(quantity="1"))
    assert [outcome for _, outcome in results(imported)] == ["created", "unchanged", "reported"]
    assert UsageRecord.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"meter": "signatures"},
            (
                "Account 1048570001 has no subscription that counts signatures on 2026-10-05:"
                " give it one, or correct the row."
            ),
        ),
        (
            {"account_number": "1048570002"},
            (
                "Account 1048570002 has no subscription that counts timestamps on 2026-10-05:"
                " give it one, or correct the row."
            ),
        ),
        (
            {"occurred_at": "2026-09-30 23:59:59"},
            (
                "Account 1048570001 has no subscription that counts timestamps on 2026-09-30:"
                " give it one, or correct the row."
            ),
        ),
        ({"quantity": "-1"}, "quantity: A quantity is between 0 and 999999999.999999."),
        (
            {"quantity": "NaN"},
            (
                "quantity: Write the amount with plain digits and a point, such as 1250.50: at most"
                " 12 digits before and 6 after the point."
            ),
        ),
        ({"quantity": True}, "quantity: Text in quotes is expected, not true or false."),
        ({"idempotency_key": ""}, "idempotency_key: The field is missing or empty."),
        (
            {"account_number": 1048570001},
            "account_number: Ten digits in quotes are expected: as a number they lose zeros.",
        ),
        ({"occurred_at": ""}, "occurred_at: The field is missing or empty."),
    ],
)
def test_a_bad_row_is_named_and_the_others_go_in(
    subscription: Subscription, changes: dict[str, Any], words: str
) -> None:
    imported = run(usage(**changes), usage("u-2"))
    outcomes = [row.outcome for row in imported.rows.all()]
    assert outcomes == ["failed", "created"]
    assert messages(imported)[0] == words
    assert UsageRecord.objects.get().idempotency_key == "u-2"


def test_a_subscription_ends_before_its_last_day(subscription: Subscription) -> None:
    subscription.ends_on = date(2026, 11, 1)
    subscription.save()
    imported = run(
        usage("u-1", occurred_at="2026-10-31 23:59:59"),
        usage("u-2", occurred_at="2026-11-01 00:00:00"),
    )
    assert [row.outcome for row in imported.rows.all()] == ["created", "failed"]


def test_two_subscriptions_that_count_the_same_are_not_guessed_between(
    subscription: Subscription,
) -> None:
    other = PlanMeterFactory.create(code="timestamps").plan
    SubscriptionFactory.create(account=subscription.account, plan=other)
    assert messages(run(usage())) == [
        (
            "Account 1048570001 has 2 subscriptions that count timestamps on 2026-10-05: end all"
            " but one."
        )
    ]


def test_csv_is_read_like_json(subscription: Subscription) -> None:
    imported = run_csv(
        "idempotency_key,account_number,meter,quantity,occurred_at\n"
        "u-1,1048570001,timestamps,250,2026-10-05 10:00:00\n"
        'u-2,1048570001,timestamps,"1.5",2026-10-05T10:00:00Z\n'
        "u-3,1048570001,timestamps,x,2026-10-05T10:00:00Z\n"
    )
    assert results(imported) == [("u-1", "created"), ("u-2", "created"), ("u-3", "failed")]
    assert results(run(usage())) == [("u-1", "unchanged")]


@pytest.mark.parametrize("mark", [";", "\t"])
def test_spreadsheets_part_columns_with_other_marks_too(
    subscription: Subscription, mark: str
) -> None:
    columns = ["meter", "note", "quantity", "occurred_at", "account_number", "idempotency_key"]
    values = ["timestamps", "a, b", "250", "2026-10-05 10:00:00", "1048570001", "u-1"]
    imported = run_csv(f"\ufeff{mark.join(columns)}\r\n{mark.join(values)}\r\n")
    assert results(imported) == [("u-1", "created")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "must name the columns"),
        (b"meter,quantity\n", "idempotency_key, account_number, occurred_at is missing"),
        (b"\xff\xfe", "no CSV in UTF-8 any more after row 0"),
        (b'{"usage": 5}', "holds no list"),
    ],
)
def test_a_file_without_its_columns_is_one_failed_row(content: bytes, words: str) -> None:
    imported = import_usage(file=as_file(content), imported_by="clerk")
    (found,) = imported.rows.all()
    assert (found.outcome, words in found.message) == ("failed", True)


def test_before_a_break_in_a_csv_everything_goes_in(subscription: Subscription) -> None:
    content = (
        b"idempotency_key,account_number,meter,quantity,occurred_at\n"
        b"u-1,1048570001,timestamps,250,2026-10-05 10:00:00\n"
        b'u-2,1048570001,"timestamps,250,2026-10-05 10:00:00\n'
    )
    imported = import_usage(file=as_file(content), imported_by="clerk")
    assert [row.outcome for row in imported.rows.all()] == ["created", "failed"]


def test_a_batch_takes_as_many_queries_as_one_row(subscription: Subscription) -> None:
    counts = []
    for rows in ([usage("a")], [usage(f"b-{n}") for n in range(200)]):
        with CaptureQueriesContext(connection) as queries:
            run(*rows)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert UsageRecord.objects.count() == 201
