"""Any sequence of notes over parts of lines, in any order, sums exactly to the invoice."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.models import Charge, Document, DocumentBalance, DocumentLine, Seller
from billing.money import line_net, minor_unit
from credit_notes.errors import MoreThanIsLeft, NothingLeftToCredit, UnusableFigure
from credit_notes.issue import credit_charges
from credit_notes.left import LeftOfLine, Part, left_of
from credit_notes.models import CreditNote
from invoices.models import Invoice
from tests.credit_notes.helpers import credit
from tests.factories import AccountFactory, ChargeFactory
from tests.invariants import broken_invariants
from tests.invoices.helpers import NOW, ON, issue_order_invoice
from tests.processes import at_once, deadlocks

# CGST + SGST, IGST, an export without tax.
BUYERS: list[dict[str, str]] = [{}, {"state_code": "27"}, {"country": "US", "state_code": ""}]


@pytest.mark.django_db
@given(data=st.data())
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_parts_of_lines_sum_to_the_invoice_in_net_every_tax_round_off_and_total(
    data: st.DataObject,
) -> None:
    with transaction.atomic():
        Seller.objects.update(round_to_unit=data.draw(st.booleans()))
        invoice = draw_invoice(data)
        notes: list[CreditNote] = []
        while left := [one for one in left_of(lines_of(invoice)) if one.net]:
            notes += draw_note(data, invoice, left, so_far=len(notes))

        assert sums(notes) == figures([invoice.document])
        assert taxes(notes) == taxes_of(invoice.document)
        assert DocumentBalance.objects.get(document=invoice.document).open_amount == 0
        assert all(note.document.total >= 0 for note in notes)
        with pytest.raises(NothingLeftToCredit):
            credit(invoice)
        assert broken_invariants() == {}
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def draw_invoice(data: st.DataObject) -> Invoice:
    currency = data.draw(st.sampled_from(["JPY", "EUR", "BHD"]))
    account = AccountFactory(currency=currency, **data.draw(st.sampled_from(BUYERS)))
    prices = st.decimals("0.001", "999.999", places=3)
    units = st.one_of(st.integers(1, 12), st.decimals("0.5", "99.5", places=1))
    drawn = data.draw(
        st.lists(
            st.tuples(units, prices, st.sampled_from(["998319", "998313"])), min_size=1, max_size=4
        )
    )
    charges: list[Charge] = []
    for count, price, code in drawn:
        quantity = Decimal(count)
        net = line_net(quantity=quantity, unit_price=price, currency=currency)
        charges.append(
            ChargeFactory(
                account=account, quantity=quantity, unit_price=price, net_amount=net, tax_code=code
            )
        )
    return issue_order_invoice(account, *charges)


def draw_note(
    data: st.DataObject, invoice: Invoice, left: list[LeftOfLine], *, so_far: int
) -> list[CreditNote]:
    """Credit parts of some lines; after a few notes, or where a part is refused, what is left."""
    some = data.draw(st.lists(st.sampled_from(left), min_size=1, unique_by=id))
    parts = [draw_part(data, one) for one in some]
    if so_far > 5:
        return [credit(invoice)]
    if data.draw(st.integers(0, 4)) == 0:
        return cancel([one.line for one in some])
    try:
        return [credit(invoice, *parts)]
    except (MoreThanIsLeft, UnusableFigure):
        # Units that cost more than amounts left of the line, or too few to be worth anything.
        return [credit(invoice, *[Part(position=one.line.position) for one in some])]


def draw_part(data: st.DataObject, one: LeftOfLine) -> Part:
    position, unit = one.line.position, minor_unit(one.line.document.currency)
    kind = data.draw(st.sampled_from(["units", "amount", "rest"]))
    if kind == "units":
        tenths = data.draw(st.integers(1, int(one.quantity * 10)))
        return Part(position=position, quantity=Decimal(tenths) / 10)
    if kind == "amount":
        return Part(position=position, amount=data.draw(st.integers(1, int(one.net / unit))) * unit)
    return Part(position=position)


def cancel(lines: list[DocumentLine]) -> list[CreditNote]:
    return credit_charges(
        charges=[line.charge for line in lines if line.charge is not None],
        reason_code="cancelled",
        reason="Ordered twice",
        order_number="",
        on=ON,
        now=NOW,
        issued_by="test",
    )


def lines_of(invoice: Invoice) -> list[DocumentLine]:
    return list(invoice.document.lines.select_related("document", "charge"))


def figures(documents: list[Document]) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    return (
        sum((one.net_total for one in documents), Decimal(0)),
        sum((one.tax_total for one in documents), Decimal(0)),
        sum((one.rounding for one in documents), Decimal(0)),
        sum((one.total for one in documents), Decimal(0)),
    )


def sums(notes: list[CreditNote]) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    return figures([note.document for note in notes])


def taxes(notes: list[CreditNote]) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    rows: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for note in notes:
        for key, (taxable, tax) in taxes_of(note.document).items():
            before = rows.get(key, (Decimal(0), Decimal(0)))
            rows[key] = (before[0] + taxable, before[1] + tax)
    return rows


def taxes_of(document: Document) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    return {
        (row.component, row.tax_code): (row.taxable_amount, row.tax_amount)
        for row in document.taxes.filter(taxable_amount__gt=0)
    }


# ── Two at once
def test_two_clerks_who_credit_the_same_line_at_once_never_credit_too_much(
    own_database: str,
) -> None:
    account = AccountFactory()
    charge = ChargeFactory(account=account, quantity=Decimal(10), unit_price=Decimal("100.00"))
    invoice = issue_order_invoice(account, charge)

    def take_seven() -> str:
        try:
            return str(credit(invoice, Part(position=1, quantity=Decimal(7))).document.number)
        except MoreThanIsLeft as error:
            return str(error)

    said = at_once(take_seven, take_seven)

    assert sorted(said) == ["CN/26-27/000001", "“Line 1, quantity”: 7 were asked for, 3 are left."]
    assert DocumentLine.objects.get(credited_line__isnull=False).net_amount == 700
    assert broken_invariants() == {}
    assert deadlocks() == 0


def test_parts_and_cancellations_at_once_take_no_line_twice(own_database: str) -> None:
    account = AccountFactory()
    charges: list[Charge] = ChargeFactory.create_batch(
        4,
        account=account,
        quantity=Decimal(10),
        unit_price=Decimal("33.33"),
        net_amount=Decimal("333.30"),
    )
    invoice = issue_order_invoice(account, *charges)

    def take(part: Decimal) -> None:
        for position in (1, 2, 3, 4):
            for _ in range(4):
                try:
                    credit(invoice, Part(position=position, amount=part))
                except (MoreThanIsLeft, NothingLeftToCredit):
                    break

    at_once(
        lambda: take(Decimal("41.07")),
        lambda: take(Decimal("99.99")),
        lambda: take(Decimal("0.01")),
        lambda: [note.pk for note in cancel(lines_of(invoice)[2:])],
    )
    if [one for one in left_of(lines_of(invoice)) if one.net]:
        credit(invoice)

    notes = list(CreditNote.objects.select_related("document"))
    assert sums(notes) == figures([invoice.document])
    assert not DocumentBalance.objects.filter(open_amount__gt=0).exists()
    assert broken_invariants() == {}
    assert deadlocks() == 0
