"""Which payment an incoming amount is: by what its remittance text names, cross-checked.

A payment number, an invoice number or a creditor reference (ISO 11649) decides only where account,
currency and amount fit exactly. Everything else is doubtful and left to a clerk.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from stdnum import iso11649

from billing.models import Account, Document, Payment
from billing.models.documents import plain_number
from billing.money import ZERO
from billing.sentences import gettext_noop
from certinext.web.formatting import money

Method, State = Payment.Method, Payment.State
WAITING = {State.INITIATED, State.PENDING_APPROVAL}
_WORDS = re.compile(r"[A-Za-z0-9]+")
# Banks break a reference into groups of four, and lines after 27 or 35 letters.
_MOST_PIECES = 8
_LONGEST_NAME = 25
_PLAIN_AFTER = len("RF00")
_MOST_WORDS = 400


@dataclass(frozen=True, kw_only=True)
class Match:
    """What an amount pays: a payment that waits for it, or invoices of an account."""

    account: Account
    payment: Payment | None = None
    invoices: Sequence[Document] = field(default_factory=list)


class Doubtful(Exception):
    """A clerk has to look; the sentence says why."""

    def __init__(self, message: str, **params: object) -> None:
        self.message, self.params = message, params
        super().__init__(message)


def match_of(text: str, *, amount: Decimal, currency: str) -> Match:
    """Return what the text names, if the amount is exactly that. Raises `Doubtful`."""
    names = names_in(text)
    payments = list(
        Payment.objects.filter(reference__in=names, method=Method.BANK_TRANSFER).select_related(
            "account"
        )
    )
    if payments:
        return _of_payment(payments, amount=amount, currency=currency)
    invoices = _invoices(names)
    if not invoices:
        raise Doubtful(gettext_noop("It names no payment and no invoice."))
    return _of_invoices(invoices, amount=amount, currency=currency)


def names_in(text: str) -> set[str]:
    """Return all that could be a number or a reference: words, and neighbours put together."""
    words = [word.upper() for word in _WORDS.findall(text)][:_MOST_WORDS]
    found = set()
    for start in range(len(words)):
        name = ""
        for word in words[start : start + _MOST_PIECES]:
            name += word
            if len(name) > _LONGEST_NAME:
                break
            found.add(name)
    return found | {name[_PLAIN_AFTER:] for name in found if iso11649.is_valid(name)}


def _of_payment(payments: Sequence[Payment], *, amount: Decimal, currency: str) -> Match:
    if len(payments) > 1:
        raise Doubtful(gettext_noop("It names several payments."))
    (payment,) = payments
    named = {"reference": payment.reference}
    if not payment.is_incoming:
        raise Doubtful(gettext_noop("%(reference)s is money that goes out."), **named)
    if payment.state not in WAITING:
        raise Doubtful(
            gettext_noop("%(reference)s is %(state)s already."),
            state=payment.get_state_display().lower(),
            **named,
        )
    if (payment.amount, payment.currency) != (amount, currency):
        raise Doubtful(
            gettext_noop("%(reference)s is over %(wanted)s."),
            wanted=money(payment.amount, payment.currency),
            **named,
        )
    return Match(account=payment.account, payment=payment)


def _invoices(names: set[str]) -> list[Document]:
    return list(
        Document.objects.alias(plain=plain_number())
        .filter(kind=Document.Kind.INVOICE, plain__in=names)
        .select_related("account", "balance")
        .order_by("id")
    )


def _of_invoices(invoices: Sequence[Document], *, amount: Decimal, currency: str) -> Match:
    if len({invoice.account_id for invoice in invoices}) > 1:
        raise Doubtful(gettext_noop("It names invoices of several accounts."))
    account = invoices[0].account
    numbers = ", ".join(f"{invoice}" for invoice in invoices)
    owed = sum((invoice.balance.open_amount for invoice in invoices), ZERO)
    if {invoice.currency for invoice in invoices} != {currency} or owed != amount:
        raise Doubtful(
            gettext_noop("On %(numbers)s %(owed)s is owed."),
            numbers=numbers,
            owed=money(owed, invoices[0].currency),
        )
    payment = _waiting_for(account, invoices, amount)
    return Match(account=account, payment=payment, invoices=[] if payment else invoices)


def _waiting_for(account: Account, invoices: Sequence[Document], amount: Decimal) -> Payment | None:
    """Return the bank transfer that was announced for exactly these invoices, if one was."""
    waiting = account.payments.awaited_transfers().filter(kind=Payment.Kind.INVOICES, amount=amount)
    wanted = {invoice.pk for invoice in invoices}
    for payment in waiting.prefetch_related("targets").order_by("id"):
        if {target.document_id for target in payment.targets.all()} == wanted:
            return payment
    return None


def account_named(text: str) -> Account | None:
    """Return the one account that a text names, by its number as statements ask for, or by its
    payments or invoices; whatever the amounts.
    """
    names = names_in(text)
    payments = Payment.objects.filter(reference__in=names).select_related("account")
    found = {row.account for row in [*payments, *_invoices(names)]}
    found |= set(Account.objects.filter(account_number__in=names))
    return found.pop() if len(found) == 1 else None
