"""Drafts in a session: what one request has written, an older one does not undo."""

from __future__ import annotations

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.exceptions import SessionInterrupted

from orders.drafts import DraftGone, DraftSpent, entered_in, keep, new_draft, order_once
from orders.errors import InvalidOrder
from orders.models import Order
from tests.factories import OrderFactory

pytestmark = pytest.mark.django_db
ENTERED = {"product": "711"}


@pytest.fixture
def key() -> str:
    """A session that is stored."""
    session = SessionStore()
    session.create()
    return session.session_key or ""


def begun(key: str) -> SessionStore:
    """Return the session as a request that begins now reads it."""
    session = SessionStore(key)
    session.load()
    session.get("read")
    return session


def test_another_tab_that_was_loading_does_not_revive_a_spent_draft(key: str) -> None:
    token = keep(begun(key), new_draft(begun(key)), ENTERED)
    slow, late = begun(key), begun(key)
    order = order_once(begun(key), token, lambda _entered: OrderFactory.create())
    new_draft(slow)
    with pytest.raises(DraftSpent):
        keep(late, token, ENTERED)
    with pytest.raises(DraftSpent) as spent:
        entered_in(begun(key), token)
    assert spent.value.order == order
    assert order_once(begun(key), token, lambda _entered: OrderFactory.create()) == order
    assert Order.objects.count() == 1


def test_an_order_that_is_refused_leaves_its_draft(key: str) -> None:
    token = keep(begun(key), "", ENTERED)

    def refuse(_entered: object) -> Order:
        OrderFactory.create()
        raise InvalidOrder("product", "No.")

    with pytest.raises(InvalidOrder):
        order_once(begun(key), token, refuse)
    assert not Order.objects.exists()
    assert entered_in(begun(key), token) == ENTERED


@pytest.mark.parametrize("token", ["", "unknown"])
def test_what_nobody_began_is_gone(key: str, token: str) -> None:
    with pytest.raises(DraftGone):
        entered_in(begun(key), token)
    with pytest.raises(DraftGone):
        order_once(begun(key), token, lambda _entered: OrderFactory.create())


def test_a_form_that_sent_nothing_yet_orders_nothing(key: str) -> None:
    token = new_draft(begun(key))
    with pytest.raises(DraftGone):
        order_once(begun(key), token, lambda _entered: OrderFactory.create())


def test_a_session_that_ended_meanwhile_takes_no_draft(key: str) -> None:
    session = begun(key)
    SessionStore(key).delete()
    with pytest.raises(SessionInterrupted):
        new_draft(session)
