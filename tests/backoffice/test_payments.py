"""Staff decide about payments: confirm, reject, recheck, give back; and set gateways up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.gateways.accounts import gateway_at
from billing.gateways.sealing import SealBroken, unseal
from billing.models import GatewayAccount, Payment
from billing.payments.owed import position_of
from certinext.audit.models import AuditEvent
from certinext.backoffice.actions import WORDS
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_tenant
from tests.billing.gateways.scenes import (
    NOW,
    bodies,
    changed,
    delivered,
    online,
    paid_beyond,
    sandbox_account,
)
from tests.billing.payments.test_settle import begun, invoiced, settled, state_of
from tests.customers import SignIn, words
from tests.factories import AccountFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/backoffice/payments/"


@pytest.fixture
def staff(sign_in: SignIn) -> Any:
    return sign_in(UserFactory.create(is_staff=True))


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def transfer(amount: str, **changes: Any) -> Payment:
    account = changes.pop("account", None) or AccountFactory.create()
    return begun(account, amount, state=Payment.State.PENDING_APPROVAL, **changes)


def test_a_transfer_is_confirmed_with_its_day_and_the_banks_number(staff: Any) -> None:
    account = AccountFactory.create()
    invoice = invoiced(account)
    payment = transfer("10531.50", account=account, invoices=[invoice])
    data = {"received_on": "2026-10-07", "bank_reference": "UTR 4711"}

    for _ in range(2):
        answer = staff.post(f"{LIST}{payment}/confirm/", data)
        assert answer["Location"] == f"{LIST}{payment}/"

    payment.refresh_from_db()
    assert (payment.state, payment.received_on) == ("succeeded", date(2026, 10, 7))
    assert payment.provider_ref == "UTR 4711"
    assert state_of(invoice) == ("paid", "0.00")


def test_one_transfer_confirms_one_payment(staff: Any) -> None:
    first, second = transfer("10.00"), transfer("10.00")
    data = {"received_on": "2026-10-07", "bank_reference": "UTR 4711"}
    staff.post(f"{LIST}{first}/confirm/", data)

    answer = staff.post(f"{LIST}{second}/confirm/", data)

    assert f"has confirmed payment {first} already" in words(answer)
    second.refresh_from_db()
    assert second.state == "pending_approval"


@pytest.mark.parametrize("day", ["1900-01-01", "", "2026-10-09", "soon", "0000-00-00"])
def test_a_day_that_has_not_come_or_is_none_confirms_nothing(staff: Any, day: str) -> None:
    payment = transfer("10.00")
    assert staff.post(f"{LIST}{payment}/confirm/", {"received_on": day}).status_code == 200
    payment.refresh_from_db()
    assert payment.state == "pending_approval"


def test_a_withdrawal_is_confirmed_with_the_day_it_was_paid_out(staff: Any) -> None:
    account = AccountFactory.create()
    settled(account, "50.00", kind=Payment.Kind.TOP_UP)
    payment = begun(
        account, "20.00", kind=Payment.Kind.WITHDRAWAL, state=Payment.State.PENDING_APPROVAL
    )
    page = words(staff.get(f"{LIST}{payment}/confirm/"))
    assert "Confirm that ₹20.00 was paid out?" in page
    assert "Paid out on" in page
    assert "Received on" not in page

    for day, why in (("2026-10-09", "has not come yet"), ("2020-01-01", "is more than a year ago")):
        page = words(staff.post(f"{LIST}{payment}/confirm/", {"received_on": day}))
        assert f"This day {why}: write the day the money was paid out." in page
    staff.post(f"{LIST}{payment}/confirm/", {"received_on": "2026-10-07"})
    payment.refresh_from_db()
    assert (payment.state, payment.received_on) == ("succeeded", date(2026, 10, 7))


def test_money_of_another_amount_cannot_be_confirmed_only_rejected(staff: Any) -> None:
    sandbox_account()
    payment = online(AccountFactory.create(), "20.00", kind=Payment.Kind.TOP_UP)
    delivered(changed(bodies(payment, "pay")[0], amount=1999), now=NOW)
    page = words(staff.get(f"{LIST}{payment}/"))
    assert "reports 19.99 INR instead of 20.00 INR" in page
    assert "Held: not what was asked for" in page

    staff.post(f"{LIST}{payment}/confirm/", {"received_on": "2026-10-07"})
    payment.refresh_from_db()
    assert payment.state == "pending_approval"

    assert "Say why" in words(staff.post(f"{LIST}{payment}/reject/", {"reason": " "}))
    staff.post(f"{LIST}{payment}/reject/", {"reason": "Given back"})
    payment.refresh_from_db()
    assert (payment.state, payment.reason) == ("rejected", "Given back")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Payment.Kind.INVOICES, "the invoices stay as they are."),
        (Payment.Kind.TOP_UP, "nothing is added to the credits."),
        (Payment.Kind.WITHDRAWAL, "the reserved credits are free again."),
    ],
)
def test_the_page_of_a_rejection_says_what_follows_by_the_payments_kind(
    staff: Any, kind: str, said: str
) -> None:
    waiting = transfer("10.00", kind=kind)
    page = words(staff.get(f"{LIST}{waiting}/reject/"))
    assert f"Nothing is posted, and {said}" in page
    assert page.count("Nothing is posted") == 1
    assert ("invoices" in page) == (kind == Payment.Kind.INVOICES)
    assert ("another payment" in page) == (kind != Payment.Kind.WITHDRAWAL)


def test_money_beyond_what_was_asked_becomes_credit_when_confirmed(staff: Any) -> None:
    sandbox_account()
    account = AccountFactory.create()
    payment = online(account, "20.00", kind=Payment.Kind.TOP_UP)
    paid_beyond(payment)
    further = Payment.objects.get(state="pending_approval")

    staff.post(f"{LIST}{further}/confirm/", {"received_on": "2026-10-08"})

    assert position_of(account).credits == Decimal("40.00")


def test_a_payment_is_given_back_once_however_often_the_form_is_sent(staff: Any) -> None:
    sandbox_account()
    account = AccountFactory.create()
    payment = online(account, "100.00", kind=Payment.Kind.TOP_UP)
    delivered(bodies(payment, "pay")[0], now=NOW)
    url = f"{LIST}{payment}/refund/"
    form = staff.get(url).context["form"]
    assert (form["amount"].value(), form["ordinal"].value()) == ("100.00", 1)

    locations = {staff.post(url, {"amount": "40.00", "ordinal": "1"})["Location"] for _ in "123"}

    refund = payment.refunds.get()
    assert locations == {f"{LIST}{refund}/"}
    assert refund.state == "succeeded"
    assert position_of(account).credits == Decimal("60.00")
    for amount in ("60.01", "0", "-1", "NaN", "1e999999999", "0.005"):
        answer = staff.post(url, {"amount": amount, "ordinal": "2"})
        assert answer.status_code == 200, amount
    assert payment.refunds.count() == 1


def test_without_free_credits_there_is_no_form_to_give_money_back(staff: Any) -> None:
    sandbox_account()
    account = AccountFactory.create()
    payment = online(account, "100.00", kind=Payment.Kind.TOP_UP)
    delivered(bodies(payment, "pay")[0], now=NOW)
    url = f"{LIST}{payment}/refund/"
    assert 'name="amount"' in staff.get(url).content.decode()
    withdrawal = transfer("100.00", account=account, kind=Payment.Kind.WITHDRAWAL)

    for answer in (staff.get(url), staff.post(url, {"amount": "5.00", "ordinal": "1"})):
        assert "The account has no free credits." in words(answer)
        assert 'name="amount"' not in answer.content.decode()
    assert not payment.refunds.exists()

    staff.post(f"{LIST}{withdrawal}/reject/", {"reason": "Asked by mistake"})
    staff.post(url, {"amount": "100.00", "ordinal": "1"})
    assert payment.refunds.count() == 1


def test_staff_recheck_a_payment(staff: Any) -> None:
    sandbox_account()
    payment = online(AccountFactory.create(), "20.00", kind=Payment.Kind.TOP_UP)
    bodies(payment, "pay_later")
    staff.post(f"{LIST}{payment}/recheck/")
    payment.refresh_from_db()
    assert payment.state == "succeeded"


def test_the_list_names_the_accounts_and_what_waits(staff: Any) -> None:
    waiting = transfer("10.00")
    done = settled(AccountFactory.create(), "10.00", kind=Payment.Kind.TOP_UP)
    assert [row.payment for row in staff.get(LIST).context["rows"]] == [done, waiting]
    assert [row.payment for row in staff.get(f"{LIST}?view=waiting").context["rows"]] == [waiting]
    number = done.account.account_number
    assert [row.payment for row in staff.get(f"{LIST}?q={number}").context["rows"]] == [done]


def test_the_list_takes_as_many_queries_for_many_as_for_two(staff: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            staff.get(f"{LIST}?size=50")
        return len(captured)

    for _ in range(2):
        transfer("10.00")
    few = queries()
    for _ in range(15):
        transfer("10.00")
    assert queries() == few


def test_a_gateway_is_set_up_and_its_secrets_are_never_shown(staff: Any) -> None:
    url = "/backoffice/gateways/stripe/"
    secrets = {"secret": "sk_live_h1dd3n", "webhook_secret": "whsec_h1dd3n"}
    staff.post(url, {"enabled": "on", "publishable_key": "pk_live_1", **secrets})

    account = GatewayAccount.objects.get(pk="stripe")
    assert account.enabled
    assert unseal(account.sealed_secret) == "sk_live_h1dd3n"
    assert gateway_at("stripe") is not None
    page = staff.get(url).content.decode()
    assert "pk_live_1" in page
    assert "/webhooks/stripe/" in page
    assert "h1dd3n" not in page + str(account.__dict__)
    event = AuditEvent.objects.get(action="gateway.changed")
    assert "h1dd3n" not in str(event.details)
    assert event.details["secret_set"] is True
    assert {"gateway.changed", "payment.held"} <= set(WORDS)

    staff.post(url, {"publishable_key": "pk_live_2"})
    account.refresh_from_db()
    assert (account.enabled, account.publishable_key) == (False, "pk_live_2")
    assert unseal(account.sealed_secret) == "sk_live_h1dd3n"


@pytest.mark.parametrize("missing", ["publishable_key", "secret", "webhook_secret"])
def test_an_incomplete_gateway_is_not_switched_on(staff: Any, missing: str) -> None:
    data = {"publishable_key": "pk", "secret": "sk", "webhook_secret": "wh", "enabled": "on"}
    answer = staff.post("/backoffice/gateways/razorpay/", {**data, missing: ""})
    assert "before customers may pay with it" in words(answer)
    assert not GatewayAccount.objects.exists()


def test_the_sandbox_needs_no_keys(staff: Any) -> None:
    staff.post("/backoffice/gateways/sandbox/", {"enabled": "on"})
    assert GatewayAccount.objects.get(pk="sandbox").enabled
    assert staff.get("/backoffice/gateways/paypal/").status_code == 404


def test_another_tenants_secret_cannot_be_opened_here() -> None:
    sealed = sandbox_account().sealed_webhook_secret
    use_tenant(Tenant.objects.get(schema_name="beta"))
    with pytest.raises(SealBroken):
        unseal(sealed)
