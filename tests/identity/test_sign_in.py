"""Signing in: by address and password, inside one tenant, on the record."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from certinext.audit.models import AuditEvent
from certinext.identity.models import User
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_public, use_tenant
from tests.database import TENANTS
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

LOGIN = "/account/login/"


@pytest.fixture
def person() -> User:
    user: User = UserFactory(email="anu@example.com", full_name="Anu Rao")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def try_to_sign_in(client: Client, email: str, password: str) -> bool:
    client.post(LOGIN, {"login": email, "password": password})
    return "_auth_user_id" in client.session


def trail() -> list[tuple[str, str, str]]:
    return [
        (event.action, event.actor, event.object_label)
        for event in AuditEvent.objects.order_by("id")
    ]


@pytest.mark.parametrize("email", ["anu@example.com", "ANU@Example.COM"])
def test_the_address_and_the_password_open_the_door(
    client: Client, person: User, email: str
) -> None:
    assert try_to_sign_in(client, email, PASSWORD)


def test_a_wrong_password_opens_nothing(client: Client, person: User) -> None:
    assert not try_to_sign_in(client, "anu@example.com", "wrong horse battery")


def test_a_person_who_may_not_sign_in_does_not(client: Client, person: User) -> None:
    User.objects.update(is_active=False)

    assert not try_to_sign_in(client, "anu@example.com", PASSWORD)


def test_an_address_that_was_never_proven_opens_nothing(client: Client) -> None:
    UserFactory(email="new@example.com")

    assert not try_to_sign_in(client, "new@example.com", PASSWORD)


def test_a_person_of_another_tenant_is_unknown_here(person: User) -> None:
    use_tenant(Tenant.objects.get(schema_name="beta"))

    assert not try_to_sign_in(Client(HTTP_HOST=TENANTS["beta"]), "anu@example.com", PASSWORD)


def test_wrong_and_unknown_are_answered_alike(client: Client, person: User) -> None:
    wrong = client.post(LOGIN, {"login": "anu@example.com", "password": "wrong horse battery"})
    unknown = client.post(LOGIN, {"login": "bob@example.com", "password": "wrong horse battery"})

    assert wrong.status_code == unknown.status_code == 200
    assert wrong.context["form"].errors == unknown.context["form"].errors


# ── The trail
def test_coming_and_going_is_on_the_record(client: Client, person: User) -> None:
    try_to_sign_in(client, "anu@example.com", PASSWORD)
    client.post("/account/logout/")

    assert trail() == [
        ("user.signed_in", "anu@example.com", "anu@example.com"),
        ("user.signed_out", "anu@example.com", "anu@example.com"),
    ]
    assert {event.address for event in AuditEvent.objects.all()} == {"127.0.0.1"}


def test_a_failed_try_is_on_the_record_with_the_address_that_was_tried(
    client: Client, person: User
) -> None:
    try_to_sign_in(client, "anu@example.com", "wrong horse battery")

    assert trail() == [("user.sign_in_failed", "anonymous", "anu@example.com")]


def test_no_password_is_ever_on_the_record(client: Client, person: User) -> None:
    try_to_sign_in(client, "anu@example.com", "wrong horse battery")
    try_to_sign_in(client, "anu@example.com", PASSWORD)
    client.post(
        "/account/password/change/",
        {
            "oldpassword": PASSWORD,
            "password1": "a long walk by the river",
            "password2": "a long walk by the river",
        },
    )

    person.refresh_from_db()
    assert person.check_password("a long walk by the river")
    assert ("user.password_changed", "anu@example.com", "anu@example.com") in trail()
    everything = str(list(AuditEvent.objects.values()))
    for secret in (PASSWORD, "wrong horse battery", "a long walk by the river"):
        assert secret not in everything


# ── Who may come at all
def test_nobody_signs_up_without_an_invitation(client: Client) -> None:
    answer = client.post(
        "/account/signup/",
        {
            "email": "eve@example.com",
            "password1": "a long walk by the river",
            "password2": "a long walk by the river",
        },
    )

    assert not User.objects.exists()
    assert not mail.outbox
    assert "account/signup_closed.html" in [template.name for template in answer.templates]


def test_an_address_is_one_person_whatever_its_case() -> None:
    user = User.objects.create_user("Anu@Example.COM", "x")

    assert user.email == "anu@example.com"
    assert User.objects.get_by_natural_key("ANU@EXAMPLE.com") == user


def test_an_operators_password_cannot_be_guessed_without_limit(db: None) -> None:
    use_public()
    User.objects.create_superuser("operator@example.com", PASSWORD, full_name="Operator")
    browser = Client(HTTP_HOST="localhost")
    form = {"username": "operator@example.com", "password": "wrong password"}
    for _ in range(12):
        browser.post("/admin/login/", form)

    answer = browser.post("/admin/login/", {**form, "password": PASSWORD})

    assert answer.status_code == 200
    assert "Too many failed login attempts" in answer.content.decode()


def test_an_operator_signs_in_with_the_address(db: None) -> None:
    use_public()
    User.objects.create_superuser("operator@example.com", PASSWORD, full_name="Operator")
    browser = Client(HTTP_HOST="localhost")

    answer = browser.post(
        "/admin/login/?next=/admin/", {"username": "operator@example.com", "password": PASSWORD}
    )

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
