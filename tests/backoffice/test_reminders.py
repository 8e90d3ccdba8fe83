"""The pages of reminders."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import Account
from certinext.audit.models import AuditEvent
from invoices.models import ReminderMail
from invoices.reminders.schedule import schedule
from invoices.reminders.stop import open_stop
from tests.customers import words
from tests.factories import AccountFactory
from tests.invoices.reminders.helpers import after_due, owed, remind


def reminded(**account: Any) -> Account:
    """Remind an account of an overdue invoice."""
    document = owed(AccountFactory.create(**account))
    remind(after_due(7))
    return document.account


def failed(account: Account) -> ReminderMail:
    mail = ReminderMail.objects.get(account=account)
    mail.state, mail.error = ReminderMail.State.FAILED, "550 No such user"
    mail.save()
    return mail


def test_the_list_shows_what_was_sent_to_whom_about_what(staff: Client) -> None:
    account = reminded(display_name="Konkan Foods")
    page = words(staff.get("/backoffice/reminders/"))
    assert "Konkan Foods" in page
    assert "INV/26-27/000001 Overdue" in page
    assert account.billing_email in page
    assert "Sent" in page


def test_what_did_not_go_out_is_called_for_and_sent_again(staff: Client) -> None:
    mail = failed(reminded())
    page = words(staff.get("/backoffice/reminders/?view=problems"))
    assert "1 reminder did not go out" in page
    assert "550 No such user" in page

    staff.post(f"/backoffice/reminders/{mail.pk}/repeat/")
    mail.refresh_from_db()
    assert mail.state == "waiting"
    assert AuditEvent.objects.get(action="reminder.repeated").actor == "meera@aravalli.example"

    answer = staff.post(f"/backoffice/reminders/{mail.pk}/repeat/", follow=True)
    assert "neither failed nor lost" in words(answer)


def test_the_list_is_searched_by_account_and_invoice(staff: Client) -> None:
    reminded(display_name="Konkan Foods")
    assert "Konkan Foods" in words(staff.get("/backoffice/reminders/?q=konkan"))
    assert "Konkan Foods" in words(staff.get("/backoffice/reminders/?q=000001"))
    assert "No reminder found" in words(staff.get("/backoffice/reminders/?q=deccan"))


def test_a_clerk_stops_an_accounts_reminders_and_lets_them_go_on(staff: Client) -> None:
    account = AccountFactory.create()
    url = f"/backoffice/accounts/{account.account_number}/reminders/"
    answer = staff.post(url, {"act": "stop", "reason": " "}, follow=True)
    assert "Fill in “Reason”" in words(answer)
    assert open_stop(account) is None

    staff.post(url, {"act": "stop", "reason": "Pays by instalments"})
    staff.post(url, {"act": "stop", "reason": "Pressed twice"})
    stop = open_stop(account)
    assert stop is not None
    assert (stop.reason, stop.stopped_by) == ("Pays by instalments", "meera@aravalli.example")
    for page in (url, f"/backoffice/accounts/{account.account_number}/"):
        assert "Pays by instalments" in words(staff.get(page))

    staff.post(url, {"act": "resume"})
    assert open_stop(account) is None
    assert list(
        AuditEvent.objects.filter(action__startswith="reminders")
        .order_by("id")
        .values_list("action", flat=True)
    ) == ["reminders.stopped", "reminders.resumed"]


def test_an_invoices_page_shows_its_reminders(staff: Client) -> None:
    reminded()
    page = words(staff.get("/backoffice/invoices/INV/26-27/000001/"))
    assert "Reminders" in page
    assert "Overdue Sent" in page


def rows(*steps: tuple[str, str, str]) -> dict[str, str]:
    """Return the schedule's form as a browser sends it."""
    sent: dict[str, str] = {}
    for row in range(8):
        days, side, level = steps[row] if row < len(steps) else ("", "after", "overdue")
        sent |= {f"days_{row}": days, f"side_{row}": side, f"level_{row}": level}
    return sent


def test_staff_change_the_schedule_on_the_record(staff: Client) -> None:
    page = staff.get("/backoffice/reminders/schedule/").content.decode()
    assert 'value="30"' in page

    sent = rows(("5", "before", "due_soon"), ("0", "after", "due"), ("20", "after", "last"))
    staff.post("/backoffice/reminders/schedule/", sent)

    assert schedule() == {-5: "due_soon", 0: "due", 20: "last"}
    assert AuditEvent.objects.get(action="reminders.schedule_changed").details["changes"] == {
        "schedule": [
            "-3 due_soon, +1 due, +7 overdue, +14 overdue, +30 last",
            "-5 due_soon, +0 due, +20 last",
        ]
    }


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([("7", "after", "overdue"), ("7", "after", "last")], "has this day already"),
        ([("3", "after", "due_soon")], "is not “due soon”"),
        ([("3", "before", "overdue")], "only “due soon” is true"),
        ([("0", "after", "last")], "nothing is overdue yet"),
        ([("61", "before", "due_soon")], "at most 60 days before"),
        ([("366", "after", "last")], "is 365 at most"),
        ([("-1", "after", "last")], "is 0 at least"),
        ([("1.5", "after", "last")], "whole number"),
        ([("3", "after", "rude")], "step 1"),
    ],
)
def test_a_schedule_that_would_say_what_is_not_true_is_refused(
    staff: Client, steps: list[tuple[str, str, str]], sentence: str
) -> None:
    before = schedule()
    page = words(staff.post("/backoffice/reminders/schedule/", rows(*steps)))
    assert sentence in page
    assert schedule() == before


def test_the_list_asks_as_often_however_many_mails_there_are(staff: Client) -> None:
    reminded()
    with CaptureQueriesContext(connection) as few:
        staff.get("/backoffice/reminders/")
    for _ in range(4):
        reminded()
    with CaptureQueriesContext(connection) as many:
        staff.get("/backoffice/reminders/")
    assert len(many) == len(few)
