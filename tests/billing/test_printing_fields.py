"""Every field that the law asks for is found in the text of the PDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import pytest

from tests.billing.reading_pdfs import text_of
from tests.billing.sample_documents import (
    PLAN,
    USAGE,
    Sample,
    Sold,
    sample_credit_note,
    sample_invoice,
)
from tests.billing.sample_parties import (
    AMERICAN,
    FRENCH,
    FRENCH_CONSUMER,
    GERMAN,
    GERMANY,
    IN_STATE,
    UNREGISTERED,
)

EURO = Sold(price="119.00", domain_name="portal.labo.example")

FORMS: dict[str, Callable[[], Sample]] = {
    "intra-state": lambda: sample_invoice(
        buyer=IN_STATE, sold=[Sold(price="33615.00", term_years=2)], kind="per_order"
    ),
    "unregistered": lambda: sample_invoice(buyer=UNREGISTERED, kind="per_order"),
    "inter-state": lambda: sample_invoice(
        sold=[Sold(), PLAN, USAGE, replace(USAGE, price="1.35", quantity="1284.75")],
        round_to_unit=True,
    ),
    "export under LUT": lambda: sample_invoice(buyer=AMERICAN, kind="per_order"),
    "EU domestic": lambda: sample_invoice(seller=GERMANY, buyer=GERMAN, sold=[EURO]),
    "reverse charge": lambda: sample_invoice(
        seller=GERMANY, buyer=FRENCH, sold=[EURO], kind="per_order"
    ),
    "OSS": lambda: sample_invoice(
        seller=GERMANY, buyer=FRENCH_CONSUMER, sold=[EURO], kind="per_order"
    ),
    "outside scope": lambda: sample_invoice(
        seller=GERMANY, buyer=AMERICAN, sold=[EURO], kind="per_order"
    ),
    "credit note IN": lambda: sample_credit_note(sample_invoice(buyer=IN_STATE)),
    "credit note EU": lambda: sample_credit_note(
        sample_invoice(seller=GERMANY, buyer=GERMAN, sold=[EURO, EURO]), positions=[2]
    ),
}

INDIAN_SELLER = {
    "46(a) supplier's name": "Aravalli Trust Services Private Limited",
    "46(a) supplier's address": (
        "4th Floor, Meridian House 29 Residency Road, Bengaluru 560025 Karnataka (29), India"
    ),
    "46(a) supplier's GSTIN": "GSTIN 29AAGCA7421K1ZG",
    "46(g) SAC": "SAC",
    "46(g) code": "998319",
    "46(q) signatory": (
        "For Aravalli Trust Services Private Limited M. Raghavan Authorised signatory"
    ),
    "48 copy": "Original for recipient",
    "not sealed": "Not sealed",
}
INDIAN_INVOICE = {
    **INDIAN_SELLER,
    "nature": "Tax invoice INV/26-27/004218",
    "46(b) number": "INV/26-27/004218",
    "46(c) date": "Pay by Invoice date",
    "46(h) description": "OV SSL",
    "46(i) quantity": "Quantity",
    "46(j) value": "Taxable ₹",
    "46(p) reverse charge": "Reverse charge No",
}
EUROPEAN_SELLER = {
    "226(3) seller's VAT id": "VAT DE123456788",
    "226(5) seller": "Nordlicht Trust Services GmbH Zertifikatsweg 1 10115 Berlin, Germany",
    "226(6) service": "OV SSL",
    "226(6) quantity": "Quantity",
    "226(8) unit price": "Unit price €",
}
EUROPEAN_INVOICE = {
    **EUROPEAN_SELLER,
    "nature": "Invoice INV/2026/000731",
    "226(1) date": "31 Oct 2026",
    "226(2) number": "INV/2026/000731",
}

FIELDS: dict[str, dict[str, str]] = {
    "intra-state": {
        **INDIAN_INVOICE,
        "46(c) the date itself": "15 Nov 2026 31 Oct 2026 9433119415",
        "46(d) recipient": (
            "Kaveri Cooperative Bank Limited 112 Sayyaji Rao Road Mysuru 570001"
            " Karnataka (29), India GSTIN 29AAAAK3309M1ZH PAN AAAAK3309M"
        ),
        "46(l) rates": "998319 33,615.00 9 % 3,025.35 9 % 3,025.35",
        "46(m) CGST": "CGST 9 % 3,025.35",
        "46(m) SGST": "SGST 9 % 3,025.35",
        "46(n) place of supply": "Place of supply Karnataka (29)",
        "line": "2 years 998319 1 33,615.00 9 + 9 % 33,615.00",
        "46(j) total value": "Taxable value 33,615.00",
        "amount due": "Amount due ₹ 39,665.70",
        "words": ("Rupees Thirty Nine Thousand Six Hundred Sixty Five and Seventy Paise Only"),
        "pay by": "Pay by 15 Nov 2026",
        "bank": (
            "Account 5020 0071 4421 86 IFSC EXBK0000291"
            " Account of Aravalli Trust Services Private Limited Bank Example Bank Reference"
        ),
        "UPI": "UPI aravalli.trust@examplebank",
        "reference": "Reference INV/26-27/004218",
        "terms": "Payment within 15 days. Interest at 1 % a month on late amounts.",
        "account": "Account 1048576213",
        "purchase order": "Your order PO-4500081273",
    },
    "unregistered": {
        **INDIAN_INVOICE,
        "46(e), (f) name, address, State and code": (
            "Meera Nair 112 Sayyaji Rao Road Mysuru 570001 Karnataka (29), India"
            " Not registered for GST"
        ),
    },
    "inter-state": {
        **INDIAN_INVOICE,
        "46(d) recipient": (
            "Accounts Payable Plot 17-B, Hinjawadi II Pune 411057 Maharashtra (27), India"
            " GSTIN 27AAHCS5512Q1ZT"
        ),
        "46(l), (m) IGST": "998319 61,167.41 18 % 11,010.13",
        "46(n) place of supply": "Place of supply Maharashtra (27)",
        "period": "15 Nov 2026 31 Oct 2026 1 \N{EN DASH} 31 Oct 2026",
        "sections": "Certificate orders 1 OV SSL",
        "plan": "Enterprise plan 500 managed certificates, 25 users",
        "the fee's period": "25 users Fee for 1 \N{EN DASH} 31 Oct 2026 Oct 2026",
        "usage": "Time-stamps above the included units 16,480 used, 10,000 included Oct 2026",
        "usage's figures": "10,000 included Oct 2026 998319 6,480 0.85",
        "total with tax": "Total with tax 72,177.54",
        "round off": "Round off +0.46",
        "amount due": "Amount due ₹ 72,178.00",
        "order's day": "1 OV SSL Order 9433119415 of 6 Oct 2026 portal.vaidyanatha.example",
    },
    "export under LUT": {
        **INDIAN_INVOICE,
        "46 proviso, statement": (
            "SUPPLY MEANT FOR EXPORT UNDER BOND OR LETTER OF UNDERTAKING WITHOUT PAYMENT OF"
            " INTEGRATED TAX"
        ),
        "46 proviso, recipient": (
            "Lone Star Identity LLC 401 Congress Avenue Austin TX 78701, United States"
        ),
        "46(n) place of supply": "Place of supply United States",
        "46 proviso, country of destination": "Destination United States",
        "LUT": "LUT AD290326001234X",
        "46(l), (m) no IGST": "IGST 0 % 0.00",
        "amount due": "Amount due ₹ 8,925.00",
    },
    "EU domestic": {
        **EUROPEAN_INVOICE,
        "226(5) buyer": (
            "Kontinental Energienetze AG & Co. KGaA Service comptabilité fournisseurs"
            " Postfach 12 34 56 20457 Hamburg, Germany"
        ),
        "226(7) date of supply": (
            "Date of supply € 141.61 15 Nov 2026 31 Oct 2026 1 \N{EN DASH} 31 Oct 2026"
        ),
        "226(8) taxable amount per rate": "S, standard rate 119.00 19 % 22.61",
        "226(9) rate": "1 year 1 119.00 19 % 119.00",
        "226(10) VAT payable": "VAT 19 % 22.61",
        "amount due": "Amount due € 141.61",
        "bank": "IBAN DE89 3704 0044 0532 0130 00 BIC COBADEFFXXX",
        "reference": "Reference RF75INV2026000731",
    },
    "reverse charge": {
        **EUROPEAN_INVOICE,
        "226(4) buyer's VAT id": "VAT FR40303265045",
        "226(5) buyer": "1 rue de la Paix 75002 Paris, France",
        "226(7) date of supply": "Date of supply € 119.00 15 Nov 2026 31 Oct 2026 6 Oct 2026",
        "226(11a) the words": (
            "Reverse charge: you owe the VAT, Article 196 of Directive 2006/112/EC."
        ),
        "226(8) taxable amount": "AE, reverse charge 119.00 0 % 0.00",
        "226(9) rate": "1 119.00 AE 0 % 119.00",
        "226(10) VAT payable": "VAT, reverse charge 0.00",
        "order": "Order 9433119415",
        "order's day": "Order 9433119415 of 6 Oct 2026 · portal.labo.example",
    },
    "OSS": {
        **EUROPEAN_INVOICE,
        "226(5) buyer": "1 rue de la Paix 75002 Paris, France",
        "place of supply": "Place of supply France",
        "226(8), (9) the destination's rate": "S, standard rate 119.00 20 % 23.80",
        "226(10) VAT payable": "VAT 20 % 23.80",
    },
    "outside scope": {
        **EUROPEAN_INVOICE,
        "226(5) buyer": "401 Congress Avenue Austin TX 78701, United States",
        "226(11) reference": (
            "Outside the scope of EU VAT: the place of supply is outside the European Union"
            " (Articles 44 and 59 of Directive 2006/112/EC)."
        ),
        "226(8) taxable amount": "O, outside the scope 119.00 \N{EN DASH} 0.00",
        "226(10) VAT payable": "VAT, outside the scope 0.00",
    },
    "credit note IN": {
        **INDIAN_SELLER,
        "53(1A) nature": "Credit note CN/26-27/000093",
        "53(1A) number": "CN/26-27/000093",
        "53(1A) date and invoice": ("₹ 10,531.50 9 Nov 2026 INV/26-27/004218 31 Oct 2026"),
        "53(1A) recipient": "Kaveri Cooperative Bank Limited 112 Sayyaji Rao Road Mysuru 570001",
        "53(1A) recipient's GSTIN": "GSTIN 29AAAAK3309M1ZH",
        "53(1A) taxable value, rate, tax": "998319 8,925.00 9 % 803.25 9 % 803.25",
        "53(1A) credited": "CGST 9 % credited 803.25 SGST 9 % credited 803.25",
        "line of the invoice": "Invoice INV/26-27/004218, line 1, credited in full",
        "reason, order and date": (
            "Order 9433119415 was cancelled on 9 Nov 2026: Ordered twice by mistake."
        ),
        "total": "Total credited ₹ 10,531.50",
        "words": "Rupees Ten Thousand Five Hundred Thirty One and Fifty Paise Only",
        "applied": (
            "Set off against invoice INV/26-27/004218 ₹ 10,531.50 is taken off what you owe"
        ),
        "input tax": "Please reverse any input tax credit you took on this amount.",
        "Section 34": (
            "Credit note under Section 34 of the CGST Act, Rule 53(1A) of the CGST Rules."
        ),
    },
    "credit note EU": {
        **EUROPEAN_SELLER,
        "219 nature": "Credit note CN/2026/000012",
        "226(2) number": "CN/2026/000012",
        "219 the invoice, unambiguously": "€ 141.61 9 Nov 2026 INV/2026/000731 31 Oct 2026",
        "219 the line": "Invoice INV/2026/000731, line 2, credited in full",
        "219 reference": "(Article 219 of Directive 2006/112/EC)",
        "226(5) buyer": "Kontinental Energienetze AG & Co. KGaA",
        "226(8) to (10)": "S, standard rate 119.00 19 % 22.61",
        "226(10) VAT": "VAT 19 % credited 22.61",
        "reason, order and date": (
            "Order 9433119415 was cancelled on 9 Nov 2026: Ordered twice by mistake."
        ),
        "deducted VAT": "Please correct any VAT you deducted on this amount.",
    },
}


@lru_cache
def printed(form: str) -> str:
    return text_of(FORMS[form]().pdf())


@pytest.mark.parametrize("form", FORMS)
def test_every_mandatory_field_is_printed(form: str) -> None:
    missing = {field: text for field, text in FIELDS[form].items() if text not in printed(form)}
    assert missing == {}


@pytest.mark.parametrize("form", ["EU domestic", "reverse charge", "OSS", "outside scope"])
def test_a_european_invoice_has_nothing_indian(form: str) -> None:
    for word in ("GST", "SAC", "Original for recipient", "Rupees", "UPI"):
        assert word not in printed(form)


@pytest.mark.parametrize("form", ["intra-state", "inter-state", "export under LUT"])
def test_an_indian_invoice_has_nothing_european(form: str) -> None:
    for word in ("VAT", "IBAN", "Directive"):
        assert word not in printed(form)


def test_the_letter_of_undertaking_is_printed_only_where_it_is_used() -> None:
    assert "AD290326001234X" not in printed("inter-state")
