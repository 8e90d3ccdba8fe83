"""Adding credits by transfer, and taking them back out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from billing.credits.bank_details import checked_destination
from billing.credits.wire import announce_wire
from billing.credits.withdraw import request_withdrawal
from billing.models import Account, Payment
from billing.payments.confirm import confirm_payment
from billing.payments.errors import NotEnoughCredits, PaymentRefused
from billing.payments.from_credits import adjust_credits, pay_from_credits
from billing.payments.owed import position_of
from billing.payments.settle import reject
from tests.billing.payments.test_settle import NOW, invoiced
from tests.factories import AccountFactory
from tests.invariants import broken_invariants
from tests.processes import at_once, deadlocks

TODAY = date(2026, 10, 8)
HDFC = {"holder": "Sundara Retail", "account": "50200071442186", "ifsc": "EXBK0000291"}

approved = partial(confirm_payment, received_on=TODAY, by="clerk@example.com", now=NOW)


def announced(account: Account, amount: str = "5000.00", **changes: Any) -> Payment:
    values: dict[str, Any] = {
        "currency": "INR",
        "transaction_number": "UTR1",
        "sent_on": TODAY,
        "by": "ana@example.com",
        "now": NOW,
        **changes,
    }
    return announce_wire(account, amount=Decimal(amount), **values)


def given(account: Account, amount: str) -> None:
    adjust_credits(
        account, amount=Decimal(amount), currency="INR", reason="Gift", by="clerk", now=NOW
    )


def asked_back(account: Account, amount: str, **changes: Any) -> Payment:
    return request_withdrawal(
        account,
        amount=Decimal(amount),
        currency="INR",
        destination=HDFC,
        by="ana@example.com",
        now=NOW,
        **changes,
    )


@pytest.mark.django_db
class TestWire:
    def test_it_waits_for_approval_and_then_is_credit(self) -> None:
        account = AccountFactory.create()
        payment = announced(account)
        assert (payment.state, payment.kind) == ("pending_approval", "top_up")
        assert position_of(account).credits == 0

        payment = approved(payment, bank_reference="BANK-77")

        assert payment.provider_ref == "BANK-77"
        assert position_of(account).credits == Decimal("5000.00")
        assert payment.receipt.document.number == "RV/26-27/000001"
        assert broken_invariants() == {}

    def test_a_rejected_one_is_none_and_can_be_announced_again(self) -> None:
        account = AccountFactory.create()
        reject(announced(account), reason="Never arrived", by="clerk", now=NOW)
        assert position_of(account).credits == 0
        assert announced(account).state == "pending_approval"

    def test_the_same_transfer_is_announced_once(self) -> None:
        account = AccountFactory.create()
        first = announced(account)
        with pytest.raises(PaymentRefused, match=f"before, as payment {first.reference}") as caught:
            announced(account)
        assert caught.value.field == "transaction_number"

    def test_a_form_that_is_sent_twice_announces_once(self) -> None:
        account = AccountFactory.create()
        first = announced(account, reference="PABCDEFGHJK")
        assert announced(account, reference="PABCDEFGHJK") == first
        assert Payment.objects.count() == 1

    def test_nobody_can_take_anothers_transaction_number_by_claiming_it(self) -> None:
        liar, honest = AccountFactory.create(), AccountFactory.create()
        announced(liar, "5000.00", transaction_number="UTR9")
        approved(announced(honest, transaction_number="UTR9"), bank_reference="UTR9")
        with pytest.raises(PaymentRefused, match="This transfer has confirmed payment"):
            approved(Payment.objects.get(account=liar), bank_reference="UTR9")
        assert position_of(liar).credits == 0
        assert position_of(honest).credits == Decimal("5000.00")

    @pytest.mark.parametrize("day", [date(2026, 10, 9), date(2025, 10, 6), date(1026, 10, 8)])
    def test_it_was_sent_within_the_last_year(self, day: date) -> None:
        with pytest.raises(PaymentRefused, match="within the last year") as caught:
            announced(AccountFactory.create(), sent_on=day)
        assert caught.value.field == "sent_on"

    @pytest.mark.parametrize("number", ["", "  ", "x" * 61, "UTR\x00", "UTR\u202e1"])
    def test_its_number_can_be_read(self, number: str) -> None:
        with pytest.raises(PaymentRefused) as caught:
            announced(AccountFactory.create(), transaction_number=number)
        assert caught.value.field == "transaction_number"
        assert not Payment.objects.exists()

    @pytest.mark.parametrize(
        "amount", ["NaN", "-NaN", "sNaN", "Infinity", "1E+999999", "-1", "0", "0.005"]
    )
    def test_what_is_no_amount_is_refused(self, amount: str) -> None:
        with pytest.raises(PaymentRefused):
            announced(AccountFactory.create(), amount)
        assert not Payment.objects.exists()

    def test_another_currency_is_refused(self) -> None:
        with pytest.raises(PaymentRefused, match="an amount in EUR cannot pay here"):
            announced(AccountFactory.create(), currency="EUR")


@pytest.mark.django_db
class TestWithdrawal:
    def test_it_leaves_the_credits_when_it_is_approved(self) -> None:
        account = AccountFactory.create()
        given(account, "5000.00")
        payment = asked_back(account, "2000.00")
        assert position_of(account).credits == Decimal("5000.00")

        payment = approved(payment, bank_reference="OUT-1")

        assert position_of(account).credits == Decimal("3000.00")
        assert payment.receipt.document.number == "RF/26-27/000001"
        assert broken_invariants() == {}

    def test_while_it_waits_nothing_else_takes_its_credits(self) -> None:
        account = AccountFactory.create()
        invoiced(account)
        given(account, "5000.00")
        asked_back(account, "4000.00")

        with pytest.raises(NotEnoughCredits, match=r"At most ₹1,000\.00"):
            asked_back(account, "1000.01")
        with pytest.raises(NotEnoughCredits, match=r"₹1,000\.00 do not cover"):
            pay_from_credits(account, amount=Decimal("1000.01"), currency="INR", by="a", now=NOW)
        with pytest.raises(NotEnoughCredits, match=r"credits of ₹1,000\.00"):
            given(account, "-1000.01")
        pay_from_credits(account, amount=Decimal("1000.00"), currency="INR", by="a", now=NOW)
        assert position_of(account).credits == Decimal("4000.00")

    def test_a_rejection_sets_the_credits_free(self) -> None:
        account = AccountFactory.create()
        given(account, "100.00")
        reject(asked_back(account, "100.00"), reason="Wrong account", by="clerk", now=NOW)
        assert asked_back(account, "100.00").state == "pending_approval"

    def test_a_form_that_is_sent_twice_asks_once(self) -> None:
        account = AccountFactory.create()
        given(account, "100.00")
        first = asked_back(account, "100.00", reference="PABCDEFGHJK")
        assert asked_back(account, "100.00", reference="PABCDEFGHJK") == first

    def test_what_is_refused_writes_nothing(self) -> None:
        with pytest.raises(NotEnoughCredits, match=r"At most ₹0\.00"):
            asked_back(AccountFactory.create(), "0.01")
        assert not Payment.objects.exists()


def test_twenty_requests_at_once_promise_no_credit_twice(own_database: str) -> None:
    account = AccountFactory.create()
    given(account, "700.00")

    def ask() -> str:
        try:
            asked_back(Account.objects.get(pk=account.pk), "100.00")
        except NotEnoughCredits:
            return "refused"
        return "asked"

    assert at_once(*[ask] * 20).count("asked") == 7
    assert deadlocks() == 0


@pytest.mark.parametrize(
    "details",
    [
        HDFC,
        {"holder": "Ünal GmbH", "account": "DE89 3704 0044 0532 0130 00"},
        {"holder": "Acme", "account": "0012-3456", "bic": "EXBKINBB"},
    ],
)
def test_bank_details_that_can_be_paid_to_are_kept(details: dict[str, str]) -> None:
    found = checked_destination(**details)
    assert found["holder"] == details["holder"]
    assert " " not in found["account"]


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"holder": "", "account": "50200071442186", "ifsc": "EXBK0000291"}, "holder"),
        ({"holder": "A\u202eB", "account": "50200071442186", "ifsc": "EXBK0000291"}, "holder"),
        ({"holder": "A", "account": "DE89370400440532013001"}, "account"),
        (
            {"holder": "A", "account": "\uff11\uff12\uff13\uff14\uff15", "ifsc": "EXBK0000291"},
            "account",
        ),
        ({"holder": "A", "account": "", "ifsc": "EXBK0000291"}, "account"),
        ({"holder": "A", "account": "50200071442186"}, "ifsc"),
        ({"holder": "A", "account": "50200071442186", "ifsc": "EXBK1000291"}, "ifsc"),
        ({"holder": "A", "account": "50200071442186", "bic": "EXBK"}, "bic"),
    ],
)
def test_bank_details_that_lead_nowhere_name_the_field(details: dict[str, str], field: str) -> None:
    with pytest.raises(PaymentRefused) as caught:
        checked_destination(**details)
    assert caught.value.field == field
