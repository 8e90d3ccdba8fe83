"""Crediting an invoice from its page: choose, read what would be issued, confirm."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import Charge, Document
from certinext.audit.models import AuditEvent
from credit_notes.models import CreditNote
from invoices.models import Invoice
from tests.credit_notes.helpers import amount, credit, invoice_over, units
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import issue_order_invoice

REASON = {"reason_code": "goodwill", "reason": "Agreed in writing"}


@pytest.fixture
def invoice(db: None) -> Invoice:
    """Ten units of 100.00, and one order of 8,925.00."""
    return invoice_over(("10", "100.00"), ("1", "8925.00"))


def page_of(invoice: Invoice, query: str = "") -> str:
    return f"/backoffice/invoices/{invoice}/credit/{query}"


def words(answer: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(html.unescape(text).split())


def seen_on(answer: Any) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', answer.content.decode())
    assert found is not None
    return found[1]


def confirm(staff: Client, url: str, fields: dict[str, str]) -> Any:
    """Read the summary, then issue what it shows."""
    shown = staff.post(url, {**fields, "act": "preview"})
    return staff.post(url, {**fields, "act": "issue", "seen": seen_on(shown)}, follow=True)


def test_an_invoices_page_leads_to_crediting_while_something_is_left(
    staff: Client, invoice: Invoice
) -> None:
    link = f'href="{page_of(invoice)}"'
    assert link in staff.get(f"/backoffice/invoices/{invoice}/").content.decode()
    credit(invoice)
    assert link not in staff.get(f"/backoffice/invoices/{invoice}/").content.decode()
    assert "Nothing is left to credit" in words(staff.get(page_of(invoice)))


def test_the_summary_shows_the_split_before_anything_is_written(
    staff: Client, invoice: Invoice
) -> None:
    text = words(
        staff.post(page_of(invoice, "?what=lines"), {**REASON, "quantity-1": "3", "act": "preview"})
    )
    assert f"Credit ₹354.00 of {invoice}?" in text
    assert "Price correction or goodwill · “Agreed in writing”" in text
    assert "Lowers the invoice ₹354.00 open ₹11,711.50, then ₹11,357.50" in text
    assert "Becomes the account's credit ₹0.00 all of it goes to the invoice" in text
    assert "Left to credit afterwards ₹11,357.50 ₹9,625.00 before tax" in text
    assert f"Invoice {invoice}, line 1: 3 of 10 credited" in text
    assert "Net of all lines ₹300.00 CGST 9% ₹27.00 SGST 9% ₹27.00 Credited ₹354.00" in text
    assert not CreditNote.objects.exists()


def test_what_the_summary_showed_is_issued(staff: Client, invoice: Invoice) -> None:
    answer = confirm(staff, page_of(invoice, "?what=lines"), {**REASON, "quantity-1": "3"})
    note = CreditNote.objects.get()
    assert "Credit note CN/26-27/000001 over ₹354.00 is issued." in words(answer)
    assert (note.reason_code, note.reason) == ("goodwill", "Agreed in writing")
    event = AuditEvent.objects.get(action="credit_note.issued")
    assert (event.actor, event.details["reason"]) == (
        "meera@aravalli.example",
        "Agreed in writing",
    )


def test_all_that_is_left_of_an_invoice_is_credited(staff: Client, invoice: Invoice) -> None:
    credit(invoice, units(1, "3"))
    confirm(staff, page_of(invoice), REASON)
    assert sum(note.document.total for note in CreditNote.objects.all()) == invoice.document.total


def test_one_order_of_an_invoice_is_credited(staff: Client, invoice: Invoice) -> None:
    number = invoice.document.lines.get(position=2).order_number
    confirm(staff, page_of(invoice, "?what=order"), {**REASON, "order_number": number})
    note = CreditNote.objects.get()
    assert (note.order_number, f"{note.document.net_total:.2f}") == (number, "8925.00")


def test_ticked_lines_are_credited_with_what_is_left(staff: Client, invoice: Invoice) -> None:
    fields = {**REASON, "tick-1": "on", "amount-2": "25.50"}
    confirm(staff, page_of(invoice, "?what=lines"), fields)
    lines = CreditNote.objects.get().document.lines.all()
    assert [f"{line.net_amount:.2f}" for line in lines] == ["1000.00", "25.50"]


@pytest.mark.parametrize("same", [{"amount-1": "1000"}, {"quantity-1": "10"}, {"amount-1": ""}])
def test_a_figure_beside_a_tick_may_say_the_same(
    staff: Client, invoice: Invoice, same: dict[str, str]
) -> None:
    confirm(staff, page_of(invoice, "?what=lines"), {**REASON, "tick-1": "on", **same})
    (line,) = CreditNote.objects.get().document.lines.all()
    assert (f"{line.net_amount:.2f}", f"{line.quantity:.0f}") == ("1000.00", "10")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Choose what to credit: no line is chosen."),
        ({"quantity-1": "11"}, "“Line 1, quantity”: 11 were asked for, 10 are left."),
        ({"quantity-1": "0"}, "“Line 1, quantity”: write a number above zero"),
        ({"quantity-1": "-1"}, "“Line 1, quantity”: write a number above zero"),
        ({"quantity-1": "1", "amount-1": "1"}, "Line 1: give a quantity or an amount, not both."),
        ({"quantity-1": "\uff13"}, "“Line 1, quantity”: write plain digits and a point"),
        ({"amount-1": "NaN"}, "“Line 1, amount”: write plain digits and a point"),
        ({"amount-1": "Infinity"}, "“Line 1, amount”: write plain digits and a point"),
        ({"amount-1": "1E+999999999"}, "“Line 1, amount”: write plain digits and a point"),
        ({"amount-1": "1,000.00"}, "“Line 1, amount”: write plain digits and a point"),
        ({"amount-1": "9" * 41}, "“Line 1, amount” has 41 characters and room for 40"),
        ({"amount-1": "0.005"}, "INR has 2 decimals: write 0.01, not 0.005."),
        ({"amount-1": "1000.01"}, "“Line 1, amount”: 1000.01 was asked for, 1000 is left."),
        ({"tick-1": "on", "amount-1": "5"}, "which credits all ₹1,000.00 that is left, and not 5."),
        ({"tick-1": "on", "amount-1": "0"}, "all ₹1,000.00 that is left, and not 0."),
        ({"tick-1": "on", "quantity-1": "3"}, "all ₹1,000.00 that is left, and not 3."),
        ({"amount-1": "0"}, "“Line 1, amount”: write one above zero."),
        ({"tick-1": "on", "reason": " "}, "Say why, in a few words."),
        ({"tick-1": "on", "reason": "a\u202eb"}, "The text holds the invisible character U+202E"),
        ({"tick-1": "on", "reason_code": "cancelled"}, "this is not on it"),
    ],
)
@pytest.mark.parametrize("act", ["preview", "issue"])
def test_what_cannot_be_credited_is_named_and_nothing_is_written(
    staff: Client, invoice: Invoice, act: str, fields: dict[str, str], sentence: str
) -> None:
    url = page_of(invoice, "?what=lines")
    answer = staff.post(url, {**REASON, **fields, "act": act})
    assert sentence in words(answer)
    assert not CreditNote.objects.exists()


def test_an_order_that_is_not_on_the_invoice_is_refused_at_its_field(
    staff: Client, invoice: Invoice
) -> None:
    answer = staff.post(
        page_of(invoice, "?what=order"), {**REASON, "order_number": "9999999999", "act": "preview"}
    )
    assert "has no line of order 9999999999." in words(answer)
    assert 'href="#id_order_number"' in answer.content.decode()


def test_a_confirmation_that_is_sent_twice_makes_one_note(staff: Client, invoice: Invoice) -> None:
    url = page_of(invoice, "?what=lines")
    fields = {**REASON, "amount-1": "50.00"}
    shown = staff.post(url, {**fields, "act": "preview"})
    confirmed = {**fields, "act": "issue", "seen": seen_on(shown)}
    staff.post(url, confirmed)

    again = staff.post(url, confirmed)

    assert "Nothing was issued: another credit note or a payment came in between." in words(again)
    assert "Left to credit afterwards ₹11,593.50" in words(again)
    assert CreditNote.objects.count() == 1


def test_a_confirmation_of_nothing_shown_is_shown_first(staff: Client, invoice: Invoice) -> None:
    answer = staff.post(page_of(invoice), {**REASON, "act": "issue"})
    assert "Issue the credit note" in words(answer)
    assert not CreditNote.objects.exists()


def test_what_was_entered_can_be_changed(staff: Client, invoice: Invoice) -> None:
    url = page_of(invoice, "?what=lines")
    answer = staff.post(url, {**REASON, "amount-1": "50.00", "act": "change"})
    assert 'name="amount-1" value="50.00"' in answer.content.decode()


def test_a_line_says_what_earlier_notes_left_of_it(staff: Client, invoice: Invoice) -> None:
    credit(invoice, units(1, "3"))
    credit(invoice, amount(1, "50.00"))
    credit(invoice, amount(2, "8925.00"))
    text = words(staff.get(page_of(invoice, "?what=lines")))
    assert "₹650.00 7 of 10" in text
    assert "Nothing is left" in text
    assert "amount-2" not in staff.get(page_of(invoice, "?what=lines")).content.decode()


def test_an_absent_invoice_is_not_found(staff: Client, invoice: Invoice) -> None:
    assert staff.get("/backoffice/invoices/INV/26-27/999999/credit/").status_code == 404
    note = credit(invoice)
    assert staff.get(f"/backoffice/invoices/{note}/credit/").status_code == 404


def test_a_long_invoice_is_credited_from_pages_with_a_constant_number_of_queries(
    staff: Client,
) -> None:
    long = long_invoice(150)
    short_page, long_page = page_of(long_invoice(2), "?what=lines"), page_of(long, "?what=lines")
    staff.get(short_page)
    with CaptureQueriesContext(connection) as few:
        staff.get(short_page)
    with CaptureQueriesContext(connection) as many:
        answer = staff.get(long_page)
    assert len(many) == len(few)
    assert "100 of 150. A note credits lines of one page." in words(answer)
    number = long.document.lines.get(position=130).order_number
    found = staff.get(page_of(long, f"?what=lines&q={number}")).content.decode()
    assert re.findall(r'name="amount-(\d+)"', found) == ["130"]


def long_invoice(count: int) -> Invoice:
    account = AccountFactory()
    charges = Charge.objects.bulk_create(ChargeFactory.build_batch(count, account=account))
    return issue_order_invoice(account, *charges)


def test_a_summary_of_many_lines_shows_the_first_hundred(staff: Client) -> None:
    invoice = long_invoice(130)
    text = words(staff.post(page_of(invoice), {**REASON, "act": "preview"}))
    assert "130 lines" in text
    assert "and 30 further lines" in text
    assert Document.objects.filter(kind="credit_note").count() == 0
