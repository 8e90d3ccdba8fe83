"""Staff send the letter about low credits once more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from billing.credits.repeat import NothingToRepeat, send_alert_again
from billing.models import Account, LowCreditMail
from certinext.audit.models import AuditEvent
from tests.billing.credits.test_alert import change, tell, watched
from tests.billing.payments.test_settle import NOW
from tests.customers import SignIn, words
from tests.factories import AccountFactory, UserFactory

pytestmark = pytest.mark.django_db


def fallen() -> Account:
    """Return an account that has been told."""
    account = watched()
    change(account, "-600")
    assert tell() == 1
    return account


def again(account: Account, mail: int) -> LowCreditMail:
    return send_alert_again(account, mail=mail, by="meera", now=NOW + timedelta(minutes=1))


def test_a_letter_that_went_out_goes_out_once_more_however_often_it_is_pressed() -> None:
    account = fallen()
    first = LowCreditMail.objects.get()
    change(account, "-100")

    made = again(account, first.pk)
    for _twice in range(2):
        with pytest.raises(NothingToRepeat, match="newer e-mail"):
            again(account, first.pk)
    with pytest.raises(NothingToRepeat, match="still on its way"):
        again(account, made.pk)

    assert tell(minutes=2) == 1
    assert [("₹900.00" in m.body, "₹800.00" in m.body) for m in mail.outbox] == [
        (True, False),
        (False, True),
    ]
    first.refresh_from_db()
    assert first.state == "sent"
    event = AuditEvent.objects.get(action="credit_alert.repeated")
    assert (event.actor, event.details["was"]) == ("meera", "sent")


@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_what_did_not_go_out_is_tried_anew(state: str) -> None:
    account = fallen()
    LowCreditMail.objects.update(state=state, error="The connection broke off.")
    again(account, LowCreditMail.objects.get().pk)
    assert tell(minutes=2) == 1


def test_where_credits_rose_or_no_alert_is_set_there_is_nothing_to_tell() -> None:
    account = fallen()
    pk = LowCreditMail.objects.get().pk
    change(account, "600")
    with pytest.raises(NothingToRepeat, match="not below the alert any more"):
        again(account, pk)
    with pytest.raises(NothingToRepeat):
        again(AccountFactory.create(), pk)
    assert LowCreditMail.objects.count() == 1


def test_staff_see_that_it_went_out_and_press_the_button(sign_in: SignIn) -> None:
    account = fallen()
    clerk: Any = sign_in(UserFactory.create(is_staff=True))
    url = f"/backoffice/accounts/{account.account_number}/"
    assert "last told 8 Oct 2026" in words(clerk.get(url))
    page = clerk.get(f"{url}credits/alert/")
    assert "₹900.00 left to spend" in words(page)

    sent = {"mail": f"{page.context['repeatable'].pk}"}
    answer = clerk.post(f"{url}credits/alert/repeat/", sent, follow=True)
    assert "goes out now" in words(answer)
    assert answer.context["repeatable"] is None
    assert "nothing was sent" in words(
        clerk.post(f"{url}credits/alert/repeat/", {"mail": "soon"}, follow=True)
    )
    assert LowCreditMail.objects.count() == 2
