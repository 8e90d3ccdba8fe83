"""The statement's page and downloads: who reads whose, and what it costs."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from billing.models import Account, Payment
from billing.models.seller import current_seller
from billing.payments.begin import begin_payment
from billing.payments.from_credits import adjust_credits, pay_from_credits
from billing.payments.settle import settle
from billing.statement import sheet
from billing.statement.ageing import ageing_of
from billing.statement.read import read_statement
from billing.statement.sheet import statement_pdf
from billing.statement.span import Span
from certinext.audit.models import AuditEvent
from tests.customers import SignIn, words
from tests.factories import AccountFactory, ChargeFactory, MembershipFactory
from tests.invoices.helpers import issue_order_invoice

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 8, 6, 30, tzinfo=UTC)
OCTOBER = Span(date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture
def account() -> Account:
    """An invoice of October, partly paid from credits."""
    account: Account = AccountFactory.create()
    issue_order_invoice(account, ChargeFactory.create(account=account))
    gift(account, "Sorry & thanks")
    pay_from_credits(account, amount=Decimal(60), currency="INR", by="x", now=NOW)
    return account


def gift(account: Account, reason: str) -> None:
    adjust_credits(account, amount=Decimal(100), currency="INR", reason=reason, by="x", now=NOW)


def page(sign_in: SignIn, account: Account, query: str = OCTOBER.query, **changes: Any) -> Any:
    member = MembershipFactory.create(account=account, **{"role": "finance_manager", **changes})
    return sign_in(member.user).get(f"/statement/?{query}")


def test_rows_are_told_in_words_that_lead_to_their_documents(
    sign_in: SignIn, account: Account
) -> None:
    answer = page(sign_in, account)

    number = account.documents.get(kind="invoice").number
    html, text = answer.content.decode(), words(answer)
    assert f'Invoice <a class="inline text-nowrap" href="/invoices/{number}/">{number}</a>' in html
    assert f"Paid from credits: {number}" in text
    assert "Credits given: Sorry &amp; thanks" in text
    assert "Closing balance, 31 Oct 2026 ₹10,431.50" in text


def test_a_payment_leads_to_its_page_and_names_what_it_settled(
    sign_in: SignIn, account: Account
) -> None:
    payment = begin_payment(
        account,
        kind=Payment.Kind.INVOICES,
        method=Payment.Method.BANK_TRANSFER,
        provider="bank",
        amount=Decimal(1000),
        currency="INR",
        by="x",
        now=NOW,
    )
    settle(payment, now=NOW, by="x")

    answer = page(sign_in, account)

    number = account.documents.get(kind="invoice").number
    assert f'href="/payments/{payment.reference}/"' in answer.content.decode()
    assert f"Payment {payment.reference} by bank transfer For {number}" in words(answer)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("administrator", 200),
        ("finance_manager", 200),
        ("manager", 404),
        ("standard", 404),
        ("basic", 404),
    ],
)
def test_only_administrators_and_finance_managers_read_it(
    sign_in: SignIn, account: Account, role: str, status: int
) -> None:
    assert page(sign_in, account, role=role).status_code == status


def test_a_partner_reads_its_sub_accounts_and_nobody_elses(
    sign_in: SignIn, account: Account
) -> None:
    partner, other = AccountFactory.create(kind="partner"), AccountFactory.create()
    account.parent = partner
    account.save()
    member = MembershipFactory.create(account=partner, role="administrator")
    browser = sign_in(member.user)

    own = browser.get(f"/statement/?account={account.account_number}&{OCTOBER.query}")
    assert "₹10,431.50" in words(own)
    assert f"account={account.account_number}" in own.content.decode()
    assert browser.get(f"/statement/?account={other.account_number}").status_code == 404


def test_a_page_costs_the_same_queries_however_many_rows_there_are(
    sign_in: SignIn, account: Account
) -> None:
    member = MembershipFactory.create(account=account, role="administrator")
    browser = sign_in(member.user)

    def cost(number: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"/statement/?{OCTOBER.query}&size=25&page={number}")
        return len(queries)

    before = cost("1")
    for number in range(60):
        gift(account, f"Gift {number}")
    assert cost("1") == before
    # One more: what the day's earlier entries came to.
    assert cost("3") <= before + 1


@pytest.mark.parametrize("query", ["from=x", "from=2026-10-31&until=2026-10-01", "from=0001-01-01"])
def test_days_that_cannot_be_read_are_named_and_the_usual_ones_shown(
    sign_in: SignIn, account: Account, query: str
) -> None:
    answer = page(sign_in, account, query)
    assert answer.status_code == 200
    assert "There is a problem" in words(answer)


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
@pytest.mark.parametrize("query", ["from=abc", "from=2026-10-31&until=2026-10-01"])
def test_a_download_of_days_that_cannot_be_read_leads_to_the_page_that_says_so(
    sign_in: SignIn, account: Account, form: str, query: str
) -> None:
    sub = AccountFactory.create(parent=account)
    member = MembershipFactory.create(account=account, role="administrator")
    browser = sign_in(member.user)
    for whose in ("", f"account={sub.account_number}&"):
        answer = browser.get(f"/statement/statement.{form}?{whose}{query}&page=2")
        assert (answer.status_code, answer["Location"]) == (302, f"/statement/?{whose}{query}")
        assert "There is a problem" in words(browser.get(answer["Location"]))
    assert not AuditEvent.objects.filter(action="statement.downloaded").exists()


@pytest.mark.parametrize(
    ("form", "begins"), [("csv", b"\xef\xbb\xbfDate"), ("xlsx", b"PK"), ("pdf", b"%PDF")]
)
def test_a_download_is_an_attachment_and_on_the_record(
    sign_in: SignIn, account: Account, form: str, begins: bytes
) -> None:
    member = MembershipFactory.create(account=account, role="administrator")
    answer = sign_in(member.user).get(f"/statement/statement.{form}?{OCTOBER.query}")

    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert content.startswith(begins)
    assert f"statement-{account.account_number}-2026-10-01-2026-10-31.{form}" in str(
        answer["Content-Disposition"]
    )
    assert answer["Cache-Control"] == "private, no-store"
    event = AuditEvent.objects.get(action="statement.downloaded")
    assert (event.account_number, event.details["format"]) == (account.account_number, form)


def pdf_text(account: Account, *, day: date = date(2026, 10, 31)) -> str:
    statement = read_statement(account, OCTOBER)
    ageing = ageing_of(account, on=day)
    content = statement_pdf(statement, ageing, seller=current_seller(), today=day)
    return " ".join(p.extract_text() for p in PdfReader(io.BytesIO(content)).pages)


def test_a_pdf_says_that_it_is_no_tax_invoice(account: Account) -> None:
    text = " ".join(pdf_text(account).split())

    assert "This is not a tax invoice" in text
    assert "Credits given: Sorry & thanks" in text
    assert "10,431.50" in text


def test_a_pdf_names_type_document_and_order_of_each_entry(account: Account) -> None:
    invoice = account.documents.get(kind="invoice")
    order = invoice.entries.get().order_number

    text = " ".join(pdf_text(account).split())

    assert f"6 Oct 2026 Invoice {invoice.number} {order} Invoice {invoice.number}" in text
    assert "8 Oct 2026 Adjustment Credits given" in text
    assert "8 Oct 2026 Settlement" in text
    assert order


def test_a_pdf_of_too_many_rows_has_a_line_a_month_and_says_so(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "MOST_ROWS", 2)

    text = " ".join(pdf_text(account).split())

    assert "These days have 3 entries, and a PDF names at most 2 one by one" in text
    assert "All entries of October 2026" in text
    assert "Sorry" not in text


def test_the_ageing_is_of_the_last_day_or_of_today(sign_in: SignIn, account: Account) -> None:
    due = account.documents.get(kind="invoice").due_date
    assert due is not None
    with time_machine.travel(datetime(2026, 12, 1, 6, 30, tzinfo=UTC), tick=False):
        browser = sign_in(MembershipFactory.create(account=account, role="administrator").user)
        then = words(browser.get("/statement/?from=2026-10-01&until=2026-10-07"))
        assert "What was open at the end of 7 Oct 2026" in then
        now = words(browser.get("/statement/?from=2026-10-01&until=2026-12-31"))
        assert "What is open today, 1 Dec 2026" in now
        pdf = browser.get("/statement/statement.pdf?from=2026-10-01&until=2026-10-07").content
        content = " ".join(" ".join(page.extract_text() for page in _pages(pdf)).split())
        assert "Open at the end of 7 Oct 2026, by days past due" in content
        # Of 7 October, before the gift and the spending of the 8th.
        assert "Balance you owed on 7 Oct 2026" in content
        assert "10,531.50" in content
        csv = browser.get("/statement/statement.csv?from=2026-10-01&until=2026-10-07")
        text = b"".join(csv.streaming_content).decode()
        assert "2026-10-07,Not past due,,,Ageing,,,10531.50,INR" in text
        assert "2026-10-07,Balance,,,Ageing,,,10531.50,INR" in text


def _pages(pdf: bytes) -> Any:
    import io

    return PdfReader(io.BytesIO(pdf)).pages


def how_to_pay(account: Account, *, day: date = date(2026, 10, 31)) -> str:
    """Return what the panel says; of a page's text, what floats comes first, its heading last."""
    text = " ".join(pdf_text(account, day=day).split()).replace("₹ ", "₹")
    asked, heading, _rest = text.partition("How to pay")
    assert heading
    return asked


