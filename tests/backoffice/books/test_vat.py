"""European VAT by country and rate, checked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.models.seller import current_seller
from certinext.backoffice.books.periods import parse_period
from certinext.backoffice.books.register import booked
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_tenant
from tests.backoffice.books.helpers import columns, credited, sold, sums, table

pytestmark = pytest.mark.django_db

CONSUMER: dict[str, Any] = {"tax_id": "", "is_business": False, "state_code": "", "currency": "EUR"}
AUSTRIA: dict[str, Any] = {"country": "AT", "city": "Wien", "postal_code": "1010", **CONSUMER}


@pytest.fixture(autouse=True)
def _in_germany(db: None, _active_tenant: None) -> None:
    use_tenant(Tenant.objects.get(schema_name="beta"))


def test_supplies_are_told_by_country_and_rate_less_their_notes() -> None:
    home = sold(None, "100.00", german=True)
    sold(None, "200.00", french=True)
    sold(None, "50.00", **AUSTRIA)
    sold(None, "70.00", country="US", city="Austin", **CONSUMER)
    credited(home, "40.00", date(2026, 10, 20))

    assert table("vat", "2026-10", "vat") == [
        ["Domestic", "DE", "19.000", "60.00", "11.40", "EUR"],
        ["One-stop shop", "AT", "20.000", "50.00", "10.00", "EUR"],
        ["Outside the EU", "US", "0.000", "70.00", "0.00", "EUR"],
        ["Reverse charge", "FR", "0.000", "200.00", "0.00", "EUR"],
    ]
    (ledger,) = booked(parse_period("2026-10", seller=current_seller()))
    totals = sums("vat", "2026-10", "vat")["EUR"]
    assert totals == {"taxable": "380.00", "vat": "21.40"}
    assert (ledger.revenue, ledger.tax) == (Decimal("380.00"), Decimal("21.40"))


def test_the_recapitulative_statement_sums_by_vat_id() -> None:
    first = sold(None, "200.00", french=True, legal_name="Exemple SA")
    credited(first, "50.00", date(2026, 10, 20))
    sold(None, "100.00", german=True)

    assert table("vat", "2026-Q4", "recapitulative") == [
        ["FR", "40303265045", "Exemple SA", "150.00", "EUR"]
    ]


def test_a_correction_of_an_earlier_quarter_is_declared_apart() -> None:
    invoice = sold(None, "100.00", date(2026, 9, 30), **AUSTRIA)
    credited(invoice, "10.00", date(2026, 9, 30))
    credited(invoice, "20.00", date(2026, 10, 1))
    sold(None, "50.00", date(2026, 10, 2), **AUSTRIA)

    assert table("vat", "2026-Q3", "oss") == [["AT", "20.000", "90.00", "18.00", "EUR"]]
    assert table("vat", "2026-Q4", "oss") == [["AT", "20.000", "50.00", "10.00", "EUR"]]
    assert table("vat", "2026-Q4", "oss-corrections") == [["2026-Q3", "AT", "-4.00", "EUR"]]


def test_a_year_ends_at_midnight_in_berlin() -> None:
    sold(None, "100.00", date(2026, 12, 31), german=True)
    sold(None, "300.00", date(2027, 1, 1), german=True)
    assert columns("vat", "FY2026", "vat", "taxable") == [("100.00",)]
    assert columns("vat", "FY2027", "vat", "taxable") == [("300.00",)]
