"""Everything that moves money, mixed at random by eight processes: the books stay exact.

The seed and the number of operations can be set (`CERTINEXT_SEED`, `CERTINEXT_OPERATIONS`); a
failing run is repeated with the seed that it prints.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction

from billing.auto_top_up.claim import claim_top_ups
from billing.auto_top_up.terms import kept_method, turn_off
from billing.charging import raise_charge
from billing.gateways.recheck import recheck_due
from billing.models import Account, Charge, Document, Payment
from billing.payments.begin import begin_payment
from billing.payments.from_credits import adjust_credits, open_balance, pay_from_credits
from billing.payments.owed import open_invoices, position_of
from billing.payments.settle import fail, reject, settle
from billing.sentences import SentenceError
from credit_notes.choice import Choice
from credit_notes.issue import credit_invoice
from credit_notes.left import Part
from tests.billing.auto_top_up.scenes import agreed, charged, kept
from tests.billing.gateways.scenes import sandbox_account
from tests.factories import AccountFactory
from tests.invariants import broken_invariants
from tests.invoices.helpers import NOW, ON, issue_order_invoice
from tests.processes import at_once, deadlocks

PROCESSES = 8
OPERATIONS = int(os.environ.get("CERTINEXT_OPERATIONS", "480"))
AGREED_THRESHOLD = Decimal(1000)
SEED = int(os.environ.get("CERTINEXT_SEED", "20261008"))


def terms_of(account: Account) -> dict[str, Any]:
    """Return what an account agrees to: some ten top-ups of 5,000 a month."""
    return {
        "currency": account.currency,
        "threshold": AGREED_THRESHOLD,
        "monthly_limit": Decimal(50000),
    }


@dataclass
class Clerk:
    """One process: does one thing after the other, to whichever customer comes."""

    accounts: list[int]
    chance: random.Random

    def work(self, count: int) -> list[tuple[str, int]]:
        """Do `count` things; return how often each was done or refused."""
        things: list[Callable[[Account], object]] = [
            self.invoice,
            self.invoice,
            self.credit_note,
            self.bank_payment,
            self.bank_payment,
            self.from_credits,
            self.top_up,
            self.automatic_top_up,
            self.automatic_top_up,
            self.switch,
            self.withdrawal,
            self.adjustment,
            self.message_again,
            self.opening,
        ]
        done: Counter[str] = Counter()
        for _ in range(count):
            thing = self.chance.choice(things)
            account = Account.objects.get(pk=self.chance.choice(self.accounts))
            try:
                thing(account)
            except SentenceError:
                done[f"{thing.__name__} refused"] += 1
            else:
                done[thing.__name__] += 1
        return sorted(done.items())

    def amount(self, most: Decimal, account: Account) -> Decimal:
        """Return an amount of up to `most`, in whole minor units; one at least."""
        unit = Decimal(1) if account.currency == "JPY" else Decimal("0.01")
        return unit * self.chance.randint(1, max(1, int(most / unit)))

    def invoice(self, account: Account) -> None:
        """Issue an invoice of one to three units."""
        with transaction.atomic():
            account = Account.objects.lock(account)
            number = f"{self.chance.randrange(10**10):010}"
            charge = raise_charge(
                source_key=f"order:{number}",
                kind=Charge.Kind.ORDER,
                account=account,
                description="OV SSL",
                unit_price=self.amount(Decimal(9000), account),
                quantity=Decimal(self.chance.randint(1, 3)),
                currency=account.currency,
                service_from=ON,
                order_number=number,
            )
            issue_order_invoice(account, charge)

    def credit_note(self, account: Account) -> None:
        """Credit a whole invoice or an amount of it, owed or paid."""
        invoice = self.any_of(account, kind="invoice")
        if invoice is None:
            return
        part = Part(position=1, amount=self.amount(invoice.net_total, account))
        credit_invoice(
            invoice=invoice.invoice,
            choice=Choice(parts=[part]) if self.chance.random() < 0.8 else Choice(),
            reason_code="other",
            reason="By chance",
            on=ON,
            now=NOW,
            issued_by="chance",
        )

    def bank_payment(self, account: Account) -> None:
        """Receive money: for one invoice or whatever is owed, too little or too much."""
        owed = position_of(account).receivable
        amount = self.amount(max(owed * Decimal("1.2"), Decimal(100)), account)
        aimed = list(open_invoices(account)[:2]) if self.chance.random() < 0.5 else []
        payment = self.begin(account, amount, Payment.Kind.INVOICES, aimed)
        outcome = self.chance.random()
        if outcome < 0.1:
            reject(payment, reason="Never came", by="chance", now=NOW)
        elif outcome < 0.2:
            fail(payment, reason="Declined", now=NOW)
        else:
            settle(payment, now=NOW, by="chance")

    def from_credits(self, account: Account) -> None:
        """Spend credits, more than there are now and then."""
        amount = self.amount(position_of(account).credits * Decimal("1.1"), account)
        pay_from_credits(account, amount=amount, currency=account.currency, by="chance", now=NOW)

    def top_up(self, account: Account) -> None:
        """Receive money on account."""
        self.begin_and_settle(account, self.amount(Decimal(5000), account))

    def automatic_top_up(self, account: Account) -> None:
        """Let credits rise and fall, then do what the worker does: charge whatever fell.

        The fall is of the operation itself, so that a short run has enough of them too.
        """
        limit = AGREED_THRESHOLD
        self.begin_and_settle(account, limit + self.amount(Decimal(500), account))
        claim_top_ups(now=NOW)
        with suppress(SentenceError):
            self.adjust(account, -(position_of(account).credits - limit / 2))
        claim_top_ups(now=NOW)
        recheck_due(clock=lambda: NOW)

    def switch(self, account: Account) -> None:
        """Turn automatic top-up off, or agree to it anew."""
        mandate = kept_method(account)
        if mandate is None or turn_off(account, by="chance", now=NOW):
            return
        agreed(account, mandate, **terms_of(account))

    def withdrawal(self, account: Account) -> None:
        """Pay credits back, more than there are now and then."""
        amount = self.amount(position_of(account).credits * Decimal("1.1"), account)
        settle(self.begin(account, amount, Payment.Kind.WITHDRAWAL), now=NOW, by="chance")

    def adjustment(self, account: Account) -> None:
        """Give or take credits."""
        self.adjust(account, self.amount(Decimal(500), account) * self.chance.choice([1, -1]))

    def adjust(self, account: Account, amount: Decimal) -> None:
        """Give credits of this amount, or take them where it is negative."""
        adjust_credits(
            account,
            amount=amount,
            currency=account.currency,
            reason="By chance",
            by="chance",
            now=NOW,
        )

    def message_again(self, account: Account) -> None:
        """Hear of a payment again, whatever became of it."""
        payment = account.payments.filter(method="bank_transfer").order_by("?").first()
        if payment is not None:
            settle(payment, now=NOW, by="once more")

    def opening(self, account: Account) -> None:
        """Carry a balance over; refused from the second time on."""
        open_balance(
            account,
            owed=self.amount(Decimal(900), account) * self.chance.choice([1, -1]),
            currency=account.currency,
            source="Earlier books",
            by="chance",
            now=NOW,
        )

    def begin_and_settle(self, account: Account, amount: Decimal) -> None:
        """Receive this amount on account."""
        settle(self.begin(account, amount, Payment.Kind.TOP_UP), now=NOW, by="chance")

    def begin(
        self,
        account: Account,
        amount: Decimal,
        kind: Payment.Kind,
        aimed: list[Document] | None = None,
    ) -> Payment:
        """Begin a bank transfer."""
        return begin_payment(
            account,
            kind=kind,
            method=Payment.Method.BANK_TRANSFER,
            provider="bank",
            amount=amount,
            currency=account.currency,
            invoices=aimed or [],
            by="chance",
            now=NOW,
        )

    def any_of(self, account: Account, *, kind: str) -> Document | None:
        """Return one of the account's documents by chance."""
        return account.documents.filter(kind=kind).order_by("?").first()


