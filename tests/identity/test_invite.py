"""Coming in by invitation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from billing.models import InvitedMembership, Membership
from certinext.audit.models import AuditEvent
from certinext.identity.invite import (
    InvitationClosed,
    accept_invitation,
    invite,
    send_invitation,
)
from certinext.identity.models import Invitation, User
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_tenant
from tests.database import TENANTS
from tests.factories import AccountFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 6, 8, 0, tzinfo=UTC)
PASSWORD = "a long walk by the river"


def invited(email: str = "Anu@Example.com ", *, is_staff: bool = False) -> Invitation:
    return invite(
        email=email,
        full_name="Anu Rao",
        invited_by="clerk@example.com",
        now=NOW,
        is_staff=is_staff,
    )


def link(invitation: Invitation) -> str:
    return f"/invitations/{invitation.token}/"


# ── Inviting
def test_an_invitation_holds_for_seven_days_and_once() -> None:
    invitation = invited()

    assert invitation.email == "anu@example.com"
    assert invitation.expires_at == NOW + timedelta(days=7)
    assert invitation.is_open(now=NOW + timedelta(days=7, seconds=-1))
    assert not invitation.is_open(now=NOW + timedelta(days=7))


def test_every_invitation_has_a_key_of_256_random_bits() -> None:
    tokens = {invited().token for _ in range(5)}

    assert len(tokens) == 5
    assert {len(token) for token in tokens} == {43}


def test_the_mail_brings_the_link() -> None:
    send_invitation(invited(), url="https://alpha.test/invitations/x/", seller_name="Aravalli")

    (message,) = mail.outbox
    assert message.to == ["anu@example.com"]
    assert message.subject == "Your access to Aravalli"
    assert "https://alpha.test/invitations/x/" in message.body


# ── Accepting
def test_accepting_makes_a_person_with_that_password_and_a_proven_address() -> None:
    user = accept_invitation(invited(), password=PASSWORD, now=NOW)

    assert (user.email, user.full_name, user.is_staff) == ("anu@example.com", "Anu Rao", False)
    assert user.check_password(PASSWORD)
    address = EmailAddress.objects.get(user=user)
    assert (address.email, address.verified, address.primary) == ("anu@example.com", True, True)


def test_accepting_brings_the_role_that_was_promised() -> None:
    invitation = invited()
    account = AccountFactory()
    InvitedMembership.objects.create(
        invitation=invitation, account=account, role=Membership.Role.FINANCE_MANAGER
    )
    user = accept_invitation(invitation, password=PASSWORD, now=NOW)

    membership = Membership.objects.get()
    assert (membership.user, membership.account, membership.role) == (
        user,
        account,
        "finance_manager",
    )


def test_an_invitation_to_the_backoffice_makes_staff_and_no_superuser() -> None:
    user = accept_invitation(invited(is_staff=True), password=PASSWORD, now=NOW)

    assert (user.is_staff, user.is_superuser) == (True, False)


def test_an_invitation_works_once() -> None:
    invitation = invited()
    accept_invitation(invitation, password=PASSWORD, now=NOW)

    with pytest.raises(InvitationClosed):
        accept_invitation(invitation, password="another one entirely", now=NOW)
    assert User.objects.get().check_password(PASSWORD)


def test_an_invitation_that_is_over_lets_nobody_in() -> None:
    with pytest.raises(InvitationClosed):
        accept_invitation(invited(), password=PASSWORD, now=NOW + timedelta(days=7))

    assert not User.objects.exists()


def test_somebody_who_has_a_password_must_enter_that_one() -> None:
    user = UserFactory(email="anu@example.com", password=PASSWORD)

    with pytest.raises(ValidationError, match="You have a password here already"):
        accept_invitation(invited(), password="another one entirely", now=NOW)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)

    assert accept_invitation(invited(), password=PASSWORD, now=NOW) == user
    assert User.objects.count() == 1


def test_somebody_without_a_password_yet_sets_it() -> None:
    user = UserFactory(email="anu@example.com", password=None)
    accept_invitation(invited(), password=PASSWORD, now=NOW)
    user.refresh_from_db()

    assert user.check_password(PASSWORD)


def test_inviting_and_accepting_are_audited_without_the_password_or_the_key() -> None:
    invitation = invited()
    accept_invitation(invitation, password=PASSWORD, now=NOW)

    events = AuditEvent.objects.order_by("id")
    assert [(event.action, event.object_label) for event in events] == [
        ("invitation.sent", "anu@example.com"),
        ("invitation.accepted", "anu@example.com"),
    ]
    everything = str(list(events.values()))
    assert PASSWORD not in everything
    assert invitation.token not in everything


# ── The page
def test_the_page_asks_for_a_password_and_lets_the_person_in(client: Client) -> None:
    invitation = invited()
    with time_machine.travel(NOW):
        assert "Welcome, Anu Rao" in client.get(link(invitation)).content.decode()
        answer = client.post(link(invitation), {"password": PASSWORD})

        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert int(client.session["_auth_user_id"]) == User.objects.get().pk


@pytest.mark.parametrize("password", ["short", "1234567890", "password12", "anu@example.com", ""])
def test_the_page_refuses_a_weak_password(client: Client, password: str) -> None:
    invitation = invited()
    with time_machine.travel(NOW):
        answer = client.post(link(invitation), {"password": password})

    assert answer.status_code == 200
    assert not User.objects.exists()


def test_the_page_says_that_a_used_or_old_link_is_closed(client: Client) -> None:
    used, old = invited(), invited("old@example.com")
    accept_invitation(used, password=PASSWORD, now=NOW)

    with time_machine.travel(NOW + timedelta(days=8)):
        for invitation in (used, old):
            assert client.get(link(invitation)).status_code == 410
            assert client.post(link(invitation), {"password": PASSWORD}).status_code == 410
    assert User.objects.count() == 1


def test_an_unknown_key_is_not_found(client: Client) -> None:
    assert client.get("/invitations/unknown/").status_code == 404


def test_a_key_of_another_tenant_is_not_found() -> None:
    invitation = invited()
    use_tenant(Tenant.objects.get(schema_name="beta"))

    with time_machine.travel(NOW):
        answer = Client(HTTP_HOST=TENANTS["beta"]).get(link(invitation))

    assert answer.status_code == 404


def test_the_page_lets_nobody_guess_the_password_of_somebody_who_has_one(client: Client) -> None:
    UserFactory(email="anu@example.com", password=PASSWORD)
    invitation = invited()
    with time_machine.travel(NOW):
        for _ in range(12):
            client.post(link(invitation), {"password": "not the one they have"})
        answer = client.post(link(invitation), {"password": PASSWORD})

    assert answer.status_code == 200
    assert "Too many failed login attempts" in answer.content.decode()
