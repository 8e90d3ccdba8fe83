"""The fields that the law asks for, read out of documents in Hindi."""

from __future__ import annotations

from collections.abc import Callable
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
from tests.billing.sample_parties import AMERICAN, FRENCH, GERMAN, GERMANY, IN_STATE

EURO = Sold(price="119.00", domain_name="portal.labo.example")
NAME = "कावेरी सहकारी बैंक लिमिटेड, मैसूरु"
ADDRESS = ["११२, सयाजीराव रोड", "मैसूरु ५७०००१"]
HINDI_BUYER = {**IN_STATE, "legal_name": NAME, "address": ADDRESS}

FORMS: dict[str, Callable[[], Sample]] = {
    "intra-state": lambda: sample_invoice(
        buyer=HINDI_BUYER,
        sold=[Sold(price="33615.00", term_years=2)],
        kind="per_order",
        language="hi",
    ),
    "inter-state": lambda: sample_invoice(
        sold=[Sold(), PLAN, USAGE], round_to_unit=True, language="hi"
    ),
    "export under LUT": lambda: sample_invoice(buyer=AMERICAN, kind="per_order", language="hi"),
    "reverse charge": lambda: sample_invoice(
        seller=GERMANY, buyer=FRENCH, sold=[EURO], kind="per_order", language="hi"
    ),
    "credit note IN": lambda: sample_credit_note(
        sample_invoice(buyer=HINDI_BUYER, language="hi"), language="hi"
    ),
    "credit note EU": lambda: sample_credit_note(
        sample_invoice(seller=GERMANY, buyer=GERMAN, sold=[EURO, EURO], language="hi"),
        positions=[2],
        language="hi",
    ),
}

INDIAN_SELLER = {
    "46(a) supplier's name and address": (
        "पूर्तिकार Aravalli Trust Services Private Limited 4th Floor, Meridian House"
        " 29 Residency Road, Bengaluru 560025 Karnataka (29), India"
    ),
    "46(a) supplier's GSTIN": "GSTIN 29AAGCA7421K1ZG",
    "46(g) code": "998319",
    "46(q) signatory": ("कृते Aravalli Trust Services Private Limited M. Raghavan अधिकृत हस्ताक्षरकर्ता"),
    "48 copy": "प्राप्तिकर्ता के लिए मूल प्रति (ORIGINAL FOR RECIPIENT)",
}
INDIAN_INVOICE = {
    **INDIAN_SELLER,
    "nature and 46(b) number": "कर बीजक INV/26-27/004218",
    "46(c) date": "भुगतान की अंतिम तिथि बीजक की तिथि",
    "46(g) to (l) heads": "# विवरण अवधि SAC मात्रा इकाई मूल्य GST कराधेय मूल्य ₹",
    "46(p) reverse charge": "प्रतिलोम प्रभार नहीं",
}

