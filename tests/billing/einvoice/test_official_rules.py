"""What is issued passes the official schemas and schematrons without a failure."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from billing.einvoice.check import is_peppol
from billing.einvoice.cii import cii_xml
from billing.einvoice.codes import CATEGORIES
from billing.einvoice.from_document import electronic_invoice
from billing.einvoice.model import ElectronicInvoice
from billing.einvoice.parts import parts_of
from billing.einvoice.rules import violations
from billing.einvoice.rules_en16931 import EN_16931
from billing.einvoice.rules_inv01 import INV_01
from billing.einvoice.ubl import PEPPOL, ubl_xml
from billing.models import Charge, Document, Seller
from credit_notes.left import Part
from invoices.issue import InvoiceDraft, issue_invoices, prepare_invoice
from invoices.models import Invoice
from tests.billing.einvoice.gst_schema import checked
from tests.billing.einvoice.samples import credit_note_of, invoice_of
from tests.billing.einvoice.scenes import (
    EUROPEANS,
    INDIANS,
    Sold,
    at_the_german_seller,
    charges_of,
    credit,
    invoice_to,
)
from tests.billing.einvoice.validators import Failure, cii_failures, ubl_failures
from tests.factories import AccountFactory

RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
HOSTILE = [
    "\u202eecivreS <b>&amp;\u200b\u0007 Ltd",
    "חברת אישורים בע״מ",
    "شركة الشهادات الرقمية",
    "A\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301 GmbH",
    "]]> --> <?xml?> &#0; ' \"",
    "\U0001d4a9ord " + "x" * 155,
]


def neutral(document: Document) -> ElectronicInvoice:
    return electronic_invoice(parts_of(document))


def failures_of(invoice: ElectronicInvoice) -> list[Failure]:
    peppol = is_peppol(invoice)
    return [
        *cii_failures(cii_xml(invoice)),
        *ubl_failures(ubl_xml(invoice, peppol=peppol), peppol=peppol),
    ]


def shown_totals(invoice: ElectronicInvoice) -> dict[str, set[Decimal]]:
    """Read the totals out of both XMLs."""
    cii = etree.fromstring(cii_xml(invoice))
    ubl = etree.fromstring(ubl_xml(invoice, peppol=False))
    tags = {
        "net": ("TaxBasisTotalAmount", "TaxExclusiveAmount"),
        "gross": ("GrandTotalAmount", "TaxInclusiveAmount"),
        "due": ("DuePayableAmount", "PayableAmount"),
    }
    found = {
        name: {
            Decimal(str(cii.findtext(f".//{RAM}{in_cii}"))),
            Decimal(str(ubl.findtext(f".//{CBC}{in_ubl}"))),
        }
        for name, (in_cii, in_ubl) in tags.items()
    }
    tax = {cii.findtext(f".//{RAM}TaxTotalAmount"), ubl.findtext(f".//{CBC}TaxAmount")}
    return {**found, "tax": {Decimal(str(amount)) for amount in tax}}


def agrees(document: Document) -> bool:
    """Tell whether the XMLs say what the database says."""
    return shown_totals(neutral(document)) == {
        "net": {document.net_total},
        "gross": {document.net_total + document.tax_total},
        "due": {document.total},
        "tax": {document.tax_total},
    }


# ── Neutral documents, also of categories that the portal never decides


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_every_category_of_vat_can_be_written(category: str) -> None:
    for invoice in (invoice_of(category), credit_note_of(category)):
        assert is_peppol(invoice)
        assert failures_of(invoice) == []


# ── Issued documents


@pytest.mark.django_db
@pytest.mark.parametrize("buyer", EUROPEANS)
def test_invoice_and_credit_note_of_every_tax_break_no_rule(buyer: str) -> None:
    at_the_german_seller()
    invoice = invoice_to(EUROPEANS[buyer], Sold("249.00"), Sold("12.345", "7"), Sold("0.00"))
    note = credit(invoice)

    for document in (invoice.document, note.document):
        assert failures_of(neutral(document)) == []
        assert agrees(document)
    assert {group.category for group in neutral(invoice.document).vat} == {
        {"reverse charge": "AE", "outside the scope": "O", "Canary Islands": "O"}.get(buyer, "S")
    }


@pytest.mark.django_db
def test_a_consumer_elsewhere_bears_the_rate_of_the_own_country() -> None:
    at_the_german_seller()
    (group,) = neutral(invoice_to(EUROPEANS["one-stop shop"]).document).vat
    assert group.rate == 20


@pytest.mark.django_db
def test_sixty_lines_credited_in_parts_break_no_rule() -> None:
    at_the_german_seller(round_to_unit=True)
    invoice = invoice_to(
        EUROPEANS["domestic"],
        *(Sold(f"{17 + number}.37", str(number % 5 + 1)) for number in range(60)),
    )
    notes = [
        credit(invoice, Part(position=5, quantity=Decimal("0.333333"))),
        credit(invoice, Part(position=5, quantity=Decimal("0.333333"))),
        credit(invoice, Part(position=7, amount=Decimal("0.01")), Part(position=8)),
        credit(invoice),
    ]

    assert invoice.document.rounding
    for document in (invoice.document, *(note.document for note in notes)):
        assert failures_of(neutral(document)) == []
        assert agrees(document)
    assert sum(note.document.total for note in notes) == invoice.document.total


@pytest.mark.django_db
def test_two_rates_on_one_document_are_two_groups() -> None:
    at_the_german_seller()
    estonian = {
        "country": "EE", "state_code": "", "city": "Tallinn", "postal_code": "10111",
        "currency": "EUR", "is_business": False,
    }  # fmt: skip
    document = invoice_to(
        estonian,
        Sold("100.00", more={"service_from": date(2025, 6, 30)}),
        Sold("50.05", more={"service_from": date(2025, 7, 1)}),
    ).document

    assert [(g.rate, g.taxable) for g in neutral(document).vat] == [
        (Decimal(22), Decimal("100.00")),
        (Decimal(24), Decimal("50.05")),
    ]
    assert failures_of(neutral(document)) == []
    assert agrees(document)


@pytest.mark.django_db
def test_yen_have_no_decimals() -> None:
    at_the_german_seller()
    japanese = {"export": True, "country": "JP", "city": "Tokyo", "currency": "JPY"}
    invoice = invoice_to(japanese, Sold("48000", "3"))

    xml = cii_xml(neutral(invoice.document))
    assert b"<ram:DuePayableAmount>144000</ram:DuePayableAmount>" in xml
    assert failures_of(neutral(invoice.document)) == []
    assert agrees(invoice.document)


@pytest.mark.django_db
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_and_right_to_left_names_break_nothing(name: str) -> None:
    at_the_german_seller(legal_name=name)
    buyer = {**EUROPEANS["reverse charge"], "legal_name": name, "address_line1": name[:120]}
    invoice = invoice_to(buyer, Sold(more={"description": name, "domain_name": name}))

    assert failures_of(neutral(invoice.document)) == []
    assert failures_of(neutral(credit(invoice).document)) == []


def test_what_no_xml_can_hold_is_left_out() -> None:
    invoice = invoice_of()
    names = "\x00\x0b\ud800A\ufffe" + "x" * 10_000
    hostile: Any = {"notes": (names,), "payment_terms": names, "buyer_reference": names}
    changed = ElectronicInvoice(**{**vars(invoice), **hostile})

    assert b"Ax" in cii_xml(changed)
    assert failures_of(changed) == []


@pytest.mark.django_db
def test_a_monthly_invoice_says_its_period_and_reaches_back_for_late_lines() -> None:
    at_the_german_seller()
    account = AccountFactory.create(**EUROPEANS["domestic"])
    fee = {
        "kind": Charge.Kind.SUBSCRIPTION, "order_number": "", "source_key": "fee",
        "service_from": date(2026, 10, 1), "service_until": date(2026, 10, 31),
    }  # fmt: skip
    late = Sold("5.00", more={"service_from": date(2026, 9, 28)})
    seller = Seller.objects.get()
    prepared = prepare_invoice(
        InvoiceDraft(
            account=account,
            kind=Invoice.Kind.MONTHLY,
            charges=charges_of(account, [Sold("450.00", more=fee), late]),
            period=(datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC)),
        ),
        seller=seller,
        on=date(2026, 11, 1),
        issued_by="test",
    )
    now = datetime(2026, 11, 1, 6, tzinfo=UTC)
    (invoice,) = issue_invoices([prepared], seller=seller, now=now)
    invoice.refresh_from_db()

    found = neutral(invoice.document)
    assert found.period is not None
    assert (found.period.start, found.period.end) == (date(2026, 9, 28), date(2026, 10, 31))
    assert failures_of(found) == []


@pytest.mark.django_db
def test_a_dutch_seller_is_peppol_with_its_kvk_number() -> None:
    dutch = {
        "country": "NL", "vat_id": "NL945807302B01", "city": "Rotterdam", "postal_code": "3072 AP",
        "legal_id": "71450982", "legal_id_scheme": "0106",
    }  # fmt: skip
    at_the_german_seller(**dutch)
    invoice = invoice_to(EUROPEANS["reverse charge"])

    for document in (invoice.document, credit(invoice).document):
        assert is_peppol(neutral(document))
        assert PEPPOL.encode() in ubl_xml(neutral(document), peppol=True)
        assert failures_of(neutral(document)) == []


# ── Whatever is sold

SOLD = st.builds(
    Sold,
    price=st.decimals("0", "99999.99", places=2).map(str),
    quantity=st.decimals("0.01", "999", places=2).map(str),
)


@pytest.mark.django_db
@given(
    buyer=st.sampled_from(sorted(EUROPEANS)),
    sold=st.lists(SOLD, min_size=1, max_size=5),
    round_to_unit=st.booleans(),
    taken=st.decimals("0.01", "0.99", places=2),
)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_issued_in_europe_breaks_neither_our_rules_nor_the_official_ones(
    buyer: str, sold: list[Sold], round_to_unit: bool, taken: Decimal
) -> None:
    with transaction.atomic():
        at_the_german_seller(round_to_unit=round_to_unit)
        invoice = invoice_to(EUROPEANS[buyer], *sold, Sold("10.00", "100"))
        notes = [credit(invoice, Part(position=len(sold) + 1, quantity=taken)), credit(invoice)]
        for document in (invoice.document, *(note.document for note in notes)):
            assert violations(EN_16931, neutral(document)) == []
            assert agrees(document)
            assert failures_of(neutral(document)) == []
        transaction.set_rollback(True)


@pytest.mark.django_db
@given(
    buyer=st.sampled_from(sorted(INDIANS)),
    sold=st.lists(SOLD, min_size=1, max_size=5),
    round_to_unit=st.booleans(),
    lut=st.booleans(),
    taken=st.decimals("0.01", "0.99", places=2),
)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_issued_in_india_breaks_no_rule_of_inv_01(
    buyer: str, sold: list[Sold], round_to_unit: bool, lut: bool, taken: Decimal
) -> None:
    with transaction.atomic():
        Seller.objects.update(round_to_unit=round_to_unit, export_under_lut=lut)
        invoice = invoice_to(INDIANS[buyer], *sold, Sold("10.00", "100"))
        notes = [credit(invoice, Part(position=len(sold) + 1, quantity=taken)), credit(invoice)]
        for document in (invoice.document, *(note.document for note in notes)):
            gst, content = checked(document)
            assert violations(INV_01, gst) == []
            assert Decimal(str(content["ValDtls"]["TotInvVal"])) == document.total
        transaction.set_rollback(True)
