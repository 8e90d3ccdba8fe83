"""Countries as tax law sees them: ISO 3166 codes, the EU and the edges of its VAT territory."""

from __future__ import annotations

_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"

# ISO 3166-1, with XK as the EU and the banks write Kosovo.
_OTHERS = (
    "AD AE AF AG AI AL AM AO AQ AR AS AU AW AX AZ BA BB BD BF BH BI BJ BL BM BN BO BQ BR BS BT BV"
    " BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX DJ DM DO DZ EC EG EH ER ET FJ FK"
    " FM FO GA GB GD GE GF GG GH GI GL GM GN GP GQ GS GT GU GW GY HK HM HN HT ID IL IM IN IO IQ IR"
    " IS JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LY MA MC MD ME MF MG MH"
    " MK ML MM MN MO MP MQ MR MS MU MV MW MX MY MZ NA NC NE NF NG NI NO NP NR NU NZ OM PA PE PF PG"
    " PH PK PM PN PR PS PW PY QA RE RS RU RW SA SB SC SD SG SH SJ SL SM SN SO SR SS ST SV SX SY SZ"
    " TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS"
    " XK YE YT ZA ZM ZW"
)

EU_MEMBERS = frozenset(_EU.split())
ISO_COUNTRIES = EU_MEMBERS | frozenset(_OTHERS.split())

# What people and VAT ids write for Greece and the United Kingdom. Northern Ireland (XI) is in
# the EU's VAT area for goods only; a service there is a service in the United Kingdom.
_ALIASES = {"EL": "GR", "UK": "GB", "XI": "GB"}

# Treated as part of a member state (Directive 2006/112/EC, Article 7). The Isle of Man's United
# Kingdom has left, so only Monaco still matters.
_VAT_HOME = {"MC": "FR"}

# Parts of member states outside the EU's VAT territory (Article 6), by the start of the postcode:
# the Canary Islands, Ceuta and Melilla, Büsingen and Heligoland, Livigno and Campione, Åland,
# Mount Athos. The French overseas departments have country codes of their own.
_OUTSIDE_POSTCODES = {
    "ES": ("35", "38", "51", "52"),
    "DE": ("78266", "27498"),
    "IT": ("23041", "22061"),
    "FI": ("22",),
    "GR": ("63086", "63087"),
}


def normalise_country(code: str) -> str:
    """Return the ISO 3166 code, or an empty string when the code names no country."""
    code = code.strip().upper()
    code = _ALIASES.get(code, code)
    return code if code in ISO_COUNTRIES else ""


def vat_country(country: str, postcode: str = "") -> str:
    """Return the EU member state whose VAT applies at a place, or "" outside the VAT territory.

    ``country`` is normalised. Germany's and Spain's corners are told by their postcodes.
    """
    member = _VAT_HOME.get(country, country)
    if member not in EU_MEMBERS:
        return ""
    digits = "".join(character for character in postcode if character.isdigit())
    outside = _OUTSIDE_POSTCODES.get(member, ())
    return "" if outside and digits.startswith(outside) else member


def vat_prefix(member: str) -> str:
    """Return the letters that begin a member state's VAT ids (Greece writes EL)."""
    return "EL" if member == "GR" else member
