"""Whom the schedule reminds, and when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import mail

from billing.models import Payment
from billing.payments.begin import begin_payment
from billing.payments.settle import settle
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_tenant
from credit_notes.choice import Choice
from credit_notes.issue import credit_invoice
from invoices.models import Reminder, ReminderMail
from invoices.reminders.daily import remind_today
from invoices.reminders.schedule import change_schedule, schedule
from invoices.reminders.stop import resume_reminders, stop_reminders
from tests.customers import store_pdf
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import NOW, issue_order_invoice
from tests.invoices.reminders.helpers import DUE, after_due, noon, owed, remind, steps_of

pytestmark = pytest.mark.django_db


def test_a_seller_begins_with_five_steps() -> None:
    assert schedule() == {-3: "due_soon", 1: "due", 7: "overdue", 14: "overdue", 30: "last"}


def test_an_unpaid_invoice_is_reminded_of_once_at_each_step() -> None:
    document = owed()
    for days in range(-10, 45):
        remind(after_due(days))
        remind(after_due(days), again=15)

    assert steps_of(document) == [
        (-3, "due_soon"),
        (1, "due"),
        (7, "overdue"),
        (14, "overdue"),
        (30, "last"),
    ]
    assert len(mail.outbox) == 5


def test_after_an_outage_only_the_latest_step_is_sent() -> None:
    document = owed()
    remind(after_due(-3))

    for days in (16, 17, 18, 29):
        remind(after_due(days))

    assert steps_of(document) == [(-3, "due_soon"), (14, "overdue")]


def test_a_missed_due_soon_is_not_said_once_the_day_is_over() -> None:
    change_schedule({-3: "due_soon", 30: "last"}, by="meera@aravalli.example")
    document = owed()
    remind(after_due(1))
    assert steps_of(document) == []

    remind(after_due(31))
    assert steps_of(document) == [(30, "last")]


def test_one_mail_a_day_lists_all_invoices_of_an_account_at_their_steps() -> None:
    account = AccountFactory.create()
    first, second = owed(account), owed(account, on=date(2026, 10, 12))
    other = owed()

    # Seven days after the first one's date, and one after the second's.
    assert remind(date(2026, 10, 28)) == 2

    assert (steps_of(first), steps_of(second)) == ([(7, "overdue")], [(1, "due")])
    assert [len(sent.attachments) for sent in mail.outbox] == [2, 1]
    assert steps_of(other) == [(7, "overdue")]


def test_a_paid_invoice_and_a_credited_one_get_none() -> None:
    paid, credited = owed(), owed()
    payment = begin_payment(
        paid.account,
        kind=Payment.Kind.INVOICES,
        method=Payment.Method.BANK_TRANSFER,
        provider="bank",
        amount=Decimal("10531.50"),
        currency="INR",
        invoices=[paid],
        by="test",
        now=NOW,
    )
    settle(payment, now=NOW, by="test")
    credit_invoice(
        invoice=credited.invoice,
        choice=Choice(),
        reason_code="goodwill",
        reason="Agreed",
        on=after_due(0),
        now=noon(after_due(0)),
        issued_by="test",
    )

    assert remind(after_due(8)) == 0
    assert not Reminder.objects.exists()


def test_what_is_not_rendered_waits_for_the_next_run() -> None:
    document = owed(rendered=False)
    assert remind(after_due(7)) == 0

    store_pdf(document)
    assert remind(after_due(7), again=15) == 1
    assert steps_of(document) == [(7, "overdue")]


def test_nobody_is_reminded_of_what_was_issued_within_the_steps_days() -> None:
    account = AccountFactory.create(payment_days=2)
    document = owed(account)

    # Due on the 8th: three days before that, it was not there yet.
    assert remind(date(2026, 10, 6)) == 0
    assert remind(date(2026, 10, 8)) == 0
    assert remind(date(2026, 10, 9)) == 1
    assert steps_of(document) == [(1, "due")]


def test_an_invoice_without_a_due_date_asks_for_nothing() -> None:
    account = AccountFactory.create()
    document = owed(account)
    assert document.due_date == DUE


def test_stopped_accounts_get_none_until_they_are_let_go_on() -> None:
    document = owed()
    stop_reminders(document.account, reason="Pays by instalments", by="meera", now=noon(DUE))
    assert remind(after_due(8)) == 0

    assert resume_reminders(document.account, by="meera", now=noon(after_due(9)))
    assert remind(after_due(9)) == 1
    assert steps_of(document) == [(7, "overdue")]


def test_the_day_begins_in_the_morning_of_the_sellers_zone() -> None:
    document = owed()
    # 07:59 and 08:00 in Kolkata on the 22nd, the day after the due date.
    early = datetime(2026, 10, 22, 2, 29, tzinfo=UTC)
    assert remind_today(clock=lambda: early) == 0
    assert remind_today(clock=lambda: early + timedelta(minutes=1)) == 1
    assert ReminderMail.objects.get().on == date(2026, 10, 22)
    assert steps_of(document) == [(1, "due")]


def test_in_berlin_the_same_moment_is_the_day_before() -> None:
    use_tenant(Tenant.objects.get(schema_name="beta"))
    account = AccountFactory.create(german=True, payment_days=15)
    charge = ChargeFactory.create(account=account)
    document = issue_order_invoice(account, charge).document
    store_pdf(document)

    # 23:30 on the 21st in Berlin is 03:00 on the 22nd in Kolkata.
    late = datetime(2026, 10, 21, 21, 30, tzinfo=UTC)
    assert remind_today(clock=lambda: late) == 1
    assert steps_of(document) == [(-3, "due_soon")]
    assert remind_today(clock=lambda: late + timedelta(hours=9)) == 1
    assert steps_of(document) == [(-3, "due_soon"), (1, "due")]


def test_an_empty_schedule_reminds_nobody() -> None:
    owed()
    assert change_schedule({}, by="meera@aravalli.example")
    assert remind(after_due(7)) == 0


def test_a_changed_schedule_does_not_go_back_to_earlier_steps() -> None:
    document = owed()
    remind(after_due(7))
    change_schedule({5: "overdue", 14: "last"}, by="meera@aravalli.example")

    remind(after_due(8))
    remind(after_due(14))

    assert steps_of(document) == [(7, "overdue"), (14, "last")]


def test_looking_takes_as_many_queries_however_many_invoices_there_are(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    for _ in range(4):
        owed()
    remind(after_due(7))
    with django_assert_num_queries(7):  # type: ignore[operator]  # pytest-django's function
        remind(after_due(8))