def test_the_books_stay_exact_whatever_eight_processes_do(own_database: str) -> None:
    accounts = [
        AccountFactory.create(currency=currency).pk
        for currency in ("INR", "INR", "INR", "EUR", "JPY", "BHD")
    ]
    sandbox_account()
    for account in Account.objects.filter(pk__in=accounts):
        agreed(account, kept(account), **terms_of(account))
    clerks = [Clerk(accounts, random.Random(SEED + n)) for n in range(PROCESSES)]

    done: Counter[str] = Counter()
    jobs = [partial(clerk.work, OPERATIONS // PROCESSES) for clerk in clerks]
    for of_one in at_once(*jobs, patience=60 + OPERATIONS):
        done.update(dict(of_one))

    assert sum(done.values()) == OPERATIONS // PROCESSES * PROCESSES, f"seed {SEED}"
    assert broken_invariants() == {}, f"seed {SEED}: {done}"
    assert deadlocks() == 0, f"seed {SEED}"
    # A run that refuses everything would prove nothing.
    for thing in ("invoice", "credit_note", "bank_payment", "top_up", "from_credits", "withdrawal"):
        assert done[thing] > 0, f"seed {SEED}: {done}"
    succeeded = Payment.objects.filter(auto_top_up__isnull=False, state="succeeded")
    assert 0 < succeeded.count() == len(charged()), f"seed {SEED}: {done}"
