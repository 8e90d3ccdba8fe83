"""Forms that two processes send at the same moment make one thing."""

from __future__ import annotations

from datetime import date

from billing.models import Account, Subscription
from certinext.backoffice.forms.account import NewAccountForm
from certinext.backoffice.forms.subscription import SubscriptionForm
from certinext.backoffice.views.account import save_new
from certinext.backoffice.views.subscriptions import save_new as save_subscription
from certinext.identity.invite import AlreadyInvited, invite
from certinext.identity.models import Invitation
from tests.backoffice.conftest import NOW
from tests.factories import AccountFactory, PlanFactory
from tests.processes import at_once


def test_staff_are_invited_once(own_database: str) -> None:
    def send() -> bool:
        try:
            invite(
                email="nisha@aravalli.example",
                full_name="Nisha Rao",
                invited_by="meera@aravalli.example",
                now=NOW,
                is_staff=True,
            )
        except AlreadyInvited:
            return False
        return True

    assert sorted(at_once(send, send, send)) == [False, False, True]
    assert Invitation.objects.count() == 1


def test_an_account_is_added_once(own_database: str) -> None:
    sent = {
        "free_number": "3108842834",
        "display_name": "Konkan",
        "legal_name": "Konkan Private Limited",
        "kind": "enterprise",
        "bill_to": "self",
        "currency": "INR",
        "document_language": "en",
        "paper_size": "a4",
    }

    def send() -> bool:
        return save_new(NewAccountForm(sent), partner=set())

    assert sorted(at_once(send, send, send)) == [False, False, True]
    assert Account.objects.get().account_number == "3108842834"


def test_a_subscription_is_added_once(own_database: str) -> None:
    account, plan = AccountFactory(), PlanFactory(currency="INR")

    def send() -> bool:
        sent = {"plan": plan.pk, "starts_on": "2026-11-01"}
        form = SubscriptionForm(sent, account=account, now=NOW)
        return save_subscription(form, account)

    assert sorted(at_once(send, send, send)) == [False, False, True]
    assert Subscription.objects.get().starts_on == date(2026, 11, 1)
