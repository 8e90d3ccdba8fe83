"""What the demo puts on the clerk's desk: reminders, bank entries, requests, a partial credit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from billing.banking.decide import ignore_entry
from billing.banking.take_in import take_in
from billing.credits.bank_details import checked_destination
from billing.credits.wire import announce_wire
from billing.credits.withdraw import request_withdrawal
from billing.models import Account, BankEntry, Payment
from billing.models.seller import current_seller
from billing.money import round_to
from billing.payments.owed import open_invoices
from billing.periods import local_date
from billing.rendering import ensure_file
from certinext.backoffice.demo.money import payment_number
from certinext.backoffice.demo.plans import MoneyPlan
from credit_notes.choice import Choice
from credit_notes.issue import credit_invoice
from credit_notes.left import Part
from credit_notes.models import CreditNote
from invoices.reminders.claim import claim_reminders
from invoices.reminders.send import send_waiting

_TENTH = Decimal("0.1")
_COLUMNS = ("reference", "booked_on", "amount", "currency", "debtor", "remittance")
_INTEREST = "Interest"


def credit_a_part(account: Account, *, by: str, now: datetime) -> None:
    """Take a tenth off the first line of the account's oldest open invoice."""
    document = open_invoices(account)[0]
    line = document.lines.filter(net_amount__gt=0).order_by("position")[0]
    tenth = round_to(line.net_amount * _TENTH, Decimal(1))
    credit_invoice(
        invoice=document.invoice,
        choice=Choice(parts=[Part(position=line.position, amount=tenth)]),
        reason_code=CreditNote.Reason.GOODWILL,
        reason="Issued a week later than promised: a tenth off, as agreed by telephone",
        on=_today(now),
        now=now,
        issued_by=by,
    )


def remind(account: Account, *, now: datetime) -> None:
    """Send the account the reminders that are due; its invoices are attached, so they are made."""
    for document in open_invoices(account):
        ensure_file(document)
    claim_reminders(today=_today(now), now=now, accounts=Account.objects.filter(pk=account.pk))
    send_waiting(clock=lambda: now)


def take_statement_in(short: Account, *, by: str, now: datetime) -> None:
    """Take in the bank's statement; the clerk puts its interest aside, and leaves the rest open."""
    today = _today(now)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for number, line in enumerate(_lines(short), 1):
        writer.writerow((f"DEMO-{today:%y%m}-{number:03}", today.isoformat(), *line))
    file = io.BytesIO(text.getvalue().encode())
    take_in(file, file_name=f"statement-{today:%Y-%m}.csv", by=by, now=now)
    interest = BankEntry.objects.get(remittance=_INTEREST)
    ignore_entry(interest, reason="Interest of our own account", by=by, now=now)


def ask_credits_back(account: Account, money: MoneyPlan, *, by: str, now: datetime) -> None:
    """Ask for credits back."""
    request_withdrawal(
        account,
        amount=money.withdrawn,
        currency=account.currency,
        destination=checked_destination(**money.destination),
        by=by,
        now=now,
        reference=payment_number(),
    )


def announce_transfer(account: Account, money: MoneyPlan, *, by: str, now: datetime) -> None:
    """Say that credits were sent by transfer."""
    today = _today(now)
    announce_wire(
        account,
        amount=money.announced,
        currency=account.currency,
        transaction_number=f"N{today:%y%j}0048{account.account_number[-3:]}",
        sent_on=today,
        by=by,
        now=now,
        reference=payment_number(),
    )


def _lines(short: Account) -> Iterator[tuple[Decimal, str, str, str]]:
    """Yield amount, currency, sender and remittance text of each entry."""
    currency = short.currency
    for payment in (
        Payment.objects.incoming().awaited_transfers().select_related("account").order_by("id")
    ):
        text = f"Payment {payment.reference}"
        yield payment.amount, payment.currency, payment.account.legal_name[:70], text
    for document in list(open_invoices(short))[-1:]:
        paid = round_to(document.balance.open_amount * (1 - _TENTH), Decimal(1))
        yield paid, currency, short.legal_name[:70], f"{document} less charges"
    yield Decimal("1180.00"), currency, "M. Fernandes", "Certificates, thank you"
    yield Decimal("12.40"), currency, "", _INTEREST


def _today(now: datetime) -> date:
    return local_date(now, current_seller().zone)
