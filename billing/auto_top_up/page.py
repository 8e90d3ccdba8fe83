"""What the pages say of an automatic top-up: how it stands, and the text that is agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing.auto_top_up.claim import UNDER_WAY, charged_in_month
from billing.auto_top_up.declines import PAUSED_AFTER
from billing.auto_top_up.terms import in_force, kept_method
from billing.models import Account, AutoTopUp, GatewayAccount, Mandate, Provider
from billing.models.seller import current_seller
from billing.money import ZERO
from billing.payments.filters import with_what_rows_show
from billing.payments.owed import free_credits
from billing.payments.words import row_of
from certinext.web.formatting import money

SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How an automatic top-up stands: a word with its kind, and a sentence that says what follows.

    `charged` is what counts in this month, in `currency`.
    """

    word: str
    kind: str
    sentence: str
    charged: Decimal
    currency: str


def reading(account: Account, *, now: datetime) -> dict[str, Any]:
    """Return the context of an automatic top-up's page, at either desk."""
    agreed, method = in_force(account), kept_method(account)
    latest = with_what_rows_show(account.payments.filter(auto_top_up__isnull=False))
    return {
        "account": account,
        "agreed": agreed,
        "standing": standing_of(agreed, now=now) if agreed else None,
        "method": method,
        "method_at": gateway_name(method) if method else "",
        "free": free_credits(account),
        "rows": [row_of(payment) for payment in latest.order_by("-id")[:SHOWN]],
        "ended": None if agreed else AutoTopUp.objects.filter(account=account).first(),
        "zone": current_seller().time_zone,
    }


def standing_of(agreed: AutoTopUp, *, now: datetime) -> Standing:
    """Say how it stands."""
    counted = charged_in_month(now).filter(account=agreed.account)
    charged = sum((payment.amount for payment in counted), ZERO)
    word, kind, sentence = _standing(agreed, charged)
    return Standing(
        word=word, kind=kind, sentence=sentence, charged=charged, currency=agreed.currency
    )


def consent_text(account: Account, mandate: Mandate, terms: dict[str, Any]) -> str:
    """Return the text that is agreed to: exactly what is charged, to what, and when."""
    currency, seller = terms["currency"], current_seller()
    return _(
        "Each time less than %(threshold)s of the credits of %(account)s is free to spend,"
        " %(seller)s charges %(amount)s to %(method)s at %(gateway)s and adds it to the credits,"
        " without asking again: once for each fall, %(when)s, and at most %(limit)s in a calendar"
        " month (%(zone)s time). A fall that this limit stops is charged when the next"
        " month begins, if credits are still too low then. Credits that you ask back or get back"
        " never cause a charge. This holds until you turn it off or remove the payment method;"
        " nothing is asked of your bank after that."
    ) % {
        "threshold": money(terms["threshold"], currency),
        "amount": money(terms["amount"], currency),
        "limit": money(terms["monthly_limit"], currency),
        "when": _when(mandate),
        "account": f"{account.display_name} ({account.account_number})",
        "seller": seller.legal_name,
        "method": mandate,
        "gateway": gateway_name(mandate),
        "zone": seller.time_zone,
    }


def gateway_name(mandate: Mandate) -> str:
    """Return what people call the gateway that keeps a method."""
    return str(Provider(mandate.provider).label)


def _when(mandate: Mandate) -> str:
    """Say how soon a fall is charged: banks in India announce it a day and a half before."""
    if mandate.provider == Provider.RAZORPAY:
        return _("within two days, because your bank announces it first")
    return _("within minutes")


def _standing(agreed: AutoTopUp, charged: Decimal) -> tuple[str, str, str]:
    account = agreed.account
    if agreed.currency != account.currency:
        return (
            _("Waits"),
            "warning",
            _("The account's currency is another one now: agree to new amounts."),
        )
    if agreed.paused_at:
        return (
            _("Paused"),
            "warning",
            _("%(count)s top-ups in a row were declined: nothing is charged until you go on.")
            % {"count": PAUSED_AFTER},
        )
    gateway = GatewayAccount.objects.filter(provider=agreed.mandate.provider, enabled=True)
    if not gateway.exists():
        return _("Waits"), "warning", _("The gateway is turned off: nothing is charged.")
    if account.payments.filter(auto_top_up__isnull=False, state__in=UNDER_WAY).exists():
        return _("Charging"), "info", _("A top-up is under way.")
    if charged + agreed.amount > agreed.monthly_limit:
        return (
            _("Limit reached"),
            "warning",
            _("Nothing more is charged before the next month begins."),
        )
    if not agreed.is_armed and free_credits(account) < agreed.threshold:
        return (
            _("Waits"),
            "warning",
            _("Credits are too low already: add credits once, the next fall is charged by itself."),
        )
    return _("On"), "positive", _("Waits for credits to fall.")
