"""The models of billing, one room a file."""

from __future__ import annotations

from billing.models.accounts import Account, Group, InvitedMembership, Membership, ParkedAccount
from billing.models.alerts import DeclinedTopUpMail, LowCreditAlert, LowCreditMail
from billing.models.banking import BankEntry, BankFile
from billing.models.catalogue import PriceList, PriceListItem, PriceTier, Product
from billing.models.chain import ChainLink
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
from billing.models.exports import Export
from billing.models.gateways import (
    Checkout,
    GatewayAccount,
    SandboxMessage,
    SandboxMethod,
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
from billing.models.mandates import AutoTopUp, Mandate
from billing.models.payments import Payment, PaymentTarget, Receipt
from billing.models.providers import Provider
from billing.models.readers import Reader
from billing.models.registrations import (
    Registration,
    RegistrationAttempt,
    RegistrationRequest,
)
from billing.models.registries import Registry
from billing.models.seals import DocumentSeal, SealCertificate
from billing.models.seller import Seller
from billing.models.subscription_charges import SubscriptionCharge
from billing.models.subscriptions import MeterTier, Plan, PlanMeter, Subscription, UsageRecord

__all__ = [
    "Account",
    "AccountBalance",
    "Allocation",
    "AutoTopUp",
    "BankEntry",
    "BankFile",
    "ChainLink",
    "Charge",
    "ChargeVoid",
    "Checkout",
    "DeclinedTopUpMail",
    "Document",
    "DocumentBalance",
    "DocumentFile",
    "DocumentLine",
    "DocumentSeal",
    "DocumentTax",
    "EarlierEntry",
    "Export",
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
    "Mandate",
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
    "Reader",
    "Receipt",
    "Registration",
    "RegistrationAttempt",
    "RegistrationRequest",
    "Registry",
    "SandboxMessage",
    "SandboxMethod",
    "SandboxSession",
    "SealCertificate",
    "Seller",
    "Subscription",
    "SubscriptionCharge",
    "UsageRecord",
    "WebhookDelivery",
]
