"""The accounts list: what it can be narrowed by, and what its rows show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter

from billing.lists import ListFilter, search_filter, sorted_by
from billing.models import Account, Charge, DocumentBalance
from billing.models.accounts import AccountQuerySet
from billing.models.seller import current_seller
from certinext.web.pages import PageOfRows, paginate
from invoices.models import MonthlyPermission

ON, OFF = "on", "off"
YES, NO = "yes", "no"
SORTS = {"name": ("display_name", "account_number"), "number": ("account_number",)}


@dataclass(frozen=True)
class Money:
    """An amount with its currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class AccountRow:
    """An account with what it still owes, one amount a currency, and whether it is shown aside."""

    account: Account
    outstanding: list[Money]
    is_current: bool = False


@dataclass(frozen=True)
class AccountList:
    """One page of the list."""

    filters: AccountFilter
    page: PageOfRows[Account]
    rows: list[AccountRow]
    currency: str
    """The seller's own: rows in another one say so."""


class AccountFilter(ListFilter):
    """Search, and what "Add filter" offers."""

    q = search_filter(_("Name, number or tax id"))
    kind = ChoiceFilter(choices=Account.Kind.choices, label=_("Type"), empty_label=_("Any type"))
    monthly = ChoiceFilter(
        method="with_permission",
        choices=[(ON, _("On")), (OFF, _("Off"))],
        label=_("Monthly invoicing"),
        empty_label=_("On or off"),
    )
    parked = ChoiceFilter(
        method="that_are_parked",
        choices=[(YES, _("Yes")), (NO, _("No"))],
        label=_("Parked"),
        empty_label=_("Parked or not"),
    )

    partner = CharFilter(
        field_name="parent__account_number", label=_("Partner's number"), max_length=10
    )

    class Meta:
        model = Account
        fields: list[str] = []

    def search(self, queryset: AccountQuerySet, _name: str, text: str) -> QuerySet[Account]:
        """Find by number, name or tax id."""
        return queryset.search(text.strip())

    def with_permission(
        self, queryset: QuerySet[Account], _name: str, value: str
    ) -> QuerySet[Account]:
        """Keep accounts that are invoiced once a month, or the others."""
        return queryset.filter(_is_monthly() if value == ON else ~_is_monthly())

    def that_are_parked(
        self, queryset: QuerySet[Account], _name: str, value: str
    ) -> QuerySet[Account]:
        """Keep accounts that cannot be billed, or the others."""
        return queryset.filter(parked__isnull=value != YES)


def account_list(request: HttpRequest, *, current: Account | None = None) -> AccountList:
    """Return the page of accounts that the address asks for; `current` is the one shown aside."""
    filters = AccountFilter(request.GET, with_what_rows_show(), request=request)
    page = paginate(request, sorted_by(filters.qs, request, SORTS, "name"), default=25)
    owed = outstanding_of(page.rows)
    rows = [
        AccountRow(account, owed[account.pk], is_current=account == current)
        for account in page.rows
    ]
    return AccountList(filters, page, rows, current_seller().currency)


def with_what_rows_show() -> QuerySet[Account]:
    """Return the accounts with partner, parking, permission and counts, asked for at once."""
    below = Account.objects.filter(parent=OuterRef("pk")).order_by().values("parent")
    charges = Charge.objects.open().filter(payer=OuterRef("pk")).order_by().values("payer")
    return Account.objects.select_related("parent", "parked").annotate(
        is_monthly=_is_monthly(),
        sub_account_count=_counted(below),
        open_charge_count=_counted(charges),
    )


def outstanding_of(accounts: Iterable[Account]) -> defaultdict[int, list[Money]]:
    """Return what each account still owes, one amount a currency, in one query."""
    sums = (
        DocumentBalance.objects.filter(
            document__account__in=[account.pk for account in accounts], open_amount__gt=0
        )
        .order_by("document__currency")
        .values_list("document__account", "document__currency")
        .annotate(owed=Sum("open_amount"))
    )
    owed: defaultdict[int, list[Money]] = defaultdict(list)
    for account_id, currency, amount in sums:
        owed[account_id].append(Money(amount, currency))
    return owed


def _is_monthly() -> Exists:
    return Exists(MonthlyPermission.objects.open().filter(account=OuterRef("pk")))


def _counted(rows: Any) -> Coalesce:
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)
