"""Doing what a form asks for once, however often it is sent.

A page with such a form gives it a token that lives in the reader's session. The session's row is
locked while the form is obeyed, so that a double click waits for the first one and finds its order.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction

from orders.models import Order

KEY = "order_forms"
# Forms that one reader has open in several tabs; the oldest is forgotten.
MOST_FORMS = 20


class FormExpired(Exception):
    """The form is unknown: it is older than the session, or too many were opened since."""


def new_token(session: SessionBase) -> str:
    """Return a token for one more form, and remember it."""
    token = secrets.token_urlsafe(16)
    forms = {**session.get(KEY, {}), token: None}
    session[KEY] = dict(list(forms.items())[-MOST_FORMS:])
    return token


@transaction.atomic
def order_once(session: SessionBase, token: str, act: Callable[[], Order]) -> Order:
    """Return the order that the form of `token` made: now, or when it was sent before.

    Raises `FormExpired` for a token that this session does not know, and what `act` raises; then
    the form can be sent again.
    """
    row = Session.objects.select_for_update().filter(pk=session.session_key).first()
    forms = row.get_decoded().get(KEY, {}) if row else {}
    if token not in forms:
        raise FormExpired
    if forms[token] is not None:
        return Order.objects.get(pk=forms[token])
    order = act()
    session[KEY] = {**forms, token: order.pk}
    session.save()
    return order
