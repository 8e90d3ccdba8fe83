"""How documents write terms, amounts and payment codes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billing.printing.codes import creditor_reference, epc_code, plain_reference, upi_code
from billing.printing.facts import Facts
from billing.printing.wording import price, rate, signed, term
from tests.billing.sample_documents import PLAN, Sold, sample_invoice
from tests.billing.sample_parties import GERMANY, INDIA


@pytest.mark.parametrize(
    ("sold", "printed"),
    [
        (Sold(), "1 year"),
        (Sold(term_years=3), "3 years"),
        (PLAN, "Oct 2026"),
        (replace(PLAN, service_until=date(2026, 10, 15)), "1 \N{EN DASH} 15 Oct 2026"),
        (
            replace(PLAN, service_from=date(2028, 2, 1), service_until=date(2028, 2, 29)),
            "Feb 2028",
        ),
        (Sold(term_years=None), "Once"),
    ],
)
def test_the_term_of_a_line(sold: Sold, printed: str) -> None:
    assert term(sample_invoice(sold=[sold]).lines[0]) == printed


def test_amounts_and_rates_are_written_as_on_all_our_documents() -> None:
    assert price(Decimal("326948.00"), "INR") == "₹\xa03,26,948.00"
    assert price(Decimal("-0.5"), "EUR") == "−€\xa00.50"  # noqa: RUF001 - a true minus
    assert price(Decimal("12"), "CHF") == "CHF\xa012.00"
    assert (signed(Decimal("0.09"), "INR"), rate(Decimal("18.000"))) == ("+0.09", "18\xa0%")
    assert rate(Decimal("2.5")) == "2.5\xa0%"


@pytest.mark.parametrize(
    ("number", "reference"),
    [
        ("NL-2026-10-00731", "RF48NL20261000731"),
        ("NL-2026-10-00744", "RF85NL20261000744"),
        ("INV/2026/000001", "RF94INV2026000001"),
    ],
)
def test_transfers_carry_a_reference_that_banks_check(number: str, reference: str) -> None:
    assert creditor_reference(number) == reference


def test_codes_are_drawn_only_for_accounts_that_can_take_the_money() -> None:
    germany, india = Facts(GERMANY), Facts(INDIA)
    total = Decimal("4405.25")
    assert "transfer EUR 4405.25 to IBAN DE89370400440532013000" in epc_code(
        germany, total=total, number="INV/2026/000001"
    )
    assert "pay INR 4405.25 to aravalli.trust@examplebank" in upi_code(
        india, total=total, number="INV/26-27/000001"
    )
    wrong = Facts({**GERMANY, "bank": {"iban": "DE00370400440532013000"}})
    assert epc_code(wrong, total=total, number="X") == ""
    assert epc_code(germany, total=Decimal("1000000000.00"), number="X") == ""
    assert epc_code(Facts({**GERMANY, "legal_name": "🏦" * 70}), total=total, number="X") == ""
    assert upi_code(Facts({"bank": {"upi_id": "x&am=1@y z"}}), total=total, number="X") == ""
    assert plain_reference("INV/26-27/000001") == "INV2627000001"