def test_a_pdf_says_how_to_pay_what_is_owed_on_its_last_day(account: Account) -> None:
    asked = how_to_pay(account)

    # An invoice is open with another amount: the money is known by the account's number.
    assert "Amount ₹10,431.50" in asked
    assert "Owed on 31 Oct 2026" in asked
    assert "UPI: scan to pay" in asked
    assert f"Reference {account.account_number}" in asked


def test_a_pdf_quotes_the_one_invoice_whose_amount_is_owed() -> None:
    account = AccountFactory.create()
    invoice = issue_order_invoice(account, ChargeFactory.create(account=account)).document

    asked = how_to_pay(account, day=date(2026, 10, 20))

    assert "Amount ₹10,531.50" in asked
    assert "Owed on 20 Oct 2026" in asked
    assert f"Reference {invoice.number}" in asked


def test_a_pdf_does_not_ask_again_for_what_was_paid_since() -> None:
    account = AccountFactory.create()
    issue_order_invoice(account, ChargeFactory.create(account=account))
    november = datetime(2026, 11, 3, 6, 30, tzinfo=UTC)

    def give(amount: str) -> None:
        adjust_credits(
            account,
            amount=Decimal(amount),
            currency="INR",
            reason="Gift",
            by="x",
            now=november,
        )

    give("531.50")
    asked = how_to_pay(account, day=date(2026, 11, 4))
    assert "Amount ₹10,000.00" in asked
    assert "Owed on 4 Nov 2026" in asked

    give("10000.00")
    assert "How to pay" not in pdf_text(account, day=date(2026, 11, 4))


def test_a_pdf_of_an_account_that_owes_nothing_asks_for_nothing() -> None:
    account = AccountFactory.create()
    gift(account, "Gift")

    assert "How to pay" not in pdf_text(account)
