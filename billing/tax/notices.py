"""The sentences that a document must carry for its tax, by the decision's ``notice_key``.

The Indian ones are worded by CGST Rule 46 and stay in English; the European ones are translated
into the document's language.
"""

from __future__ import annotations

from billing.sentences import gettext_noop

EXPORT_LUT = "export-lut"
EXPORT_IGST = "export-igst"
SEZ_LUT = "sez-lut"
SEZ_IGST = "sez-igst"
REVERSE_CHARGE = "reverse-charge"
OUTSIDE_SCOPE = "outside-scope"

NOTICES = {
    EXPORT_LUT: "SUPPLY MEANT FOR EXPORT UNDER BOND OR LETTER OF UNDERTAKING"
    " WITHOUT PAYMENT OF INTEGRATED TAX",
    EXPORT_IGST: "SUPPLY MEANT FOR EXPORT ON PAYMENT OF INTEGRATED TAX",
    SEZ_LUT: "SUPPLY TO SEZ UNIT OR SEZ DEVELOPER FOR AUTHORISED OPERATIONS UNDER BOND OR LETTER"
    " OF UNDERTAKING WITHOUT PAYMENT OF INTEGRATED TAX",
    SEZ_IGST: "SUPPLY TO SEZ UNIT OR SEZ DEVELOPER FOR AUTHORISED OPERATIONS ON PAYMENT OF"
    " INTEGRATED TAX",
    REVERSE_CHARGE: gettext_noop(
        "Reverse charge: you owe the VAT, Article 196 of Directive 2006/112/EC."
    ),
    OUTSIDE_SCOPE: gettext_noop(
        "Outside the scope of EU VAT: the place of supply is outside the European Union"
        " (Articles 44 and 59 of Directive 2006/112/EC)."
    ),
}
