"""The neutral electronic invoice, by the business terms (BT) and groups (BG) of EN 16931-1.

Amounts are in the document's currency and rounded to its minor unit. An empty text means that the
term is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# UNTDID 1001: what BT-3 says.
INVOICE = "380"
CREDIT_NOTE = "381"


@dataclass(frozen=True, kw_only=True)
class ElectronicAddress:
    """BT-34 of the seller, BT-49 of the buyer, with the scheme from the EAS code list."""

    scheme: str
    identifier: str


@dataclass(frozen=True, kw_only=True)
class PostalAddress:
    """BG-5 of the seller, BG-8 of the buyer (BT numbers of both)."""

    street: str = ""  # BT-35, BT-50
    additional_street: str = ""  # BT-36, BT-51
    city: str = ""  # BT-37, BT-52
    post_code: str = ""  # BT-38, BT-53
    subdivision: str = ""  # BT-39, BT-54
    country: str = ""  # BT-40, BT-55


@dataclass(frozen=True, kw_only=True)
class Contact:
    """BG-6 of the seller, BG-9 of the buyer."""

    name: str = ""  # BT-41, BT-56
    phone: str = ""  # BT-42, BT-57
    email: str = ""  # BT-43, BT-58

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.name or self.phone or self.email)


@dataclass(frozen=True, kw_only=True)
class TradeParty:
    """BG-4, the seller, or BG-7, the buyer."""

    name: str  # BT-27, BT-44
    trading_name: str = ""  # BT-28, BT-45
    identifier: str = ""  # BT-29, BT-46
    legal_id: str = ""  # BT-30, BT-47
    legal_id_scheme: str = ""  # of the ICD list, such as 0106 for the Dutch KvK
    vat_id: str = ""  # BT-31, BT-48
    address: PostalAddress
    electronic_address: ElectronicAddress | None = None
    contact: Contact = Contact()


@dataclass(frozen=True, kw_only=True)
class Period:
    """BG-14 of the document, BG-26 of a line: both days belong to it."""

    start: date  # BT-73, BT-134
    end: date  # BT-74, BT-135


@dataclass(frozen=True, kw_only=True)
class PrecedingInvoice:
    """BG-3, the invoice that a credit note takes back."""

    number: str  # BT-25
    issue_date: date  # BT-26


@dataclass(frozen=True, kw_only=True)
class PaymentInstructions:
    """BG-16 and its credit transfer, BG-17."""

    means_code: str  # BT-81, UNTDID 4461
    remittance: str = ""  # BT-83
    account: str = ""  # BT-84
    account_name: str = ""  # BT-85
    bank: str = ""  # BT-86, a BIC


@dataclass(frozen=True, kw_only=True)
class VatBreakdown:
    """BG-23, one group of category and rate; outside the scope of VAT there is no rate."""

    category: str  # BT-118
    rate: Decimal | None  # BT-119, per cent
    taxable: Decimal  # BT-116
    tax: Decimal  # BT-117
    exemption_code: str = ""  # BT-121, VATEX
    exemption_reason: str = ""  # BT-120


@dataclass(frozen=True, kw_only=True)
class InvoiceLine:
    """BG-25, with price details (BG-29), VAT (BG-30), item (BG-31) and its attributes (BG-32)."""

    identifier: str  # BT-126
    name: str  # BT-153
    description: str = ""  # BT-154
    product_code: str = ""  # BT-155
    cost_centre: str = ""  # BT-133
    quantity: Decimal  # BT-129
    unit: str  # BT-130, UN/ECE Recommendation 20
    price: Decimal  # BT-146, net
    per: Decimal = Decimal(1)  # BT-149
    net: Decimal  # BT-131
    vat_category: str  # BT-151
    vat_rate: Decimal | None  # BT-152
    period: Period | None = None
    attributes: tuple[tuple[str, str], ...] = ()  # BT-160, BT-161


@dataclass(frozen=True, kw_only=True)
class DocumentTotals:
    """BG-22."""

    lines: Decimal  # BT-106
    allowances: Decimal = Decimal(0)  # BT-107
    charges: Decimal = Decimal(0)  # BT-108
    without_vat: Decimal  # BT-109
    vat: Decimal  # BT-110
    with_vat: Decimal  # BT-112
    paid: Decimal = Decimal(0)  # BT-113
    rounding: Decimal = Decimal(0)  # BT-114
    due: Decimal  # BT-115


@dataclass(frozen=True, kw_only=True)
class ElectronicInvoice:
    """An invoice (380) or credit note (381) as EN 16931 has it."""

    number: str  # BT-1
    issue_date: date  # BT-2
    type_code: str  # BT-3
    currency: str  # BT-5
    due_date: date | None = None  # BT-9
    buyer_reference: str = ""  # BT-10
    purchase_order: str = ""  # BT-13
    payment_terms: str = ""  # BT-20
    notes: tuple[str, ...] = ()  # BT-22
    preceding: PrecedingInvoice | None = None
    seller: TradeParty
    buyer: TradeParty
    delivered_on: date | None = None  # BT-72
    delivered_to: str = ""  # BT-80, a country
    period: Period | None = None
    payment: PaymentInstructions | None = None
    totals: DocumentTotals
    vat: tuple[VatBreakdown, ...]
    lines: tuple[InvoiceLine, ...]

    @property
    def is_credit_note(self) -> bool:
        """Whether it takes back instead of asking."""
        return self.type_code == CREDIT_NOTE