FIELDS: dict[str, dict[str, str]] = {
    "intra-state": {
        **INDIAN_INVOICE,
        "46(c) the date itself": "₹ 39,665.70 15/11/2026 31/10/2026 9433119415",
        "46(d) recipient": f"प्राप्तिकर्ता {NAME} {' '.join(ADDRESS)} Karnataka (29), India",
        "46(d) recipient's GSTIN": "GSTIN 29AAAAK3309M1ZH PAN AAAAK3309M",
        "46(l) rates": "998319 33,615.00 9 % 3,025.35 9 % 3,025.35",
        "46(m) taxes": "CGST 9 % 3,025.35 SGST 9 % 3,025.35",
        "46(n) place of supply": "आपूर्ति का स्थान Karnataka (29)",
        "line": "ऑर्डर 9433119415, 06/10/2026 portal.vaidyanatha.example 2 वर्ष 998319 1 33,615.00",
        "46(j) total value": "कराधेय मूल्य 33,615.00",
        "amount due": "देय राशि ₹ 39,665.70",
        "words": "राशि शब्दों में उनतालीस हज़ार छह सौ पैंसठ रुपये और सत्तर पैसे मात्र",
        "how to pay": "UPI से भुगतान करें राशि ₹ 39,665.70 अंतिम तिथि 15/11/2026",
        "page": "पृष्ठ 1 / 1",
    },
    "inter-state": {
        **INDIAN_INVOICE,
        "46(l), (m) IGST": "998319 59,433.00 18 % 10,697.94",
        "46(n) place of supply": "आपूर्ति का स्थान Maharashtra (27)",
        "period": "70,131.00 15/11/2026 31/10/2026 01 \N{EN DASH} 31/10/2026",
        "sections": "प्रमाणपत्र ऑर्डर 1 OV SSL",
        "plan": "सदस्यता 2 Enterprise plan 500 managed certificates, 25 users",
        "the fee's period": "01 \N{EN DASH} 31/10/2026 का शुल्क",
        "usage": "उपयोग 3 Time-stamps above the included units",
        "total with tax": "कर सहित कुल 70,130.94",
        "round off": "पूर्णांकन +0.06",
        "amount due": "देय राशि ₹ 70,131.00",
        "words": "सत्तर हज़ार एक सौ इकतीस रुपये मात्र",
    },
    "export under LUT": {
        **INDIAN_INVOICE,
        "46 proviso, statement": (
            "SUPPLY MEANT FOR EXPORT UNDER BOND OR LETTER OF UNDERTAKING WITHOUT PAYMENT OF"
            " INTEGRATED TAX"
        ),
        "46 proviso, country of destination": "गंतव्य देश United States",
        "46(l), (m) no IGST": "IGST 0 % 0.00",
        "amount due": "देय राशि ₹ 8,925.00",
    },
    "reverse charge": {
        "226(1), (2) number and date": "बीजक INV/2026/000731",
        "226(3) seller's VAT id": "VAT DE123456788",
        "226(4) buyer's VAT id": "VAT FR40303265045",
        "226(5) buyer": (
            "प्राप्तिकर्ता Laboratoires Orléanais d'Analyses Biomédicales SARL"
            " Service comptabilité fournisseurs 1 rue de la Paix 75002 Paris, France"
        ),
        "226(6), (8) heads": "# विवरण अवधि मात्रा इकाई मूल्य € VAT निवल €",
        "226(7) date of supply": "आपूर्ति की तिथि € 119.00 15/11/2026 31/10/2026 06/10/2026",
        "226(8) taxable amount": "AE, प्रतिलोम प्रभार 119.00 0 % 0.00",
        "226(10) VAT payable": "VAT, प्रतिलोम प्रभार 0.00",
        "226(11a) the words": "Reverse charge: you owe the VAT",
        "amount due": "देय राशि € 119.00",
    },
    "credit note IN": {
        **INDIAN_SELLER,
        "53(1A) nature and number": "क्रेडिट नोट (जमा पत्र) CN/26-27/000093",
        "53(1A) date and invoice": (
            "क्रेडिट नोट की तिथि मूल बीजक बीजक की तिथि"
            " ₹ 10,531.50 09/11/2026 INV/26-27/004218 31/10/2026"
        ),
        "53(1A) recipient": f"प्राप्तिकर्ता {NAME} {' '.join(ADDRESS)}",
        "53(1A) recipient's GSTIN": "GSTIN 29AAAAK3309M1ZH",
        "53(1A) taxable value, rate, tax": "998319 8,925.00 9 % 803.25 9 % 803.25",
        "53(1A) credited": "CGST 9 % का क्रेडिट 803.25 SGST 9 % का क्रेडिट 803.25",
        "line of the invoice": "बीजक INV/26-27/004218, पंक्ति 1, पूरी राशि का क्रेडिट",
        "reason, order and date": "ऑर्डर 9433119415 09/11/2026 को रद्द किया गया:",
        "total": "कुल क्रेडिट राशि ₹ 10,531.50",
        "words": "दस हज़ार पाँच सौ इकतीस रुपये और पचास पैसे मात्र",
        "applied": "₹ 10,531.50 उस बीजक की देय राशि में से घटाए गए।",
        "Section 34": "CGST अधिनियम की धारा 34 और CGST नियम 53(1A) के अधीन क्रेडिट नोट।",
    },
    "credit note EU": {
        "219 nature and number": "क्रेडिट नोट (जमा पत्र) CN/2026/000012",
        "219 the invoice, unambiguously": "€ 141.61 09/11/2026 INV/2026/000731 31/10/2026",
        "219 the line": "बीजक INV/2026/000731, पंक्ति 2, पूरी राशि का क्रेडिट",
        "219 reference": "(निर्देश 2006/112/EC का अनुच्छेद 219)।",
        "226(8) to (10)": "S, मानक दर 119.00 19 % 22.61",
        "226(10) VAT": "VAT 19 % का क्रेडिट 22.61",
        "deducted VAT": "इस राशि पर आपने जो VAT घटाया हो, कृपया उसे ठीक करें।",
    },
}


@lru_cache
def printed(form: str) -> str:
    return text_of(FORMS[form]().pdf())


@pytest.mark.parametrize("form", FORMS)
def test_every_mandatory_field_is_read_in_hindi(form: str) -> None:
    missing = {field: text for field, text in FIELDS[form].items() if text not in printed(form)}
    assert missing == {}
