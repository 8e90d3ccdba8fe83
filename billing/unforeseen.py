"""Errors that nobody foresaw: the log gets all of them, people a sentence and a reference."""

from __future__ import annotations

import logging
import uuid

from django.utils.translation import gettext as _

from billing.errors import UNFORESEEN, CannotBill
from certinext.web.logs import NOBODYS, request_id

SHOWN = 12


def note_unforeseen(logger: logging.Logger, what: str) -> str:
    """Log the error that is being handled, if any; return the reference that leads to the line.

    It is the beginning of the request's or task's id, which every line of its log carries; what
    has none gets one. No name of an exception ever reaches a page.
    """
    known = request_id.get()
    reference = (uuid.uuid4().hex if known == NOBODYS else known)[:SHOWN]
    logger.exception("%s (reference %s)", what, reference)
    return reference


def stopped_billing(reference: str, *, times: int = 1) -> CannotBill:
    """Return why an account is parked: readers are clerks and the account's own people."""
    if times == 1:
        reason = _("An unexpected error stopped billing. It is in the log as %(reference)s.")
    else:
        reason = _(
            "An unexpected error stopped billing %(times)s times. It is in the log as"
            " %(reference)s."
        )
    return CannotBill(UNFORESEEN, reason % {"times": times, "reference": reference})
