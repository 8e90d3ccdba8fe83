"""Documents with more lines than pages should hold: sums on the pages, each line in the annex."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader

from billing.models import Charge, DocumentLine
from billing.printing import annex
from billing.printing.annex import (
    annex_name,
    annex_of,
    has_annex,
    lines_csv,
    printed_lines,
)
from certinext.pdf.embedded import EmbeddedFile
from tests.billing.sample_documents import PLAN, USAGE, Sample, Sold, sample_credit_note
from tests.billing.sample_documents import sample_invoice as invoice
from tests.billing.sample_parties import BUYER, FRENCH, GERMANY, INDIA


@pytest.fixture(autouse=True)
def few_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six lines are many here: what happens beyond does not depend on the number."""
    monkeypatch.setattr(annex, "MOST_PRINTED", 6)


def orders(count: int, **changes: Any) -> list[Sold]:
    """Return so many orders of one product, each with its number and domain."""
    return [
        replace(
            Sold(**changes),
            order_number=f"94331{number:05}",
            domain_name=f"host{number}.kaveri.example",
        )
        for number in range(count)
    ]


def sample(sold: Sequence[Sold], **given: Any) -> Sample:
    return invoice(seller=INDIA, buyer=BUYER, sold=sold, **given)


def pdf_of(made: Sample) -> tuple[str, PdfReader]:
    found = annex_of(made.document, made.lines)
    embedded: list[EmbeddedFile] = [] if found is None else [found]
    reader = PdfReader(io.BytesIO(made.pdf(embedded=embedded)))
    return " ".join(" ".join(p.extract_text() for p in reader.pages).split()), reader


def rows(made: Sample) -> list[dict[str, str]]:
    text = lines_csv(made.document, made.lines).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def figures(lines: Sequence[DocumentLine]) -> tuple[Decimal, Decimal]:
    return (
        sum((line.net_amount for line in lines), Decimal(0)),
        sum((line.quantity for line in lines), Decimal(0)),
    )


def test_as_many_as_fit_are_printed_one_by_one() -> None:
    made = sample(orders(6))
    assert not has_annex(made.lines)
    assert printed_lines(made.lines) is made.lines
    text, reader = pdf_of(made)
    assert "host5.kaveri.example" in text
    assert "annex" not in text.lower()
    assert reader.attachments == {}


def test_like_lines_are_one_sum_and_each_stands_in_the_annex() -> None:
    sold = [*orders(5), *orders(3, description="EV SSL", price="20000.50"), PLAN, USAGE]
    made = sample(sold)

    printed = printed_lines(made.lines)

    assert [(line.description, line.quantity) for line in printed] == [
        ("OV SSL", Decimal(5)),
        ("EV SSL", Decimal(3)),
        (PLAN.description, Decimal(PLAN.quantity)),
        (USAGE.description, Decimal(USAGE.quantity)),
    ]
    assert figures(printed) == figures(made.lines)
    text, reader = pdf_of(made)
    assert "This document has 10 lines, summed here by description and rate." in text
    assert "5 lines, see the annex" in text
    assert "60,001.50" in text
    assert "1 lines" not in text
    assert [line.details for line in printed[2:]] == [PLAN.more["details"], USAGE.more["details"]]
    assert "host0.kaveri.example" not in text
    (name,) = reader.attachments
    assert name == annex_name(made.document) == "INV-26-27-004218.lines.csv"
    assert reader.attachments[name] == [lines_csv(made.document, made.lines)]


def test_the_annex_has_every_line_and_their_sum() -> None:
    made = sample(orders(8, quantity="2", price="10.5"))
    *lines, total = rows(made)
    assert [line["Order number"] for line in lines] == [line.order_number for line in made.lines]
    assert lines[7] == {
        "Position": "8",
        "Type": "Certificate orders",
        "Description": "OV SSL",
        "Details": "",
        "Order number": "9433100007",
        "Domain": "host7.kaveri.example",
        "Group": "",
        "Ordered by": "",
        "Term in years": "1",
        "Date of supply": "2026-10-06",
        "Supplied until": "",
        "HSN/SAC": "998319",
        "Quantity": "2",
        "Unit price": "10.50",
        "Tax category": "S",
        "Tax rate in %": "18",
        "Net": "21.00",
        "Currency": "INR",
    }
    assert (total["Type"], total["Net"]) == ("Total without tax", "168.00")


def test_prices_that_differ_have_no_unit_price_and_add_up() -> None:
    made = sample([*orders(4, price="100.10"), *orders(4, price="99.95")])
    (one,) = printed_lines(made.lines)
    assert getattr(one, "unit_price", "") is None
    assert one.net_amount == Decimal("800.20")
    text, _reader = pdf_of(made)
    assert "OV SSL" in text
    assert "800.20" in text


def test_where_even_descriptions_are_too_many_each_kind_and_rate_is_a_sum() -> None:
    sold = [*(orders(1, description=f"Product {number}")[0] for number in range(9)), PLAN]
    made = sample(sold)
    printed = printed_lines(made.lines)
    assert [(line.description, line.kind) for line in printed] == [
        ("Certificate orders", Charge.Kind.ORDER),
        (PLAN.description, Charge.Kind.SUBSCRIPTION),
    ]
    assert figures(printed) == figures(made.lines)


def test_groups_keep_their_sums_apart() -> None:
    sold = [
        *orders(4, more={"group_name": "Bengaluru"}),
        *orders(4, more={"group_name": "Pune"}),
    ]
    made = sample(sold)
    assert [line.group_name for line in printed_lines(made.lines)] == ["Bengaluru", "Pune"]
    text, _reader = pdf_of(made)
    assert "Bengaluru" in text
    assert "Pune" in text


def test_a_credit_note_has_an_annex_too() -> None:
    origin = sample(orders(9))
    note = sample_credit_note(origin, positions=range(1, 9))
    text, reader = pdf_of(note)
    assert "This document has 8 lines" in text
    assert "8 lines, see the annex" in text
    assert list(reader.attachments) == ["CN-26-27-000093.lines.csv"]


def test_it_speaks_the_documents_language() -> None:
    made = invoice(seller=GERMANY, buyer=FRENCH, sold=orders(7), language="fr")
    text, _reader = pdf_of(made)
    assert "This document" not in text
    assert "see the annex" not in text
    assert "Position" in lines_csv(made.document, made.lines).decode()
    assert "Order number" not in lines_csv(made.document, made.lines).decode()


def test_no_spreadsheet_runs_what_a_customer_wrote() -> None:
    made = sample(orders(7, description='=HYPERLINK("http://evil.example")'))
    assert rows(made)[0]["Description"].startswith("'=")
