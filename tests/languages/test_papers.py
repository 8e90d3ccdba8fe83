"""Documents in German, French and Hindi: that language's words, and none of the English ones."""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from billing import price_sheet
from billing.printing import render
from billing.statement import sheet
from certinext.languages.catalogues import read_catalogue
from certinext.pdf.render import render_pdf
from tests.billing.reading_pdfs import squeezed, text_of
from tests.languages.lookups import Lookup, recorded
from tests.languages.papers import ISSUED, LANGUAGES, SAMPLES, customer

ROOT = Path(settings.BASE_DIR)
_TAG = re.compile(r"<[^>]*>")
# What a paper of each kind says in its head and beside its sums.
TITLES = {
    "de": {
        "invoice_gst": ["Steuerrechnung", "Abrechnungszeitraum", "Betrag in Worten"],
        "invoice_gst_in_state": ["Steuerrechnung", "Steuer nach Code und Satz"],
        "invoice_gst_long": ["Übertrag", "Seite 3 von 4"],
        "invoice_registered": [
            "Beim Invoice Registration Portal registriert",
            "31. Okt. 2026, 23:58 IST",
        ],
        "invoice_sandbox": ["Registrierung in der Testumgebung", "Steuerlich ungültig"],
        "invoice_vat": ["Rechnung", "Leistungszeitraum", "USt-IdNr.", "USt. 19 %"],
        "invoice_reverse_charge": [
            "Steuerschuldnerschaft des Leistungsempfängers",
            "Artikel 196 der Richtlinie 2006/112/EG",
        ],
        "invoice_vat_long": ["Übertrag", "Kundenkonto 2093315478"],
        "credit_note_gst": ["Rechnungskorrektur", "Section 34 des CGST Act"],
        "credit_note_vat": ["Rechnungskorrektur", "Artikel 219 der Richtlinie 2006/112/EG"],
        "receipt": ["Zahlungsbeleg", "Zahlungsart", "Überweisung", "Teil von 10.531,50 ₹"],
        "receipt_voucher": ["Anzahlungsbeleg", "Anzahlung ohne Steuer 100.000,00"],
        "refund_voucher": ["Rückzahlungsbeleg", "Zurückgezahlt an"],
        "statement": ["Kontoauszug", "Anfangssaldo", "Endsaldo", "Soll ₹", "Haben ₹"],
        "price_list": ["Preisliste", "Listenpreis ₹", "ab mehr als 10 im Monat"],
    },
    "fr": {
        "invoice_gst": ["Facture fiscale", "Période facturée", "Montant en toutes lettres"],
        "invoice_gst_in_state": ["Facture fiscale", "Taxe par code et taux"],
        "invoice_gst_long": ["À reporter", "Page 3 sur 4"],
        "invoice_registered": [
            "Invoice Registration Portal",
            "31 oct. 2026",
        ],
        "invoice_sandbox": ["environnement de test", "Sans valeur fiscale"],
        "invoice_vat": ["Facture", "Période de prestation", "Nº TVA intracom.", "TVA 19 %"],
        "invoice_reverse_charge": [
            "Autoliquidation",
            "article 196 de la directive 2006/112/CE",
        ],
        "invoice_vat_long": ["Report", "Compte 2093315478"],
        "credit_note_gst": ["Avoir", "Section 34 du CGST Act"],
        "credit_note_vat": ["Avoir", "article 219 de la directive 2006/112/CE"],
        "receipt": ["Reçu", "Virement bancaire", "Partie de 10 531,50 ₹"],
        "receipt_voucher": [
            "Reçu d",
            "Acompte hors taxe 100 000,00",
        ],
        "refund_voucher": ["Bon de remboursement", "Remboursé à"],
        "statement": [
            "Relevé de compte",
            "Solde de clôture",
            "Débit ₹",
            "Crédit ₹",
        ],
        "price_list": ["Liste des prix", "Prix catalogue ₹", "au-delà de 10 par mois"],
    },
    "hi": {
        "invoice_gst": ["कर बीजक", "राशि शब्दों में", "(ORIGINAL FOR RECIPIENT)"],
        "invoice_gst_in_state": ["कर बीजक", "कोड और दर के अनुसार कर"],
        "invoice_gst_long": ["आगे ले जाया गया", "पृष्ठ"],
        "invoice_registered": ["पंजीकृत"],
        "invoice_sandbox": ["परीक्षण पंजीकरण"],
        "invoice_vat": ["बीजक", "VAT DE136695976", "VAT 19 %"],
        "invoice_reverse_charge": ["प्रतिलोम प्रभार (Reverse charge)", "2006/112/EC"],
        "invoice_vat_long": ["पिछला योग", "खाता 2093315478"],
        "credit_note_gst": ["क्रेडिट नोट (जमा पत्र)", "CGST अधिनियम की धारा 34"],
        "credit_note_vat": ["क्रेडिट नोट (जमा पत्र)", "अनुच्छेद 219"],
        "receipt": ["रसीद", "बैंक अंतरण", "₹ 10,531.50 का भाग"],
        "receipt_voucher": ["प्राप्ति वाउचर", "कर रहित अग्रिम 1,00,000.00"],
        "refund_voucher": ["धन-वापसी वाउचर", "जिसे लौटाया गया"],
        "statement": ["खाता विवरण", "प्रारंभिक शेष", "अंतिम शेष", "नामे ₹", "जमा ₹"],
        "price_list": ["मूल्य सूची", "सूची मूल्य ₹", "माह में 10 से अधिक"],
    },
}
# What the law or the seller says in English in every language.
ENGLISH = (
    "ORIGINAL FOR RECIPIENT",
    "Payment within 15 days. Interest at 1 % a month on late amounts.",
    "Payment within 30 days without deduction.",
    "Ordered twice by mistake.",
    "Accounts Payable",
    "Enterprise plan",
    "(Reverse charge)",
    "Registered office",
    "(Credit Note)",
    "(Receipt Voucher)",
    "(Refund Voucher)",
    "Example Bank",
    "Kaveri Cooperative Bank Limited",
    "(Input Tax Credit)",
    "(input tax credit)",
)
# What is another word of that language.
HOMOGRAPHS = {"fr": {"Mode", "Net"}}
KINDS = [*SAMPLES, *ISSUED]


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_speaks_its_language_and_no_english(
    kind: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = customer(language) if kind in ISSUED else None
    pages = remember_pages(monkeypatch)
    with recorded(language) as lookups:
        pdf = SAMPLES[kind](language) if account is None else ISSUED[kind](account)
    # A PDF keeps the shapes of Devanagari, not the order in which its letters are written.
    text = words_of(pages[-1]) if language == "hi" else text_of(pdf)

    for title in TITLES[language][kind]:
        assert squeezed(plain(title)) in squeezed(plain(text)), title
    assert lookups
    assert unknown(lookups, language) == set()
    assert english_in(text_of(pdf), lookups, language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_paper_is_looked_at(language: str) -> None:
    assert list(TITLES[language]) == KINDS


def remember_pages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keep the HTML of each paper that is set."""
    pages: list[str] = []

    def remembering(html: str, **options: Any) -> bytes:
        pages.append(html)
        return render_pdf(html, **options)

    for module in (render, sheet, price_sheet):
        monkeypatch.setattr(module, "render_pdf", remembering)
    return pages


def words_of(html: str) -> str:
    """Return a page's text, with what stands in its margins."""
    margins = re.findall(r'data-(?:page|of|running|cf|bf)="([^"]*)"', html)
    return unescape(" ".join([*margins, _TAG.sub(" ", html.partition("</head>")[2])]))


def unknown(lookups: set[Lookup], language: str) -> set[Lookup]:
    """Return what was looked up and is in no catalogue of ours (Django's own would be no help)."""
    ids = {
        (message.context, message.id if isinstance(message.id, str) else message.id[0])
        for message in read_catalogue(ROOT, language)
    }
    # What tax rules and Rule 46 say in English is no lookup of a text of ours.
    return lookups - ids


def english_in(text: str, lookups: set[Lookup], language: str) -> list[str]:
    """Return the English texts that were looked up and stand in the text all the same."""
    for said in ENGLISH:
        text = text.replace(said, " ")
    found = []
    for context, english in lookups:
        with translation.override(language):
            here = (
                translation.pgettext(context, english) if context else translation.gettext(english)
            )
        is_sentence = "%" not in english and here != english
        is_sentence = is_sentence and english not in HOMOGRAPHS.get(language, ())
        if is_sentence and re.search(rf"(?<!\w){re.escape(english)}(?!\w)", text):
            found.append(english)
    return sorted(found)


def plain(text: str) -> str:
    """Return a text as it can be compared: composed, without hyphens that are only possible."""
    return unicodedata.normalize("NFC", text).replace("\N{SOFT HYPHEN}", "")
