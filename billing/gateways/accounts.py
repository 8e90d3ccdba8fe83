"""The gateways that this seller has: from their stored settings to something that can be asked."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.conf import settings
from django.db import transaction

from billing.gateways.interface import Gateway
from billing.gateways.sealing import seal, unseal
from billing.gateways.via_razorpay import RazorpayGateway
from billing.gateways.via_sandbox import SandboxGateway
from billing.gateways.via_stripe import StripeGateway
from billing.models import GatewayAccount, Provider
from certinext.audit.trail import record


class NoSuchGateway(LookupError):
    """The seller has no account at this gateway, or has not finished setting it up; or it is the
    sandbox, and the installation allows none."""


def allowed_providers() -> list[Provider]:
    """Return the gateways that this installation allows: the sandbox only where its setting does.

    A seller's own switch is not enough: what the sandbox "pays" settles real invoices.
    """
    return [one for one in Provider if one != Provider.SANDBOX or settings.SANDBOX_GATEWAY]


def enabled_gateways() -> list[GatewayAccount]:
    """Return the gateways that customers may pay with, the imitated one last."""
    order = allowed_providers()
    found = GatewayAccount.objects.filter(enabled=True, provider__in=order)
    return sorted(found, key=lambda account: order.index(Provider(account.provider)))


def gateway_at(provider: str) -> Gateway:
    """Return the gateway of a provider, also a disabled one: what was begun there goes on.

    Raises `NoSuchGateway`, also where no webhook secret was set.
    """
    account = GatewayAccount.objects.filter(provider=provider).first()
    if provider not in allowed_providers() or account is None or not account.sealed_webhook_secret:
        raise NoSuchGateway(provider)
    return MAKERS[Provider(account.provider)](account)


def webhook_secret_of(account: GatewayAccount) -> str:
    """Return the secret that the gateway's messages are signed with."""
    return unseal(account.sealed_webhook_secret)


@transaction.atomic
def set_up(
    provider: Provider,
    *,
    enabled: bool,
    by: str,
    publishable_key: str = "",
    secret: str = "",
    webhook_secret: str = "",
) -> GatewayAccount:
    """Store a gateway's settings, on the record; an empty secret keeps the one there is.

    The sandbox makes its own webhook secret: nobody has to type one in. Raises `NoSuchGateway` for
    one that the installation does not allow.
    """
    if provider not in allowed_providers():
        raise NoSuchGateway(provider)
    account = GatewayAccount.objects.select_for_update().filter(provider=provider).first()
    account = account or GatewayAccount(provider=provider)
    if provider == Provider.SANDBOX and not account.sealed_webhook_secret:
        webhook_secret = webhook_secret or secrets.token_hex(32)
    account.enabled, account.publishable_key = enabled, publishable_key
    if secret:
        account.sealed_secret = seal(secret)
    if webhook_secret:
        account.sealed_webhook_secret = seal(webhook_secret)
    account.save()
    record(
        "gateway.changed",
        on=account,
        by=by,
        enabled=enabled,
        publishable_key=publishable_key,
        # That they were set, never what they are.
        secret_set=bool(secret),
        webhook_secret_set=bool(webhook_secret),
    )
    return account


def _stripe(account: GatewayAccount) -> Gateway:
    return StripeGateway(
        secret=unseal(account.sealed_secret), webhook_secret=webhook_secret_of(account)
    )


def _razorpay(account: GatewayAccount) -> Gateway:
    return RazorpayGateway(
        key_id=account.publishable_key,
        secret=unseal(account.sealed_secret),
        webhook_secret=webhook_secret_of(account),
    )


def _sandbox(account: GatewayAccount) -> Gateway:
    return SandboxGateway(webhook_secret=webhook_secret_of(account))


MAKERS: dict[Provider, Callable[[GatewayAccount], Gateway]] = {
    Provider.STRIPE: _stripe,
    Provider.RAZORPAY: _razorpay,
    Provider.SANDBOX: _sandbox,
}
