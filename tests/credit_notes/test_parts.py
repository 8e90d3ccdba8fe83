"""Crediting parts of an invoice: orders, lines, units and amounts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Charge, Document, DocumentBalance, DocumentLine
from credit_notes.choice import Choice
from credit_notes.errors import (
    CannotCredit,
    ChangedMeanwhile,
    MoreThanIsLeft,
    NothingLeftToCredit,
    UnusableFigure,
)
from credit_notes.issue import credit_charges, prepare_credit
from credit_notes.left import Part
from credit_notes.models import CreditNote
from credit_notes.prepare import PreparedCreditNote
from invoices.models import Invoice
from tests.credit_notes.helpers import amount, credit, invoice_over, lines_of, rest, units
from tests.factories import AccountFactory, ChargeFactory
from tests.invariants import broken_invariants
from tests.invoices.helpers import NOW, ON, issue_order_invoice

pytestmark = pytest.mark.django_db


def preview(invoice: Invoice, *parts: Part) -> PreparedCreditNote:
    return prepare_credit(invoice, Choice(parts=parts or None), on=ON, issued_by="meera")


# ── What can be chosen
def test_everything_that_is_left_is_credited() -> None:
    invoice = invoice_over(("1", "8925.00"), ("10", "100.00"))
    credit(invoice, units(2, "3"))

    note = credit(invoice)

    assert lines_of(note.document) == [("1", "8925.00", "8925.00"), ("7", "100.00", "700.00")]
    assert DocumentBalance.objects.get(document=invoice.document).open_amount == 0


def test_an_order_is_credited_by_its_number() -> None:
    invoice = invoice_over(("1", "8925.00"), ("1", "100.00"))
    number = invoice.document.lines.get(position=2).order_number

    note = credit(invoice, order_number=number)

    assert lines_of(note.document) == [("1", "100.00", "100.00")]
    assert note.order_number == number


def test_a_note_over_several_orders_is_for_none_of_them() -> None:
    assert credit(invoice_over(("1", "8925.00"), ("1", "100.00"))).order_number == ""


def test_units_are_credited_at_the_lines_price() -> None:
    invoice = invoice_over(("10", "100.00"))

    note = credit(invoice, units(1, "3"))

    assert lines_of(note.document) == [("3", "100.00", "300.00")]
    assert note.document.total == Decimal("354.00")
    assert note.document.lines.get().details == [
        "Invoice INV/26-27/000001, line 1: 3 of 10 credited"
    ]


def test_an_amount_is_credited_as_one_of_it() -> None:
    invoice = invoice_over(("10", "100.00"))

    line = credit(invoice, amount(1, "50.00")).document.lines.get()

    assert [line.quantity, line.unit_price, line.net_amount] == [1, 50, 50]
    assert line.credits_amount
    (said,) = line.details
    assert said.replace("\N{NO-BREAK SPACE}", " ") == (
        "Invoice INV/26-27/000001, line 1: ₹ 50.00 of ₹ 1,000.00 credited"
    )


def test_the_whole_amount_of_a_line_is_the_line_in_full() -> None:
    invoice = invoice_over(("10", "100.00"))

    line = credit(invoice, amount(1, "1000.00")).document.lines.get()

    assert line.quantity == 10
    assert not line.credits_amount
    assert line.details == ["Invoice INV/26-27/000001, line 1, credited in full"]


def test_lines_are_credited_in_the_invoices_order_however_they_are_asked_for() -> None:
    invoice = invoice_over(("1", "8925.00"), ("10", "100.00"), ("1", "7.00"))

    note = credit(invoice, rest(3), units(2, "1"), amount(1, "25.00"))

    assert [line.net_amount for line in note.document.lines.all()] == [25, 100, 7]


def test_the_reason_stands_on_the_note() -> None:
    note = credit(invoice_over(("1", "100.00")), reason_code="billing_error", reason=" Twice ")
    assert (note.get_reason_code_display(), note.reason) == ("Billing error", "Twice")


# ── Rounding
def test_units_one_by_one_give_back_the_line_exactly() -> None:
    # Three times 0.335 is 1.005, invoiced as 1.01.
    invoice = invoice_of_unit_price("3", "0.335", "1.01")

    notes = [credit(invoice, units(1, "1")) for _ in range(3)]

    assert [f"{note.document.net_total:.2f}" for note in notes] == ["0.34", "0.33", "0.34"]
    assert sum(note.document.total for note in notes) == invoice.document.total


def test_units_of_a_line_that_is_not_quantity_times_price_are_their_share_of_it() -> None:
    invoice = invoice_of_unit_price("3", "0.50", "1.00")

    notes = [credit(invoice, units(1, "1")) for _ in range(3)]

    assert [f"{note.document.net_total:.2f}" for note in notes] == ["0.33", "0.34", "0.33"]


def invoice_of_unit_price(quantity: str, price: str, net: str) -> Invoice:
    account = AccountFactory()
    charge = ChargeFactory(
        account=account,
        quantity=Decimal(quantity),
        unit_price=Decimal(price),
        net_amount=Decimal(net),
    )
    return issue_order_invoice(account, charge)


def test_the_last_units_take_what_amounts_left_of_the_line() -> None:
    invoice = invoice_over(("10", "100.00"))
    credit(invoice, units(1, "3"))
    credit(invoice, amount(1, "50.00"))

    note = credit(invoice, units(1, "7"))

    assert lines_of(note.document) == [("1", "650.00", "650.00")]
    assert DocumentBalance.objects.get(document=invoice.document).open_amount == 0


# ── Never above the invoice
@pytest.mark.parametrize(
    ("part", "error", "sentence"),
    [
        (units(1, "8"), MoreThanIsLeft, "“Line 1, quantity”: 8 were asked for, 7 are left."),
        (
            amount(1, "650.01"),
            MoreThanIsLeft,
            "“Line 1, amount”: 650.01 was asked for, 650 is left.",
        ),
        (
            units(1, "6.9"),
            MoreThanIsLeft,
            "“Line 1, quantity”: 6.9 cost 690, but 650 is left. Credit an am",
        ),
        (
            units(1, "0"),
            UnusableFigure,
            "“Line 1, quantity”: write a number above zero, with at most 6",
        ),
        (
            units(1, "-1"),
            UnusableFigure,
            "“Line 1, quantity”: write a number above zero, with at most 6",
        ),
        (
            units(1, "0.0000001"),
            UnusableFigure,
            "“Line 1, quantity”: write a number above zero, with",
        ),
        (
            units(1, "0.000001"),
            UnusableFigure,
            "“Line 1, quantity”: that is worth nothing. Credit more uni",
        ),
        (units(1, "NaN"), UnusableFigure, "An amount is a finite number."),
        (units(1, "Infinity"), UnusableFigure, "An amount is a finite number."),
        (units(1, "1E+999999999"), UnusableFigure, "An amount has at most 18 digits"),
        (amount(1, "0"), UnusableFigure, "“Line 1, amount”: write one above zero."),
        (amount(1, "-5"), UnusableFigure, "“Line 1, amount”: write one above zero."),
        (amount(1, "0.005"), UnusableFigure, "INR has 2 decimals: write 0.01, not 0.005."),
        (amount(1, "sNaN"), UnusableFigure, "An amount is a finite number."),
        (amount(1, "1E+999999999"), UnusableFigure, "An amount has at most 18 digits"),
        (rest(2), CannotCredit, "Line 2: choose a line of the invoice, each once."),
        (
            Part(position=1, quantity=Decimal(1), amount=Decimal(1)),
            UnusableFigure,
            "Line 1: give a quantity or an amount, not both.",
        ),
    ],
)
def test_what_a_line_cannot_be_credited_by_is_refused_by_name(
    part: Part, error: type[CannotCredit], sentence: str
) -> None:
    invoice = invoice_over(("10", "100.00"))
    credit(invoice, units(1, "3"))
    credit(invoice, amount(1, "50.00"))

    with pytest.raises(error) as refused:
        credit(invoice, part)

    assert str(refused.value).startswith(sentence)
    assert CreditNote.objects.count() == 2


def test_nothing_is_left_of_what_was_credited() -> None:
    invoice = invoice_over(("10", "100.00"))
    number = invoice.document.lines.get().order_number
    credit(invoice)

    with pytest.raises(NothingLeftToCredit, match="on invoice INV/26-27/000001"):
        credit(invoice)
    with pytest.raises(NothingLeftToCredit, match=f"of order {number} on invoice"):
        credit(invoice, order_number=number)
    with pytest.raises(NothingLeftToCredit, match="Line 1: nothing is left"):
        credit(invoice, units(1, "1"))


def test_what_is_worth_nothing_leaves_nothing_to_credit() -> None:
    with pytest.raises(NothingLeftToCredit):
        credit(invoice_over(("1", "0.00")))


def test_an_order_of_another_invoice_is_not_on_this_one() -> None:
    with pytest.raises(CannotCredit, match="has no line of order 9999999999"):
        credit(invoice_over(("1", "1.00")), order_number="9999999999")


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [(" ", "Say why"), ("a\u202eb", r"invisible character U\+202E"), ("x" * 501, "500 characters")],
)
def test_a_reason_in_words_is_mandatory(reason: str, sentence: str) -> None:
    with pytest.raises(CannotCredit, match=sentence):
        credit(invoice_over(("1", "1.00")), reason=reason)
    assert not CreditNote.objects.exists()


# ── An order that ends later
def test_ending_an_order_credits_exactly_what_is_left_of_it() -> None:
    account = AccountFactory()
    charge = ChargeFactory(account=account, quantity=Decimal(3), unit_price=Decimal("33.33"))
    invoice = issue_order_invoice(account, charge)
    credit(invoice, units(1, "1"))
    credit(invoice, amount(1, "10.01"))

    (note,) = cancel(charge)

    assert note.document.net_total == Decimal("56.65")
    assert DocumentBalance.objects.get(document=invoice.document).open_amount == 0
    assert cancel(charge) == []


def cancel(*charges: Charge) -> list[CreditNote]:
    return credit_charges(
        charges=charges,
        reason_code="cancelled",
        reason="Ordered twice",
        order_number="9433110001",
        on=ON,
        now=NOW,
        issued_by="test",
    )


# ── Shown beforehand
def test_a_preview_says_what_is_issued_and_writes_nothing() -> None:
    invoice = invoice_over(("10", "100.00"), ("1", "8925.00"))

    shown = preview(invoice, units(1, "3"))
    assert not CreditNote.objects.exists()
    note = credit(invoice, units(1, "3"), seen=shown.fingerprint)

    assert (shown.document.net_total, shown.document.tax_total, shown.document.total) == (
        note.document.net_total,
        note.document.tax_total,
        note.document.total,
    )
    assert (shown.applied, shown.kept_as_credit) == (note.applied_amount, note.credit_amount)
    assert (shown.still_owed, shown.left_net) == (Decimal("11711.50"), Decimal(9625))
    assert shown.left_total == Decimal("11357.50")


def test_one_confirmation_makes_one_note() -> None:
    invoice = invoice_over(("10", "100.00"))
    seen = preview(invoice, amount(1, "50.00")).fingerprint
    credit(invoice, amount(1, "50.00"), seen=seen)

    with pytest.raises(ChangedMeanwhile, match="Nothing was issued: another credit note"):
        credit(invoice, amount(1, "50.00"), seen=seen)

    assert CreditNote.objects.count() == 1


# ── Size
def test_five_thousand_lines_are_previewed_and_credited_in_as_many_queries_as_two() -> None:
    few, many = long_invoice(2), long_invoice(5000)

    with CaptureQueriesContext(connection) as preview_of_few:
        preview(few)
    with CaptureQueriesContext(connection) as preview_of_many:
        preview(many)
    with CaptureQueriesContext(connection) as credit_of_few:
        credit(few)
    with CaptureQueriesContext(connection) as credit_of_many:
        note = credit(many)

    assert len(preview_of_few) == len(preview_of_many) <= 10
    assert len(credit_of_many) == len(credit_of_few)
    assert note.document.lines.count() == 5000
    assert broken_invariants() == {}


def long_invoice(count: int) -> Invoice:
    account = AccountFactory()
    charges = Charge.objects.bulk_create(
        ChargeFactory.build_batch(count, account=account, unit_price=Decimal("10.00"))
    )
    return issue_order_invoice(account, *charges)


def test_the_lines_still_to_be_credited_are_those_of_the_invoice_alone() -> None:
    first, second = invoice_over(("1", "100.00")), invoice_over(("1", "100.00"))
    credit(first)
    assert credit(second).document.net_total == 100
    assert DocumentLine.objects.filter(document__kind=Document.Kind.CREDIT_NOTE).count() == 2
