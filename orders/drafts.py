"""What somebody is about to order, kept in their session from one page to the next.

A form sends what was entered, it is kept under a token, and the summary is a page that is asked for
by that token: going back or loading again sends nothing. The session's row is locked while drafts
are written, so that a double click waits for the first one and finds its order.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.models import Session
from django.db import transaction

from orders.models import Order

KEY = "order_drafts"
# Drafts that one reader has open in several tabs; the oldest is forgotten.
MOST_DRAFTS = 20

Entered = Mapping[str, str]


class DraftGone(Exception):
    """This session knows no such draft: it is another one's, or too many were begun since."""


class DraftSpent(DraftGone):
    """The draft has become `order` already."""

    def __init__(self, order: Order) -> None:
        self.order = order
        super().__init__(str(order))


def new_draft(session: SessionBase) -> str:
    """Return a token for one more form, and remember it."""
    return keep(session, "", {})


def keep(session: SessionBase, token: str, entered: Entered) -> str:
    """Keep what a form sent in place of what it had sent before; return the draft's token.

    It is another one for a form that this session does not know. Raises `DraftSpent`.
    """
    with _drafts(session) as drafts:
        known = drafts.pop(token, None)
        if known and known["order"]:
            raise DraftSpent(Order.objects.get(pk=known["order"]))
        if known is None:
            token = secrets.token_urlsafe(16)
        drafts[token] = {"entered": dict(entered), "order": None}
    return token


def entered_in(session: SessionBase, token: str) -> Entered:
    """Return what was entered under a token; raises `DraftGone` and `DraftSpent`."""
    draft = session.get(KEY, {}).get(token)
    if draft and draft["order"]:
        raise DraftSpent(Order.objects.get(pk=draft["order"]))
    if not draft or not draft["entered"]:
        raise DraftGone
    entered: Entered = draft["entered"]
    return entered


def order_once(session: SessionBase, token: str, act: Callable[[Entered], Order]) -> Order:
    """Return the order that the draft became: now, by `act`, or when it was sent before.

    Raises `DraftGone`, and what `act` raises; then the draft stays and can be sent again.
    """
    with _drafts(session) as drafts:
        draft = drafts.get(token)
        if not draft or not (draft["entered"] or draft["order"]):
            raise DraftGone
        if draft["order"]:
            return Order.objects.get(pk=draft["order"])
        order = act(draft["entered"])
        draft["order"] = order.pk
    return order


@contextmanager
def _drafts(session: SessionBase) -> Iterator[dict[str, Any]]:
    """Lock the session's row and give its drafts, to be changed; they are stored at the end."""
    with transaction.atomic():
        row = Session.objects.select_for_update().filter(pk=session.session_key).first()
        if row is None:
            raise SessionInterrupted("The session ended while an order was being written.")
        drafts = row.get_decoded().get(KEY, {})
        yield drafts
        session[KEY] = dict(list(drafts.items())[-MOST_DRAFTS:])
        session.save()
        # Saved under the lock: a second time, after it, could undo what others wrote meanwhile.
        session.modified = False
