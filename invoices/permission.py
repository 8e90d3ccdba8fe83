"""The monthly permission: one invoice a month instead of one an order.

It takes effect at once, under the account lock that placing an order shares, and is audited.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Sum

from billing.errors import CannotBill
from billing.models import Account, Charge, Seller, Subscription
from billing.models.seller import current_seller
from billing.periods import Month, day_start, local_date
from billing.posting import open_books
from certinext.audit.trail import record
from invoices.models import Invoice, MonthlyPermission
from invoices.month import invoice_period, prepare_period

# A clerk reads these; all of them stand on the list of open charges.
MOST_SHOWN = 20


class PermissionUnchanged(Exception):
    """The account has, or lacks, the permission already: somebody else was quicker."""


class NotItsOwnPayer(Exception):
    """A partner pays for this account: the permission belongs to the partner."""


@dataclass(frozen=True)
class ClosingPreview:
    """The closing invoice that turning the permission off would issue, in the account's currency.

    `charges` include the whole fee of the month and its usage so far; `net` is before tax, `fees`
    and `usage` are parts of it. `refusal` says why it cannot be made: then nothing can be switched.
    """

    charges: list[Charge] = field(default_factory=list)
    net: Decimal = Decimal(0)
    total: Decimal = Decimal(0)
    refusal: str = ""

    @property
    def fees(self) -> Decimal:
        """What the fees of subscriptions add up to, before tax."""
        return self._net_of(Charge.Kind.SUBSCRIPTION)

    @property
    def usage(self) -> Decimal:
        """What the usage adds up to, before tax."""
        return self._net_of(Charge.Kind.USAGE)

    def _net_of(self, kind: Charge.Kind) -> Decimal:
        return sum((c.net_amount for c in self.charges if c.kind == kind), Decimal(0))


@dataclass(frozen=True)
class TogglePreview:
    """What switching would do now, for the clerk to confirm.

    `open_net` is before tax, in the account's currency. Turning on: open charges, of which
    `open_charges` are the first, move to the invoice of `month`, issued on `issued_on`, and
    `subscriptions` are charged from `fees_from` on. Turning off: `closing` is invoiced at once, and
    `subscriptions` go on uncharged.
    """

    turns_on: bool
    open_charges: list[Charge]
    open_count: int
    open_net: Decimal
    subscriptions: int
    fees_from: date
    month: Month
    issued_on: datetime
    issued_invoices: int
    closing: ClosingPreview

    @property
    def shown_charges(self) -> list[Charge]:
        """The first of the charges that the switch is about."""
        return (self.closing.charges or self.open_charges)[:MOST_SHOWN]

    @property
    def charge_count(self) -> int:
        """How many charges the switch is about."""
        return len(self.closing.charges) or self.open_count

    @property
    def more_charges(self) -> int:
        """How many of them are not among the shown ones."""
        return self.charge_count - len(self.shown_charges)


def has_monthly_permission(account: Account) -> bool:
    """Say whether the account is invoiced once a month."""
    return open_permission(account) is not None


def open_permission(account: Account) -> MonthlyPermission | None:
    """Return the permission in force, if any."""
    return MonthlyPermission.objects.open().filter(account=account).first()


def uncharged_subscriptions(account: Account, *, on: date) -> int:
    """Count the account's subscriptions that go on while nothing charges them.

    Fees and usage stand on monthly invoices only, so its payer has to have the permission. What
    sub-accounts have at its expense is counted with its own.
    """
    if has_monthly_permission(account.payer):
        return 0
    if account.payer == account:
        return Subscription.objects.payable_by(account).going_on(on=on).count()
    return Subscription.objects.filter(account=account).going_on(on=on).count()


def preview_toggle(account: Account, *, now: datetime) -> TogglePreview:
    """Say what switching the permission would do, without doing it."""
    seller = current_seller()
    month = Month.of(local_date(now, seller.zone))
    charges = (
        Charge.objects.open()
        .payable_by(account)
        .select_related("product")
        .order_by("service_from", "id")
    )
    permission = open_permission(account)
    summed = charges.aggregate(net=Sum("net_amount"), count=Count("pk"))
    first_start = next_period_start(account, seller, now)
    return TogglePreview(
        turns_on=permission is None,
        open_charges=list(charges[:MOST_SHOWN]),
        open_count=summed["count"],
        open_net=summed["net"] or Decimal(0),
        subscriptions=Subscription.objects.payable_by(account)
        .going_on(on=local_date(now, seller.zone))
        .count(),
        fees_from=Month.of(local_date(first_start, seller.zone)).first_day,
        month=month,
        issued_on=day_start(month.next().first_day, seller.zone),
        issued_invoices=Invoice.objects.filter(account=account).count(),
        closing=_closing(account, permission, now) if permission else ClosingPreview(),
    )


@transaction.atomic
def grant(account: Account, *, by: str, reason: str, now: datetime) -> MonthlyPermission:
    """Turn monthly invoicing on. Open charges go to the next monthly invoice.

    A parked account stays so until it is billed: the switch mends nothing that its invoices lack.
    The first period begins with the current month; a later one where the last one ended. Raises
    `PermissionUnchanged` and `NotItsOwnPayer`.
    """
    account = Account.objects.lock(account)
    if account.payer != account:
        raise NotItsOwnPayer
    if has_monthly_permission(account):
        raise PermissionUnchanged
    open_books(account)
    permission = MonthlyPermission.objects.create(
        account=account,
        granted_at=now,
        granted_by=by,
        reason=reason,
        billed_until=next_period_start(account, current_seller(), now),
    )
    record(
        "monthly_invoicing.turned_on",
        on=account,
        by=by,
        account_number=account.account_number,
        reason=reason,
    )
    return permission


@transaction.atomic
def revoke(account: Account, *, by: str, reason: str, now: datetime) -> Invoice | None:
    """Turn monthly invoicing off; return the closing invoice for [period start, now), if any.

    Raises `PermissionUnchanged`, and `CannotBill` when the closing invoice cannot be made: then
    nothing changes, so that no charge falls between the two ways of invoicing.
    """
    account = Account.objects.lock(account)
    permission = open_permission(account)
    if permission is None:
        raise PermissionUnchanged
    # The moment was taken before the lock: somebody may have granted it again meanwhile.
    now = max(now, permission.granted_at)
    invoice = invoice_period(account, permission, until=now, now=now, issued_by=by)
    permission.revoked_at, permission.revoked_by = now, by
    permission.save(update_fields=["revoked_at", "revoked_by"])
    record(
        "monthly_invoicing.turned_off",
        on=account,
        by=by,
        account_number=account.account_number,
        reason=reason,
        closing_invoice=str(invoice) if invoice else "",
    )
    return invoice


def _closing(account: Account, permission: MonthlyPermission, now: datetime) -> ClosingPreview:
    """Compute the closing invoice that `revoke` would issue."""
    try:
        batch = prepare_period(account, permission, until=now, now=now, issued_by="")
    except CannotBill as error:
        return ClosingPreview(refusal=error.reason)
    all_wanted = current_seller().issue_zero_invoices
    wanted = [prepared for prepared in batch if prepared.is_wanted or all_wanted]
    return ClosingPreview(
        charges=[line.charge for prepared in wanted for line in prepared.lines if line.charge],
        net=sum((prepared.document.net_total for prepared in wanted), Decimal(0)),
        total=sum((prepared.document.total for prepared in wanted), Decimal(0)),
    )


def next_period_start(account: Account, seller: Seller, now: datetime) -> datetime:
    """Return the moment from which the account's next monthly invoice bills, or would bill."""
    last = MonthlyPermission.objects.filter(account=account).order_by("-billed_until").first()
    if last is not None:
        return last.billed_until
    return day_start(Month.of(local_date(now, seller.zone)).first_day, seller.zone)
