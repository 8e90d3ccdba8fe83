"""What a later report may change about an order, and what that means for its money."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from billing.models import Account, Charge, ChargeVoid, Product
from certinext.audit.models import AuditEvent
from credit_notes.models import CreditNote
from orders.models import (
    Cancellation,
    CertificateStatus,
    Order,
    OrderEvent,
    OrderStatus,
    Rejection,
)
from orders.reissue import reissue_order
from tests.factories import (
    AccountFactory,
    GroupFactory,
    MonthlyPermissionFactory,
    OrderFactory,
    PriceListItemFactory,
    ProductFactory,
)
from tests.orders.conftest import NOW
from tests.orders.helpers import charges_of, credit_notes_of, place, totals
from tests.orders.reports import message, outcomes, row, run

pytestmark = pytest.mark.django_db
CANCELLED: dict[str, Any] = {
    "orderStatus": "Order Cancelled",
    "certificateStatus": "Rejected due to Order Cancellation",
}
REJECTED: dict[str, Any] = {"orderStatus": "Order Rejected", "certificateStatus": "Rejected"}
SECOND = "6644202002"
NEXT_MONTH = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def monthly(account: Account, product: Product) -> Account:
    """An account with the monthly permission: charges stay open."""
    MonthlyPermissionFactory.create(
        account=account, granted_at=NOW, billed_until=datetime(2026, 9, 30, 18, 30, tzinfo=UTC)
    )
    return account


@pytest.mark.parametrize("ending", [CANCELLED, REJECTED])
def test_an_open_charge_of_an_order_that_ended_is_voided(
    monthly: Account, ending: dict[str, Any]
) -> None:
    run(monthly, row())
    imported = run(monthly, row(**ending))
    assert outcomes(imported) == ["updated"]
    assert not Charge.objects.open().exists()
    assert ChargeVoid.objects.get().reason.endswith("on the issuance platform")
    assert not CreditNote.objects.exists()


def test_an_invoiced_order_that_is_cancelled_later_is_credited(
    account: Account, product: Product
) -> None:
    run(account, row(1), row(2))
    run(account, row(1, **CANCELLED), row(2), now=NEXT_MONTH)
    cancelled, other = Order.objects.order_by("order_number")
    (note,) = credit_notes_of(cancelled)
    assert (note.total, note.issue_date) == (Decimal("10531.500"), date(2026, 11, 2))
    assert note.credit_note.reason_code == CreditNote.Reason.CANCELLED
    assert note.credit_note.reason == "Cancelled on the issuance platform"
    assert note.issued_by == "clerk@example.com"
    assert credit_notes_of(other) == []
    fact = Cancellation.objects.get()
    assert (fact.order, fact.cancelled_by) == (cancelled, "clerk@example.com")
    assert cancelled.certificate_status == CertificateStatus.REJECTED_BY_CANCELLATION
    assert AuditEvent.objects.filter(action="order.cancelled").count() == 1


def test_an_invoiced_order_that_is_rejected_later_is_credited(
    account: Account, product: Product
) -> None:
    run(account, row())
    run(account, row(**REJECTED))
    (note,) = credit_notes_of(Order.objects.get())
    assert note.credit_note.reason_code == CreditNote.Reason.REJECTED
    assert Rejection.objects.get().reason == "Rejected on the issuance platform"


def test_a_fulfilled_order_can_be_cancelled_on_the_platform(
    account: Account, product: Product
) -> None:
    run(account, row(orderStatus="Order Fulfilled"))
    assert outcomes(run(account, row(**CANCELLED))) == ["updated"]
    assert CreditNote.objects.count() == 1


def test_a_cancellation_seen_again_changes_nothing(account: Account, product: Product) -> None:
    run(account, row())
    run(account, row(**CANCELLED))
    assert outcomes(run(account, row(**CANCELLED))) == ["unchanged"]
    assert CreditNote.objects.count() == 1


@pytest.mark.parametrize("certificate", ["", "Pending for Approver", "Approved", "Rejected"])
@pytest.mark.parametrize("ending", ["Order Cancelled", "Order Rejected"])
@pytest.mark.parametrize("is_known", [True, False])
def test_an_ending_seen_again_changes_nothing(
    monthly: Account, ending: str, certificate: str, is_known: bool
) -> None:
    if is_known:
        run(monthly, row())
    ended = row(orderStatus=ending, certificateStatus=certificate)
    run(monthly, ended)
    before = Order.objects.values().get(), OrderEvent.objects.count()
    for _ in range(2):
        assert outcomes(run(monthly, ended)) == ["unchanged"]
    assert (Order.objects.values().get(), OrderEvent.objects.count()) == before


@pytest.mark.parametrize(
    ("ending", "status"),
    [
        ("Order Cancelled", CertificateStatus.REJECTED_BY_CANCELLATION),
        ("Order Rejected", CertificateStatus.REJECTED),
    ],
)
@pytest.mark.parametrize("is_known", [True, False])
def test_what_a_certificate_waited_for_is_no_news_once_its_order_has_ended(
    monthly: Account, ending: str, status: CertificateStatus, is_known: bool
) -> None:
    if is_known:
        run(monthly, row())
    ended: dict[str, Any] = {
        "orderStatus": ending,
        "certificateStatus": "Pending for Approver",
    }
    run(monthly, row(**ended))
    assert Order.objects.get().certificate_status == status
    # Another row about it, which says the same of the certificate.
    assert outcomes(run(monthly, row(**ended, tags=["lab"]))) == ["updated"]
    assert Order.objects.get().certificate_status == status


def test_a_row_that_did_not_change_undoes_nothing_that_was_done_here(
    account: Account, product: Product
) -> None:
    issued: dict[str, Any] = {
        "orderStatus": "Order Fulfilled",
        "certificateStatus": "Certificate Downloaded",
        "certificateSerialNumber": "98127398172398712938712",
    }
    run(account, row(1), row(2, **issued))
    order = Order.objects.get(order_number="6644202002")
    reissue_order(order, by="alice@example.com", now=NOW)
    assert outcomes(run(account, row(1), row(2, **issued))) == ["unchanged", "unchanged"]
    order.refresh_from_db()
    assert order.certificate_status == CertificateStatus.PENDING_FOR_APPROVER
    # The new certificate is there: it has another serial number.
    anew = {**issued, "certificateSerialNumber": "11127398172398712938711"}
    assert outcomes(run(account, row(1), row(2, **anew))) == ["unchanged", "updated"]
    order.refresh_from_db()
    assert order.certificate_status == CertificateStatus.DOWNLOADED


def test_the_last_report_is_what_a_row_is_compared_with(account: Account, product: Product) -> None:
    issued: dict[str, Any] = {
        "orderStatus": "Order Fulfilled",
        "certificateStatus": "Certificate Downloaded",
    }
    run(account, row(**issued))
    reissue_order(Order.objects.get(), by="alice@example.com", now=NOW)
    pending = {**issued, "certificateStatus": "Pending for Approver"}
    assert outcomes(run(account, row(**pending))) == ["unchanged"]
    assert outcomes(run(account, row(**issued))) == ["updated"]
    assert Order.objects.get().certificate_status == CertificateStatus.DOWNLOADED


def test_the_certificate_is_what_the_report_says_after_a_cancellation(
    account: Account, product: Product
) -> None:
    run(account, row())
    ending = {**CANCELLED, "certificateStatus": "Certificate Revoked"}
    run(account, row(**ending))
    assert Order.objects.get().certificate_status == CertificateStatus.REVOKED
    assert outcomes(run(account, row(**ending))) == ["unchanged"]


def test_what_was_cancelled_here_may_be_cancelled_there_too(
    account: Account, product: Product
) -> None:
    order = place(account, product)
    numbers: dict[str, Any] = {
        "orderNumber": order.order_number,
        "requestNumber": order.request_number,
    }
    run(account, row(**numbers, **CANCELLED))
    order.refresh_from_db()
    assert order.order_status == OrderStatus.CANCELLED
    assert totals(credit_notes_of(order)) == [Decimal("10531.500")]


@pytest.mark.parametrize(
    ("first", "then", "words"),
    [
        (CANCELLED, {}, "from Cancelled to Accepted"),
        (REJECTED, {"orderStatus": "Order Fulfilled"}, "from Rejected to Fulfilled"),
        (CANCELLED, REJECTED, "from Cancelled to Rejected"),
        (CANCELLED, {"orderStatus": "Order On Hold"}, "from Cancelled to On Hold"),
    ],
)
def test_going_back_is_reported_and_changes_nothing(
    monthly: Account, first: dict[str, Any], then: dict[str, Any], words: str
) -> None:
    run(monthly, row(**first))
    before = Order.objects.values().get()
    imported = run(monthly, row(**then, domainName="other.example.com"))
    assert outcomes(imported) == ["reported"]
    assert message(imported) == f"The order came back {words}: nothing was changed."
    assert Order.objects.values().get() == before
    assert not Charge.objects.exists()


def test_a_changed_product_is_reported_and_changes_nothing(
    monthly: Account, product: Product
) -> None:
    PriceListItemFactory.create(
        price_list=product.prices.get(term_years=1).price_list,
        product=ProductFactory.create(product_code="712", name="Wildcard"),
    )
    run(monthly, row())
    imported = run(monthly, row(productCode="712", **CANCELLED))
    assert outcomes(imported) == ["reported"]
    assert message(imported) == "The product changed from 711 to 712: nothing was changed."
    assert Order.objects.get().order_status == OrderStatus.ACCEPTED
    assert Charge.objects.open().count() == 1


def test_a_changed_term_is_reported_once_it_was_charged(monthly: Account) -> None:
    run(monthly, row(validity=1))
    imported = run(monthly, row(validity=2))
    assert outcomes(imported) == ["reported"]
    assert Order.objects.get().term_years == 1


def test_a_term_that_was_assumed_rightly_is_assumed_no_longer(monthly: Account) -> None:
    run(monthly, row())
    run(monthly, row(validity=1))
    assert Order.objects.get().term_assumed is False


def test_another_assumption_changes_nothing(monthly: Account) -> None:
    run(monthly, row(), term_years=1)
    assert outcomes(run(monthly, row(), term_years=2)) == ["unchanged"]


def test_a_draft_may_still_change_its_term(monthly: Account) -> None:
    held: dict[str, Any] = {"orderNumber": "", "orderStatus": "Order On Hold"}
    run(monthly, row(**held, validity=1))
    run(monthly, row(**held, validity=2))
    run(monthly, row(validity=2))
    assert Charge.objects.get().net_amount == Decimal("16065.000")


def test_an_order_on_hold_is_charged_once_it_is_accepted(monthly: Account) -> None:
    run(monthly, row(orderStatus="Order Pending Approval"))
    run(monthly, row(orderStatus="Order Accepted"), now=NEXT_MONTH)
    (charge,) = charges_of(Order.objects.get())
    assert charge.service_from == date(2026, 10, 5)


def test_an_order_that_pauses_is_not_charged_twice(monthly: Account) -> None:
    run(monthly, row())
    run(monthly, row(orderStatus="Order On Hold"))
    assert outcomes(run(monthly, row())) == ["updated"]
    assert Charge.objects.count() == 1


def test_an_order_that_was_history_stays_history(product: Product) -> None:
    account = AccountFactory.create(billing_from=date(2026, 11, 1))
    run(account, row())
    Account.objects.update(billing_from=None)
    run(Account.objects.get(), row(orderStatus="Order Fulfilled"))
    assert not Charge.objects.exists()


def test_a_held_order_whose_price_is_missing_fails_and_stays_on_hold(monthly: Account) -> None:
    run(monthly, row(orderNumber="", orderStatus="Order On Hold", validity=3))
    imported = run(monthly, row(validity=3))
    assert outcomes(imported) == ["failed"]
    assert "has no price in INR" in message(imported)
    draft = Order.objects.get()
    assert (draft.order_number, draft.order_status) == (None, OrderStatus.ON_HOLD)


def test_a_draft_that_was_cancelled_never_costs_anything(monthly: Account) -> None:
    held: dict[str, Any] = {"orderNumber": "", "certificateStatus": ""}
    run(monthly, row(**held, orderStatus="Order On Hold"))
    run(monthly, row(**held, orderStatus="Order Cancelled"))
    assert Order.objects.get().order_status == OrderStatus.CANCELLED
    assert not Charge.objects.exists()


def test_an_order_that_loses_its_number_is_reported(monthly: Account) -> None:
    run(monthly, row())
    imported = run(monthly, row(orderNumber=""))
    assert outcomes(imported) == ["reported"]
    assert Order.objects.get().order_status == OrderStatus.ACCEPTED


def test_another_accounts_order_is_refused(monthly: Account) -> None:
    theirs = OrderFactory.create(order_number="6644202001", request_number="3868250001")
    imported = run(monthly, row(**CANCELLED))
    assert outcomes(imported) == ["failed"]
    assert message(imported) == "Order 6644202001 belongs to another account."
    theirs.refresh_from_db()
    assert theirs.order_status == OrderStatus.ACCEPTED


@pytest.mark.parametrize(
    "numbers",
    [
        {"orderNumber": "6644202001", "requestNumber": "3868250999"},
        {"orderNumber": "6644202999", "requestNumber": "3868250001"},
        {"orderNumber": "6644202001", "requestNumber": "3868250002"},
    ],
)
def test_numbers_that_contradict_what_is_known_are_refused(
    monthly: Account, numbers: dict[str, Any]
) -> None:
    run(monthly, row(1), row(2))
    imported = run(monthly, row(**numbers))
    assert outcomes(imported) == ["failed"]
    assert "the report says otherwise" in message(imported)
    assert Order.objects.count() == 2


def test_the_money_goes_back_to_whoever_paid_then(product: Product) -> None:
    partner = AccountFactory.create(kind=Account.Kind.PARTNER)
    below = AccountFactory.create(parent=partner, bill_to=Account.BillTo.PARENT)
    run(below, row())
    Account.objects.filter(pk=below.pk).update(bill_to=Account.BillTo.SELF)
    run(Account.objects.get(pk=below.pk), row(**CANCELLED))
    assert credit_notes_of(Order.objects.get())[0].account == partner


def test_rows_name_the_documents_that_they_caused(account: Account, product: Product) -> None:
    place(account, product)
    first = run(account, row(1), row(2))
    again = run(account, row(1), row(2, **CANCELLED))
    numbers = [note.number for note in credit_notes_of(Order.objects.get(order_number=SECOND))]
    assert [found.documents for found in first.rows.all()] == [
        [{"kind": "invoice", "number": "INV/26-27/000002"}],
        [{"kind": "invoice", "number": "INV/26-27/000003"}],
    ]
    assert [found.documents for found in again.rows.all()] == [
        [],
        [{"kind": "credit_note", "number": numbers[0]}],
    ]


def test_rows_that_wait_for_the_month_name_no_document(monthly: Account) -> None:
    assert run(monthly, row()).rows.get().documents == []


def test_a_changed_group_moves_the_order_and_not_its_charge(monthly: Account) -> None:
    first, second = GroupFactory.create_batch(2, account=monthly)
    run(monthly, row(groupNumber=first.group_number))
    run(monthly, row(groupNumber=second.group_number))
    assert Order.objects.get().group == second
    assert Charge.objects.get().group == first
