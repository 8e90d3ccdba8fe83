"""Issuing invoices: exact totals, numbers, postings, snapshots, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from billing.errors import CannotBill
from billing.models import LedgerTransfer, OutboxMessage, Seller
from billing.models.seller import current_seller
from certinext.audit.models import AuditEvent
from invoices.issue import InvoiceDraft, issue_invoices, prepare_invoice
from invoices.models import Invoice
from tests.billing.rows import draft_document
from tests.factories import AccountFactory, ChargeFactory, GroupFactory
from tests.invoices.helpers import NOW, ON, issue_order_invoice

pytestmark = pytest.mark.django_db


def test_an_intra_state_invoice_bears_cgst_and_sgst_each_rounded_on_its_own() -> None:
    account = AccountFactory()
    charge = ChargeFactory(account=account, unit_price=Decimal("51289.75"))

    document = issue_order_invoice(account, charge).document

    assert document.net_total == Decimal("51289.75")
    assert [(t.component, t.rate, t.tax_amount) for t in document.taxes.all()] == [
        ("CGST", Decimal(9), Decimal("4616.080")),
        ("SGST", Decimal(9), Decimal("4616.080")),
    ]
    assert document.tax_total == Decimal("9232.16")
    assert document.total == Decimal("60521.91")
    assert document.tax_decision["rule"] == "in-intra-state"


def test_a_total_is_rounded_to_the_rupee_when_the_seller_wants_it() -> None:
    Seller.objects.update(round_to_unit=True)
    account = AccountFactory()

    document = issue_order_invoice(
        account, ChargeFactory(account=account, unit_price=Decimal("51289.75"))
    ).document

    assert (document.rounding, document.total) == (Decimal("0.09"), Decimal("60522.00"))


def test_another_state_bears_igst_and_names_the_place_of_supply() -> None:
    account = AccountFactory(cross_state=True)

    document = issue_order_invoice(account, ChargeFactory(account=account)).document

    assert [(t.component, t.tax_amount) for t in document.taxes.all()] == [
        ("IGST", Decimal("1606.500"))
    ]
    assert document.supply["place_of_supply"] == "Maharashtra (27)"


def test_an_export_under_lut_says_so_and_bears_no_tax() -> None:
    account = AccountFactory(export=True)

    document = issue_order_invoice(account, ChargeFactory(account=account)).document

    assert document.tax_total == 0
    assert "SUPPLY MEANT FOR EXPORT" in document.notices[0]
    assert document.supply["destination_country"] == "United States"


def test_the_first_number_of_the_financial_year_and_the_next() -> None:
    account = AccountFactory()
    first = issue_order_invoice(account, ChargeFactory(account=account))
    second = issue_order_invoice(account, ChargeFactory(account=account))

    assert first.document.number == "INV/26-27/000001"
    assert second.document.number == "INV/26-27/000002"
    assert first.document.issued_at
    assert second.document.issued_at
    assert first.document.issued_at <= second.document.issued_at


def test_the_number_belongs_to_the_financial_year_of_the_issue_date() -> None:
    account = AccountFactory()
    old = issue_order_invoice(account, ChargeFactory(account=account), on=date(2027, 3, 31))
    new = issue_order_invoice(account, ChargeFactory(account=account), on=date(2027, 4, 1))

    assert old.document.number == "INV/26-27/000001"
    assert new.document.number == "INV/27-28/000001"


def test_a_rolled_back_invoice_leaves_no_gap() -> None:
    account = AccountFactory()
    charge = ChargeFactory(account=account)
    with transaction.atomic():
        issue_order_invoice(account, charge)
        transaction.set_rollback(True)

    assert issue_order_invoice(account, charge).document.number == "INV/26-27/000001"


def test_a_charge_is_invoiced_at_most_once() -> None:
    account = AccountFactory()
    charge = ChargeFactory(account=account)
    issue_order_invoice(account, charge)

    with pytest.raises(IntegrityError, match="billing_documentline_charge_id_key"):
        issue_order_invoice(account, charge)


def test_an_invoice_is_posted_to_the_ledger_in_full() -> None:
    account = AccountFactory()
    invoice = issue_order_invoice(account, ChargeFactory(account=account))

    transfers = LedgerTransfer.objects.filter(document=invoice.document).order_by("id")

    assert [(t.debit.kind, t.credit.kind, t.amount) for t in transfers] == [
        ("receivable", "revenue", Decimal("8925.00")),
        ("receivable", "output_tax", Decimal("1606.50")),
    ]


def test_the_balance_opens_with_the_total() -> None:
    account = AccountFactory()
    balance = issue_order_invoice(account, ChargeFactory(account=account)).document.balance

    assert (balance.total, balance.open_amount, balance.state) == (
        Decimal("10531.50"),
        Decimal("10531.50"),
        "issued",
    )


def test_an_invoice_of_zero_total_is_issued_and_counts_as_paid() -> None:
    account = AccountFactory()
    document = issue_order_invoice(
        account, ChargeFactory(account=account, unit_price=Decimal(0))
    ).document

    assert document.total == 0
    assert document.balance.state == "paid"


def test_seller_and_buyer_are_snapshots() -> None:
    account = AccountFactory(display_name="Kaveri Bank")
    document = issue_order_invoice(account, ChargeFactory(account=account)).document
    account.legal_name = "Renamed Limited"
    account.save()
    Seller.objects.update(legal_name="Sold Limited")
    document.refresh_from_db()

    assert document.buyer["legal_name"] == "Kaveri Bank Private Limited"
    assert document.buyer["address"] == [
        "112 Sayyaji Rao Road",
        "Mysuru 570001",
        "Karnataka (29), India",
    ]
    assert document.seller["legal_name"] == "Aravalli Trust Services Private Limited"


def test_lines_name_the_group_and_the_account_that_ordered() -> None:
    partner = AccountFactory(kind="partner")
    sub = AccountFactory(parent=partner, bill_to="parent", display_name="Branch office")
    charge = ChargeFactory(account=sub, group=GroupFactory(account=sub, name="Grid operations"))

    line = issue_order_invoice(partner, charge).document.lines.get()

    assert (line.account_name, line.group_name) == ("Branch office", "Grid operations")


def test_the_pdf_waits_in_the_outbox() -> None:
    account = AccountFactory()
    document = issue_order_invoice(account, ChargeFactory(account=account)).document

    message = OutboxMessage.objects.get(document=document)

    assert (message.topic, message.done_at) == ("render", None)


def test_issuing_is_audited() -> None:
    account = AccountFactory()
    document = issue_order_invoice(account, ChargeFactory(account=account)).document

    event = AuditEvent.objects.get(action="invoice.issued")

    assert event.object_label == document.number
    assert event.account_number == account.account_number


@pytest.mark.parametrize("field", ["address_line1", "city", "country", "legal_name"])
def test_an_account_without_a_full_address_cannot_be_billed(field: str) -> None:
    account = AccountFactory(**{field: ""})

    with pytest.raises(CannotBill, match="address missing") as caught:
        issue_order_invoice(account, ChargeFactory(account=account))

    assert caught.value.code == "address-missing"


def test_a_charge_in_another_currency_cannot_be_billed() -> None:
    account = AccountFactory()
    with pytest.raises(CannotBill, match="in USD and the account in INR"):
        issue_order_invoice(account, ChargeFactory(account=account, currency="USD"))


def test_an_impossible_gstin_cannot_be_billed() -> None:
    account = AccountFactory(tax_id="29AAAAK3309M1ZZ")
    with pytest.raises(CannotBill):
        issue_order_invoice(account, ChargeFactory(account=account))


def test_a_full_series_refuses_the_next_number() -> None:
    Seller.objects.update(invoice_number_format="A/{fy}/{number:1}")
    account = AccountFactory()
    for _ in range(9):
        issue_order_invoice(account, ChargeFactory(account=account))

    with pytest.raises(CannotBill, match="another number format") as caught:
        issue_order_invoice(account, ChargeFactory(account=account))

    assert caught.value.code == "number-series"


def test_a_draft_cannot_outlive_its_transaction() -> None:
    draft_document()
    with (
        pytest.raises(IntegrityError, match="draft cannot outlive"),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_issuing_a_batch_takes_the_same_number_of_statements(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    account = AccountFactory()
    seller = current_seller()
    batch = [
        prepare_invoice(
            InvoiceDraft(
                account=account,
                kind=Invoice.Kind.PER_ORDER,
                charges=[charge],
                order_number=charge.order_number,
            ),
            seller=seller,
            on=ON,
            issued_by="test",
        )
        for charge in ChargeFactory.create_batch(20, account=account)
    ]
    # 17 statements for the batch and one audit row an invoice.
    with django_assert_max_num_queries(17 + 20):
        issue_invoices(batch, seller=seller, now=NOW)
