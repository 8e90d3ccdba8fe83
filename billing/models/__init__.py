"""The models of billing, one room a file."""

from __future__ import annotations

from billing.models.accounts import Account, Group, InvitedMembership, Membership, ParkedAccount
from billing.models.alerts import LowCreditAlert, LowCreditMail
from billing.models.banking import BankEntry, BankFile
from billing.models.catalogue import PriceList, PriceListItem, PriceTier, Product
from billing.models.charges import Charge, ChargeVoid
from billing.models.documents import (
    Allocation,
    Document,
    DocumentBalance,
    DocumentFile,
    DocumentLine,
    DocumentTax,
    NumberSeries,
    OutboxMessage,
)
from billing.models.gateways import (
    Checkout,
    GatewayAccount,
    Provider,
    SandboxMessage,
    SandboxSession,
    WebhookDelivery,
)
from billing.models.history import EarlierEntry, LedgerCheck
from billing.models.imports import ImportRow, ImportRun
from billing.models.ledger import (
    AccountBalance,
    LedgerAccount,
    LedgerDay,
    LedgerEntry,
    LedgerTransfer,
)
from billing.models.payments import Payment, PaymentTarget, Receipt
from billing.models.seals import DocumentSeal, SealCertificate
from billing.models.seller import Seller
from billing.models.subscription_charges import SubscriptionCharge
from billing.models.subscriptions import MeterTier, Plan, PlanMeter, Subscription, UsageRecord

__all__ = [
    "Account",
    "AccountBalance",
    "Allocation",
    "BankEntry",
    "BankFile",
    "Charge",
    "ChargeVoid",
    "Checkout",
    "Document",
    "DocumentBalance",
    "DocumentFile",
    "DocumentLine",
    "DocumentSeal",
    "DocumentTax",
    "EarlierEntry",
    "GatewayAccount",
    "Group",
    "ImportRow",
    "ImportRun",
    "InvitedMembership",
    "LedgerAccount",
    "LedgerCheck",
    "LedgerDay",
    "LedgerEntry",
    "LedgerTransfer",
    "LowCreditAlert",
    "LowCreditMail",
    "Membership",
    "MeterTier",
    "NumberSeries",
    "OutboxMessage",
    "ParkedAccount",
    "Payment",
    "PaymentTarget",
    "Plan",
    "PlanMeter",
    "PriceList",
    "PriceListItem",
    "PriceTier",
    "Product",
    "Provider",
    "Receipt",
    "SandboxMessage",
    "SandboxSession",
    "SealCertificate",
    "Seller",
    "Subscription",
    "SubscriptionCharge",
    "UsageRecord",
    "WebhookDelivery",
]
