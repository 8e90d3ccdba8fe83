"""What the pages of billing runs show: progress, totals, parked accounts, outcome per account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    DecimalField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Abs, Coalesce, RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Account
from billing.periods import Month
from certinext.backoffice.accounts import Money
from invoices.models import BillingRun, BillingRunItem
from invoices.tasks import BY as SCHEDULE

State = BillingRunItem.State
AMOUNT: DecimalField[Decimal, Decimal] = DecimalField(max_digits=18, decimal_places=3)

# Accounts that are named with their reason; the list below has them all.
MOST_SHOWN = 12

VIEWS = [
    ("", gettext_lazy("Biggest change")),
    ("invoiced", gettext_lazy("Invoiced")),
    ("later", gettext_lazy("Billed later")),
    ("parked", gettext_lazy("Parked")),
    ("nothing", gettext_lazy("Nothing to bill")),
    ("waiting", gettext_lazy("Waiting")),
]
# An invoice for several months is counted in the last of their runs; the others point there.
OF_THE_RUN = Q(invoice__period__endswith__lte=F("run__period_end"))
OF_A_LATER_RUN = Q(invoice__period__endswith__gt=F("run__period_end"))
CONDITIONS = {
    "": Q(),
    "invoiced": OF_THE_RUN,
    "later": OF_A_LATER_RUN,
    "parked": Q(state=State.PARKED),
    "nothing": Q(state=State.DONE, invoice__isnull=True),
    "waiting": Q(state=State.TODO),
}


@dataclass(frozen=True)
class RunSummary:
    """A run with the numbers of its accounts and what it invoiced, one amount a currency."""

    run: BillingRun
    counts: dict[str, int]
    totals: list[Money] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All accounts of the run."""
        return self.counts[""]

    @property
    def finished(self) -> int:
        """Accounts that are billed, without anything to bill, or parked."""
        return self.total - self.counts["waiting"]

    @property
    def started_by(self) -> str:
        """Who started it: a person, a command, or the schedule."""
        return _("the schedule") if self.run.started_by == SCHEDULE else self.run.started_by

    @property
    def is_running(self) -> bool:
        """Whether a worker still has something to do."""
        return self.run.state == BillingRun.State.RUNNING


@dataclass(frozen=True)
class ParkedReason:
    """Why some accounts of a run are parked, what helps, how many they are, and the first ones."""

    title: str
    remedy: str
    count: int
    accounts: list[Account]
    reasons: list[str]

    @property
    def more(self) -> int:
        """How many accounts are not among the shown ones."""
        return self.count - len(self.accounts)


def summarise(runs: Sequence[BillingRun]) -> list[RunSummary]:
    """Return the runs with counts and totals, in two queries however many there are."""
    counted = _counts(runs)
    totals: dict[int, list[Money]] = {}
    sums = (
        BillingRunItem.objects.filter(OF_THE_RUN, run__in=runs)
        .order_by("invoice__document__currency")
        .values_list("run", "invoice__document__currency")
        .annotate(sum=Sum("invoice__document__total"))
    )
    for run_id, currency, amount in sums:
        totals.setdefault(run_id, []).append(Money(amount, currency))
    nothing = dict.fromkeys(CONDITIONS, 0)
    return [RunSummary(run, counted.get(run.pk, nothing), totals.get(run.pk, [])) for run in runs]


def parked_by_reason(run: BillingRun) -> list[ParkedReason]:
    """Return the reasons of parked accounts, the most frequent first, with some accounts each.

    One query, and `MOST_SHOWN` rows for each of the few reasons, however many accounts are parked.
    """
    found: dict[str, list[Any]] = {}
    window: dict[str, Any] = {"partition_by": "reason_code"}
    parked = (
        run.items.filter(state=State.PARKED)
        .annotate(
            place=Window(RowNumber(), order_by="account_id", **window),
            count=Window(Count("pk"), **window),
        )
        .filter(place__lte=MOST_SHOWN)
        .select_related("account")
        .order_by("-count", "reason_code", "place")
    )
    for item in parked:
        found.setdefault(item.reason_code, []).append(item)
    return [_reason(code, items) for code, items in found.items()]


