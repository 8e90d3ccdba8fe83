"""The trail: who, what, on which object, from where, in which request; written once."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client, RequestFactory
from psycopg.sql import SQL

from certinext.audit.middleware import client_address
from certinext.audit.models import AuditEvent
from certinext.audit.trail import Origin, origin, record
from tests.factories import AccountFactory, UserFactory


def test_an_event_names_object_account_and_details(db: None) -> None:
    account = AccountFactory(display_name="Kaveri Bank")

    event = record(
        "account.changed", on=account, account_number=account.account_number, field="city"
    )

    event.refresh_from_db()
    assert (event.action, event.object_type, event.object_id, event.object_label) == (
        "account.changed",
        "billing.account",
        str(account.pk),
        "Kaveri Bank",
    )
    assert (event.account_number, event.details) == (account.account_number, {"field": "city"})


def test_without_a_request_it_was_the_system(db: None) -> None:
    event = record("test.done")

    assert (event.actor, event.actor_id, event.address, event.request_id) == (
        "system",
        "",
        None,
        "",
    )


def test_in_a_request_it_was_who_asked_from_where(db: None) -> None:
    token = origin.set(Origin("anu@example.com", "7", "203.0.113.9", "request-0001"))
    try:
        event = record("test.done")
    finally:
        origin.reset(token)

    assert (event.actor, event.actor_id, event.address, event.request_id) == (
        "anu@example.com",
        "7",
        "203.0.113.9",
        "request-0001",
    )


def test_an_actor_that_is_named_takes_the_place_of_the_requests(db: None) -> None:
    token = origin.set(Origin("anu@example.com", "7"))
    try:
        event = record("test.done", actor="monthly run")
    finally:
        origin.reset(token)

    assert (event.actor, event.actor_id) == ("monthly run", "")


def test_names_that_are_too_long_are_cut_not_refused(db: None) -> None:
    event = record("test.done", label="x" * 300, actor="y" * 300)

    assert (len(event.object_label), len(event.actor)) == (254, 254)


def test_the_event_goes_with_the_transaction_that_it_tells_of(db: None) -> None:
    with transaction.atomic():
        record("test.done")
        transaction.set_rollback(True)

    assert not AuditEvent.objects.exists()


# ── Append-only
@pytest.mark.parametrize(
    "statement", ["UPDATE audit_auditevent SET actor = 'x'", "DELETE FROM audit_auditevent"]
)
def test_the_application_may_not_change_it(db: None, statement: str) -> None:
    record("test.done")
    with (
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_owner_cannot_change_it_either(as_owner: psycopg.Connection) -> None:
    for schema in ("alpha", "public"):
        as_owner.execute(f"SET search_path = {schema}")
        as_owner.execute(
            "INSERT INTO audit_auditevent (at, actor, actor_id, action, object_type, object_id,"
            " object_label, account_number, details, request_id)"
            " VALUES (now(), 'a', '', 'b', '', '', '', '', '{}', '')"
        )
        for statement in (
            "UPDATE audit_auditevent SET actor = 'x'",
            "DELETE FROM audit_auditevent",
            "TRUNCATE audit_auditevent",
        ):
            with pytest.raises(psycopg.errors.IntegrityError, match="its rows never change"):
                as_owner.execute(SQL(statement))


def test_saving_an_event_again_is_refused(db: None) -> None:
    event = record("test.done")
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        event.save()


# ── Where a request comes from
@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "198.51.100.1"),
        (0, "203.0.113.9", "198.51.100.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "10.6.6.6, 203.0.113.9, 192.0.2.1", "203.0.113.9"),
        (2, "203.0.113.9", "198.51.100.1"),
        (1, "<script>", None),
        (1, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_a_forwarded_address_counts_only_behind_our_own_proxies(
    settings: Any, proxies: int, forwarded: str, address: str | None
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get(
        "/", REMOTE_ADDR="198.51.100.1", headers={"x-forwarded-for": forwarded}
    )

    assert client_address(request) == address


def test_a_peer_on_a_socket_has_no_address(settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 0

    assert client_address(RequestFactory().get("/", REMOTE_ADDR="")) is None


def test_the_request_is_named_in_the_event_and_in_the_answer(db: None, client: Client) -> None:
    user = UserFactory()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post("/account/logout/")

    event = AuditEvent.objects.get(action="user.signed_out")
    assert event.request_id == answer["X-Request-Id"] != ""
    assert event.address == "127.0.0.1"


def test_the_origin_ends_with_its_request(db: None, client: Client) -> None:
    client.get("/account/login/")

    assert record("test.done").actor == "system"
