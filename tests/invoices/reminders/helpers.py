"""Invoices that wait for their money, and the mails about them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from billing.models import Account, Document
from invoices.reminders.daily import remind_today
from tests.customers import store_pdf
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import NOW, ON, issue_order_invoice

# Issued on 6 October 2026 with 15 days to pay.
DUE = date(2026, 10, 21)


def owed(account: Account | None = None, *, rendered: bool = True, on: date = ON) -> Document:
    """Issue an invoice over 10,531.50 INR that is due 15 days later."""
    customer = account or AccountFactory.create()
    now = NOW + (on - ON)
    charge = ChargeFactory.create(account=customer)
    document = issue_order_invoice(customer, charge, on=on, now=now).document
    if rendered:
        store_pdf(document)
    return document


def noon(day: date) -> datetime:
    """Return half past twelve in Kolkata."""
    return datetime(day.year, day.month, day.day, 7, 0, tzinfo=UTC)


def remind(day: date, *, again: int = 0) -> int:
    """Run the day's reminders at noon; return how many mails went out."""
    moment = noon(day) + timedelta(minutes=again)
    return remind_today(clock=lambda: moment)


def after_due(days: int) -> date:
    """Return a day after the due date, before it when below zero."""
    return DUE + timedelta(days=days)


def steps_of(document: Document) -> list[tuple[int, Any]]:
    """Return which steps the invoice was reminded of."""
    return list(document.reminders.order_by("id").values_list("days", "level"))
