"""Code lists that electronic invoices draw from, as far as this portal uses them."""

from __future__ import annotations

# VAT categories (UNCL 5305) that are taxed at no rate, with the VATEX code that says why.
EXEMPTIONS = {
    "AE": "VATEX-EU-AE",
    "E": "",
    "G": "VATEX-EU-G",
    "K": "VATEX-EU-IC",
    "O": "VATEX-EU-O",
}
STANDARD = "S"
ZERO_RATED = "Z"
REVERSE_CHARGE = "AE"
INTRA_COMMUNITY = "K"
EXPORT = "G"
EXEMPT = "E"
OUTSIDE_SCOPE = "O"
CATEGORIES = frozenset({STANDARD, ZERO_RATED, *EXEMPTIONS})

# Means of payment (UNTDID 4461).
CREDIT_TRANSFER = "30"
SEPA_CREDIT_TRANSFER = "58"
# As agreed, and so not stated again: by card at the portal, or set off like a credit note.
AS_AGREED = "57"
TRANSFERS = frozenset({CREDIT_TRANSFER, SEPA_CREDIT_TRANSFER})

# Units: "one" of UN/ECE Recommendation 20; numbers and others of GST's unit quantity codes.
ONE = "C62"
GST_NUMBERS = "NOS"
GST_OTHERS = "OTH"

# Place of supply, State and PIN code of a buyer abroad, and what stands for the GSTIN.
ABROAD = "96"
PIN_ABROAD = 999999
UNREGISTERED = "URP"
