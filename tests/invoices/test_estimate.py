"""This month so far: the next invoice as the run would make it, and nothing written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import Account, Charge, Document, PlanMeter, Seller, Subscription
from invoices.estimate import next_monthly_invoice
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    MembershipFactory,
    PlanMeterFactory,
    SubscriptionFactory,
    UsageRecordFactory,
)
from tests.invoices.monthly import at, bill, granted, invoices_of, nets

pytestmark = pytest.mark.django_db
Subscribed = tuple[Subscription, PlanMeter]


@pytest.fixture
def account(db: None) -> Account:
    monthly: Account = AccountFactory()
    granted(monthly)
    return monthly


def subscribe(account: Account, **facts: object) -> Subscribed:
    meter = PlanMeterFactory(plan__minimum_commitment=Decimal("50000.00"))
    return SubscriptionFactory(account=account, plan=meter.plan, **facts), meter


def use(of: Subscribed, quantity: int, on: str = "2026-10-06") -> None:
    UsageRecordFactory(
        subscription=of[0], meter=of[1], quantity=quantity, occurred_on=date.fromisoformat(on)
    )


def so_far(account: Account, when: str) -> list[tuple[str, str]]:
    estimate = next_monthly_invoice(account, now=at(when))
    assert estimate
    return [(line.description, f"{line.net_amount:.2f}") for line in estimate.lines]


def test_the_estimate_is_what_the_run_then_issues(account: Account) -> None:
    use(subscribe(account, starts_on=date(2026, 10, 22)), 12_000, on="2026-10-25")
    ChargeFactory(account=account, service_from="2026-10-02")
    estimate = next_monthly_invoice(account, now=at("2026-10-26 12:00"))
    bill("2026-10")

    (invoice,) = invoices_of(account)
    assert estimate
    lines = [(line.description, f"{line.net_amount:.2f}") for line in estimate.lines]
    assert lines == nets(invoice)
    assert (estimate.net, estimate.total) == (
        invoice.document.net_total,
        invoice.document.total,
    )
    taxes = [(tax.component, tax.tax_amount) for tax in invoice.document.taxes.all()]
    assert [(tax.component, tax.tax_amount) for tax in estimate.taxes] == taxes
    assert invoice.period
    assert (estimate.start, estimate.until) == (invoice.period.lower, invoice.period.upper)


def test_nothing_is_written(account: Account) -> None:
    use(subscribe(account), 12_000)
    with CaptureQueriesContext(connection) as queries:
        next_monthly_invoice(account, now=at("2026-10-20 12:00"))

    assert not [q["sql"] for q in queries if not q["sql"].lstrip().startswith("SELECT")]
    assert not Charge.objects.exists()
    assert not Document.objects.exists()


def test_what_came_late_stands_on_it_and_says_so(account: Account) -> None:
    plan = subscribe(account)
    bill("2026-10")
    use(plan, 20_000)

    estimate = next_monthly_invoice(account, now=at("2026-11-10 12:00"))
    assert estimate
    assert [(line.kind, line.is_late) for line in estimate.lines] == [
        ("subscription", False),
        ("usage", True),
        ("usage", True),
        ("usage", False),
    ]


def test_a_month_that_is_over_is_the_next_invoice_until_it_is_billed(account: Account) -> None:
    ChargeFactory(account=account, service_from="2026-10-02", description="October")
    ChargeFactory(account=account, service_from="2026-11-01", description="November")

    over = next_monthly_invoice(account, now=at("2026-11-01 00:10"))
    assert over
    assert (over.is_over, [line.description for line in over.lines]) == (True, ["October"])
    bill("2026-10")
    assert so_far(account, "2026-11-01 00:40") == [("November", "8925.00")]


@pytest.mark.parametrize(
    ("zone", "ends"),
    [("Europe/Berlin", "2026-10-31T23:00:00+00:00"), ("Asia/Kolkata", "2026-10-31T18:30:00+00:00")],
)
def test_the_period_ends_with_the_month_of_the_sellers_zone_also_where_clocks_change(
    zone: str, ends: str
) -> None:
    Seller.objects.update(time_zone=zone)
    account = AccountFactory()
    granted(account, "2026-10-10 09:00")
    estimate = next_monthly_invoice(account, now=at("2026-10-25 02:30", zone))

    assert estimate
    assert estimate.until.isoformat() == ends


def test_without_monthly_invoicing_there_is_no_estimate() -> None:
    assert next_monthly_invoice(AccountFactory(), now=at("2026-10-20 12:00")) is None


def test_an_account_that_cannot_be_billed_is_told_why(account: Account) -> None:
    ChargeFactory(account=account, currency="USD")
    estimate = next_monthly_invoice(account, now=at("2026-10-20 12:00"))
    assert estimate
    assert "USD" in estimate.refusal


def test_the_queries_do_not_grow_with_lines_and_subscriptions(account: Account) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            next_monthly_invoice(account, now=at("2026-10-20 12:00"))
        return len(queries)

    use(subscribe(account), 12_000)
    ChargeFactory(account=account)
    few = count()
    for _ in range(4):
        use(subscribe(account), 12_000)
        ChargeFactory(account=account)
    assert count() == few


# ── The pages
SignIn = Callable[[Account], Client]


@pytest.fixture
def admin_of(sign_in: Callable[..., Client]) -> SignIn:
    """Sign in as an administrator of an account."""

    def signed_in(account: Account) -> Client:
        return sign_in(MembershipFactory(account=account, role="administrator").user)

    return signed_in


def test_the_page_says_that_it_is_an_estimate_with_date_and_zone(
    account: Account, admin_of: SignIn
) -> None:
    subscribe(account)
    html = unescape(admin_of(account).get("/invoices/this-month/").content.decode())
    assert "<strong>Estimate</strong> as of" in html
    assert "Asia/Kolkata" in html
    assert "Enterprise plan" in html
    assert '<caption class="visually-hidden">Lines of the next invoice</caption>' in html
    assert "up to the minimum commitment" in html


def test_an_account_without_monthly_invoicing_is_told_so(admin_of: SignIn) -> None:
    html = admin_of(AccountFactory()).get("/invoices/this-month/").content.decode()
    assert "No monthly invoice is being prepared" in html
