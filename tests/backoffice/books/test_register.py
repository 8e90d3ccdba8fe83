"""The register and the journal, which the ledger proves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billing.models import LedgerTransfer, Seller
from billing.models.seller import current_seller
from certinext.backoffice.books.periods import choices, parse_period
from certinext.backoffice.books.register import booked
from certinext.backoffice.books.sheets import MONEY, Column
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_tenant
from tests.backoffice.books.helpers import MYSURU, PUNE, columns, credited, sheet_of, sold, sums
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import issue_order_invoice

pytestmark = pytest.mark.django_db

FIGURES = ("number", "net", "cgst", "sgst", "igst", "round_off", "gross")


def test_each_document_stands_on_its_day_with_its_taxes() -> None:
    local = sold(None, "1000.00", date(2026, 10, 31), **MYSURU)
    far = sold(None, "2000.00", date(2026, 11, 1), **PUNE)
    credited(local, "250.00", date(2026, 11, 2))

    assert columns("register", "2026-10", "", *FIGURES) == [
        ("INV/26-27/000001", "1000.00", "90.00", "90.00", "0.00", "0.00", "1180.00")
    ]
    assert columns("register", "2026-11", "", *FIGURES) == [
        (str(far.number), "2000.00", "0.00", "0.00", "360.00", "0.00", "2360.00"),
        ("CN/26-27/000001", "-250.00", "-22.50", "-22.50", "0.00", "0.00", "-295.00"),
    ]
    assert columns("register", "2026-11", "", "tax_id", "buyer_state", "original", "reverse") == [
        ("27AAPFU0939F1ZV", "27", "", "No"),
        ("29AAGCA7421K1ZG", "29", "INV/26-27/000001", "No"),
    ]


def test_the_totals_are_what_the_ledger_booked() -> None:
    Seller.objects.update(round_to_unit=True)
    for month in (9, 10, 11):
        invoice = sold(None, "8925.37", date(2026, month, 5), **PUNE)
        sold(None, "333.33", date(2026, month, 28))
        credited(invoice, "99.99", date(2026, month, 28))

    for period in ("2026-09", "2026-10", "2026-11", "2026-Q4", "FY2026"):
        (ledger,) = booked(parse_period(period, seller=current_seller()))
        register = {key: Decimal(text) for key, text in sums("register", period)["INR"].items()}
        taxes = sum(register[key] for key in ("cgst", "sgst", "utgst", "igst"))
        assert (register["net"], taxes) == (ledger.revenue, ledger.tax)
        assert register["gross"] == register["net"] + taxes + register["round_off"]
    # 8925.37 + 333.33 - 99.99 = 9158.71 a month.
    assert sums("register", "FY2026")["INR"]["net"] == "27476.13"


def test_page_and_files_have_the_same_figures_so_that_both_add_up() -> None:
    def figures(columns: Iterable[Column]) -> list[str]:
        return [column.key for column in columns if column.kind == MONEY]

    # A seller's documents bear either local half: that of a State, or of a territory.
    for state, local, other in (("29", "sgst", "utgst"), ("04", "utgst", "sgst")):
        Seller.objects.update(state_code=state, gstin="")
        sheet = sheet_of("register")
        wanted = ["net", "cgst", local, "igst", "round_off", "gross"]
        assert figures(sheet.on_page) == wanted
        assert [key for key in figures(sheet.columns) if key != other] == wanted


def test_another_currency_has_its_own_totals() -> None:
    sold(None, "1000.00", **MYSURU)
    sold(None, "50.00", export=True, currency="USD")

    totals = sums("register", "2026-10")
    assert totals["INR"]["gross"] == "1180.00"
    assert totals["USD"]["gross"] == "50.00"
    assert {
        row.currency: row.revenue
        for row in booked(parse_period("2026-10", seller=current_seller()))
    } == {
        "INR": Decimal("1000.000"),
        "USD": Decimal("50.000"),
    }


def test_in_germany_the_register_has_vat_and_says_who_owes_it() -> None:
    use_tenant(Tenant.objects.get(schema_name="beta"))
    sold(None, "100.00", german=True)
    sold(None, "200.00", french=True)

    assert columns(
        "register", "2026-10", "", "buyer_country", "net", "vat", "gross", "reverse"
    ) == [
        ("DE", "100.00", "19.00", "119.00", "No"),
        ("FR", "200.00", "0.00", "200.00", "Yes"),
    ]


def test_a_month_ends_at_the_sellers_midnight() -> None:
    # 18:29 and 18:30 UTC are 23:59 on the 31st and midnight in Kolkata.
    account = AccountFactory.create()
    for moment in (
        datetime(2026, 10, 31, 18, 29, tzinfo=UTC),
        datetime(2026, 10, 31, 18, 30, tzinfo=UTC),
    ):
        on = moment.astimezone(current_seller().zone).date()
        issue_order_invoice(account, ChargeFactory.create(account=account), on=on, now=moment)

    assert len(columns("register", "2026-10", "", "number")) == 1
    assert len(columns("register", "2026-11", "", "number")) == 1


def test_the_journal_has_every_transfer_of_the_period() -> None:
    sold(None, "1000.00", date(2026, 10, 31), **MYSURU)
    assert columns(
        "journal", "2026-10", "", "entry_kind", "debit_kind", "credit_kind", "amount"
    ) == [
        ("Invoice", "Receivable", "Revenue", "1000.00"),
        ("Invoice", "Receivable", "Output tax", "180.00"),
    ]
    assert LedgerTransfer.objects.count() == 2
    assert columns("journal", "2026-11", "", "amount") == []


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("FY2026", date(2026, 4, 1), date(2027, 3, 31)),
    ],
)
def test_a_period_has_its_days(key: str, first: date, last: date) -> None:
    period = parse_period(key, seller=current_seller())
    assert (period.first, period.last, period.key) == (first, last, key)


@pytest.mark.parametrize(
    "key", ["", "2026", "2026-13", "2026-Q5", "FY26", "9999-99", "\uff12\uff10\uff12\uff16-10"]
)
def test_what_is_no_period_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="month is written"):
        parse_period(key, seller=current_seller())


def test_periods_go_back_to_the_first_document() -> None:
    sold(None, "1.00", date(2026, 3, 31))
    months, quarters, years = choices(seller=current_seller(), today=date(2026, 4, 1))
    assert [key for key, _label in months[1]] == ["2026-04", "2026-03"]
    assert [key for key, _label in quarters[1]] == ["2026-Q2", "2026-Q1"]
    assert [key for key, _label in years[1]] == ["FY2026", "FY2025"]
