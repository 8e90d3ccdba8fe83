"""What belongs to one account, list by list: the account's page shows how each of them begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.models import Account, Group, InvitedMembership, Membership, PriceList, Subscription
from certinext.identity.models import Invitation
from certinext.web.pages import Excerpt, excerpt
from invoices.models import MonthlyPermission


@dataclass(frozen=True)
class AccountRows:
    """One of an account's lists: its heading, and its rows as of a moment."""

    title: str | Promise
    rows: Callable[[Account, datetime], QuerySet[Any]]


def _members(account: Account, _now: datetime) -> QuerySet[Membership]:
    return account.memberships.select_related("user").order_by("user__full_name", "pk")


def _invitations(account: Account, now: datetime) -> QuerySet[InvitedMembership]:
    return (
        InvitedMembership.objects.filter(
            account=account, invitation__in=Invitation.objects.open(now=now)
        )
        .select_related("invitation")
        .order_by("invitation__email", "pk")
    )


def _subscriptions(account: Account, _now: datetime) -> QuerySet[Subscription]:
    return account.subscriptions.select_related("plan").order_by("-starts_on", "-id")


def _permissions(account: Account, _now: datetime) -> QuerySet[MonthlyPermission]:
    return account.monthly_permissions.order_by("-granted_at")


def _groups(account: Account, _now: datetime) -> QuerySet[Group]:
    return account.groups.order_by("name", "pk")


def _own_prices(account: Account, _now: datetime) -> QuerySet[PriceList]:
    return account.price_lists.order_by("-valid_from", "-pk")


# By the names of their routes.
LISTS = {
    "members": AccountRows(_("People"), _members),
    "invitations": AccountRows(_("Open invitations"), _invitations),
    "subscriptions": AccountRows(_("Subscriptions"), _subscriptions),
    "permissions": AccountRows(_("Monthly invoicing"), _permissions),
    "groups": AccountRows(_("Groups"), _groups),
    "own_prices": AccountRows(_("Own prices"), _own_prices),
}


def how_lists_begin(account: Account, *, now: datetime) -> dict[str, Excerpt[Model]]:
    """Return the first rows of each list and of the sub-accounts, by name."""
    number = account.account_number
    begun: dict[str, Excerpt[Model]] = {
        name: excerpt(one.rows(account, now), url=reverse(f"backoffice:{name}", args=[number]))
        for name, one in LISTS.items()
    }
    begun["sub_accounts"] = excerpt(
        account.sub_accounts.order_by("display_name", "pk"),
        url=f"{reverse('backoffice:accounts')}?partner={number}",
    )
    return begun
