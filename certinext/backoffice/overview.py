"""What the overview says: what needs a person, and the key figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Sum

from billing.models import (
    Account,
    Charge,
    DocumentBalance,
    ImportRun,
    NumberSeries,
    OutboxMessage,
    ParkedAccount,
)
from billing.models.seller import current_seller
from billing.periods import Month
from billing.series import nearly_full_series
from certinext.backoffice.accounts import Money
from certinext.backoffice.registrations import Trouble, trouble
from certinext.backoffice.runs import RunSummary, summarise
from invoices.models import BillingRun, MonthlyPermission
from invoices.monthly_run import due_months

# How long a file with rows that did not go in asks for a person.
FAILED_IMPORTS_COUNT = timedelta(days=7)


@dataclass(frozen=True)
class Overview:
    """Everything at one moment. Amounts are one a currency."""

    parked: list[ParkedAccount]
    parked_count: int
    running: list[RunSummary]
    due: list[Month]
    failed_messages: list[OutboxMessage]
    failed_count: int
    failed_imports: list[ImportRun]
    failed_import_count: int
    full_series: list[NumberSeries]
    registrations: Trouble
    outstanding: list[Money]
    overdue: list[Money]
    overdue_count: int
    open_net: list[Money]
    account_count: int
    monthly_count: int

    @property
    def is_quiet(self) -> bool:
        """Whether nothing needs a person."""
        failed = self.failed_count or self.failed_import_count
        waiting = self.parked_count or self.running or self.due or failed
        unregistered = self.registrations.count or self.registrations.late
        return not (waiting or self.full_series or unregistered)


def overview(*, now: datetime, today: date) -> Overview:
    """Ask the active tenant's tables; `today` is a day in the seller's zone."""
    parked = ParkedAccount.objects.select_related("account").order_by("-parked_at")
    # One attempt without an error is at work right now.
    waiting = OutboxMessage.objects.filter(done_at__isnull=True, attempts__gt=0)
    failed = waiting.exclude(attempts=1, error="")
    imports = ImportRun.objects.filter(
        counts__failed__gt=0, started_at__gte=now - FAILED_IMPORTS_COUNT
    ).order_by("-id")
    owed = DocumentBalance.objects.filter(open_amount__gt=0)
    late = owed.filter(document__due_date__lt=today)
    accounts = Account.objects.aggregate(all=Count("pk"))
    return Overview(
        parked=list(parked[:5]),
        parked_count=parked.count(),
        running=summarise(list(BillingRun.objects.filter(state=BillingRun.State.RUNNING)[:5])),
        due=due_months(now=now),
        failed_messages=list(failed.select_related("document").order_by("-attempts", "id")[:5]),
        failed_count=failed.count(),
        failed_imports=list(imports[:5]),
        failed_import_count=imports.count(),
        registrations=trouble(),
        full_series=nearly_full_series(current_seller(), today=today),
        outstanding=_sums(owed.values_list("document__currency").annotate(Sum("open_amount"))),
        overdue=_sums(late.values_list("document__currency").annotate(Sum("open_amount"))),
        overdue_count=late.count(),
        open_net=_sums(
            Charge.objects.open().order_by().values_list("currency").annotate(Sum("net_amount"))
        ),
        account_count=accounts["all"],
        monthly_count=MonthlyPermission.objects.open().count(),
    )


def _sums(rows: object) -> list[Money]:
    found: list[tuple[str, Decimal]] = list(rows)  # type: ignore[call-overload]  # rows of two values
    return [Money(amount, currency) for currency, amount in sorted(found)]
