"""The letter: one e-mail about all invoices of an account that reached a step, as of today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext
from stdnum import iban as iban_numbers

from billing.mailing.deliver import CannotWrite
from billing.mailing.envelope import compose, page_address, recipients_of
from billing.models import Account, Document, Seller
from billing.models.seller import current_seller
from billing.rendering import StoredFileDamaged, file_name, read_file
from invoices.models import Level, Reminder, ReminderMail
from invoices.reminders.stop import open_stop

# Most mail servers take 25 MB, and attachments grow by a third on their way.
MOST_ATTACHED = 12 * 1024 * 1024
URGENCY = [Level.DUE_SOON, Level.DUE, Level.OVERDUE, Level.LAST]


@dataclass(frozen=True)
class Item:
    """One invoice in the letter: what is owed on it today, in its currency."""

    document: Document
    level: str
    days_over: int

    @property
    def owed(self) -> Decimal:
        """What is still open after payments and credit notes."""
        owed: Decimal = self.document.balance.open_amount
        return owed

    @property
    def is_partly_settled(self) -> bool:
        """Whether less than the whole invoice is owed."""
        return self.owed < self.document.total

    @property
    def days_left(self) -> int:
        """Days until it is due."""
        return -self.days_over


@dataclass(frozen=True)
class Letter:
    """The message, with what it is about."""

    message: EmailMultiAlternatives
    items: list[Item]


def write_letter(mail: ReminderMail, *, today: date) -> Letter | None:
    """Return the letter in the account's document language, or None where there is nothing to say.

    Invoices that were paid or credited since the claim are left out, and nothing is said while the
    account's reminders are stopped. Raises `CannotWrite` without an address to write to, or while
    a stored PDF is damaged.
    """
    account = mail.account
    items = _items(mail, today)
    if not items or open_stop(account) is not None:
        return None
    # What is in the way is said to staff, before the account's language is spoken.
    recipients = recipients_of(account)
    attached, left_out = _attachments(items)
    seller = current_seller()
    with override(account.document_language):
        message = compose(
            mail,
            what="reminder",
            to=recipients,
            subject=_subject(items, seller),
            template="invoices/reminder",
            context=_context(account, seller, items, left_out=left_out),
            seller=seller,
        )
        for name, content in attached:
            message.attach(name, content, "application/pdf")
    return Letter(message, items)


def _items(mail: ReminderMail, today: date) -> list[Item]:
    reminders = (
        Reminder.objects.filter(mail=mail, document__balance__open_amount__gt=0)
        .select_related("document__balance", "document__file")
        .order_by("document__due_date", "document_id")
    )
    return [_item(reminder, today) for reminder in reminders]


def _item(reminder: Reminder, today: date) -> Item:
    document = reminder.document
    days_over = (today - (document.due_date or today)).days
    # A mail that waited for its mail server may find a soft word overtaken by the calendar.
    is_overtaken = reminder.level == Level.DUE_SOON and days_over > 0
    return Item(document, Level.DUE if is_overtaken else reminder.level, days_over)


def _attachments(items: Sequence[Item]) -> tuple[list[tuple[str, bytes]], int]:
    """Return the stored PDFs that fit, and how many do not."""
    attached: list[tuple[str, bytes]] = []
    size = 0
    for item in items:
        size += item.document.file.size
        if attached and size > MOST_ATTACHED:
            break
        try:
            attached.append((file_name(item.document), read_file(item.document.file)))
        except StoredFileDamaged as error:
            raise CannotWrite(
                _("The stored PDF of %(number)s is damaged: restore it from a backup.")
                % {"number": item.document.number}
            ) from error
    return attached, len(items) - len(attached)


def _context(
    account: Account, seller: Seller, items: Sequence[Item], *, left_out: int
) -> dict[str, Any]:
    return {
        "account": account,
        "seller": seller,
        "language": account.document_language,
        "items": items,
        "opening": _opening(items),
        "totals": _totals(items),
        "payment": _payment(seller, account, items),
        "portal_url": page_address("invoices:list"),
        "left_out": left_out,
        "is_last": _urgency(items) == Level.LAST,
    }


def _urgency(items: Iterable[Item]) -> Level:
    """Return the most urgent wording: it sets the tone of the letter."""
    return max((Level(item.level) for item in items), key=URGENCY.index)


def _subject(items: Sequence[Item], seller: Seller) -> str:
    about = {
        Level.DUE_SOON: (
            _("Invoice %(number)s is due soon"),
            ngettext(
                "%(count)s invoice is due soon", "%(count)s invoices are due soon", len(items)
            ),
        ),
        Level.DUE: (
            _("Invoice %(number)s is due"),
            ngettext("%(count)s invoice is due", "%(count)s invoices are due", len(items)),
        ),
        Level.OVERDUE: (
            _("Invoice %(number)s is overdue"),
            ngettext("%(count)s invoice is overdue", "%(count)s invoices are overdue", len(items)),
        ),
        Level.LAST: (
            _("Last reminder: invoice %(number)s is overdue"),
            ngettext(
                "Last reminder: %(count)s invoice is overdue",
                "Last reminder: %(count)s invoices are unpaid",
                len(items),
            ),
        ),
    }
    one, many = about[_urgency(items)]
    text = (one if len(items) == 1 else many) % {
        "number": items[0].document.number,
        "count": len(items),
    }
    return f"{text} - {seller.trade_name}"


def _opening(items: Sequence[Item]) -> str:
    count = len(items)
    return {
        Level.DUE_SOON: ngettext(
            "This invoice falls due in the next days. Please plan its payment.",
            "These invoices fall due in the next days. Please plan their payment.",
            count,
        ),
        Level.DUE: ngettext(
            "This invoice has fallen due and we have not seen the payment yet.",
            "These invoices have fallen due and we have not seen all payments yet.",
            count,
        ),
        Level.OVERDUE: ngettext(
            "This invoice is overdue. Please pay it now.",
            "Some of these invoices are overdue. Please pay them now.",
            count,
        ),
        Level.LAST: ngettext(
            "We have reminded you of this invoice before and it is still unpaid. This is our last"
            " reminder: please pay it at once, or tell us what is in the way.",
            "We have reminded you of some of these invoices before and they are still unpaid."
            " This is our last reminder: please pay them at once, or tell us what is in the way.",
            count,
        ),
    }[_urgency(items)]


def _totals(items: Iterable[Item]) -> list[tuple[Decimal, str]]:
    """Return what is owed on all of them, one amount a currency."""
    sums: dict[str, Decimal] = {}
    for item in items:
        currency = item.document.currency
        sums[currency] = sums.get(currency, Decimal(0)) + item.owed
    return [(amount, currency) for currency, amount in sorted(sums.items())]


def _payment(seller: Seller, account: Account, items: Sequence[Item]) -> list[tuple[str, str]]:
    """Return where to pay to, in the form that fits the currency, and what to quote."""
    numbers = ", ".join(str(item.document.number) for item in items[:6])
    pairs = [(_("Account of"), seller.legal_name)]
    if seller.iban and not (items[0].document.currency == "INR" and seller.bank_account):
        pairs += [(_("IBAN"), iban_numbers.format(seller.iban)), (_("BIC"), seller.bic)]
    else:
        takes_upi = account.country == "IN" and items[0].document.currency == "INR"
        pairs += [
            (pgettext("bank", "Account"), seller.bank_account),
            (_("IFSC"), seller.bank_ifsc),
            (_("UPI"), seller.upi_id if takes_upi else ""),
            (_("BIC/SWIFT"), "" if takes_upi else seller.bic),
        ]
    if all(not value for _label, value in pairs[1:]):
        return []
    pairs += [(_("Bank"), seller.bank_name), (_("Reference"), numbers)]
    return [(label, value) for label, value in pairs if value]
