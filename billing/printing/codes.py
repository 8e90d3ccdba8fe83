"""QR codes that fill in a payment: UPI for rupees, the EPC's for transfers in euros."""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import quote, urlencode

import segno
from django.utils.translation import gettext
from segno import helpers
from stdnum import iban as iban_numbers
from stdnum.iso7064 import mod_97_10

from billing.printing.facts import Facts

_INK = "#14181f"
_UPI_ID = re.compile(r"[A-Za-z0-9._-]{2,256}@[A-Za-z0-9.-]{2,64}")
_NO_REFERENCE = re.compile(r"[^A-Z0-9]")
# EPC069-12: the most that one transfer can be, and the longest name of a payee.
_EPC_LARGEST = Decimal("999999999.99")
_EPC_NAME = 70
_BIC_LENGTHS = {8, 11}


def upi_code(seller: Facts, *, total: Decimal, number: str) -> str:
    """Return the drawing of a UPI code (NPCI linking specification), or "" without a UPI id."""
    upi_id = seller.part("bank").text("upi_id")
    if not _UPI_ID.fullmatch(upi_id):
        return ""
    fields = {
        "pa": upi_id,
        "pn": seller.text("trade_name", limit=_EPC_NAME) or seller.text("legal_name", limit=70),
        "am": f"{total:.2f}",
        "cu": "INR",
        "tr": plain_reference(number),
        "tn": number,
    }
    title = gettext("UPI QR code: pay INR %(amount)s to %(payee)s, reference %(reference)s")
    return drawing_of(
        segno.make_qr(f"upi://pay?{urlencode(fields, quote_via=quote)}", error="m"),
        title=title % {"amount": f"{total:.2f}", "payee": upi_id, "reference": number},
    )


def epc_code(seller: Facts, *, total: Decimal, number: str) -> str:
    """Return the drawing of an EPC code, or "" when the account could not take such a transfer."""
    bank = seller.part("bank")
    account = iban_numbers.compact(bank.text("iban"))
    if not iban_numbers.is_valid(account) or not 0 < total <= _EPC_LARGEST:
        return ""
    bic = bank.text("bic").replace(" ", "")
    try:
        code = helpers.make_epc_qr(
            name=seller.text("legal_name", limit=_EPC_NAME),
            iban=account,
            bic=bic if len(bic) in _BIC_LENGTHS else None,
            amount=total,
            reference=creditor_reference(number),
            encoding="utf-8",
        )
    except ValueError:
        # A payee whose name is too long for the code: the words beside it still say all.
        return ""
    title = gettext(
        "EPC QR code: transfer EUR %(amount)s to IBAN %(iban)s, reference %(reference)s"
    )
    facts = {"amount": f"{total:.2f}", "iban": account, "reference": creditor_reference(number)}
    return drawing_of(code, title=title % facts)


def creditor_reference(number: str) -> str:
    """Return a document's number as a structured reference that banks check (ISO 11649)."""
    core = plain_reference(number)
    return f"RF{mod_97_10.calc_check_digits(core + 'RF')}{core}"


def plain_reference(number: str) -> str:
    """Return the letters and digits of a number, which every payment system takes."""
    return _NO_REFERENCE.sub("", number.upper())


def drawing_of(code: segno.QRCode, *, title: str) -> str:
    """Return a code as a drawing for the page, with the title that screen readers say."""
    return str(
        code.svg_inline(
            border=0, omitsize=True, svgclass=None, lineclass=None, dark=_INK, title=title
        )
    )
