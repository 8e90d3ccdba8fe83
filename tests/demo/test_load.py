"""What the demo shows once it is loaded: each category of the portal's business, by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal

import pytest
from django.db.models import Count, Sum
from django.test import Client
from pytest_django import Settings

from billing.models import (
    Account,
    BankFile,
    Charge,
    ChargeVoid,
    Document,
    DocumentBalance,
    DocumentLine,
    ImportRow,
    ImportRun,
    LedgerTransfer,
    Membership,
    NumberSeries,
    OutboxMessage,
    ParkedAccount,
    Payment,
    Product,
    UsageRecord,
)
from billing.periods import Month, local_date
from certinext.audit.models import AuditEvent
from certinext.backoffice.demo.calendar import Calendar
from certinext.backoffice.demo.guide import guide
from certinext.backoffice.demo.make import make_demo
from certinext.backoffice.demo.money import number_of
from certinext.backoffice.demo.plans import SellerPlan
from certinext.backoffice.demo.sellers import OPERATOR, PASSWORD, SELLERS
from certinext.backoffice.demo.sights import sights
from certinext.identity.models import User
from certinext.tenancy.models import Domain
from certinext.tenancy.schema import use_public
from credit_notes.models import CreditNote
from invoices.models import BillingRun, Invoice, MonthlyPermission, Reminder, ReminderMail
from orders.models import AddedName, Cancellation, Order, OrderStatus, Rejection
from tests.database import connected_to
from tests.demo.conftest import LAST_MONTH, NOW, at
from tests.invariants import broken_invariants

EMSIGN, HARBOUR = SELLERS
pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture(params=SELLERS, ids=lambda seller: seller.schema)
def seller(request: pytest.FixtureRequest, demo: str) -> Iterator[SellerPlan]:
    """Each seller in turn, its tenant active."""
    with at(request.param):
        yield request.param


# ── Accounts


def test_there_are_at_least_twelve_accounts(seller: SellerPlan) -> None:
    assert Account.objects.count() == len(seller.accounts) >= 12


def test_accounts_invoiced_per_order_and_monthly(seller: SellerPlan) -> None:
    monthly = {account.number for account in seller.accounts if account.monthly}
    permitted = MonthlyPermission.objects.filter(revoked_at=None)

    assert set(permitted.values_list("account__account_number", flat=True)) == monthly
    assert kinds_of_invoices() == {Invoice.Kind.PER_ORDER, Invoice.Kind.MONTHLY}
    assert not Invoice.objects.filter(kind="per_order", account__in=permitted.values("account"))


def test_a_partner_pays_for_one_sub_account_and_the_other_pays_itself(seller: SellerPlan) -> None:
    (partner,) = Account.objects.filter(kind="partner")
    paid_for, own = partner.sub_accounts.order_by("bill_to")

    assert (paid_for.bill_to, own.bill_to) == ("parent", "self")
    assert not Document.objects.filter(account=paid_for).exists()
    assert DocumentLine.objects.filter(
        document__account=partner, account_name=paid_for.display_name
    ).exists()
    assert Invoice.objects.filter(account=own, kind="per_order").exists()


def test_accounts_are_parked_with_the_reason(seller: SellerPlan) -> None:
    reasons = set(ParkedAccount.objects.values_list("reason_code", flat=True))

    if seller is EMSIGN:
        assert reasons == {"address-missing", "buyer-state-unknown"}
    else:
        assert reasons == {"address-missing", "buyer-vat-id-invalid"}
    for parked in ParkedAccount.objects.all():
        assert not Document.objects.filter(account=parked.account).exists()


def test_earlier_orders_of_an_account_that_came_later_are_history(seller: SellerPlan) -> None:
    (account,) = Account.objects.exclude(billing_from=None)
    before = Order.objects.filter(account=account, ordered_at__date__lt=account.billing_from)

    assert before.exists()
    assert not Charge.objects.filter(order_charge__order__in=before).exists()


def test_a_partner_has_prices_of_its_own(seller: SellerPlan) -> None:
    (partner,) = Account.objects.filter(kind="partner")
    plan = next(account for account in seller.accounts if account.discount)
    charge = Charge.objects.filter(account=partner, unit_price__gt=0, term_years=1).first()

    assert charge is not None
    assert charge.product is not None
    general = Decimal(seller.products[charge.product.product_code].prices[0])
    assert charge.unit_price == general * (100 - plan.discount) / 100


# ── Taxes


@pytest.mark.parametrize(
    ("seller", "rule"),
    [
        (EMSIGN, "in-intra-state"),
        (EMSIGN, "in-inter-state"),
        (EMSIGN, "in-sez-lut"),
        (EMSIGN, "in-export-lut"),
        (HARBOUR, "eu-domestic"),
        (HARBOUR, "eu-reverse-charge"),
        (HARBOUR, "eu-oss-destination"),
        (HARBOUR, "eu-outside-scope"),
    ],
    indirect=["seller"],
)
@pytest.mark.parametrize("kind", ["invoice"])
def test_invoices_of_each_tax_rule(seller: SellerPlan, rule: str, kind: str) -> None:
    assert Document.objects.filter(kind=kind, tax_decision__rule=rule, total__gt=0).exists()


def test_two_members_states_have_their_own_rate_in_the_one_stop_shop(demo: str) -> None:
    with at(HARBOUR):
        lines = DocumentLine.objects.filter(document__tax_decision__rule="eu-oss-destination")

        assert set(lines.values_list("tax_rate", flat=True)) == {Decimal(23), Decimal(25)}


def test_totals_are_rounded_to_the_rupee_with_a_line_of_their_own(demo: str) -> None:
    with at(EMSIGN):
        assert Document.objects.exclude(rounding=0).exists()
        assert all(document.total % 1 == 0 for document in Document.objects.filter(kind="invoice"))


# ── Orders


def test_orders_cancelled_before_they_were_invoiced_leave_nothing_to_bill(
    seller: SellerPlan,
) -> None:
    void = ChargeVoid.objects.filter(charge__order_charge__order__order_status=5)
    never = Order.objects.filter(order_status=OrderStatus.CANCELLED, order_charges=None)

    assert void.exists()
    assert never.exists()
    assert not DocumentLine.objects.filter(charge__void__isnull=False).exists()


def test_orders_cancelled_after_they_were_invoiced_are_credited(seller: SellerPlan) -> None:
    credited = CreditNote.objects.filter(reason_code="cancelled", invoice__kind="per_order")
    from_monthly = CreditNote.objects.filter(reason_code="cancelled", invoice__kind="monthly")

    assert credited.count() >= 3
    assert from_monthly.exists()


def test_rejected_orders_are_credited_or_leave_nothing_to_bill(seller: SellerPlan) -> None:
    rejected = Order.objects.filter(order_status=OrderStatus.REJECTED)

    assert CreditNote.objects.filter(reason_code="rejected").exists()
    assert rejected.filter(order_charges=None).exists()


def test_orders_are_cancelled_by_customers_and_by_the_report(seller: SellerPlan) -> None:
    sources = Cancellation.objects.values_list("order__source", flat=True)

    assert set(sources) == {"portal", "import"}
    assert set(Rejection.objects.values_list("order__source", flat=True)) == {"portal", "import"}


def test_drafts_on_hold_have_no_number_and_no_charge(seller: SellerPlan) -> None:
    drafts = Order.objects.filter(order_status=OrderStatus.ON_HOLD)

    assert set(drafts.values_list("source", flat=True)) == {"portal", "import"}
    assert not drafts.exclude(order_number=None).exists()
    assert not drafts.exclude(order_charges=None).exists()


def test_an_order_that_was_approved_late_says_so_on_its_line(seller: SellerPlan) -> None:
    late = DocumentLine.objects.filter(is_late=True, kind="order", document__kind="invoice")

    assert late.exists()


def test_people_without_all_documents_see_invoices_of_their_own_orders(seller: SellerPlan) -> None:
    membership = Membership.objects.filter(role="standard").earliest("id")
    own = Document.objects.for_member(membership)

    assert own.exists()
    assert own.count() < Document.objects.filter(account=membership.account).count()


def test_names_are_added_at_the_price_of_a_product_of_their_own(seller: SellerPlan) -> None:
    (code,) = seller.added_names
    extra = Product.objects.get(product_code=code)
    charges = Charge.objects.filter(order_charge__reason="added_names")

    assert not extra.is_active
    assert {charge.product for charge in charges} == {extra}
    assert {charge.quantity for charge in charges} == {Decimal(2)}
    assert charges.filter(line__document__invoice__kind="per_order").exists()
    assert AddedName.objects.count() == 2 * charges.count() == 6


def test_an_order_on_a_monthly_invoice_has_more_to_come(seller: SellerPlan) -> None:
    waiting = Charge.objects.open().filter(order_charge__reason="added_names")
    (charge,) = waiting
    order = charge.order_charge.order

    assert order.account.monthly_permissions.exists()
    assert DocumentLine.objects.filter(
        charge__order_charge__order=order, document__invoice__kind="monthly"
    ).exists()


# ── Lines


def test_lines_of_zero_price_are_kept(seller: SellerPlan) -> None:
    free = DocumentLine.objects.filter(kind="order", net_amount=0, document__kind="invoice")

    assert free.filter(document__invoice__kind="monthly").exists()
    assert Document.objects.filter(kind="invoice", total=0).exists()


def test_usage_is_over_and_under_the_included_units(seller: SellerPlan) -> None:
    over = DocumentLine.objects.filter(charge__subscribed__what="usage", net_amount__gt=0)
    included = DocumentLine.objects.filter(kind="usage", net_amount=0)

    assert over.exists()
    under = included.exclude(document__in=over.values("document"))
    assert under.exists()


def test_a_start_in_mid_month_is_prorated_and_says_so(seller: SellerPlan) -> None:
    prorated = DocumentLine.objects.filter(kind="subscription").exclude(service_from__day=1)
    (line,) = prorated
    assert " days: 5 " in " ".join(line.details)


def test_usage_reaches_a_second_tier(seller: SellerPlan) -> None:
    units = DocumentLine.objects.filter(charge__subscribed__what="usage")
    said = " ".join(detail for line in units for detail in line.details)
    # In the languages of the seller's customers.
    assert any(words in said for words in ("Units above", "Einheiten über", "Unités au-delà de"))


def test_a_month_is_trued_up_to_its_commitment(seller: SellerPlan) -> None:
    lines = DocumentLine.objects.filter(charge__subscribed__what="commitment")
    assert lines.count() >= 2
    assert all(line.net_amount > 0 for line in lines)


def test_a_partners_lines_say_list_price_and_discount(seller: SellerPlan) -> None:
    plan = next(account for account in seller.accounts if account.discount)
    said = DocumentLine.objects.filter(
        kind="order", charge__account__account_number=plan.number, net_amount__gt=0
    )
    assert all(f"less {plan.discount}%" in " ".join(line.details) for line in said)


def test_last_month_has_an_invoice_of_sixty_lines(seller: SellerPlan) -> None:
    last = Document.objects.filter(invoice__run_items__run__month=str(LAST_MONTH))
    counts = last.annotate(number_of_lines=Count("lines")).values_list("number_of_lines", flat=True)

    assert max(counts) == 60


def test_names_that_need_care_stand_on_documents(seller: SellerPlan) -> None:
    names = " ".join(
        Document.objects.values_list("buyer__legal_name", flat=True).distinct()
    ) + " ".join(DocumentLine.objects.values_list("domain_name", flat=True).distinct())

    wanted = ["पुष्कर", "ß", "'", "<", "நீலகிரி"] if seller is EMSIGN else ["Ł", "ø", "'", "<", "ü"]
    assert [text for text in wanted if text not in names] == []
    assert max(len(name) for name in names_of(seller)) > 100


# ── Time and numbers


def test_every_month_has_invoices_of_its_time(seller: SellerPlan) -> None:
    dates = Document.objects.filter(kind="invoice").values_list("issue_date", flat=True)

    assert {Month.of(day) for day in dates} == {Month(2026, number) for number in (7, 8, 9, 10, 11)}


def test_monthly_invoices_are_dated_on_the_first_of_the_next_month(seller: SellerPlan) -> None:
    runs = Document.objects.filter(invoice__kind="monthly").exclude(
        invoice__run_items__run__month=str(LAST_MONTH)
    )

    assert set(runs.values_list("issue_date", flat=True)) == {
        date(2026, 8, 1),
        date(2026, 9, 1),
        date(2026, 10, 1),
    }


def test_last_month_was_left_to_the_worker(seller: SellerPlan) -> None:
    (run,) = BillingRun.objects.filter(started_by="worker")

    assert run.month == str(LAST_MONTH)
    assert BillingRun.objects.exclude(pk=run.pk).count() == 3


def test_per_order_invoices_are_dated_on_the_day_of_the_order_or_the_next(
    seller: SellerPlan,
) -> None:
    for invoice in Invoice.objects.filter(kind="per_order").select_related("document"):
        order = Order.objects.get(order_number=invoice.order_number)
        (charge,) = Charge.objects.filter(line__document=invoice.document)
        # What was added later is of the day on which it was added.
        is_later = charge.order_charge.reason != "order"
        day = charge.service_from if is_later else order.ordered_at.astimezone(seller.zone).date()
        assert 0 <= (invoice.document.issue_date - day).days <= 1, invoice


def test_numbers_have_no_gaps_and_rise_with_the_dates(seller: SellerPlan) -> None:
    for series in NumberSeries.objects.all():
        issued = list(
            Document.objects.filter(series=series)
            .order_by("sequence")
            .values_list("sequence", "issue_date")
        )
        assert [number for number, _ in issued] == list(range(1, len(issued) + 1))
        dates = [day for _, day in issued]
        assert dates == sorted(dates)


def test_invoices_are_paid_paid_in_part_from_credits_overdue_and_credited(
    seller: SellerPlan,
) -> None:
    states = set(DocumentBalance.objects.values_list("state", flat=True))
    today = local_date(NOW, seller.zone)

    assert states == {"issued", "partially_paid", "paid", "credited"}
    assert DocumentBalance.objects.filter(open_amount__gt=0, document__due_date__lt=today).exists()
    assert Payment.objects.filter(method="credits", state="succeeded").count() == 1
    assert broken_invariants() == {}


def test_an_open_invoice_is_partly_credited(seller: SellerPlan) -> None:
    (note,) = CreditNote.objects.filter(reason_code="goodwill")
    balance = note.invoice.document.balance

    assert note.invoice.document.account.account_number == seller.money.partly_credited
    assert balance.open_amount > 0
    assert balance.credited == note.document.total < balance.total


def test_overdue_invoices_were_reminded_of_with_their_pdfs(seller: SellerPlan) -> None:
    mails = ReminderMail.objects.all()

    assert set(mails.values_list("account__account_number", "state")) == {
        (seller.money.reminded, "sent")
    }
    assert {mail.sent_at.astimezone(seller.zone).date() for mail in mails if mail.sent_at} == {
        date(2026, 9, 26),
        date(2026, 10, 26),
    }
    assert all(hasattr(one.document, "file") for one in Reminder.objects.all())


def test_a_bank_statement_left_matched_open_and_set_aside_entries(seller: SellerPlan) -> None:
    (file,) = BankFile.objects.all()
    states = Counter(file.entries.values_list("state", flat=True))

    assert states == {"matched": 1, "open": 2, "ignored": 1}
    matched = file.entries.get(state="matched")
    assert matched.payment is not None
    assert matched.payment.account == Account.objects.get(
        account_number=next(a.number for a in seller.accounts if a.pays == "by_transfer")
    )
    short, unknown = file.entries.filter(state="open").order_by("bank_reference")
    assert "is owed" in short.reason
    assert "names no payment and no invoice" in unknown.reason
    assert file.entries.get(state="ignored").reason == "Interest of our own account"


def test_a_withdrawal_and_a_transfer_wait_for_the_clerk(seller: SellerPlan) -> None:
    waiting = Payment.objects.exclude(state="succeeded")

    assert set(waiting.values_list("kind", "state", "account__account_number")) == {
        ("withdrawal", "pending_approval", seller.money.withdraws),
        ("top_up", "pending_approval", seller.money.announces),
    }
    assert all(payment.created_at <= NOW for payment in waiting)


def test_payments_have_the_same_numbers_in_every_demo(seller: SellerPlan) -> None:
    payments = list(Payment.objects.order_by("id"))

    assert len({payment.reference for payment in payments}) == len(payments) > 10
    for index, payment in enumerate(payments):
        # What is charged by itself gets its number from the worker, as everywhere.
        if payment.auto_top_up_id is None:
            assert payment.reference == number_of(seller.schema, index)
        assert payment.reference.startswith("P")
        assert len(payment.reference) == 11


def test_the_guide_names_a_page_for_each_of_them(seller: SellerPlan, settings: Settings) -> None:
    settings.SITE_SCHEME, settings.SITE_PORT, settings.PUBLIC_HOST = "http", "8123", "localhost"
    found = sights(today=local_date(NOW, seller.zone))

    assert [sight.what for sight in found] == [
        "An invoice paid in part",
        "An overdue invoice",
        "An invoice paid from credits",
        "A credited invoice",
        "A partly credited invoice",
        *(["Documents registered at the portal's sandbox"] if seller.e_invoices_since else []),
        "Reminders that were sent",
        "Bank entries that were matched",
        "Bank entries for you to match",
        "Bank entries put aside",
        "A withdrawal for you to approve",
        "A transfer for you to find and approve",
    ]
    text = "\n".join(guide(now=NOW, sellers=(seller,)))
    assert all(f"http://{seller.host}:8123{sight.path}" in text for sight in found)
    browser = Client(HTTP_HOST=seller.host)
    clerk = User.objects.get(is_staff=True)
    browser.force_login(clerk, backend=settings.AUTHENTICATION_BACKENDS[0])
    answers = {sight.what: browser.get(sight.path).status_code for sight in found}
    assert set(answers.values()) == {200}


def test_an_account_is_topped_up_by_itself_when_paying_takes_its_credits_down(
    seller: SellerPlan,
) -> None:
    found = Payment.objects.filter(auto_top_up__isnull=False).select_related("account")
    wanted = [plan for plan in seller.accounts if plan.top_up]

    assert [
        (payment.account.account_number, payment.amount, payment.state) for payment in found
    ] == [(plan.number, plan.top_up.amount, "succeeded") for plan in wanted if plan.top_up]
    assert {payment.provider for payment in found} == ({"sandbox"} if wanted else set())
    # The day after it was agreed to, a minute after the invoices were paid from credits.
    month = Calendar(NOW, seller.zone)
    assert {payment.created_at for payment in found} == (
        {month.at(1, 24, time(11, 31))} if wanted else set()
    )


def test_the_books_balance_with_the_documents(seller: SellerPlan) -> None:
    revenue = LedgerTransfer.objects.filter(credit__kind="revenue").aggregate(s=Sum("amount"))["s"]
    taken_back = LedgerTransfer.objects.filter(debit__kind="revenue").aggregate(s=Sum("amount"))

    invoiced = Document.objects.filter(kind="invoice").aggregate(s=Sum("net_total"))["s"]
    credited = Document.objects.filter(kind="credit_note").aggregate(s=Sum("net_total"))["s"]
    assert revenue == invoiced
    assert taken_back["s"] == credited


def test_no_imported_row_was_refused(seller: SellerPlan) -> None:
    outcomes = Counter(ImportRow.objects.values_list("outcome", flat=True))

    assert set(outcomes) == {"created", "updated", "unchanged"}
    assert set(ImportRun.objects.values_list("kind", flat=True)) == {
        "products",
        "groups",
        "orders",
        "usage",
    }


# ── People


def test_everybody_can_sign_in_with_the_documented_password(seller: SellerPlan) -> None:
    users = User.objects.all()

    assert {user.email for user in users} == {person.email for person in seller.people}
    assert all(user.check_password(PASSWORD) for user in users[:2])
    assert not users.exclude(emailaddress__verified=True).exists()


def test_all_roles_of_the_guide_are_there(seller: SellerPlan) -> None:
    roles = set(Membership.objects.values_list("role", flat=True))

    assert roles == {"administrator", "finance_manager", "manager", "standard", "basic"}
    assert User.objects.filter(is_staff=True, is_superuser=False).count() == 1
    assert Membership.objects.values("user").annotate(n=Count("pk")).filter(n=3).count() == 1


def test_the_operator_lives_in_the_public_schema(demo: str) -> None:
    use_public()

    operator = User.objects.get(email=OPERATOR.email)
    assert operator.is_superuser
    assert operator.check_password(PASSWORD)
    assert {"emsign.localhost", "harbour.localhost"} <= set(
        Domain.objects.values_list("domain", flat=True)
    )


# ── Again


def test_loading_again_changes_nothing(demo: str) -> None:
    before = [fingerprint(seller) for seller in SELLERS]

    with connected_to(demo, role="owner"):
        make_demo(now=NOW)

    assert [fingerprint(seller) for seller in SELLERS] == before


def fingerprint(seller: SellerPlan) -> dict[str, object]:
    """Return counts of everything that a second load could add to."""
    with at(seller):
        models = (
            Account,
            AuditEvent,
            Charge,
            Document,
            ImportRun,
            Order,
            OutboxMessage,
            UsageRecord,
            User,
        )
        return {model.__name__: model._default_manager.count() for model in models}


def kinds_of_invoices() -> set[str]:
    return set(Invoice.objects.values_list("kind", flat=True))


def names_of(seller: SellerPlan) -> list[str]:
    return [str(account.details["legal_name"]) for account in seller.accounts]
