"""The receipt's PDF: what came in, what for, and what became of it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from billing.models import Document, Payment, Seller
from billing.payments.from_credits import pay_from_credits
from billing.payments.settle import settle
from billing.printing.render import document_html, render_document
from billing.rendering import ensure_file
from tests.billing.payments.test_settle import NOW, begun, invoiced, settled
from tests.billing.reading_pdfs import text_of
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db


def printed(document: Document) -> str:
    return text_of(render_document(document))


def test_a_payment_of_an_invoice_is_receipted_without_tax_of_its_own() -> None:
    account = AccountFactory.create()
    invoice = invoiced(account)
    text = printed(settled(account, "531.50", invoices=[invoice]).receipt.document)

    assert "Receipt RV/26-27/000001" in text
    assert f"Invoice {invoice.number}" in text
    assert "Part of ₹ 10,531.50" in text
    assert "Rupees Five Hundred Thirty One and Fifty Paise Only" in text
    assert "IGST" not in text
    assert "not a tax invoice" in text


def test_an_advance_is_a_receipt_voucher_with_the_tax_that_it_contains() -> None:
    account = AccountFactory.create()
    text = printed(settled(account, "118000.00", kind=Payment.Kind.TOP_UP).receipt.document)

    assert "Receipt voucher RV/26-27/000001" in text
    assert "Advance without tax 1,00,000.00" in text
    assert "18,000.00" in text
    assert "Place of supply" in text
    assert "Balance before ₹ 0.00, after ₹ 1,18,000.00." in text
    assert "Rule 50 of the CGST Rules" in text


def test_what_is_over_is_an_advance_beside_the_invoice() -> None:
    account = AccountFactory.create()
    invoice = invoiced(account)
    text = printed(settled(account, "11711.50", invoices=[invoice]).receipt.document)

    assert "For invoices 10,531.50" in text
    assert "Advance without tax 1,000.00" in text
    assert "Kept as credit on your account" in text


def test_paying_from_credits_says_so_and_taxes_nothing_again() -> None:
    account = AccountFactory.create()
    invoiced(account)
    settled(account, "11800.00", kind=Payment.Kind.TOP_UP)
    payment = pay_from_credits(
        account, amount=Decimal("10531.50"), currency="INR", by="ana@example.com", now=NOW
    )
    text = printed(payment.receipt.document)

    assert "From credits ₹ 10,531.50" in text
    assert "In full" in text
    assert "Balance before ₹ 11,800.00, after ₹ 1,268.50." in text
    assert "Rule 50" not in text


def test_money_that_goes_back_has_a_refund_voucher() -> None:
    account = AccountFactory.create()
    settled(account, "5000.00", kind=Payment.Kind.TOP_UP)
    payment = settled(
        account,
        "2000.00",
        kind=Payment.Kind.WITHDRAWAL,
        destination={"account": "5020 0071 4421 86", "ifsc": "EXBK0000291"},
    )
    text = printed(payment.receipt.document)

    assert "Refund voucher RF/26-27/000001" in text
    assert "… 2186" in text
    assert "5020 0071" not in text
    assert "Balance before ₹ 5,000.00, after ₹ 3,000.00." in text


@pytest.mark.parametrize(
    ("kind", "label"),
    [("top_up", "Credits added"), ("invoices", "Kept as credit"), ("withdrawal", "Credits paid")],
)
def test_a_line_on_account_bears_the_day_of_receipt(kind: str, label: str) -> None:
    account = AccountFactory.create()
    settled(account, "500.00", kind=Payment.Kind.TOP_UP)
    payment = settle(
        begun(account, "100.00", kind=kind), now=NOW, by="clerk", received_on=date(2026, 10, 6)
    )
    rows = re.findall(r"<tr.*?</tr>", document_html(payment.receipt.document), re.DOTALL)
    (row,) = [row for row in rows if label in row]
    assert "6 Oct 2026" in row.replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")


def test_sellers_elsewhere_give_plain_receipts() -> None:
    Seller.objects.update(country="DE", gstin="", state_code="", vat_id="DE136695976")
    account = AccountFactory.create(currency="EUR", country="DE", state_code="", tax_id="")
    text = printed(settled(account, "250.00", kind=Payment.Kind.TOP_UP).receipt.document)

    assert "This is not an invoice" in text
    assert "Credits added" in text
    assert "Voucher" not in text


def test_a_receipt_is_stored_once_and_the_same_whenever_it_is_made() -> None:
    account = AccountFactory.create()
    document = settled(account, "100.00", kind=Payment.Kind.TOP_UP).receipt.document
    file = ensure_file(document)

    assert ensure_file(document).sha256 == file.sha256
    assert render_document(document) == render_document(document)


def test_money_is_receipted_even_where_no_invoice_could_be_made() -> None:
    account = AccountFactory.create(address_line1="", city="", country="")
    document = settled(account, "100.00", kind=Payment.Kind.TOP_UP).receipt.document

    assert document.tax_total == 0
    assert "100.00" in document_html(document)
