"""The models of billing, one room a file."""

from __future__ import annotations

from billing.models.accounts import Account, Group, InvitedMembership, Membership, ParkedAccount
from billing.models.catalogue import PriceList, PriceListItem, Product
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
from billing.models.imports import ImportRow, ImportRun
from billing.models.ledger import LedgerAccount, LedgerTransfer
from billing.models.seller import Seller
from billing.models.subscriptions import Plan, PlanMeter, Subscription, UsageRecord

__all__ = [
    "Account",
    "Allocation",
    "Charge",
    "ChargeVoid",
    "Document",
    "DocumentBalance",
    "DocumentFile",
    "DocumentLine",
    "DocumentTax",
    "Group",
    "ImportRow",
    "ImportRun",
    "InvitedMembership",
    "LedgerAccount",
    "LedgerTransfer",
    "Membership",
    "NumberSeries",
    "OutboxMessage",
    "ParkedAccount",
    "Plan",
    "PlanMeter",
    "PriceList",
    "PriceListItem",
    "Product",
    "Seller",
    "Subscription",
    "UsageRecord",
]
