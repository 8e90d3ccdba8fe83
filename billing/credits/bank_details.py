"""Where a withdrawal goes: an IBAN, or an account number with the code of its bank."""

from __future__ import annotations

import re

from stdnum import bic as bic_codes
from stdnum import iban as iban_numbers

from billing.payments.errors import PaymentRefused
from billing.sentences import gettext_noop
from billing.text import UnusableText, clean_line

# Reserve Bank of India: four letters of the bank, a zero, six of the branch.
_IFSC = re.compile(r"[A-Z]{4}0[A-Z0-9]{6}")
_ACCOUNT = re.compile(r"[A-Za-z0-9]{4,34}")
_BLANKS = re.compile(r"[\s-]+")
LONGEST_NAME = 100


def checked_destination(
    *, holder: str, bank: str = "", account: str, ifsc: str = "", bic: str = ""
) -> dict[str, str]:
    """Return bank details as they are kept with a payment; `account` is a number or an IBAN.

    Raises `PaymentRefused`, naming the field: a typing error would send the money to nobody.
    """
    number = _BLANKS.sub("", account).upper()
    found = {
        "holder": _name("holder", holder),
        "bank": _name("bank", bank, required=False),
        "account": number,
        "ifsc": _BLANKS.sub("", ifsc).upper(),
        "bic": _BLANKS.sub("", bic).upper(),
    }
    _check_codes(found)
    if number[:2].isalpha():
        if not iban_numbers.is_valid(number):
            raise PaymentRefused(
                gettext_noop("Its check digits are wrong: copy the IBAN from a bank statement."),
                field="account",
            )
    else:
        _check_account(found)
    return {name: value for name, value in found.items() if value}


def _check_codes(found: dict[str, str]) -> None:
    if found["ifsc"] and not _IFSC.fullmatch(found["ifsc"]):
        raise PaymentRefused(
            gettext_noop("Write the 11 characters of the IFSC, such as EXBK0000291."), field="ifsc"
        )
    if found["bic"] and not bic_codes.is_valid(found["bic"]):
        raise PaymentRefused(
            gettext_noop("Write the 8 or 11 characters of the BIC, such as EXBKINBB."), field="bic"
        )


def _check_account(found: dict[str, str]) -> None:
    if not (_ACCOUNT.fullmatch(found["account"]) and found["account"].isascii()):
        raise PaymentRefused(
            gettext_noop("Write the account's number, 4 to 34 digits or letters, or its IBAN."),
            field="account",
        )
    if not (found["ifsc"] or found["bic"]):
        raise PaymentRefused(
            gettext_noop("Without an IBAN the bank is known by its IFSC or BIC: write one."),
            field="ifsc",
        )


def _name(field: str, text: str, *, required: bool = True) -> str:
    try:
        name = clean_line(text, at_most=LONGEST_NAME)
    except UnusableText as error:
        raise PaymentRefused(error.message, field=field, **error.params) from error
    if required and not name:
        raise PaymentRefused(gettext_noop("Write whose bank account it is."), field=field)
    return name
