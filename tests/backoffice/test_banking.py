"""Bank statements in the backoffice: taking them in, matching by hand, putting aside."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from billing.banking.take_in import take_in
from billing.models import BankEntry, Payment
from billing.payments.owed import position_of
from certinext.backoffice.forms import banking
from tests.billing.banking.statements import camt, entry, table
from tests.billing.payments.test_settle import NOW, begun, invoiced, state_of
from tests.customers import words
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db
URL = "/backoffice/bank/"


def statement(file: BytesIO, name: str = "statement.xml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, file.getvalue())


def opened(amount: str = "11000.00", text: str = "no idea", **facts: str) -> BankEntry:
    take_in(camt(entry(amount, text, **facts)), file_name="x", by="clerk", now=NOW)
    return BankEntry.objects.get()


def test_a_statement_is_taken_in_and_what_it_did_is_said(staff: Client) -> None:
    invoice = invoiced(AccountFactory.create())
    file = camt(entry("10531.50", invoice.number or ""), entry("1.00", reference="B"))

    answer = staff.post(f"{URL}statement/", {"file": statement(file)}, follow=True)

    assert "1 matched, 1 left for you, 0 known before, 0 left out, for" in words(answer)
    assert state_of(invoice)[0] == "paid"
    again = staff.post(f"{URL}statement/", {"file": statement(file)}, follow=True)
    assert "imported before: nothing has changed" in words(again)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<html>", "no XML any more at line 1"),
        (b"\x89PNG\r\n", "Line 1 is no UTF-8: save the file as UTF-8."),
        (b"a,b\n", "reference, booked_on, amount, currency is missing"),
        (b"", "The file is empty"),
    ],
)
def test_a_file_that_is_no_statement_says_so(staff: Client, content: bytes, sentence: str) -> None:
    answer = staff.post(f"{URL}statement/", {"file": SimpleUploadedFile("x", content)})
    assert sentence in words(answer)
    assert not BankEntry.objects.exists()


def test_a_file_that_is_too_large_for_a_browser_names_the_command(
    staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(banking, "LARGEST_MEGABYTES", 0)
    answer = staff.post(f"{URL}statement/", {"file": statement(camt())})
    assert "use the command import_bank on the server" in words(answer)


def test_the_list_is_searched_and_narrowed(staff: Client) -> None:
    lines = [f"R{n},2026-10-{n:02},{n}.00,INR,Sender {n}" for n in range(1, 31)]
    heading = "reference,booked_on,amount,currency,debtor"
    take_in(table(*lines, heading=heading), file_name="x", by="clerk", now=NOW)

    assert len(staff.get(URL).context["page"].rows) == 25
    assert [row.bank_reference for row in staff.get(f"{URL}?q=sender+7").context["page"]] == ["R7"]
    narrowed = staff.get(f"{URL}?view=open&booked_from=2026-10-30&sort=amount").context["page"]
    assert [row.bank_reference for row in narrowed] == ["R30"]
    assert staff.get(f"{URL}?view=matched").context["page"].total == 0


def test_the_list_asks_as_often_for_many_as_for_few(
    staff: Client, django_assert_max_num_queries: Any
) -> None:
    account = AccountFactory.create()
    invoices = [invoiced(account) for _ in range(6)]
    take_in(
        camt(
            *(
                entry("10531.50", invoice.number or "", reference=f"R{n}")
                for n, invoice in enumerate(invoices)
            )
        ),
        file_name="x",
        by="clerk",
        now=NOW,
    )
    with django_assert_max_num_queries(10):
        assert staff.get(f"{URL}?view=matched").context["page"].total == 6


def test_a_clerk_matches_an_entry_with_invoices(staff: Client) -> None:
    account = AccountFactory.create()
    invoice, other = invoiced(account), invoiced(account)
    found = opened()
    number = account.account_number
    page = staff.get(f"{URL}{found.pk}/?account={number}")
    assert f"{other.number}: ₹10,531.50 is owed" in words(page)

    staff.post(f"{URL}{found.pk}/", {"act": "match", "account": number, "invoices": [other.number]})

    assert [state_of(one)[0] for one in (invoice, other)] == ["issued", "paid"]
    assert position_of(account).credits == Decimal("468.50")
    found.refresh_from_db()
    assert (found.state, found.decided_by) == ("matched", "meera@aravalli.example")


def test_a_transfer_that_waits_for_this_amount_is_proposed(staff: Client) -> None:
    account = AccountFactory.create()
    payment = begun(account, "11000.00", kind=Payment.Kind.TOP_UP, state="pending_approval")
    found = opened()
    answer = staff.post(
        f"{URL}{found.pk}/",
        {"act": "match", "account": account.account_number, "payment": payment.reference},
        follow=True,
    )
    assert f"Matched: payment {payment.reference}" in words(answer)
    assert position_of(account).credits == Decimal("11000.00")


def test_the_account_that_the_text_names_is_proposed(staff: Client) -> None:
    account = AccountFactory.create()
    invoice = invoiced(account)
    found = opened("1.00", f"part of {invoice.number}")
    assert staff.get(f"{URL}{found.pk}/").context["account"] == account


def test_the_account_whose_number_a_statement_had_quoted_is_proposed(staff: Client) -> None:
    account = AccountFactory.create()
    found = opened("1.00", f"statement of account {account.account_number}")
    assert staff.get(f"{URL}{found.pk}/").context["account"] == account


def test_another_currency_is_refused_in_words(staff: Client) -> None:
    account = AccountFactory.create()
    found = opened(currency="EUR")
    answer = staff.post(f"{URL}{found.pk}/", {"act": "match", "account": account.account_number})
    assert "an amount in EUR cannot pay here" in words(answer)
    assert not Payment.objects.exists()


@pytest.mark.parametrize("number", ["9999999999", "\u0661\u0662", "x" * 500])
def test_a_number_that_nobody_has_is_said_to_be_one(staff: Client, number: str) -> None:
    found = opened()
    assert staff.get(f"{URL}{found.pk}/", {"account": number}).status_code == 200
    staff.post(f"{URL}{found.pk}/", {"act": "match", "account": number})
    found.refresh_from_db()
    assert found.state == "open"


def test_an_entry_is_put_aside_with_a_reason_and_decided_once(staff: Client) -> None:
    found = opened()
    assert "Say why" in words(staff.post(f"{URL}{found.pk}/", {"act": "ignore", "reason": " "}))
    staff.post(f"{URL}{found.pk}/", {"act": "ignore", "reason": "Interest"})
    found.refresh_from_db()
    assert (found.state, found.reason) == ("ignored", "Interest")
    late = staff.post(f"{URL}{found.pk}/", {"act": "ignore", "reason": "Again"}, follow=True)
    assert "is decided already" in words(late)


def test_what_a_sender_wrote_is_text_and_nothing_else(staff: Client) -> None:
    found = opened(text="&lt;script&gt;alert(1)&lt;/script&gt;")
    html = staff.get(f"{URL}{found.pk}/").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


class TestAdjusting:
    def test_credits_are_given_and_taken_with_a_reason(self, staff: Client) -> None:
        account = AccountFactory.create()
        url = f"/backoffice/accounts/{account.account_number}/credits/"
        form = {
            "way": "give",
            "amount": "50.00",
            "reason": "Goodwill",
            "token": "b0a4b8a4-7c39-4c4c-9a0e-3f1d4a0f6a51",
        }
        for _time in range(2):
            answer = staff.post(url, form, follow=True)
        assert "The credits are ₹50.00 now." in words(answer)
        assert "Credits ₹50.00" in words(answer)

        form |= {"way": "take", "amount": "50.01", "token": "b0a4b8a4-7c39-4c4c-9a0e-3f1d4a0f6a52"}
        assert "no more can be taken" in words(staff.post(url, form))
        assert position_of(account).credits == Decimal("50.00")

    @pytest.mark.parametrize(
        "amount", ["NaN", "Infinity", "1E+999999999", "-1", "0", "0.005", "\u0661", "1,000"]
    )
    def test_what_is_no_amount_changes_nothing(self, staff: Client, amount: str) -> None:
        account = AccountFactory.create()
        answer = staff.post(
            f"/backoffice/accounts/{account.account_number}/credits/",
            {
                "way": "give",
                "amount": amount,
                "reason": "x",
                "token": "b0a4b8a4-7c39-4c4c-9a0e-3f1d4a0f6a51",
            },
        )
        if answer.status_code == 302:
            pytest.fail(f"{amount} was taken")
        assert position_of(account).credits == 0
