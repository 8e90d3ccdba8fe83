"""How documents look: each form beside its golden page."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache

import pytest
import time_machine
from PIL import Image

from billing.models import Account, Document, Payment
from billing.models.seller import current_seller
from billing.payments.begin import begin_payment
from billing.payments.settle import settle
from billing.printing.branding import brand_sheet
from billing.printing.facts import Facts
from billing.printing.render import render_document
from billing.statement.ageing import ageing_of
from billing.statement.read import read_statement
from billing.statement.sheet import statement_pdf
from billing.statement.span import Span
from certinext.pdf.logo import safe_logo
from certinext.pdf.render import render_pdf
from tests.billing.sample_documents import (
    PLAN,
    USAGE,
    Sample,
    Sold,
    sample_credit_note,
    sample_invoice,
)
from tests.billing.sample_parties import BUYER, FRENCH, GERMAN, GERMANY, IN_STATE, INDIA
from tests.conformance.pictures import (
    GOLDEN,
    differences,
    golden,
    look_alike,
    picture_of,
    renew,
    show,
)
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import issue_order_invoice
from tests.pdf.names import NAMES
from tests.pdf.pictures import alpha_logo, png

pytestmark = [pytest.mark.conformance, pytest.mark.django_db]

NOW = datetime(2026, 10, 8, 6, 30, tzinfo=UTC)
CHECKED = {"verify_url": "https://billing.example/verify/"}
LOGO = safe_logo(png(alpha_logo()))


def indian() -> Sample:
    return sample_invoice(
        seller={**INDIA, **CHECKED}, sold=[Sold(), Sold(), PLAN, USAGE], round_to_unit=True
    )


def sixty() -> Sample:
    sold = [
        Sold(
            price="119.00",
            order_number=str(9433150000 + number),
            domain_name=f"host-{number}.example",
            more={"group_name": f"Cost centre {4100 + number // 20}"},
        )
        for number in range(60)
    ]
    return sample_invoice(seller=GERMANY, buyer=GERMAN, sold=sold)


def in_hindi() -> Sample:
    buyer = {**IN_STATE, "legal_name": NAMES["Hindi, a long company"]}
    return sample_invoice(buyer=buyer, sold=[Sold(), PLAN], language="hi")


def paid() -> tuple[Account, Document]:
    """Return an account with an invoice that was paid in part, and the receipt for that."""
    account = AccountFactory.create(account_number="1048576213", legal_name="Kaveri Bank Limited")
    charge = ChargeFactory.create(account=account, order_number="9433119415")
    invoice = issue_order_invoice(account, charge).document
    payment = begin_payment(
        account,
        kind=Payment.Kind.INVOICES,
        method=Payment.Method.BANK_TRANSFER,
        provider="bank",
        amount=Decimal("531.50"),
        currency="INR",
        by="ana@example.com",
        now=NOW,
        invoices=[invoice],
    )
    return account, settle(payment, now=NOW, by="clerk@example.com").receipt.document


def statement() -> bytes:
    account, _receipt = paid()
    october = Span(date(2026, 10, 1), date(2026, 10, 31))
    seller = current_seller()
    return statement_pdf(
        read_statement(account, october),
        ageing_of(account, on=date(2026, 10, 31)),
        seller=seller,
        today=date(2026, 10, 31),
    )


PAGES: dict[str, tuple[Callable[[], bytes], int]] = {
    "invoice-india": (lambda: indian().pdf(), 1),
    "invoice-reverse-charge": (
        lambda: sample_invoice(
            seller={**GERMANY, **CHECKED, "logo": LOGO}, buyer=FRENCH, kind="per_order"
        ).pdf(),
        1,
    ),
    "invoice-hindi": (lambda: in_hindi().pdf(), 1),
    "invoice-letter": (
        lambda: sample_invoice(
            seller=GERMANY, buyer={**FRENCH, "paper_size": "letter"}, kind="per_order"
        ).pdf(),
        1,
    ),
    "invoice-60-lines-first": (lambda: sixty().pdf(), 1),
    "invoice-60-lines-last": (lambda: sixty().pdf(), 3),
    "credit-note": (lambda: sample_credit_note(sample_invoice(buyer=BUYER)).pdf(), 1),
    "receipt": (lambda: render_document(paid()[1]), 1),
    "statement": (statement, 1),
}


@pytest.fixture
def same_references(monkeypatch: pytest.MonkeyPatch) -> None:
    """Payments have a number drawn by lot: here always the same."""
    monkeypatch.setattr("billing.payments.begin.new_reference", lambda: "P2345678ABC")


@pytest.mark.usefixtures("same_references")
@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_it_did(name: str) -> None:
    make, page = PAGES[name]
    with time_machine.travel(NOW, tick=False):
        seen = picture_of(make(), page)
    if os.environ.get("CERTINEXT_RENEW_PAGES") == "1":
        renew(name, seen)
    expected = golden(name)
    assert look_alike(seen, expected), (
        f"{differences(seen, expected)} pixels differ: look at {show(name, seen, expected)}"
    )


@lru_cache(maxsize=1)
def plain() -> str:
    return indian().html()


def changed(html: str, css: str = "") -> Image.Image:
    """Return the Indian invoice with other words or other rules."""
    sheet = brand_sheet(Facts(indian().document.seller))
    return picture_of(render_pdf(html, extra_css=sheet + css), 1)


@pytest.mark.parametrize(
    ("figure", "other"),
    [
        # In the lines, the totals, the reference and the date: one digit each.
        ("45,000.00</td>", "45,001.00</td>"),
        ("<td>15 Nov 2026</td>", "<td>16 Nov 2026</td>"),
        ("5020 0071 4421 86", "5020 0071 4427 86"),
        ("27AAHCS5512Q1ZT", "27AAHCS5512Q1Z7"),
    ],
)
def test_one_digit_that_changes_is_seen(figure: str, other: str) -> None:
    assert figure in plain()
    assert look_alike(changed(plain()), golden("invoice-india"))
    assert not look_alike(changed(plain().replace(figure, other, 1)), golden("invoice-india"))


@pytest.mark.parametrize(
    "css",
    [
        ".sum td { padding-right: 0.5mm; }",
        ".grand { margin-top: 1.1mm; }",
        ".facts .due { padding-left: 0.5mm; }",
        ".lines td.n { padding-right: 1.7mm; }",
        ".logo .mark { padding-left: 0.5mm; }",
    ],
)
def test_a_figure_that_moves_by_half_a_millimetre_is_seen(css: str) -> None:
    assert not look_alike(changed(plain(), css), golden("invoice-india"))


def test_what_disappears_is_seen() -> None:
    hidden = changed(plain(), ".tax { visibility: hidden; }")
    assert not look_alike(hidden, golden("invoice-india"))


def test_pages_of_another_size_are_no_pages_alike() -> None:
    assert not look_alike(golden("invoice-letter"), golden("invoice-reverse-charge"))


def test_golden_pages_are_all_used_and_small() -> None:
    files = {file.stem: file.stat().st_size for file in GOLDEN.glob("*.png")}
    assert set(files) == set(PAGES)
    assert sum(files.values()) < 400_000
