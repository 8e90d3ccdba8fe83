"""Sellers and buyers as documents freeze them: invented, with ids whose check digits are right."""

from __future__ import annotations

from typing import Any

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><rect width="28" height="28"'
    ' rx="7" fill="#0f6b5c"/><path d="M7 21 14 7l7 14z" fill="#fff"/></svg>'
)
INDIA: dict[str, Any] = {
    "legal_name": "Aravalli Trust Services Private Limited",
    "trade_name": "Aravalli Trust Services",
    "address": ["4th Floor, Meridian House", "29 Residency Road, Bengaluru 560025"],
    "country": "IN",
    "country_name": "India",
    "state_code": "29",
    "state_name": "Karnataka",
    "gstin": "29AAGCA7421K1ZG",
    "pan": "AAGCA7421K",
    "vat_id": "",
    "registration": "",
    "email": "billing@aravalli.example",
    "phone": "+91 80 5550 0142",
    "bank": {
        "name": "Example Bank",
        "account": "5020 0071 4421 86",
        "ifsc": "EXBK0000291",
        "iban": "",
        "bic": "",
        "upi_id": "aravalli.trust@examplebank",
    },
    "terms": "Payment within 15 days. Interest at 1 % a month on late amounts.",
    "legal_footer": (
        "Aravalli Trust Services Private Limited · Registered office: 29 Residency Road, Bengaluru"
        " 560025, India\nCIN U72900KA2014PTC074321 · Directors: M. Raghavan, S. Iyer"
    ),
    "signatory": "M. Raghavan",
    "logo": LOGO,
    "accent_colour": "#0f6b5c",
    "lut_number": "AD290326001234X",
}
GERMANY: dict[str, Any] = {
    **INDIA,
    "legal_name": "Nordlicht Trust Services GmbH",
    "trade_name": "Nordlicht",
    "address": ["Zertifikatsweg 1", "10115 Berlin"],
    "country": "DE",
    "country_name": "Germany",
    "state_code": "",
    "state_name": "",
    "gstin": "",
    "pan": "",
    "vat_id": "DE123456788",
    "registration": "HRB 98765 B, AG Charlottenburg",
    "bank": {
        "name": "Commerzbank",
        "account": "",
        "ifsc": "",
        "iban": "DE89370400440532013000",
        "bic": "COBADEFFXXX",
        "upi_id": "",
    },
    "terms": "Payment within 30 days without deduction.",
    "legal_footer": (
        "Nordlicht Trust Services GmbH · Zertifikatsweg 1, 10115 Berlin, Germany\n"
        "Amtsgericht Charlottenburg, HRB 98765 B · Managing directors: Dr. Ida Falk, Jonas Brandt"
    ),
    "signatory": "",
    "accent_colour": "#343a9e",
    "lut_number": "",
}
BUYER: dict[str, Any] = {
    "account_number": "1048576213",
    "legal_name": "Shree Vaidyanatha Precision Instruments & Diagnostics (India) Private Limited",
    "contact_name": "Accounts Payable",
    "address": ["Plot 17-B, Hinjawadi II", "Pune 411057"],
    "country": "IN",
    "country_name": "India",
    "state_code": "27",
    "state_name": "Maharashtra",
    "tax_id": "27AAHCS5512Q1ZT",
    "tax_id_label": "GSTIN",
    "pan": "AAHCS5512Q",
    "kind": "enterprise",
    "payment_days": 15,
}
IN_STATE = {
    **BUYER,
    "legal_name": "Kaveri Cooperative Bank Limited",
    "contact_name": "",
    "address": ["112 Sayyaji Rao Road", "Mysuru 570001"],
    "state_code": "29",
    "state_name": "Karnataka",
    "tax_id": "29AAAAK3309M1ZH",
    "pan": "AAAAK3309M",
}
UNREGISTERED = {**IN_STATE, "legal_name": "Meera Nair", "tax_id": "", "tax_id_label": "", "pan": ""}
AMERICAN = {
    **UNREGISTERED,
    "legal_name": "Lone Star Identity LLC",
    "address": ["401 Congress Avenue", "Austin TX 78701"],
    "country": "US",
    "country_name": "United States",
    "state_code": "",
    "state_name": "",
}
FRENCH = {
    **AMERICAN,
    "account_number": "2093315478",
    "legal_name": "Laboratoires Orléanais d'Analyses Biomédicales SARL",
    "contact_name": "Service comptabilité fournisseurs",
    "address": ["1 rue de la Paix", "75002 Paris"],
    "country": "FR",
    "country_name": "France",
    "tax_id": "FR40303265045",
    "tax_id_label": "VAT",
}
FRENCH_CONSUMER = {**FRENCH, "legal_name": "Hélène Aubry", "tax_id": "", "tax_id_label": ""}
GERMAN = {
    **FRENCH,
    "legal_name": "Kontinental Energienetze AG & Co. KGaA",
    "address": ["Postfach 12 34 56", "20457 Hamburg"],
    "country": "DE",
    "country_name": "Germany",
    "tax_id": "DE136695976",
}
