"""How to pay an invoice, and what happens with the amount of a credit note."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext
from stdnum import iban as iban_numbers

from billing.models import Document
from billing.printing.codes import creditor_reference, epc_code, upi_code
from billing.printing.facts import Facts
from billing.printing.parties import Pair
from billing.printing.wording import day, price

_LONGEST_BANK = 60
# A bank refuses a payment whose beneficiary is cut short; real names are far shorter.
_LONGEST_BENEFICIARY = 100
# More rows than this are set smaller, so that the panel keeps its height.
_EVERYDAY_ROWS = 6
_AMOUNT = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,4})?")


class IssuedInvoice(Protocol):
    """What a credit note prints of the invoice that it corrects."""

    @property
    def number(self) -> str | None:
        """Its number."""

    @property
    def issue_date(self) -> date:
        """Its date."""


@dataclass(frozen=True)
class Panel:
    """The grey panel: a code with rows beside it, or a heading with sentences."""

    title: str
    code: SafeString | None = None
    code_caption: str = ""
    rows: tuple[Pair, ...] = ()
    heading: str = ""
    sentences: tuple[str, ...] = ()

    @property
    def style(self) -> str:
        """Return the class of the panel."""
        return "panel many" if len(self.rows) > _EVERYDAY_ROWS else "panel"


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """Money that the buyer is to send: how much in which currency, and the number to quote.

    `seller` and `buyer` are snapshots; `until` says by when it is to be there, or as of when it is
    owed.
    """

    seller: Facts
    buyer: Facts
    amount: Decimal
    currency: str
    number: str
    until: Pair

    @property
    def takes_upi(self) -> bool:
        """Whether the buyer can pay by UPI: rupees, from a bank account in India."""
        return self.currency == "INR" and self.buyer.text("country") == "IN"


def invoice_panel(document: Document) -> Panel:
    """Return how to pay. An invoice over nothing says so; nothing is made up."""
    if not document.total:
        return Panel(
            title=gettext("Payment"),
            heading=gettext("Nothing to pay"),
            sentences=(gettext("This invoice comes to zero. You need not do anything."),),
        )
    due = day(document.due_date) if document.due_date else ""
    return pay_panel(
        Transfer(
            seller=Facts(document.seller),
            buyer=Facts(document.buyer),
            amount=document.total,
            currency=document.currency,
            number=document.number or "",
            until=Pair(pgettext("narrow", "Pay by"), due),
        )
    )


def pay_panel(transfer: Transfer) -> Panel:
    """Return how to pay an amount by transfer, with a code to scan where its currency has one."""
    code, caption = _code(transfer)
    rows = (
        Pair(gettext("Amount"), price(transfer.amount, transfer.currency)),
        transfer.until,
        *_account_rows(transfer),
    )
    return Panel(
        title=gettext("How to pay"),
        # segno draws the code and escapes its title.
        code=mark_safe(code) if code else None,  # noqa: S308
        code_caption=caption,
        rows=tuple(row for row in rows if row.value),
    )


def credit_panel(
    document: Document, *, invoice: IssuedInvoice, applied: Decimal, kept: Decimal, gst: bool
) -> Panel:
    """Return how a credit note was applied: off the invoice's debt, kept as credit, or both."""
    facts = {
        "number": invoice.number or "",
        "applied": price(applied, document.currency),
        "kept": price(kept, document.currency),
    }
    sentences = []
    if applied:
        taken = gettext("%(applied)s is taken off what you owe on that invoice.") % facts
        sentences.append(f"{taken} {_left_sentence(document)}")
    if kept:
        sentences.append(gettext("%(kept)s is kept as credit on your account.") % facts)
    if document.tax_total:
        sentences.append(_input_tax_sentence(gst=gst))
    return Panel(
        title=gettext("What happens with this amount"),
        heading=_credit_heading(applied, kept) % facts,
        sentences=tuple(sentences),
    )


def _left_sentence(document: Document) -> str:
    """Return what the invoice still asked for when the note was issued, as frozen with the note."""
    written = Facts(document.supply).text("left_on_invoice")
    if not _AMOUNT.fullmatch(written):
        return gettext("Please pay only what is left of it.")
    left = Decimal(written)
    if not left:
        return gettext("Nothing is left to pay on it.")
    return gettext("Please pay only what is left of it: %(left)s.") % {
        "left": price(left, document.currency)
    }


def _credit_heading(applied: Decimal, kept: Decimal) -> str:
    if applied and kept:
        return gettext("Set off against invoice %(number)s; the rest is your credit")
    if applied:
        return gettext("Set off against invoice %(number)s")
    if not kept:
        return gettext("This credit note comes to zero")
    return gettext("Kept as credit on your account")


def _input_tax_sentence(*, gst: bool) -> str:
    if gst:
        return gettext("Please reverse any input tax credit you took on this amount.")
    return gettext("Please correct any VAT you deducted on this amount.")


def _code(transfer: Transfer) -> tuple[str, str]:
    seller, amount, number = transfer.seller, transfer.amount, transfer.number
    if transfer.takes_upi:
        return upi_code(seller, total=amount, number=number), gettext("UPI: scan to pay")
    if transfer.currency == "EUR":
        return epc_code(seller, total=amount, number=number), gettext("SEPA: scan to pay")
    return "", ""


def _account_rows(transfer: Transfer) -> list[Pair]:
    """Return the account in the form that fits the currency, then whose it is and what to quote."""
    seller = transfer.seller
    bank = seller.part("bank")
    domestic = Pair(pgettext("bank", "Account"), bank.text("account", limit=_LONGEST_BANK))
    iban = bank.text("iban", limit=_LONGEST_BANK)
    if iban and not (transfer.currency == "INR" and domestic.value):
        return [
            Pair(gettext("IBAN"), iban_numbers.format(iban)),
            Pair(gettext("BIC"), bank.text("bic", limit=_LONGEST_BANK)),
            Pair(gettext("Account of"), seller.text("legal_name", limit=_LONGEST_BANK)),
            Pair(gettext("Reference"), creditor_reference(transfer.number)),
        ]
    upi = Pair(gettext("UPI"), bank.text("upi_id", limit=_LONGEST_BANK))
    abroad = Pair(gettext("BIC/SWIFT"), bank.text("bic", limit=_LONGEST_BANK))
    beneficiary = seller.text("legal_name", limit=_LONGEST_BENEFICIARY) if domestic.value else ""
    return [
        *([upi, domestic] if transfer.takes_upi else [domestic, abroad]),
        Pair(gettext("IFSC"), bank.text("ifsc", limit=_LONGEST_BANK)),
        Pair(gettext("Account of"), beneficiary),
        Pair(gettext("Bank"), bank.text("name", limit=_LONGEST_BANK)),
        Pair(gettext("Reference"), transfer.number),
    ]
