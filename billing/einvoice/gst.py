"""The neutral GST e-invoice: what INV-01 says, before it is written as JSON.

Amounts are in rupees, rounded to the paisa.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate, pairwise

from billing.einvoice.model import Period, PrecedingInvoice
from billing.money import ZERO, share_of

RUPEES = "INR"
INVOICE = "INV"
CREDIT_NOTE = "CRN"


@dataclass(frozen=True, kw_only=True)
class GstParty:
    """SellerDtls or BuyerDtls: `gstin` is URP, `state_code` 96 and `pin` 999999 for one abroad."""

    gstin: str
    legal_name: str
    trade_name: str = ""
    address: str
    additional_address: str = ""
    location: str
    pin: int | None
    state_code: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class GstLine:
    """An item: `net` is its assessable value; `sgst` is UTGST's too."""

    position: int
    description: str
    code: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    net: Decimal
    rate: Decimal
    igst: Decimal = ZERO
    cgst: Decimal = ZERO
    sgst: Decimal = ZERO

    @property
    def is_service(self) -> bool:
        """Services have codes of chapter 99."""
        return self.code.startswith("99")

    @property
    def total(self) -> Decimal:
        """The item's value with its taxes."""
        return self.net + self.igst + self.cgst + self.sgst


@dataclass(frozen=True, kw_only=True)
class GstTotals:
    """ValDtls."""

    assessable: Decimal
    igst: Decimal
    cgst: Decimal
    sgst: Decimal
    rounding: Decimal
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class GstPayment:
    """PayDtls: whose account, where, and in how many days."""

    payee: str
    account: str
    ifsc: str
    days: int | None


@dataclass(frozen=True, kw_only=True)
class GstInvoice:
    """A tax invoice (INV) or credit note (CRN) for the Invoice Registration Portal."""

    document_type: str
    number: str
    issue_date: date
    supply_type: str
    reverse_charge: bool
    place_of_supply: str
    seller: GstParty
    buyer: GstParty
    lines: tuple[GstLine, ...]
    totals: GstTotals
    preceding: PrecedingInvoice | None = None
    period: Period | None = None
    payment: GstPayment | None = None
    purchase_order: str = ""
    export_country: str = ""
    # What is said of the document in words, the most important first.
    remarks: tuple[str, ...] = ()


def shares(tax: Decimal, nets: Sequence[Decimal]) -> list[Decimal]:
    """Return a group's tax split over its lines by their nets, so that the parts add up to it.

    Each part is what the tax has grown by with its line: no paisa is lost or found.
    """
    whole = sum(nets, ZERO)
    if whole <= 0:
        return [ZERO for _net in nets]
    grown = [ZERO, *(share_of(tax, part, whole, RUPEES) for part in accumulate(nets))]
    return [after - before for before, after in pairwise(grown)]
