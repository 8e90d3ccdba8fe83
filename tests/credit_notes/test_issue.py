"""Issuing credit notes: what is given back, how it is split, and that it ends exactly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.models import (
    Allocation,
    Charge,
    Document,
    DocumentBalance,
    LedgerTransfer,
    OutboxMessage,
    Seller,
)
from certinext.audit.models import AuditEvent
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_tenant
from credit_notes.issue import credit_charges
from credit_notes.models import CreditNote
from invoices.models import Invoice
from tests.factories import AccountFactory, ChargeFactory, MembershipFactory
from tests.invariants import broken_invariants
from tests.invoices.helpers import NOW, ON, issue_order_invoice

pytestmark = pytest.mark.django_db


def credit(*charges: Charge, on: date = ON, order_number: str = "9433110001") -> list[CreditNote]:
    return credit_charges(
        charges=charges,
        reason_code="cancelled",
        reason="Ordered twice",
        order_number=order_number,
        on=on,
        now=NOW,
        issued_by="clerk@example.com",
    )


def invoiced(*prices: str, **account: str) -> tuple[Invoice, list[Charge]]:
    """Issue one invoice over charges of these prices."""
    customer = AccountFactory(**account)
    charges: list[Charge] = [
        ChargeFactory.create(account=customer, unit_price=Decimal(price)) for price in prices
    ]
    return issue_order_invoice(customer, *charges), charges


def taxes(document: Document) -> list[tuple[str, str, str]]:
    return [
        (tax.component, f"{tax.taxable_amount:.2f}", f"{tax.tax_amount:.2f}")
        for tax in document.taxes.all()
    ]


# ── The note
def test_a_whole_order_is_credited_with_its_taxes() -> None:
    invoice, charges = invoiced("8925.00")

    (note,) = credit(*charges)
    document = note.document

    assert (document.number, document.kind) == ("CN/26-27/000001", "credit_note")
    assert (document.net_total, document.tax_total, document.total) == (
        Decimal("8925.00"),
        Decimal("1606.50"),
        Decimal("10531.50"),
    )
    assert taxes(document) == [("CGST", "8925.00", "803.25"), ("SGST", "8925.00", "803.25")]
    assert note.invoice == invoice
    assert (note.reason_code, note.reason, note.order_number) == (
        "cancelled",
        "Ordered twice",
        "9433110001",
    )


def test_cgst_and_sgst_are_credited_each_as_the_invoice_rounded_it() -> None:
    _, charges = invoiced("51289.75")

    (note,) = credit(*charges)

    assert taxes(note.document) == [
        ("CGST", "51289.75", "4616.08"),
        ("SGST", "51289.75", "4616.08"),
    ]
    assert note.document.total == Decimal("60521.91")


def test_the_lines_are_copied_and_name_what_they_credit() -> None:
    invoice, charges = invoiced("8925.00", "100.00")

    (note,) = credit(charges[1])

    line = note.document.lines.get()
    origin = invoice.document.lines.get(position=2)
    assert line.position == 1
    assert (line.credited_line, line.charge) == (origin, None)
    assert [line.quantity, line.unit_price, line.net_amount] == [1, 100, 100]
    assert line.details == ["Invoice INV/26-27/000001, line 2, credited in full"]


def test_several_charges_on_one_invoice_make_one_note() -> None:
    _, charges = invoiced("8925.00", "100.00")

    (note,) = credit(*charges)

    assert [line.net_amount for line in note.document.lines.all()] == [8925, 100]


def test_charges_on_several_invoices_make_a_note_each() -> None:
    account = AccountFactory()
    charges = ChargeFactory.create_batch(2, account=account)
    invoices = [issue_order_invoice(account, charge) for charge in charges]

    notes = credit(*charges)

    assert [note.invoice for note in notes] == invoices
    assert [note.document.number for note in notes] == ["CN/26-27/000001", "CN/26-27/000002"]


def test_lines_worth_nothing_make_no_note() -> None:
    _, charges = invoiced("0.00")

    assert credit(*charges) == []


def test_crediting_twice_makes_nothing() -> None:
    _, charges = invoiced("8925.00")
    credit(*charges)

    assert credit(*charges) == []
    assert CreditNote.objects.count() == 1


def test_a_charge_that_was_not_invoiced_is_left_alone() -> None:
    assert credit(ChargeFactory()) == []


def test_the_note_carries_the_invoices_buyer_and_todays_seller() -> None:
    invoice, charges = invoiced("8925.00")
    Seller.objects.update(legal_name="Sold Limited")
    account = invoice.account
    account.legal_name = "Renamed Limited"
    account.save()

    document = credit(*charges)[0].document

    assert document.buyer == invoice.document.buyer
    assert document.seller["legal_name"] == "Sold Limited"
    assert document.due_date is None


def test_the_pdf_waits_in_the_outbox_and_the_issue_is_audited() -> None:
    invoice, charges = invoiced("8925.00")
    document = credit(*charges)[0].document

    assert OutboxMessage.objects.get(document=document).done_at is None
    event = AuditEvent.objects.get(action="credit_note.issued")
    assert (event.object_label, event.account_number, event.details) == (
        "CN/26-27/000001",
        invoice.account.account_number,
        {
            "invoice": "INV/26-27/000001",
            "order": "9433110001",
            "total": "10531.50 INR",
            "reason": "Ordered twice",
        },
    )


# ── Applied, or kept as credit
def test_a_note_first_lowers_what_its_invoice_owes() -> None:
    invoice, charges = invoiced("8925.00", "100.00")

    (note,) = credit(charges[0])

    assert (note.applied_amount, note.credit_amount) == (Decimal("10531.50"), Decimal(0))
    balance = invoice.document.balance
    balance.refresh_from_db()
    assert (balance.credited, balance.open_amount) == (Decimal("10531.50"), Decimal("118.00"))
    assert balance.state == "issued"
    assert Allocation.objects.get().amount == Decimal("10531.50")


def test_an_invoice_credited_in_full_owes_nothing_and_says_so() -> None:
    invoice, charges = invoiced("8925.00")
    credit(*charges)

    balance = DocumentBalance.objects.get(document=invoice.document)
    assert balance.open_amount == 0
    assert balance.state == "credited"


def test_each_note_keeps_what_it_left_of_its_invoice() -> None:
    _, charges = invoiced("8925.00", "100.00")

    left = [credit(charge)[0].document.supply["left_on_invoice"] for charge in charges]

    assert [Decimal(amount) for amount in left] == [Decimal("118.00"), Decimal(0)]


def test_a_note_keeps_whether_the_buyer_ended_the_order() -> None:
    _, charges = invoiced("8925.00", "100.00")
    (by_seller,) = credit(charges[0])
    MembershipFactory.create(account=charges[1].account, user__email="clerk@example.com")
    (by_buyer,) = credit(charges[1])

    assert by_seller.document.supply["ended_by_buyer"] is False
    assert by_buyer.document.supply["ended_by_buyer"] is True


def test_a_note_on_an_invoice_is_posted_back() -> None:
    _, charges = invoiced("8925.00")
    document = credit(*charges)[0].document

    assert postings(document) == [
        ("revenue", "receivable", "8925.00"),
        ("output_tax", "receivable", "1606.50"),
    ]


def postings(document: Document) -> list[tuple[str, str, str]]:
    return [
        (transfer.debit.kind, transfer.credit.kind, f"{transfer.amount:.2f}")
        for transfer in LedgerTransfer.objects.filter(document=document).order_by("id")
    ]


# ── The round-off
def test_the_round_off_comes_back_with_the_note_that_completes_the_invoice() -> None:
    Seller.objects.update(round_to_unit=True)
    invoice, charges = invoiced("51189.75", "100.00")
    assert (invoice.document.rounding, invoice.document.total) == (Decimal("0.09"), Decimal(60522))

    (first,) = credit(charges[0])
    (last,) = credit(charges[1])

    assert (first.document.rounding, first.document.total) == (Decimal(0), Decimal("60403.91"))
    assert (last.document.rounding, last.document.total) == (Decimal("0.09"), Decimal("118.09"))
    (said,) = first.document.notices
    assert said == (
        f"This note is not rounded: the round-off of ₹\xa00.09 on invoice {invoice} comes with the"
        " note that credits the rest."
    )
    assert last.document.notices == []
    assert postings(last.document)[-1] == ("rounding", "receivable", "0.09")
    assert DocumentBalance.objects.get(document=invoice.document).open_amount == 0


def test_a_round_off_in_the_customers_favour_is_not_given_twice() -> None:
    Seller.objects.update(round_to_unit=True)
    invoice, charges = invoiced("100.40", country="US", state_code="")
    assert invoice.document.total == 100

    (note,) = credit(*charges)

    assert (note.document.rounding, note.document.total) == (Decimal("-0.40"), Decimal(100))
    assert (note.applied_amount, note.credit_amount) == (Decimal(100), Decimal(0))


# ── The time limit of section 34(2) of the CGST Act
@pytest.mark.parametrize(
    ("invoice_date", "last_day"),
    [
        (date(2026, 4, 1), date(2027, 11, 30)),
        (date(2027, 3, 31), date(2027, 11, 30)),
        (date(2027, 4, 1), date(2028, 11, 30)),
    ],
)
def test_tax_comes_back_until_30_november_after_the_financial_year(
    invoice_date: date, last_day: date
) -> None:
    account = AccountFactory()
    charges = ChargeFactory.create_batch(2, account=account)
    for charge in charges:
        issue_order_invoice(account, charge, on=invoice_date)

    (in_time,) = credit(charges[0], on=last_day)
    (late,) = credit(charges[1], on=last_day.replace(month=12, day=1))

    assert in_time.document.tax_total == Decimal("1606.50")
    assert (late.document.tax_total, late.document.total) == (Decimal(0), Decimal(8925))
    assert late.document.tax_decision["without_tax"] is True
    assert late.document.notices[-1].startswith("Financial credit note without tax")


def test_a_late_note_leaves_the_tax_owed() -> None:
    invoice, charges = invoiced("8925.00")
    credit(*charges, on=date(2027, 12, 1))

    balance = DocumentBalance.objects.get(document=invoice.document)
    assert balance.open_amount == Decimal("1606.50")
    assert balance.state == "issued"


def test_a_late_note_of_an_export_gives_back_no_more_than_was_asked_for() -> None:
    Seller.objects.update(round_to_unit=True)
    _, charges = invoiced("100.40", country="US", state_code="")

    (note,) = credit(*charges, on=date(2027, 12, 1))

    assert note.document.total == 100
    assert note.credit_amount == 0


def test_a_seller_outside_india_has_no_such_limit() -> None:
    use_tenant(Tenant.objects.get(schema_name="beta"))
    account = AccountFactory(german=True)
    charge = ChargeFactory(account=account, unit_price=Decimal("100.00"))
    issue_order_invoice(account, charge)

    (note,) = credit(charge, on=date(2030, 1, 1))

    assert (note.document.number, note.document.total) == ("CN/2030/000001", Decimal("119.00"))


# ── Any sequence
@given(
    prices=st.lists(
        st.decimals("0.01", "99999.99", places=2, allow_nan=False), min_size=2, max_size=6
    ),
    codes=st.lists(st.sampled_from(["998319", "998313"]), min_size=6, max_size=6),
    round_to_unit=st.booleans(),
    buyer=st.sampled_from([{}, {"state_code": "27"}, {"country": "US", "state_code": ""}]),
    data=st.data(),
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_notes_sum_to_their_invoice_exactly_whatever_is_cancelled_when(
    prices: list[Decimal],
    codes: list[str],
    round_to_unit: bool,
    buyer: dict[str, str],
    data: st.DataObject,
) -> None:
    with transaction.atomic():
        Seller.objects.update(round_to_unit=round_to_unit)
        account = AccountFactory(**buyer)
        charges = [
            ChargeFactory(account=account, unit_price=price, tax_code=code)
            for price, code in zip(prices, codes, strict=False)
        ]
        invoice = issue_order_invoice(account, *charges).document
        left = data.draw(st.permutations(charges))
        notes: list[CreditNote] = []
        while left:
            count = data.draw(st.integers(1, len(left)))
            notes += credit(*left[:count])
            left = left[count:]

        documents = [note.document for note in notes]
        assert sum(document.total for document in documents) == invoice.total
        assert sum(document.tax_total for document in documents) == invoice.tax_total
        assert sum(document.rounding for document in documents) == invoice.rounding
        assert DocumentBalance.objects.get(document=invoice).open_amount == 0
        assert broken_invariants() == {}
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)
