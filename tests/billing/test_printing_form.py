"""How documents are laid out: pages, sections, what stands where and what is left out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import translation

from billing.printing.trust import SealFacts
from billing.printing.wording import price
from tests.billing.reading_pdfs import pages_of
from tests.billing.sample_documents import PLAN, USAGE, Sold, sample_credit_note, sample_invoice
from tests.billing.sample_parties import AMERICAN, BUYER, GERMAN, GERMANY, IN_STATE, INDIA


@lru_cache(maxsize=1)
def pages_of_sixty_lines() -> list[str]:
    sold = [
        Sold(
            price="119.00",
            order_number=str(9433150000 + number),
            domain_name=f"host-{number}.example",
            more={"group_name": f"Cost centre {4100 + number // 20}"},
        )
        for number in range(58)
    ]
    return pages_of(sample_invoice(seller=GERMANY, buyer=GERMAN, sold=[*sold, PLAN, USAGE]).pdf())


def test_sixty_lines_are_numbered_and_carried_from_page_to_page() -> None:
    pages = pages_of_sixty_lines()
    count = len(pages)
    assert count == 3
    carried = re.compile(r"Carried forward (€ [\d,.]+)")
    brought = re.compile(r"Brought forward (€ [\d,.]+)")
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {count}" in page
        assert bool(carried.search(page)) == (number < count)
        assert bool(brought.search(page)) == (number > 1)
    for before, after in pairwise(pages):
        assert carried.findall(before) == brought.findall(after)
    for page in pages[1:]:
        assert "Invoice INV/2026/000731 · 31 Oct 2026 · Account 2093315478" in page
        assert "Description Term Quantity" in page


def test_what_is_carried_forward_is_the_sum_of_the_lines_above() -> None:
    first = pages_of_sixty_lines()[0]
    lines = first.count("1 year 1 119.00 19 % 119.00")
    assert lines == 20
    assert f"Carried forward {price(lines * Decimal(119), 'EUR')}" in first.replace("€ ", "€\xa0")


def test_totals_never_stand_alone_on_a_page() -> None:
    for count in (14, 15):
        sold = [replace(Sold(), order_number=str(9433119415 + i)) for i in range(count)]
        last = pages_of(sample_invoice(sold=sold).pdf())[-1]
        assert "Amount due" in last
        assert last.count("portal.vaidyanatha.example") >= 2


@pytest.mark.parametrize(
    ("sold", "buyer"),
    [
        ([Sold(price="8925.25")] * 8, IN_STATE),
        ([*[Sold()] * 4, PLAN, USAGE], BUYER),
    ],
    ids=["eight orders with CGST and SGST", "every kind"],
)
def test_an_ordinary_month_fits_on_one_page(sold: list[Sold], buyer: dict[str, Any]) -> None:
    (page,) = pages_of(sample_invoice(sold=sold, buyer=buyer, round_to_unit=True).pdf())
    assert "Round off" in page


def test_one_page_carries_nothing_forward() -> None:
    (page,) = pages_of(sample_invoice().pdf())
    assert "forward" not in page
    assert "Page 1 of 1" in page


def test_lines_stand_in_sections_by_kind_and_cost_centre() -> None:
    finance = Sold(more={"group_name": "Finance"})
    retail = Sold(more={"group_name": "Retail"})
    text = sample_invoice(sold=[finance, finance, retail, PLAN, USAGE]).text()
    headings = [
        "Certificate orders · Finance 1",
        "Certificate orders · Retail 3",
        "Subscription 4 Enterprise plan",
        "Usage 5 Time-stamps",
    ]
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)


def test_cost_centres_that_are_mixed_stand_on_their_lines() -> None:
    finance = Sold(more={"group_name": "Finance"})
    retail = Sold(more={"group_name": "Retail"})
    text = sample_invoice(sold=[finance, retail, finance]).text()
    assert text.count("portal.vaidyanatha.example Finance") == 2
    assert text.count("portal.vaidyanatha.example Retail") == 1
    assert "Certificate orders" not in text


def test_lines_of_one_kind_need_no_heading() -> None:
    assert "Certificate orders" not in sample_invoice(sold=[Sold(), Sold()]).text()


def test_a_line_says_who_ordered_and_that_it_is_late() -> None:
    late = Sold(
        service_from=date(2026, 9, 30), more={"is_late": True, "account_name": "Kaveri Pune"}
    )
    text = sample_invoice(sold=[late]).text()
    assert "Ordered by Kaveri Pune" in text
    assert "Late: supplied 30 Sep 2026, before this period" in text


@pytest.mark.parametrize(
    ("domain", "printed"),
    [
        ("labo.example", "Order 9433119415 of 6 Oct 2026 · labo.example"),
        ("portal.labo.example", "Order 9433119415 of 6 Oct 2026 portal.labo.example"),
    ],
)
def test_indian_lines_say_of_which_day_an_order_is(domain: str, printed: str) -> None:
    assert f"OV SSL {printed} 1 year" in sample_invoice(sold=[Sold(domain_name=domain)]).text()


def test_zero_priced_lines_are_printed() -> None:
    text = sample_invoice(sold=[Sold(), Sold(price="0.00")]).text()
    assert "2 OV SSL Order 9433119415 of 6 Oct 2026 portal.vaidyanatha.example 1 year" in text
    assert "1 year 998319 1 0.00 18 % 0.00" in text


def test_an_invoice_over_nothing_asks_for_nothing() -> None:
    text = sample_invoice(sold=[Sold(price="0.00")], kind="per_order").text()
    assert "Amount due ₹ 0.00" in text
    assert "Nothing to pay" in text
    for asked in ("Pay by", "UPI", "IFSC", "Payment within"):
        assert asked not in text


@pytest.mark.parametrize(
    ("zone", "start", "end", "printed"),
    [
        (
            "Asia/Kolkata",
            datetime(2026, 9, 30, 18, 30, tzinfo=UTC),
            datetime(2026, 10, 31, 18, 30, tzinfo=UTC),
            "1 \N{EN DASH} 31 Oct 2026",
        ),
        (
            "Europe/Berlin",  # summer time ends on 25 October
            datetime(2026, 9, 30, 22, tzinfo=UTC),
            datetime(2026, 10, 31, 23, tzinfo=UTC),
            "1 \N{EN DASH} 31 Oct 2026",
        ),
        (
            "Asia/Kathmandu",
            datetime(2026, 12, 31, 18, 15, tzinfo=UTC),
            datetime(2027, 1, 31, 18, 15, tzinfo=UTC),
            "1 \N{EN DASH} 31 Jan 2027",
        ),
        (
            "Asia/Kolkata",  # closed within the 12th
            datetime(2026, 9, 30, 18, 30, tzinfo=UTC),
            datetime(2026, 10, 12, 9, 17, tzinfo=UTC),
            "1 \N{EN DASH} 12 Oct 2026",
        ),
        (
            "Asia/Kolkata",  # over a year's end
            datetime(2026, 12, 14, 18, 30, tzinfo=UTC),
            datetime(2027, 1, 31, 18, 30, tzinfo=UTC),
            "15 Dec 2026 \N{EN DASH} 31 Jan 2027",
        ),
    ],
)
def test_a_period_is_printed_as_the_sellers_calendar_days(
    zone: str, start: datetime, end: datetime, printed: str
) -> None:
    sample = sample_invoice(time_zone=zone)
    sample.document.invoice.period = DateTimeTZRange(start, end)
    assert 'Billing period</th></tr></thead>\n<tbody><tr><td class="due lat">₹\xa010,531.50' in (
        sample.html()
    )
    assert f"<td>{printed}</td>" in sample.html()


@pytest.mark.parametrize(
    ("applied", "sentences"),
    [
        (None, ["₹ 10,531.50 is taken off what you owe on that invoice."]),
        ("0.00", ["Kept as credit on your account", "₹ 10,531.50 is kept as credit"]),
        (
            "10000.00",
            [
                "₹ 10,000.00 is taken off what you owe",
                "₹ 531.50 is kept as credit on your account.",
            ],
        ),
    ],
)
def test_a_credit_note_says_how_it_was_applied(applied: str | None, sentences: list[str]) -> None:
    text = sample_credit_note(sample_invoice(), applied=applied).text()
    for sentence in sentences:
        assert sentence in text
    assert ("taken off" in text) == (applied != "0.00")
    assert ("kept as credit" in text) == (applied is not None)
    for asked in ("Pay by", "UPI", "Amount due"):
        assert asked not in text


def test_a_credit_note_names_its_invoices_line_only_once() -> None:
    note = sample_credit_note(sample_invoice())
    note.lines[0].details = ["Invoice INV/26-27/004218, line 1, credited in full"]
    assert note.text().count("line 1, credited in full") == 1


def test_a_line_whose_units_are_credited_in_part_says_how_many() -> None:
    note = sample_credit_note(sample_invoice(sold=[Sold(quantity="10")]))
    note.lines[0].quantity = Decimal(3)
    note.lines[0].net_amount = Decimal("26775.00")
    assert "Invoice INV/26-27/004218, line 1: 3 of 10 credited" in note.text()


def test_a_line_whose_amount_is_credited_in_part_says_how_much() -> None:
    note = sample_credit_note(sample_invoice())
    note.lines[0].credits_amount = True
    note.lines[0].net_amount = Decimal("50.00")
    assert "Invoice INV/26-27/004218, line 1: ₹ 50.00 of ₹ 8,925.00 credited" in note.text()


def test_a_rejected_order_is_called_rejected() -> None:
    note = sample_credit_note(sample_invoice(), reason="Organisation not found.")
    note.document.credit_note.reason_code = "rejected"
    text = note.text()
    assert "Order 9433119415 was rejected on 9 Nov 2026: Organisation not found." in text


def test_a_financial_credit_note_claims_no_section_34() -> None:
    note = sample_credit_note(sample_invoice())
    note.document.tax_decision["without_tax"] = True
    assert "Section 34" not in note.text()


def test_a_seller_without_signatory_or_logo_is_named_all_the_same() -> None:
    seller = {**INDIA, "logo": "", "signatory": "", "terms": "", "legal_footer": ""}
    sample = sample_invoice(seller=seller)
    assert '<p class="name">Aravalli Trust Services</p>' in sample.html()
    text = sample.text()
    assert "For Aravalli Trust Services Private Limited Not sealed" in text
    assert "Authorised signatory" not in text


def test_a_document_of_a_european_seller_has_no_box_for_a_signature() -> None:
    german = sample_invoice(seller={**GERMANY, "signatory": "Joost van der Meer"})
    for word in ("Signature", "Joost van der Meer"):
        assert word not in german.html()
    assert "Digital seal Not sealed" in german.text()


def test_a_sealed_document_names_its_certificate_and_its_signatory() -> None:
    seal = SealFacts("Aravalli Trust Services", "Example CA", "5F:0A:91:C4")
    indian, german = sample_invoice(), sample_invoice(seller=GERMANY)

    assert "Digital seal Sealed by Aravalli Trust Services 31 Oct 2026, 23:58 IST" in indian.text(
        seal=seal
    )
    assert (
        "for M. Raghavan, authorised signatory Certificate 5F:0A:91:C4, Example CA"
        in indian.text(seal=seal)
    )
    assert "Certificate 5F:0A:91:C4, Example CA" in german.text(seal=seal)
    for sample in (indian, german):
        assert "Not sealed" not in sample.text(seal=seal)


def test_a_document_says_where_it_can_be_checked_in_words_and_as_a_code() -> None:
    url = "https://billing.aravalli.example/verify/"
    sample = sample_invoice(seller={**INDIA, "verify_url": url})

    assert "Check this document" in sample.text()
    assert "billing.aravalli.example/verify" in sample.text()
    assert "QR code: check this document at billing.aravalli.example/verify" in sample.html()
    for wrong in ("", "javascript:alert(1)", "https://x.example/" + "x" * 200):
        unchecked = sample_invoice(seller={**INDIA, "verify_url": wrong})
        assert "Check this document" not in unchecked.text()


def test_the_longest_name_of_a_seller_keeps_to_the_signature_box() -> None:
    name = "Aravalli Trust Services and Public Key Infrastructure of Southern India Private Limited"
    text = sample_invoice(seller={**INDIA, "legal_name": name}).text()
    assert "M. Raghavan Authorised signatory Not sealed" in text


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("Aravalli", "short"),
        ("Aravalli Trust Services", "middle"),
        ("Aravalli Trust Services and Public Key Infrastructure", "long"),
    ],
)
def test_a_bare_mark_has_the_trade_name_beside_it(name: str, size: str) -> None:
    html = sample_invoice(seller={**INDIA, "trade_name": name}).html()
    assert '<div class="logo"><div class="mark"><svg' in html
    assert f'</svg></div><p class="beside {size}">{name}</p></div>' in html


def test_a_logo_of_letters_says_the_name_itself() -> None:
    logo = INDIA["logo"].replace('viewBox="0 0 28 28"', 'viewBox="0 0 76 28"')
    html = sample_invoice(seller={**INDIA, "logo": logo}).html()
    assert '<div class="logo"><svg' in html
    assert 'class="beside' not in html


def test_a_logo_that_is_not_allowed_gives_way_to_the_name() -> None:
    seller = {**INDIA, "logo": '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'}
    sample = sample_invoice(seller=seller)
    assert "<script" not in sample.html()
    assert '<p class="name">Aravalli Trust Services</p>' in sample.html()


def test_a_seller_without_bank_details_still_says_until_when_to_pay() -> None:
    text = sample_invoice(seller={**INDIA, "bank": {}}).text()
    assert "How to pay Amount ₹ 10,531.50 Pay by 15 Nov 2026 Reference INV/26-27/004218" in text
    assert "scan to pay" not in text


def test_many_rows_of_payment_are_set_smaller_so_that_the_panel_keeps_its_height() -> None:
    assert '<div class="panel many"><div class="qr">' in sample_invoice().html()
    assert (
        '<div class="panel"><div class="qr">' in sample_invoice(seller=GERMANY, buyer=GERMAN).html()
    )


def test_a_beneficiarys_name_is_not_cut_short() -> None:
    name = "Aravalli Trust Services and Public Key Infrastructure (India) Private Limited"
    text = sample_invoice(seller={**INDIA, "legal_name": name}).text()
    assert f"Account of {name} Bank" in text


@pytest.mark.parametrize(("currency", "due"), [("USD", "$ 8,925.00"), ("INR", "₹ 8,925.00")])
def test_buyers_abroad_get_the_bank_account_and_no_upi(currency: str, due: str) -> None:
    bank = {**INDIA["bank"], "bic": "EXBKINBB"}
    text = sample_invoice(seller={**INDIA, "bank": bank}, buyer=AMERICAN, currency=currency).text()
    assert (
        f"Amount {due} Pay by 15 Nov 2026 Account 5020 0071 4421 86 BIC/SWIFT EXBKINBB"
        " IFSC EXBK0000291 Account of Aravalli Trust Services Private Limited Bank Example Bank"
        " Reference INV/26-27/004218"
    ) in text
    assert "UPI" not in text


def test_address_lines_that_name_the_country_are_not_doubled() -> None:
    lines = ["Plot 17-B", "Pune 411057", "Maharashtra (27), India"]
    html = sample_invoice(buyer={**BUYER, "address": lines}).html()
    assert html.count("Maharashtra (27), India") == 1
    german = sample_invoice(
        seller=GERMANY, buyer={**GERMAN, "address": ["Postfach 1", "20457 Hamburg", "Germany"]}
    ).html()
    assert "20457 Hamburg, Germany" in german
    assert ">Germany<" not in german


def test_figures_wider_than_their_column_are_set_smaller() -> None:
    html = sample_invoice(sold=[Sold(price="123456789.12", quantity="1000")]).html()
    assert '<td class="n long cf"' in html
    assert '<td class="due lat long">₹\xa01,45,67,90,11,161.60</td>' in html


def test_a_document_speaks_its_own_language_whatever_the_reader_speaks() -> None:
    german = sample_invoice(seller=GERMANY, buyer=GERMAN, language="de")
    english = sample_invoice(seller=GERMANY, buyer=GERMAN)
    with translation.override("hi"):
        assert '<html lang="de">' in german.html()
        assert "10.620,75\xa0€" in german.html()
        assert "€\xa010,620.75" in english.html()
        assert '<html lang="en-IN">' in sample_invoice().html()


def test_references_are_not_broken_at_their_slashes() -> None:
    html = sample_invoice(seller=GERMANY, buyer=AMERICAN).html()
    assert '<span class="whole">2006/112/EC).</span>' in html
