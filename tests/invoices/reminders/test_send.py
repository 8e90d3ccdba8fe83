"""What is said, and that it is said once, whatever the mail server or a crash does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from smtplib import SMTPDataError, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend

from billing.mailing.deliver import LOST_AFTER, MOST_ATTEMPTS
from billing.models import Membership, Payment
from billing.payments.begin import begin_payment
from billing.payments.settle import settle
from certinext.audit.models import AuditEvent
from invoices.models import ReminderMail
from invoices.reminders.claim import claim_reminders
from invoices.reminders.send import send_again, send_waiting
from invoices.reminders.stop import stop_reminders
from tests.customers import PDF
from tests.factories import AccountFactory, MembershipFactory
from tests.invoices.helpers import NOW
from tests.invoices.reminders.helpers import after_due, noon, owed, remind

pytestmark = pytest.mark.django_db

Break = Callable[..., None]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Break:
    """Let the mail server fail at one of its steps."""

    def at(step: str, error: BaseException) -> None:
        def fail(*_arguments: Any, **_options: Any) -> None:
            raise error

        monkeypatch.setattr(EmailBackend, step, fail)

    return at


def pay(document: Any, amount: str) -> None:
    payment = begin_payment(
        document.account,
        kind=Payment.Kind.INVOICES,
        method=Payment.Method.BANK_TRANSFER,
        provider="bank",
        amount=Decimal(amount),
        currency="INR",
        invoices=[document],
        by="test",
        now=NOW,
    )
    settle(payment, now=NOW, by="test")


def the_mail() -> ReminderMail:
    return ReminderMail.objects.get()


def test_a_mail_says_what_is_owed_since_when_and_how_to_pay_it() -> None:
    account = AccountFactory.create(contact_name="Ravi <Shankar>")
    document = owed(account)
    pay(document, "531.50")
    remind(after_due(7))

    (sent,) = mail.outbox
    assert sent.subject == "Invoice INV/26-27/000001 is overdue - Aravalli Trust"
    assert sent.to == [account.billing_email]
    assert sent.from_email == "Aravalli Trust <billing@localhost>"
    assert sent.reply_to == ["billing@aravalli.example"]
    assert "Hello Ravi <Shankar>," in sent.body
    assert "due since 21 October 2026, 7 days" in sent.body
    assert "₹10,000.00 is still owed of ₹10,531.50" in sent.body
    for fact in ("50200071442186", "EXBK0000291", "aravalli.trust@examplebank"):
        assert fact in sent.body
    assert "http://alpha.testserver" in sent.body
    assert sent.attachments[0][:2] == ("INV-26-27-000001.pdf", PDF)
    assert isinstance(sent, EmailMultiAlternatives)
    html = str(sent.alternatives[0][0])
    assert sent.alternatives[0][1] == "text/html"
    assert "Ravi &lt;Shankar&gt;" in html
    assert "₹10,000.00" in html
    assert the_mail().text == sent.body
    assert AuditEvent.objects.get(action="reminder.sent").details == {
        "invoices": ["INV/26-27/000001"]
    }


@pytest.mark.parametrize(
    ("language", "for_one", "for_all"),
    [
        ("en", "Due for this invoice: ₹10,531.50", "Due in all for these invoices: ₹21,063.00"),
        ("de", "Für diese Rechnung fällig: ", "Für diese Rechnungen insgesamt fällig: "),
        ("fr", "Dû pour cette facture: ", "Total dû pour ces factures: "),
        ("hi", "इस बीजक के लिए देय: ", "इन बीजकों के लिए कुल देय: "),
    ],
)
def test_a_mails_sum_is_said_to_be_of_its_invoices(
    language: str, for_one: str, for_all: str
) -> None:
    account, other = AccountFactory.create_batch(2, document_language=language)
    owed(account)
    owed(other)
    owed(other)
    remind(after_due(7))

    texts = {
        len(one.attachments): (str(one.body), str(one.alternatives[0][0]))
        for one in mail.outbox
        if isinstance(one, EmailMultiAlternatives)
    }
    assert for_one in texts[1][0]
    assert for_one.partition(":")[0] in texts[1][1]
    assert for_all in texts[2][0]
    assert for_all.partition(":")[0] in texts[2][1]


def test_without_a_billing_address_the_finance_managers_are_written_to() -> None:
    account = AccountFactory.create(billing_email="")
    for role in (Membership.Role.FINANCE_MANAGER, Membership.Role.ADMINISTRATOR):
        MembershipFactory.create(account=account, role=role, user__email=f"{role}@example.com")
    owed(account)
    remind(after_due(1))

    assert mail.outbox[0].to == ["finance_manager@example.com"]


def test_an_account_that_nobody_reads_for_is_a_failure_that_staff_see() -> None:
    account = AccountFactory.create(billing_email="")
    owed(account)
    assert remind(after_due(1)) == 0
    assert "enter one" in the_mail().error

    account.billing_email = "late@example.com"
    account.save()
    assert remind(after_due(1), again=15) == 1


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("open", ConnectionRefusedError()),
        ("send_messages", SMTPDataError(452, b"4.2.2 Mailbox full")),
    ],
)
def test_what_the_mail_server_did_not_take_is_tried_again(
    broken: Break, monkeypatch: pytest.MonkeyPatch, step: str, error: Exception
) -> None:
    owed()
    broken(step, error)
    assert remind(after_due(1)) == 0
    assert (the_mail().state, the_mail().attempts) == ("waiting", 1)
    assert the_mail().error
    assert remind(after_due(1), again=1) == 0
    assert the_mail().attempts == 1

    monkeypatch.undo()
    assert remind(after_due(1), again=3) == 1
    assert (the_mail().state, the_mail().error) == ("sent", "")


def test_a_connection_that_breaks_while_sending_is_left_to_a_clerk(broken: Break) -> None:
    owed()
    broken("send_messages", SMTPServerDisconnected("gone"))
    remind(after_due(1))
    remind(after_due(1), again=300)

    assert (the_mail().state, the_mail().attempts) == ("unknown", 1)
    assert "Nobody knows" in the_mail().error


def test_a_sender_that_dies_is_not_followed_by_a_second_mail(broken: Break) -> None:
    owed()
    broken("send_messages", KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        remind(after_due(1))
    assert the_mail().state == "sending"

    later = noon(after_due(1)) + LOST_AFTER
    assert send_waiting(clock=lambda: later) == 0
    assert the_mail().state == "unknown"


def test_a_clerk_sends_again_what_nobody_knows_of(
    broken: Break, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed()
    broken("send_messages", SMTPServerDisconnected("gone"))
    remind(after_due(1))
    monkeypatch.undo()

    assert send_again(the_mail(), by="meera", now=noon(after_due(2)))
    assert remind(after_due(2)) == 1
    assert not send_again(the_mail(), by="meera", now=noon(after_due(2)))


def test_after_many_refusals_a_mail_has_failed(broken: Break) -> None:
    owed()
    broken("send_messages", SMTPDataError(550, b"No such user"))
    moment = noon(after_due(1))
    claim_reminders(today=after_due(1), now=moment)
    for hours in range(MOST_ATTEMPTS + 3):
        now = moment + timedelta(hours=3 * hours)
        send_waiting(clock=lambda now=now: now)  # type: ignore[misc]  # bound in the loop

    assert (the_mail().state, the_mail().attempts) == ("failed", MOST_ATTEMPTS)
    assert the_mail().error == "The mail server refused it: 550 No such user"


def test_what_was_paid_between_claim_and_sending_is_left_out() -> None:
    account = AccountFactory.create()
    first, second = owed(account), owed(account)
    claim_reminders(today=after_due(7), now=noon(after_due(7)))
    pay(first, "10531.50")
    send_waiting(clock=lambda: noon(after_due(7)))

    (sent,) = mail.outbox
    assert str(second.number) in sent.body
    assert str(first.number) not in sent.body


def test_a_mail_that_has_nothing_left_to_say_is_not_sent() -> None:
    first, second = owed(), owed()
    claim_reminders(today=after_due(7), now=noon(after_due(7)))
    pay(first, "10531.50")
    stop_reminders(second.account, reason="Disputed", by="meera", now=noon(after_due(7)))
    assert send_waiting(clock=lambda: noon(after_due(7))) == 0

    assert set(ReminderMail.objects.values_list("state", flat=True)) == {"dropped"}
    assert mail.outbox == []


def test_a_damaged_pdf_is_named_and_holds_the_mail_back() -> None:
    document = owed()
    default_storage.delete(document.file.path)
    assert remind(after_due(7)) == 0

    assert "PDF of INV/26-27/000001 is damaged" in the_mail().error


def test_files_that_no_mail_server_takes_stay_in_the_portal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("invoices.reminders.letter.MOST_ATTACHED", len(PDF))
    account = AccountFactory.create()
    owed(account), owed(account)
    remind(after_due(7))

    (sent,) = mail.outbox
    assert len(sent.attachments) == 1
    assert "1 PDF is too large for this mail" in sent.body


def test_a_soft_word_that_the_calendar_overtook_is_not_said() -> None:
    owed()
    claim_reminders(today=after_due(-3), now=noon(after_due(-3)))
    send_waiting(clock=lambda: noon(after_due(2)))

    assert mail.outbox[0].subject == "Invoice INV/26-27/000001 is due - Aravalli Trust"


def test_a_line_break_in_a_name_writes_no_header() -> None:
    account = AccountFactory.create(contact_name="A\nBcc: x@example.com")
    owed(account)
    remind(after_due(7))

    assert "Bcc" not in mail.outbox[0].message()
