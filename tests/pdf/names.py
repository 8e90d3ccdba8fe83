"""Names in all scripts that the documents' fonts have, and how a text that was read is compared."""

# ruff: noqa: RUF001 - letters of other scripts look like Latin ones

from __future__ import annotations

import re
import unicodedata

# Direction marks, embeddings, overrides and isolates (UAX #9): readers add some of their own.
_BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BLANKS = re.compile(r"\s+")

# Each reads the same whatever program takes it out of the page.
NAMES = {
    "Hindi": "हिन्दी प्रमाणपत्र",
    "Hindi, a long company": ("श्री वैद्यनाथ प्रेसिजन इन्स्ट्रुमेंट्स (इंडिया) प्राइवेट लिमिटेड"),
    "Hindi, vowel signs before and after": "किरण क्षितिज कि क की के को क्ष त्रि शक्ति",
    "Hindi, conjuncts": "राष्ट्रीय विद्युत् निगम, अर्थव्यवस्था कार्यालय, र्कि स्त्री ज्ञान",
    "Hindi with a joiner": "क्\u200dष क्\u200cष",
    "Hindi with Latin and digits": "ज्ञानेश्वर ट्रस्ट 2026 Ltd (मुंबई) № 7",
    "Hindi with its own digits": "शाखा १२३४५६७८९०",
    "Hindi, decomposed": "ख\u093cान ज\u093cाकिर",
    "Marathi": "डॉ॰ ऋषिकेश द्विवेदी अ‍ॅण्ड सन्स, पुणे",
    "Sanskrit": "श्रीमद्भगवद्गीता ॐ ऽ",
    "Nepali": "काठमाडौँ उपत्यका लिमिटेड",
    "Bengali": "পূর্ব কোলকাতা ট্রাস্ট কোম্পানি লিমিটেড",
    "Gujarati": "ગુજરાત વિદ્યુત ટ્રસ્ટ પ્રાઇવેટ લિમિટેડ",
    "Kannada": "ಕರ್ನಾಟಕ ರಾಜ್ಯ ವಿದ್ಯುತ್ ಸಂಸ್ಥೆ ಬೆಂಗಳೂರು",
    "Malayalam": "കേരള സംസ്ഥാന സഹകരണ ബാങ്ക് കൊച്ചി",
    "Odia": "ଓଡ଼ିଶା ରାଜ୍ୟ ସମବାୟ ବ୍ୟାଙ୍କ କୋରାପୁଟ",
    "Punjabi": "ਪੰਜਾਬ ਸਿੱਖਿਆ ਟਰੱਸਟ ਲਿਮਿਟੇਡ",
    "Tamil": "நீலகிரி கொடைக்கானல் தமிழ் நிறுவனம்",
    "Telugu": "తెలంగాణ స్త్రీ నిధి క్రెడిట్ కో-ఆపరేటివ్ లిమిటెడ్",
    "Hebrew": "שלום טכנולוגיות בע״מ",
    "Hebrew with points": "שָׁלוֹם בְּרֵאשִׁית",
    "Hebrew after Latin": "ACME ישראל",
    "Hebrew before Latin and digits": "חברת החשמל Trust 24",
    "Arabic": "شركة الشهادات الرقمية",
    "Arabic with ligatures": "الاتصالات السعودية لا إله",
    "Arabic, lam and lam and heh": "عبد الله للتجارة",
    "Arabic with vowel signs": "الشَّرِكَةُ العَرَبِيَّةُ مُحَمَّد",
    "Arabic before Latin and digits": "شركة ابن سينا ABC 12",
    "Persian with a non-joiner": "شرکت گواهی\u200cنامه",
    "Urdu": "ٹرسٹ سروسز لمیٹڈ پاکستان",
    "Greek": "Ψηφιακές Υπηρεσίες Εμπιστοσύνης Α.Ε.",
    "Cyrillic": "Служба доверия «Київ»",
    "Vietnamese": "Công ty Chứng thực số Việt Nam",
    "Polish and ligatures": "Łódź office fi ffl affix",
}
# Digits after letters from right to left, and brackets among them, are set where that script has
# them; readers of glyphs take them for the beginning. The structure tree says the name.
NAMED_IN_THE_TREE = {
    "Hebrew with digits": "חברה 2026",
    "Hebrew with brackets": "שלום (חברה) ישראל",
    "Hebrew and Latin and digits in turns": "ACME ישראל 24 בע״מ",
    "Arabic around digits": "شركة 123 المحدودة",
}


def comparable(text: str) -> str:
    """Return a text as it is compared: NFC, no bidi controls, each row of blanks one blank."""
    composed = unicodedata.normalize("NFC", _BIDI_CONTROLS.sub("", text))
    return _BLANKS.sub(" ", composed).strip()


def page_of(names: dict[str, str]) -> str:
    """Return a page with the names, each on a line of its own, between lines of Latin text."""
    lines = "".join(
        f"<p>{name}</p><p>Line {number}</p>" for number, name in enumerate(names.values())
    )
    head = '<!DOCTYPE html><html lang="en"><head><title>Names</title></head>'
    return f"{head}<body>{lines}</body></html>"
