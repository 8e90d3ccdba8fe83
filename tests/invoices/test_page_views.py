"""The invoice page: what is due, and how its total came about."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from billing.models import Account, Document, DocumentTax, Seller
from billing.posting import open_books
from orders.cancel import cancel_order
from tests.customers import NOW, Customer, SignIn, invoice_of, words
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import issue_order_invoice

pytestmark = pytest.mark.django_db
LIST = "/invoices/"


@pytest.fixture
def customer() -> Customer:
    return Customer()


def test_the_invoice_page_explains_its_total(sign_in: SignIn, customer: Customer) -> None:
    Seller.objects.update(round_to_unit=True)
    invoice = invoice_of(customer.order())
    text = words(sign_in(customer.person()).get(f"{LIST}{invoice}/"))
    assert "The one line is ₹8,925.00 before tax." in text
    assert "Seller and place of supply are in the same State" in text
    assert "CGST: ₹8,925.00 \N{MULTIPLICATION SIGN} 9% = ₹803.25 ." in text
    assert (
        "₹8,925.00 + ₹803.25 + ₹803.25 = ₹10,531.50. Rounded to a whole amount, that is"
        " ₹10,532.00 ; the difference is the round-off line, ₹0.50." in text
    )


def test_the_invoice_page_links_orders_that_the_reader_can_open(
    sign_in: SignIn, customer: Customer
) -> None:
    order = customer.order()
    html = sign_in(customer.person()).get(f"{LIST}{invoice_of(order)}/").content.decode()
    assert f'<a href="/orders/{order}/">Order {order}</a>' in html


def test_an_order_of_an_account_that_left_the_partner_is_not_linked(
    sign_in: SignIn, customer: Customer
) -> None:
    sub = AccountFactory.create(parent=customer.account, bill_to=Account.BillTo.PARENT)
    order = customer.order(account=sub)
    Account.objects.filter(pk=sub.pk).update(parent=None, bill_to=Account.BillTo.SELF)
    html = sign_in(customer.person()).get(f"{LIST}{invoice_of(order)}/").content.decode()
    assert f"Order {order}" in html
    assert f'href="/orders/{order}/"' not in html


def test_a_credited_invoice_lists_its_credit_note_and_what_is_left(
    sign_in: SignIn, customer: Customer
) -> None:
    order = customer.order()
    cancel_order(order, by="clerk", reason="Mistake", now=NOW)
    invoice = invoice_of(order)
    answer = sign_in(customer.person()).get(f"{LIST}{invoice}/")
    text = words(answer)
    note = invoice.invoice.credit_notes.get().document
    assert f"{note.number} Order cancelled" in text
    assert "Taken off by credit notes \N{MINUS SIGN}₹10,531.50" in text
    assert "Nothing is owed" in text
    assert f'href="/credit-notes/{note.number}.pdf"' in answer.content.decode()


def test_names_from_outside_are_text_on_the_invoice_page(
    sign_in: SignIn, customer: Customer
) -> None:
    Account.objects.update(legal_name="<script>alert(1)</script>")
    charge = ChargeFactory.create(account=customer.account, description="<img src=x onerror=y>")
    customer.account.refresh_from_db()
    open_books(customer.account)
    invoice = issue_order_invoice(customer.account, charge)
    html = sign_in(customer.person()).get(f"{LIST}{invoice}/").content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_the_lines_have_pages_and_each_says_the_whole_invoices_totals(
    sign_in: SignIn, customer: Customer
) -> None:
    charges = [ChargeFactory.create(account=customer.account) for _number in range(130)]
    open_books(customer.account)
    invoice = issue_order_invoice(customer.account, *charges)
    browser = sign_in(customer.person())
    shown, asked = [], []
    for number in (1, 2):
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(f"{LIST}{invoice}/?page={number}")
        asked.append(len(queries))
        shown.append([line.position for line in answer.context["lines"]])
        text = words(answer)
        assert "130 lines" in text
        assert "of 130 Rows" in text
        # 130 times 8,925.00, and with 18 % GST.
        assert text.count("₹11,60,250.00") >= 2
        assert "₹13,69,095.00" in text
    assert [len(positions) for positions in shown] == [100, 30]
    assert len({position for positions in shown for position in positions}) == 130
    assert max(asked) <= 17


def test_only_reading_is_possible(sign_in: SignIn, customer: Customer) -> None:
    invoice = invoice_of(customer.order())
    browser = sign_in(customer.person())
    for url in (LIST, f"{LIST}{invoice}/"):
        assert browser.post(url).status_code == 405
        assert browser.head(url).status_code == 200


@pytest.mark.parametrize(("codes", "columns"), [(["998319"], 1), ([""], 0), (["", "998319"], 1)])
def test_the_column_of_tax_codes_is_left_out_where_nothing_has_one(
    codes: list[str], columns: int
) -> None:
    taxes = [
        DocumentTax(
            component="VAT",
            rate=Decimal(19),
            tax_code=code,
            taxable_amount=Decimal(100),
            tax_amount=Decimal(19),
        )
        for code in codes
    ]
    context = {"document": Document(currency="EUR"), "taxes": taxes}
    html = render_to_string("billing/_document_taxes.html", context)
    assert html.count("HSN/SAC") == columns
    assert html.count('<td class="wide">') == columns * len(codes)
