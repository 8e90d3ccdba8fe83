"""Inviting to the backoffice and to accounts, once; withdrawing what nobody has accepted."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from certinext.audit.models import AuditEvent
from certinext.identity.invite import accept_invitation
from certinext.identity.models import Invitation, User
from tests.backoffice.conftest import NOW
from tests.factories import AccountFactory, MembershipFactory

STAFF = "/backoffice/staff/"
NISHA = {"full_name": "Nisha Rao", "email": "nisha@aravalli.example"}
TWICE = "This address was invited already and its link still works"
PEOPLE = "/backoffice/accounts/3108842834/people/"


def withdraw(staff: Client, invitation: Invitation) -> str:
    answer = staff.post(f"{STAFF}invitations/{invitation.pk}/withdraw/", follow=True)
    return answer.content.decode()


def test_an_open_invitation_is_withdrawn_and_its_link_says_so(staff: Client) -> None:
    staff.post(STAFF + "invite/", NISHA)
    invitation = Invitation.objects.get()
    html = staff.get(STAFF).content.decode()
    assert f"{STAFF}invitations/{invitation.pk}/withdraw/" in html
    assert "its link lets nobody in any more" in withdraw(staff, invitation)
    event = AuditEvent.objects.get(action="invitation.withdrawn")
    assert (event.actor, event.object_label) == ("meera@aravalli.example", NISHA["email"])
    answer = staff.get(f"/invitations/{invitation.token}/")
    assert answer.status_code == 410
    assert "This invitation was withdrawn" in answer.content.decode()
    assert NISHA["email"] not in staff.get(STAFF).content.decode()


def test_an_invitation_that_was_used_cannot_be_withdrawn(staff: Client) -> None:
    staff.post(STAFF + "invite/", NISHA)
    invitation = Invitation.objects.get()
    accept_invitation(invitation, password="correct horse battery", now=NOW)
    assert "is closed already" in withdraw(staff, invitation)
    assert User.objects.get(email=NISHA["email"]).is_staff
    assert not AuditEvent.objects.filter(action="invitation.withdrawn").exists()


def test_inviting_staff_twice_sends_one_link(staff: Client) -> None:
    staff.post(STAFF + "invite/", NISHA)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        html = staff.post(STAFF + "invite/", NISHA | {"email": "Nisha@Aravalli.example"})
    assert TWICE in html.content.decode()
    assert (Invitation.objects.count(), len(mail.outbox)) == (1, 1)


def test_a_double_click_ends_where_the_first_click_led_and_sends_one_link(staff: Client) -> None:
    for _click in range(2):
        answer = staff.post(STAFF + "invite/", NISHA)
        assert (answer.status_code, answer["Location"]) == (302, STAFF)
    assert "nisha@aravalli.example was invited." in staff.get(STAFF).content.decode()
    assert (Invitation.objects.count(), len(mail.outbox)) == (1, 1)


def test_another_invitation_of_the_same_address_is_refused_at_once(staff: Client) -> None:
    staff.post(STAFF + "invite/", NISHA)
    html = staff.post(STAFF + "invite/", NISHA | {"full_name": "Nisha R. Rao"})
    assert TWICE in html.content.decode()
    assert (Invitation.objects.count(), len(mail.outbox)) == (1, 1)


def test_a_double_click_on_a_members_invitation_sends_one_link(staff: Client) -> None:
    AccountFactory.create(account_number="3108842834")
    asha = {"full_name": "Asha Pai", "email": "asha@konkan.example", "role": "basic"}
    for _click in range(2):
        answer = staff.post(PEOPLE + "invite/", asha)
        assert answer["Location"] == "/backoffice/accounts/3108842834/"
    assert (Invitation.objects.count(), len(mail.outbox)) == (1, 1)
    html = staff.post(PEOPLE + "invite/", asha | {"role": "manager"}).content.decode()
    assert TWICE in html


@pytest.mark.parametrize("way", ["withdrawn", "over"])
def test_a_link_that_is_closed_makes_room_for_a_new_one(staff: Client, way: str) -> None:
    staff.post(STAFF + "invite/", NISHA)
    first = Invitation.objects.get()
    later = NOW
    if way == "withdrawn":
        withdraw(staff, first)
    else:
        later += timedelta(days=8)
    with time_machine.travel(later, tick=False):
        assert staff.post(STAFF + "invite/", NISHA).status_code == 302
        second = Invitation.objects.exclude(pk=first.pk).get()
        said = staff.get(f"/invitations/{first.token}/").content.decode()
        assert f"This invitation {'was withdrawn' if way == 'withdrawn' else 'is over'}" in said
        assert second.is_open(now=later)


def test_who_works_here_is_not_invited(staff: Client) -> None:
    html = staff.post(STAFF + "invite/", NISHA | {"email": "MEERA@aravalli.example"})
    assert "This person works in the backoffice already." in html.content.decode()
    assert not Invitation.objects.exists()


def test_inviting_a_member_twice_sends_one_link_for_each_account(staff: Client) -> None:
    AccountFactory.create(account_number="3108842834")
    AccountFactory.create(account_number="3108842835")
    asha = {"full_name": "Asha Pai", "email": "asha@konkan.example", "role": "basic"}
    staff.post(PEOPLE + "invite/", asha)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        assert TWICE in staff.post(PEOPLE + "invite/", asha).content.decode()
    other = "/backoffice/accounts/3108842835/people/invite/"
    assert staff.post(other, asha).status_code == 302
    assert (Invitation.objects.count(), len(mail.outbox)) == (2, 2)


def test_a_member_is_not_invited_again(staff: Client) -> None:
    account = AccountFactory.create(account_number="3108842834")
    MembershipFactory.create(account=account, user__email="asha@konkan.example")
    asha = {"full_name": "Asha Pai", "email": "Asha@konkan.example", "role": "basic"}
    html = staff.post(PEOPLE + "invite/", asha).content.decode()
    assert "This person acts for the account already." in html
    assert not Invitation.objects.exists()


def test_a_customers_invitation_is_not_withdrawn_among_staffs(staff: Client) -> None:
    AccountFactory.create(account_number="3108842834")
    asha = {"full_name": "Asha Pai", "email": "asha@konkan.example", "role": "basic"}
    staff.post(PEOPLE + "invite/", asha)
    invitation = Invitation.objects.get()
    url = f"{STAFF}invitations/{invitation.pk}/withdraw/"
    assert staff.post(url).status_code == 404
    assert invitation.is_open(now=NOW)
