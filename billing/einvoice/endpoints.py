"""Electronic addresses: their schemes (EAS), what their ids look like, a party's usual one.

Whoever gives no address of its own is reached by the VAT id, which is registered in Peppol under
the country's scheme, and otherwise by e-mail, which is an address but not one of Peppol's.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from stdnum import ean
from stdnum.be import vat as belgian
from stdnum.eu import vat
from stdnum.fr import siren, siret
from stdnum.no import orgnr as norwegian
from stdnum.se import orgnr as swedish

from billing.sentences import SentenceError, gettext_noop

EMAIL = "EM"
# The scheme of VAT ids by the letters that begin them.
VAT_SCHEMES = {
    "AT": "9914",
    "BE": "9925",
    "BG": "9926",
    "CY": "9928",
    "CZ": "9929",
    "DE": "9930",
    "DK": "0198",
    "EE": "9931",
    "EL": "9933",
    "ES": "9920",
    "FI": "0213",
    "FR": "9957",
    "HR": "9934",
    "HU": "9910",
    "IE": "9935",
    "IT": "0211",
    "LT": "9937",
    "LU": "9938",
    "LV": "9939",
    "MT": "9943",
    "NL": "9944",
    "PL": "9945",
    "PT": "9946",
    "RO": "9947",
    "SE": "9955",
    "SI": "9949",
    "SK": "9950",
}
# Schemes that have a name of their own: the others are their country's VAT ids.
NAMED_SCHEMES = {
    "0002": "SIREN",
    "0007": "Organisationsnummer (SE)",
    "0009": "SIRET",
    "0037": "LY-tunnus, OVT (FI)",
    "0060": "D-U-N-S",
    "0088": "GLN",
    "0096": "P-nummer (DK)",
    "0106": "KvK (NL)",
    "0135": "SIA (IT)",
    "0151": "ABN (AU)",
    "0183": "UID (CH)",
    "0184": "CVR (DK)",
    "0188": "Corporate number (JP)",
    "0190": "OIN (NL)",
    "0191": "Registrikood (EE)",
    "0192": "Organisasjonsnummer (NO)",
    "0195": "UEN (SG)",
    "0196": "Kennitala (IS)",
    "0199": "LEI",
    "0200": "Juridinio asmens kodas (LT)",
    "0201": "Codice univoco (IT)",
    "0204": "Leitweg-ID (DE)",
    "0208": "Ondernemingsnummer, CBE (BE)",
    "0209": "GS1",
    "0210": "Codice fiscale (IT)",
    "0216": "OVT (FI)",
    "0218": "Reģistrācijas numurs (LV)",
    "0221": "Registration number (JP)",
    "0230": "National e-invoicing (MY)",
    "9932": "VAT (GB)",
    "9936": "VAT (LI)",
    "9927": "VAT (CH)",
    "9915": "Verwaltungsportal (AT)",
    EMAIL: "E-mail",
}
SCHEMES = {
    **NAMED_SCHEMES,
    **{scheme: f"VAT ({'GR' if land == 'EL' else land})" for land, scheme in VAT_SCHEMES.items()},
}
_COUNTRY_OF_SCHEME = {scheme: country for country, scheme in VAT_SCHEMES.items()}
_EMAIL_FORM = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]+")
_ID_FORM = re.compile(r"[0-9A-Za-z.:_+@/-]{1,100}")
_REGISTER_FORM = re.compile(r"[0-9]{4}")


def _digits(count: int) -> Callable[[str], bool]:
    return re.compile(rf"[0-9]{{{count}}}").fullmatch  # type: ignore[return-value]


# Ids with a length or check digits of their own.
_CHECKS: dict[str, Callable[[str], bool]] = {
    "0002": siren.is_valid,
    "0007": swedish.is_valid,
    "0009": siret.is_valid,
    "0088": ean.is_valid,
    "0106": _digits(8),
    "0190": _digits(20),
    "0192": norwegian.is_valid,
    "0208": belgian.is_valid,
    EMAIL: lambda text: _EMAIL_FORM.fullmatch(text) is not None,
}


class InvalidEndpoint(SentenceError):
    """An electronic address, or a number of a register, that cannot be right.

    `field` is which of the two the fix belongs to: "scheme" or "identifier".
    """

    def __init__(self, message: str, *, field: str, **params: object) -> None:
        self.field = field
        super().__init__(message, **params)


def normalise_endpoint(scheme: str, identifier: str) -> tuple[str, str]:
    """Return an address in one form, both parts empty when there is none.

    Raises `InvalidEndpoint` for an unknown scheme, a missing part, or an id that is none of it.
    """
    scheme, identifier = scheme.strip().upper(), identifier.strip()
    if not (scheme or identifier):
        return "", ""
    if not scheme:
        raise InvalidEndpoint(
            gettext_noop("Choose what kind of electronic address this is."), field="scheme"
        )
    if scheme not in SCHEMES:
        raise InvalidEndpoint(
            gettext_noop("%(scheme)s is no kind of electronic address: choose one of the list."),
            field="scheme",
            scheme=scheme[:8],
        )
    if not identifier:
        raise InvalidEndpoint(
            gettext_noop("Enter the electronic address, or take its kind out."), field="identifier"
        )
    if scheme != EMAIL:
        identifier = re.sub(r"\s", "", identifier)
    if not _fits(scheme, identifier):
        raise InvalidEndpoint(
            gettext_noop("%(identifier)s is not valid as %(name)s: check it."),
            field="identifier",
            identifier=identifier[:40],
            name=f"{scheme} {SCHEMES[scheme]}",
        )
    return scheme, identifier


def normalise_legal_id(scheme: str, identifier: str) -> tuple[str, str]:
    """Return a register's code and a company's number in it; raises `InvalidEndpoint`.

    A number needs no register; a register without a number says nothing.
    """
    scheme, identifier = scheme.strip(), identifier.strip()
    if scheme and not identifier:
        raise InvalidEndpoint(
            gettext_noop("Enter the number in the register, or take the register out."),
            field="identifier",
        )
    if scheme and not _REGISTER_FORM.fullmatch(scheme):
        raise InvalidEndpoint(
            gettext_noop("Write the four digits of the register's ISO 6523 code, such as 0106."),
            field="scheme",
        )
    check = _CHECKS.get(scheme)
    if check and not check(identifier):
        raise InvalidEndpoint(
            gettext_noop("%(identifier)s is not valid as %(name)s: check it."),
            field="identifier",
            identifier=identifier[:40],
            name=f"{scheme} {SCHEMES[scheme]}",
        )
    return scheme, identifier


def usual_endpoint(*, vat_id: str, email: str) -> tuple[str, str]:
    """Return the address of a party that gave none: by its VAT id, else its e-mail, else none."""
    scheme = VAT_SCHEMES.get(vat_id[:2])
    if scheme:
        return scheme, vat_id
    return (EMAIL, email) if email else ("", "")


def _fits(scheme: str, identifier: str) -> bool:
    if scheme in _CHECKS:
        return bool(_CHECKS[scheme](identifier))
    country = _COUNTRY_OF_SCHEME.get(scheme)
    if country:
        return identifier[:2].upper() == country and bool(vat.is_valid(identifier))
    return _ID_FORM.fullmatch(identifier) is not None
