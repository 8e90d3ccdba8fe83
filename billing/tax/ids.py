"""Tax ids: read as people write them, kept in one form, refused with a sentence when wrong.

Only the form and the check digits are looked at; whether an authority knows the id is another
question (VIES, the GST portal).
"""

from __future__ import annotations

import re

from stdnum import luhn
from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.in_ import pan

from billing.sentences import gettext_noop
from billing.tax.countries import EU_MEMBERS, normalise_country, vat_country, vat_prefix
from billing.tax.errors import InvalidTaxId
from billing.tax.states import State, find_state

_GSTIN = re.compile(r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z][A-Z][0-9A-Z]")
_UIN = re.compile(r"[0-9]{4}[A-Z]{3}[0-9]{5}[UO]N[0-9A-Z]")
_LUHN_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OTHER_ID = re.compile(r"[A-Z0-9][A-Z0-9 ./&-]{0,31}")
_SEPARATORS = re.compile(r"[\s.\-]+")
_MEMBERS_BY_PREFIX = {vat_prefix(member): member for member in EU_MEMBERS}


def normalise_tax_id(text: str, country: str) -> str:
    """Return the tax id in one form by the rules of its country; raises `InvalidTaxId`.

    India takes a GSTIN, a UIN or a PAN; the EU a VAT id; other countries any short text.
    """
    if not text.strip():
        return ""
    code = normalise_country(country)
    if code == "IN":
        return _normalise_indian_id(text)
    if vat_country(code):
        return normalise_vat_id(text, country=code)
    other = text.strip().upper()
    if not _OTHER_ID.fullmatch(other):
        raise InvalidTaxId(
            gettext_noop("The tax id may have 32 letters, digits, blanks and . / & - at most.")
        )
    return other


def normalise_gstin(text: str) -> str:
    """Return a GSTIN in capitals without blanks; raises `InvalidTaxId`.

    Fifteen characters: State code, PAN, registration, a letter (Z for ordinary taxpayers),
    check character (Luhn, modulo 36).
    """
    gstin = _compact(text)
    if not _GSTIN.fullmatch(gstin):
        raise InvalidTaxId(
            gettext_noop(
                "The GSTIN %(gstin)s does not have the form 29ABCDE1234F1Z5: check its 15"
                " characters."
            ),
            gstin=gstin[:20],
        )
    if find_state(gstin[:2]) is None:
        raise InvalidTaxId(
            gettext_noop("The GSTIN %(gstin)s begins with %(code)s, which is no State's code."),
            gstin=gstin,
            code=gstin[:2],
        )
    if not (pan.is_valid(gstin[2:12]) and luhn.is_valid(gstin, _LUHN_36)):
        raise InvalidTaxId(
            gettext_noop("The GSTIN %(gstin)s fails its own check digit: look for a typing error."),
            gstin=gstin,
        )
    return gstin


def is_gstin(text: str) -> bool:
    """Tell whether the text is a valid GSTIN."""
    try:
        normalise_gstin(text)
    except InvalidTaxId:
        return False
    return True


def is_uin(text: str) -> bool:
    """Tell whether the text is the UIN of an embassy or a United Nations body.

    Holders of a UIN are not registered persons (CGST Act, section 2(94)).
    """
    return bool(_UIN.fullmatch(_compact(text)))


def state_of_gstin(gstin: str) -> State:
    """Return the State of registration of a valid GSTIN."""
    state = find_state(gstin[:2])
    if state is None:
        raise InvalidTaxId(gettext_noop("%(gstin)s is not a GSTIN."), gstin=gstin[:20])
    return state


def pan_of_gstin(gstin: str) -> str:
    """Return the PAN inside a valid GSTIN."""
    return gstin[2:12]


def normalise_pan(text: str) -> str:
    """Return a PAN in capitals; raises `InvalidTaxId`."""
    compact = _compact(text)
    if not (compact.isascii() and pan.is_valid(compact)):
        raise InvalidTaxId(
            gettext_noop("The PAN %(pan)s does not have the form ABCDE1234F."), pan=compact[:20]
        )
    return compact


def normalise_vat_id(text: str, *, country: str = "") -> str:
    """Return a VAT id with its prefix (EL for Greece); raises `InvalidTaxId`.

    With ``country`` the prefix may be missing, and it must fit the country when it is there.
    """
    written = _compact(text)
    member = vat_country(normalise_country(country))
    found = _valid_vat_id(written)
    if found is None and member and not written.startswith(vat_prefix(member)):
        found = _valid_vat_id(vat_prefix(member) + written)
    if found is None:
        raise InvalidTaxId(
            gettext_noop(
                "%(vat_id)s is not a valid VAT id: check it, with its country letters in front."
            ),
            vat_id=written[:20],
        )
    if member and member_of_vat_id(found) != member:
        raise InvalidTaxId(
            gettext_noop(
                "The VAT id %(vat_id)s is not from %(country)s, where the address is: correct the"
                " VAT id or the country."
            ),
            vat_id=found,
            country=member,
        )
    return found


def member_of_vat_id(vat_id: str) -> str:
    """Return the member state of a VAT id, "" for Northern Ireland and other prefixes."""
    return _MEMBERS_BY_PREFIX.get(vat_id[:2], "")


def _valid_vat_id(text: str) -> str | None:
    if text.startswith("GR"):
        text = f"EL{text[2:]}"
    # The library also takes EU and IM numbers of the one-stop shop: they are sellers', not buyers'.
    if text[:2] not in {*_MEMBERS_BY_PREFIX, "XI"} or not text.isascii():
        return None
    try:
        return vat.validate(text)
    except ValidationError:
        return None


def _normalise_indian_id(text: str) -> str:
    compact = _compact(text)
    if is_uin(compact):
        return compact
    if len(compact) == len("ABCDE1234F"):
        return normalise_pan(compact)
    return normalise_gstin(compact)


def _compact(text: str) -> str:
    return _SEPARATORS.sub("", text).upper()
