"""A statement as a PDF. It is no numbered document and no tax invoice, and is not stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from billing.models import Account, Seller
from billing.payments.owed import open_invoices
from billing.printing.branding import brand_sheet
from billing.printing.facts import LONGEST_NUMBER, Facts
from billing.printing.head import Head, unnumbered_head
from billing.printing.parties import Pair, Party, buyer_party, seller_party
from billing.printing.payment import Panel, Transfer, pay_panel
from billing.printing.wording import amount, currency_sign, day, period, price, short_month
from billing.snapshots import buyer_snapshot, seller_snapshot
from billing.statement.ageing import Ageing, ageing_of
from billing.statement.read import Statement
from billing.statement.words import ageing_lines, note_of, phrase_of
from certinext.pdf.render import render_pdf
from certinext.pdf.text import clean_text
from certinext.web.formatting import month, quantity

# A page holds about twenty-five entries: twenty pages are set in a few seconds.
MOST_ROWS = 500
_EVERYDAY_AMOUNT = 15


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row as printed; a month's sum stands for its entries where there are too many."""

    on: str
    type: str = ""
    document: str = ""
    order: str = ""
    text: str
    note: str = ""
    debit: str = ""
    credit: str = ""
    balance: str


@dataclass(frozen=True, kw_only=True)
class Sheet(Head):
    """What the template prints, all of it text."""

    facts: tuple[Pair, ...]
    amount_style: str
    seller: Party
    buyer: Party
    movement: tuple[Pair, ...]
    currency: str
    opening: Line
    lines: tuple[Line, ...]
    closing: Line
    too_many: str
    ageing_title: str
    ageing: tuple[Pair, ...]
    panel: Panel | None


def statement_pdf(statement: Statement, ageing: Ageing, *, seller: Seller, today: date) -> bytes:
    """Return the statement set in the account's document language."""
    language = statement.account.document_language
    with translation.override(language):
        facts = Facts(seller_snapshot(seller, language=language))
        sheet = statement_sheet(statement, ageing, seller=facts, today=today)
        html = render_to_string("documents/statement.html", {"sheet": sheet})
    return render_pdf(html, extra_css=brand_sheet(facts))


def statement_sheet(statement: Statement, ageing: Ageing, *, seller: Facts, today: date) -> Sheet:
    """Return what the statement prints, in the active language."""
    account, currency, span = statement.account, statement.currency, statement.span
    language = account.document_language
    gst = seller.text("country") == "IN"
    buyer = Facts(buyer_snapshot(account, language=language))
    number = buyer.text("account_number", limit=LONGEST_NUMBER)
    label = _balance_label(ageing, is_today=ageing.on == today)
    balance = price(abs(ageing.balance), currency)
    return Sheet(
        **unnumbered_head(
            account,
            seller=seller,
            buyer=buyer.text("legal_name"),
            heading=_("Account statement"),
            days=period(span.first, span.last),
            copy=_("This is not a tax invoice"),
            on=today,
        ),
        facts=(
            Pair(label, balance),
            Pair(_("Of it past due"), price(ageing.past_due, currency)),
            Pair(_("Statement date"), day(today)),
            Pair(_("Account"), number),
        ),
        amount_style="due lat long" if len(balance) > _EVERYDAY_AMOUNT else "due lat",
        seller=seller_party(seller),
        buyer=buyer_party(buyer, gst=gst),
        movement=(
            Pair(_("Opening"), price(statement.opening, currency)),
            Pair(_("Debits"), price(statement.debit, currency)),
            Pair(pgettext("bookkeeping", "Credits"), price(statement.credit, currency)),
            Pair(_("Closing"), price(statement.closing, currency)),
        ),
        currency=currency_sign(currency),
        opening=Line(
            on=day(span.first),
            text=_("Opening balance"),
            balance=amount(statement.opening, currency),
        ),
        lines=_lines(statement),
        closing=Line(
            on=day(span.last),
            text=_("Closing balance"),
            debit=amount(statement.debit, currency),
            credit=amount(statement.credit, currency),
            balance=amount(statement.closing, currency),
        ),
        too_many=_too_many(statement),
        ageing_title=_("Open at the end of %(day)s, by days past due") % {"day": day(ageing.on)},
        ageing=_ageing(ageing),
        panel=_how_to_pay(statement, ageing, seller=seller, buyer=buyer, today=today),
    )


def _balance_label(ageing: Ageing, *, is_today: bool) -> str:
    if is_today:
        owes = ageing.balance >= 0
        return _("Balance you owe today") if owes else _("Balance in your favour today")
    sentence = (
        _("Balance you owed on %(day)s")
        if ageing.balance >= 0
        else _("Balance in your favour on %(day)s")
    )
    return sentence % {"day": day(ageing.on)}


def _how_to_pay(
    statement: Statement, ageing: Ageing, *, seller: Facts, buyer: Facts, today: date
) -> Panel | None:
    """Return how to pay what was owed on the closing day, or None where nothing is due.

    What was paid since is not asked for again: then it is what is owed today.
    """
    on, amount = ageing.on, statement.closing
    now = ageing if ageing.on == today else ageing_of(statement.account, on=today)
    if now.balance < amount:
        on, amount = today, now.balance
    if amount <= 0:
        return None
    return pay_panel(
        Transfer(
            seller=seller,
            buyer=buyer,
            amount=amount,
            currency=statement.currency,
            number=_number_to_quote(statement.account, amount),
            until=Pair(_("Owed on"), day(on)),
        )
    )


def _number_to_quote(account: Account, amount: Decimal) -> str:
    """Return the one open invoice whose amount it is: money that names it is settled by itself.

    Else it is the account's number, by which a clerk finds out.
    """
    invoices = list(open_invoices(account)[:2])
    if len(invoices) == 1 and invoices[0].balance.open_amount == amount:
        return str(invoices[0])
    return account.account_number


def _lines(statement: Statement) -> tuple[Line, ...]:
    if len(statement) > MOST_ROWS:
        return _months(statement)
    currency = statement.currency
    lines = []
    for row in statement[:]:
        note = note_of(row)
        lines.append(
            Line(
                on=day(row.on),
                type=row.type_label,
                document=clean_text(row.document_number or ""),
                order=clean_text(row.order_number),
                # As on a page, for a number keeps to its line; nothing on paper is a link.
                text=phrase_of(row).linked({}),
                note=note.linked({}) if note else "",
                debit=_side(row.debit, currency),
                credit=_side(row.credit, currency),
                balance=amount(row.balance, currency),
            )
        )
    return tuple(lines)


def _months(statement: Statement) -> tuple[Line, ...]:
    currency = statement.currency
    return tuple(
        Line(
            on=short_month(one.first_day),
            text=_("All entries of %(month)s") % {"month": month(one.first_day)},
            note=_("%(count)s entries") % {"count": quantity(one.entries)},
            debit=_side(one.debit, currency),
            credit=_side(one.credit, currency),
            balance=amount(one.closing, currency),
        )
        for one in statement.months
    )


def _too_many(statement: Statement) -> str:
    if len(statement) <= MOST_ROWS:
        return ""
    return _(
        "These days have %(count)s entries, and a PDF names at most %(most)s one by one: each month"
        " is one line here. The same statement as CSV or Excel has every entry."
    ) % {"count": quantity(len(statement)), "most": quantity(MOST_ROWS)}


def _ageing(ageing: Ageing) -> tuple[Pair, ...]:
    lines = ageing_lines(ageing)
    return tuple(Pair(label, amount(value, ageing.currency)) for label, value in lines)


def _side(value: Decimal, currency: str) -> str:
    return amount(value, currency) if value else ""
