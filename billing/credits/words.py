"""What moved an account's credits, in words, with links to what it was."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from billing.credits.movements import Movement
from billing.statement.words import CUSTOMERS_ROUTES, Mention, Phrase, Routes, phrase_of

ROUTES: Routes = {**CUSTOMERS_ROUTES, "order": "orders:detail"}


@dataclass(frozen=True)
class ShownMovement:
    """A movement with its words as HTML."""

    movement: Movement
    text: SafeString
    note: SafeString | str


def shown(movement: Movement) -> ShownMovement:
    """Put a movement into words: the statement's, where the whole entry is what moved."""
    note = _note(movement)
    text = _phrase(movement).linked(ROUTES)
    return ShownMovement(movement, text, note.linked(ROUTES) if note else "")


def _phrase(movement: Movement) -> Phrase:
    payment = movement.entry.payment_reference
    if movement.is_overpayment and payment:
        places = {"payment": [Mention("payment", payment)]}
        return Phrase(_("Paid more than was owed, payment %(payment)s"), places)
    return phrase_of(movement.entry)


def _note(movement: Movement) -> Phrase | None:
    entry = movement.entry
    if entry.order_number:
        return Phrase(_("Order %(order)s"), {"order": [Mention("order", entry.order_number)]})
    if entry.kind == "settlement" and entry.payment_reference:
        places = {"payment": [Mention("payment", entry.payment_reference)]}
        return Phrase(_("Payment %(payment)s"), places)
    return None