def outcomes(run: BillingRun, *, view: str) -> QuerySet[BillingRunItem]:
    """Return the run's items with the amount, that of the month before, and the difference.

    The biggest difference comes first: it is what a person should look at. An item that a later
    run's invoice covers has no amount and no difference here: they stand in that run, whose month
    is `billed_with`.
    """
    before = BillingRunItem.objects.filter(
        OF_THE_RUN, run__month=str(Month.parse(run.month).previous()), account=OuterRef("account")
    ).values("invoice__document__total")
    lines = (
        BillingRunItem.objects.filter(pk=OuterRef("pk"))
        .order_by()
        .values("pk")
        .annotate(n=Count("invoice__document__lines"))
        .values("n")
    )
    later = BillingRun.objects.filter(period_end=OuterRef("invoice__period__endswith"))
    nothing = Value(Decimal(0), output_field=AMOUNT)
    return (
        run.items.filter(CONDITIONS[view])
        .select_related("account", "invoice__document")
        .annotate(
            is_later=Case(When(OF_A_LATER_RUN, then=True), default=False),
            billed_with=Subquery(later.values("month")[:1]),
            billed_with_start=Subquery(later.values("period_start")[:1]),
            amount=Case(When(OF_THE_RUN, then=F("invoice__document__total"))),
            before=Subquery(before[:1], output_field=AMOUNT),
            line_count=Case(When(is_later=True, then=0), default=Subquery(lines)),
        )
        .annotate(
            difference=Case(
                When(is_later=True, then=nothing),
                default=Coalesce("amount", nothing) - Coalesce("before", nothing),
            )
        )
        .order_by(Abs("difference").desc(), "account__display_name", "pk")
    )


def run_counts(run: BillingRun) -> dict[str, int]:
    """Return how many items each view of the run holds."""
    return _counts([run]).get(run.pk, dict.fromkeys(CONDITIONS, 0))


def _counts(runs: Iterable[BillingRun]) -> dict[int, dict[str, int]]:
    wanted = {
        f"rows_{name}": Count("pk", filter=condition) if condition else Count("pk")
        for name, condition in CONDITIONS.items()
    }
    rows: Any = (
        BillingRunItem.objects.filter(run__in=list(runs))
        .order_by()
        .values("run")
        .annotate(**wanted)
    )
    return {row["run"]: {name: row[f"rows_{name}"] for name in CONDITIONS} for row in rows}


def _reason(code: str, items: list[Any]) -> ParkedReason:
    title, remedy = _remedies().get(code, (items[0].reason, ""))
    return ParkedReason(
        title=title,
        remedy=remedy,
        count=items[0].count,
        accounts=[item.account for item in items],
        reasons=list(dict.fromkeys(item.reason for item in items))[:3],
    )


def _remedies() -> dict[str, tuple[str, str]]:
    """Say what each reason means and what a clerk does about it."""
    return {
        "address-missing": (
            _("The billing address is incomplete"),
            _("Invoices need the buyer's full address: add it to the account."),
        ),
        "buyer-country-missing": (
            _("The country is missing"),
            _("Without it no tax can be decided: add it to the account's address."),
        ),
        "buyer-state-missing": (
            _("The State is missing"),
            _("Invoices without a State cannot name the place of supply."),
        ),
        "currency-mismatch": (
            _("A charge is in another currency than the account"),
            _("No price is ever converted: void that one among the account's open charges."),
        ),
        "mixed-tax": (
            _("The charges cannot stand on one invoice"),
            _(
                "Their taxes exclude each other: mend the account's address or tax id, or void one"
                " of them among its open charges."
            ),
        ),
        "too-many-lines": (
            _("There are more charges than one document holds"),
            _("Void what is not to be billed among the account's open charges."),
        ),
        "unexpected-error": (
            _("Billing failed several times"),
            _("Ask the operators: the log names the cause under the reference of each account."),
        ),
    }
