"""The rules of INV-01, by the schema's names: mandatory fields, their form, and its sums."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from billing.einvoice.codes import ABROAD, PIN_ABROAD, UNREGISTERED
from billing.einvoice.gst import CREDIT_NOTE, INVOICE, GstInvoice, GstLine
from billing.einvoice.inv01 import SHORTEST
from billing.einvoice.rules import Mends, Rule, when
from billing.money import ONE, ZERO
from billing.sentences import gettext_noop
from billing.tax.ids import is_gstin
from billing.tax.states import STATES

Facts = Iterable[dict[str, object]]
_Rule = Rule[GstInvoice]
_NUMBER = re.compile(r"[A-Za-z1-9][A-Za-z0-9/-]{0,15}")
_CODE = re.compile(r"[0-9]{4}(?:[0-9]{2}){0,2}")
SUPPLY_TYPES = frozenset({"B2B", "SEZWP", "SEZWOP", "EXPWP", "EXPWOP", "DEXP"})
_EXPORTS = frozenset({"EXPWP", "EXPWOP"})
MOST_ITEMS = 1000
_LARGEST_ROUNDING = Decimal("99.99")
_PINS = range(100000, 1000000)


def _lines(is_broken: Callable[[GstInvoice, GstLine], bool]) -> Callable[[GstInvoice], Facts]:
    """Return a check of every item that names the line it refuses."""

    def broken(invoice: GstInvoice) -> Facts:
        return [{"line": line.position} for line in invoice.lines if is_broken(invoice, line)]

    return broken


def _sums(
    found: Callable[[GstInvoice], Decimal], wanted: Callable[[GstInvoice], Decimal]
) -> Callable[[GstInvoice], Facts]:
    """Return a check that an amount is what it has to be, to the paisa."""

    def broken(invoice: GstInvoice) -> Facts:
        written, right = found(invoice), wanted(invoice)
        return when(written != right, found=f"{written:f}", wanted=f"{right:f}")

    return broken


def _is_split_wrongly(invoice: GstInvoice, line: GstLine) -> bool:
    """Within a State half is CGST and half SGST; across States, to zones and abroad all is IGST."""
    within = invoice.supply_type == "B2B" and invoice.seller.state_code == invoice.place_of_supply
    return bool(line.igst) if within else bool(line.cgst or line.sgst)


def _is_taxed_wrongly(invoice: GstInvoice, line: GstLine) -> bool:
    """The portal lets an item be a rupee away; under a letter of undertaking there is no tax."""
    tax = line.igst + line.cgst + line.sgst
    rate = ZERO if invoice.supply_type.endswith("WOP") else line.rate
    return abs(tax - line.net * rate / 100) > ONE or line.cgst != line.sgst


def _is_misplaced(invoice: GstInvoice) -> bool:
    abroad = invoice.supply_type in _EXPORTS
    if abroad:
        buyer = (invoice.buyer.gstin, invoice.buyer.state_code, invoice.buyer.pin)
        return (invoice.place_of_supply, *buyer) != (ABROAD, UNREGISTERED, ABROAD, PIN_ABROAD)
    return invoice.place_of_supply not in STATES or invoice.buyer.gstin == UNREGISTERED


SELLER_FIELDS: tuple[_Rule, ...] = (
    Rule(
        "INV-01 SellerDtls.Gstin",
        Mends.SELLER,
        gettext_noop(
            "The seller's GSTIN %(gstin)s is not valid: correct it in the seller's legal data."
        ),
        lambda i: when(not is_gstin(i.seller.gstin), gstin=i.seller.gstin),
    ),
    Rule(
        "INV-01 SellerDtls.LglNm",
        Mends.SELLER,
        gettext_noop(
            "The seller's legal name has fewer than 3 characters: enter it in the seller's legal"
            " data."
        ),
        lambda i: when(len(i.seller.legal_name) < SHORTEST),
    ),
    Rule(
        "INV-01 SellerDtls.Addr1",
        Mends.SELLER,
        gettext_noop("The seller's address is missing: enter it in the seller's legal data."),
        lambda i: when(not i.seller.address),
    ),
    Rule(
        "INV-01 SellerDtls.Loc",
        Mends.SELLER,
        gettext_noop(
            "The seller's city has fewer than 3 characters: write it out in the seller's legal"
            " data."
        ),
        lambda i: when(len(i.seller.location) < SHORTEST),
    ),
    Rule(
        "INV-01 SellerDtls.Pin",
        Mends.SELLER,
        gettext_noop(
            "The seller's PIN code is missing or has not six digits: enter it as the postal code in"
            " the seller's legal data."
        ),
        lambda i: when(i.seller.pin not in _PINS),
    ),
)
BUYER_FIELDS: tuple[_Rule, ...] = (
    Rule(
        "INV-01 BuyerDtls.Gstin",
        Mends.ACCOUNT,
        gettext_noop("The buyer's GSTIN %(gstin)s is not valid: correct it on the account."),
        lambda i: when(
            i.buyer.gstin != UNREGISTERED and not is_gstin(i.buyer.gstin), gstin=i.buyer.gstin
        ),
    ),
    Rule(
        "INV-01 BuyerDtls.LglNm",
        Mends.ACCOUNT,
        gettext_noop(
            "The buyer's legal name has fewer than 3 characters: write it out on the account."
        ),
        lambda i: when(len(i.buyer.legal_name) < SHORTEST),
    ),
    Rule(
        "INV-01 BuyerDtls.Addr1",
        Mends.ACCOUNT,
        gettext_noop("The buyer's address is missing: enter it on the account."),
        lambda i: when(not i.buyer.address),
    ),
    Rule(
        "INV-01 BuyerDtls.Loc",
        Mends.ACCOUNT,
        gettext_noop("The buyer's city has fewer than 3 characters: write it out on the account."),
        lambda i: when(len(i.buyer.location) < SHORTEST),
    ),
    Rule(
        "INV-01 BuyerDtls.Pin",
        Mends.ACCOUNT,
        gettext_noop(
            "The buyer's PIN code is missing or has not six digits: enter it as the postal code on"
            " the account."
        ),
        lambda i: when(i.buyer.pin not in _PINS),
    ),
    Rule(
        "INV-01 BuyerDtls.Pos",
        Mends.SUMS,
        gettext_noop(
            "The place of supply %(place)s does not fit a supply of the kind %(kind)s: tell the"
            " portal's operator."
        ),
        lambda i: when(_is_misplaced(i), place=i.place_of_supply, kind=i.supply_type),
    ),
)
DOCUMENT_FIELDS: tuple[_Rule, ...] = (
    Rule(
        "INV-01 TranDtls.SupTyp",
        Mends.SUMS,
        gettext_noop("%(kind)s is no kind of supply: tell the portal's operator."),
        lambda i: when(i.supply_type not in SUPPLY_TYPES, kind=i.supply_type),
    ),
    Rule(
        "INV-01 DocDtls.Typ",
        Mends.SUMS,
        gettext_noop("%(kind)s is no kind of document: tell the portal's operator."),
        lambda i: when(i.document_type not in {INVOICE, CREDIT_NOTE}, kind=i.document_type),
    ),
    Rule(
        "INV-01 DocDtls.No",
        Mends.SELLER,
        gettext_noop(
            "The number %(number)s begins with 0, / or -, or has other characters than letters,"
            " digits, / and -: give the seller another number format."
        ),
        lambda i: when(not _NUMBER.fullmatch(i.number), number=i.number),
    ),
    Rule(
        "INV-01 PrecDocDtls.InvNo",
        Mends.SUMS,
        gettext_noop("The credit note does not say which invoice it takes back."),
        lambda i: when(i.document_type == CREDIT_NOTE and not (i.preceding and i.preceding.number)),
    ),
    Rule(
        "INV-01 ItemList",
        Mends.NOBODY,
        gettext_noop(
            "A GST e-invoice holds 1 to 1,000 items, this document has %(count)s: it exists as a"
            " PDF only."
        ),
        lambda i: when(not 0 < len(i.lines) <= MOST_ITEMS, count=len(i.lines)),
    ),
)
ITEM_RULES: tuple[_Rule, ...] = (
    Rule(
        "INV-01 ItemList.PrdDesc",
        Mends.CHARGE,
        gettext_noop(
            "The description of line %(line)s has fewer than 3 characters: void its charge and"
            " raise it with a longer one."
        ),
        _lines(lambda _invoice, line: len(line.description) < SHORTEST),
    ),
    Rule(
        "INV-01 ItemList.HsnCd",
        Mends.CHARGE,
        gettext_noop(
            "The HSN or SAC code of line %(line)s has not 4, 6 or 8 digits: correct it on the"
            " product, void the charge and raise it again."
        ),
        _lines(lambda _invoice, line: not _CODE.fullmatch(line.code)),
    ),
    Rule(
        "INV-01 ItemList.GstRt",
        Mends.SUMS,
        gettext_noop("The tax of line %(line)s does not fit its rate: tell the portal's operator."),
        _lines(_is_taxed_wrongly),
    ),
    Rule(
        "INV-01 ItemList.IgstAmt",
        Mends.SUMS,
        gettext_noop(
            "Line %(line)s bears the tax of another place of supply: tell the portal's operator."
        ),
        _lines(_is_split_wrongly),
    ),
)
VALUE_RULES: tuple[_Rule, ...] = (
    Rule(
        "INV-01 ValDtls.AssVal",
        Mends.SUMS,
        gettext_noop(
            "The items add up to %(wanted)s, not %(found)s (AssVal): tell the portal's operator."
        ),
        _sums(lambda i: i.totals.assessable, lambda i: _total(line.net for line in i.lines)),
    ),
    Rule(
        "INV-01 ValDtls.IgstVal",
        Mends.SUMS,
        gettext_noop(
            "The items' IGST adds up to %(wanted)s, not %(found)s (IgstVal): tell the portal's"
            " operator."
        ),
        _sums(lambda i: i.totals.igst, lambda i: _total(line.igst for line in i.lines)),
    ),
    Rule(
        "INV-01 ValDtls.CgstVal",
        Mends.SUMS,
        gettext_noop(
            "The items' CGST adds up to %(wanted)s, not %(found)s (CgstVal): tell the portal's"
            " operator."
        ),
        _sums(lambda i: i.totals.cgst, lambda i: _total(line.cgst for line in i.lines)),
    ),
    Rule(
        "INV-01 ValDtls.SgstVal",
        Mends.SUMS,
        gettext_noop(
            "The items' SGST adds up to %(wanted)s, not %(found)s (SgstVal): tell the portal's"
            " operator."
        ),
        _sums(lambda i: i.totals.sgst, lambda i: _total(line.sgst for line in i.lines)),
    ),
    Rule(
        "INV-01 ValDtls.RndOffAmt",
        Mends.SUMS,
        gettext_noop(
            "The round-off %(amount)s is more than 99.99 (RndOffAmt): tell the portal's operator."
        ),
        lambda i: when(abs(i.totals.rounding) > _LARGEST_ROUNDING, amount=f"{i.totals.rounding:f}"),
    ),
    Rule(
        "INV-01 ValDtls.TotInvVal",
        Mends.SUMS,
        gettext_noop(
            "Value, taxes and round-off come to %(wanted)s, not %(found)s (TotInvVal): tell the"
            " portal's operator."
        ),
        _sums(
            lambda i: i.totals.total,
            lambda i: (
                i.totals.assessable
                + i.totals.igst
                + i.totals.cgst
                + i.totals.sgst
                + i.totals.rounding
            ),
        ),
    ),
)
INV_01: tuple[_Rule, ...] = (
    *DOCUMENT_FIELDS,
    *SELLER_FIELDS,
    *BUYER_FIELDS,
    *ITEM_RULES,
    *VALUE_RULES,
)


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
