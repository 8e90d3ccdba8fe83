"""A form that is sent again: the payment it began, if it is the same form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from billing.models import Account, Document, Payment
from billing.payments.errors import PaymentRefused
from billing.sentences import gettext_noop
from certinext.web.formatting import money

# Who confirms a transfer writes down the day it came, in place of the day that was said.
_SAID_UNTIL_CONFIRMED = "received_on"


class SentBefore(PaymentRefused):
    """The page was sent before with other contents; `payment` is what that began, and it stands."""

    def __init__(self, payment: Payment) -> None:
        super().__init__(
            gettext_noop(
                "This page was sent before, with other contents: payment %(reference)s over"
                " %(amount)s stands as it was, and nothing was begun now. Send it again for a"
                " further payment."
            ),
            field="reference",
            reference=payment.reference,
            amount=money(payment.amount, payment.currency),
        )
        self.payment = payment


def sent_before(
    account: Account,
    *,
    reference: str,
    amount: Decimal,
    invoices: Sequence[Document] = (),
    **entered: Any,
) -> Payment | None:
    """Return the payment that a page with this `reference` began, or None.

    `amount` is in the account's currency; `entered` are further fields of the payment. Raises
    `SentBefore` where what was entered differs: a second payment must not pass for the first. Of
    another account's payment nothing is told (`PaymentRefused`).
    """
    found = Payment.objects.filter(reference=reference).first() if reference else None
    if found is None:
        return None
    if found.account_id != account.pk:
        raise PaymentRefused(
            gettext_noop("This page is too old: begin the payment again."), field="reference"
        )
    aimed = set(found.targets.values_list("document", flat=True))
    is_same = found.amount == amount and aimed == {invoice.pk for invoice in invoices}
    if not is_same or any(_differs(found, name, value) for name, value in entered.items()):
        raise SentBefore(found)
    return found


def _differs(found: Payment, name: str, value: str | date | dict[str, str]) -> bool:
    if name == _SAID_UNTIL_CONFIRMED and found.state != Payment.State.PENDING_APPROVAL:
        return False
    return bool(getattr(found, name) != value)
