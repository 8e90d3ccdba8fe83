"""The rules of EN 16931-1 about sums, and about each category of VAT."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from billing.einvoice.codes import (
    CATEGORIES,
    EXEMPTIONS,
    INTRA_COMMUNITY,
    OUTSIDE_SCOPE,
    REVERSE_CHARGE,
    STANDARD,
)
from billing.einvoice.model import ElectronicInvoice, VatBreakdown
from billing.einvoice.rules import Mends, Rule, when
from billing.money import CURRENCIES, ZERO, line_net, minor_unit, percentage
from billing.sentences import gettext_noop

Facts = Iterable[dict[str, object]]
_Rule = Rule[ElectronicInvoice]
# How the rules of a category are called: they use letters of their own for one of them.
_NAMES = {"S": "S", "Z": "Z", "E": "E", "AE": "AE", "K": "IC", "G": "G", "O": "O"}


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, ZERO)


def _differs(found: Decimal, wanted: Decimal) -> Facts:
    return when(found != wanted, found=f"{found:f}", wanted=f"{wanted:f}")


def _wrong_lines(invoice: ElectronicInvoice) -> Iterator[dict[str, object]]:
    if invoice.currency not in CURRENCIES:
        return  # BR-CL-04 says so; without its minor unit nothing can be rounded.
    for line in invoice.lines:
        wanted = line_net(
            quantity=line.quantity, unit_price=line.price, per=line.per, currency=invoice.currency
        )
        for facts in _differs(line.net, wanted):
            yield {**facts, "line": line.identifier}


def _wrong_taxes(invoice: ElectronicInvoice) -> Iterator[dict[str, object]]:
    """A credit note's tax follows from all notes so far: it may be a minor unit away."""
    if invoice.currency not in CURRENCIES:
        return
    slack = minor_unit(invoice.currency) if invoice.is_credit_note else ZERO
    for group in invoice.vat:
        wanted = percentage(group.taxable, group.rate or ZERO, invoice.currency)
        if abs(group.tax - wanted) > slack:
            yield {
                "found": f"{group.tax:f}",
                "wanted": f"{wanted:f}",
                "rate": f"{group.rate or ZERO:f}",
            }


SUM_RULES: tuple[_Rule, ...] = (
    Rule(
        "PEPPOL-EN16931-R120",
        Mends.SUMS,
        gettext_noop(
            "Line %(line)s comes to %(found)s, but quantity times price is %(wanted)s: tell the"
            " portal's operator."
        ),
        _wrong_lines,
    ),
    Rule(
        "BR-CO-10",
        Mends.SUMS,
        gettext_noop(
            "The lines add up to %(wanted)s, not %(found)s (BT-106): tell the portal's operator."
        ),
        lambda i: _differs(i.totals.lines, _sum(line.net for line in i.lines)),
    ),
    Rule(
        "BR-CO-13",
        Mends.SUMS,
        gettext_noop(
            "The total without VAT is %(wanted)s, not %(found)s (BT-109): tell the portal's"
            " operator."
        ),
        lambda i: _differs(
            i.totals.without_vat, i.totals.lines - i.totals.allowances + i.totals.charges
        ),
    ),
    Rule(
        "BR-CO-14",
        Mends.SUMS,
        gettext_noop(
            "The VAT adds up to %(wanted)s, not %(found)s (BT-110): tell the portal's operator."
        ),
        lambda i: _differs(i.totals.vat, _sum(group.tax for group in i.vat)),
    ),
    Rule(
        "BR-CO-15",
        Mends.SUMS,
        gettext_noop(
            "The total with VAT is %(wanted)s, not %(found)s (BT-112): tell the portal's operator."
        ),
        lambda i: _differs(i.totals.with_vat, i.totals.without_vat + i.totals.vat),
    ),
    Rule(
        "BR-CO-16",
        Mends.SUMS,
        gettext_noop(
            "The amount due is %(wanted)s, not %(found)s (BT-115): tell the portal's operator."
        ),
        lambda i: _differs(i.totals.due, i.totals.with_vat - i.totals.paid + i.totals.rounding),
    ),
    Rule(
        "BR-CO-17",
        Mends.SUMS,
        gettext_noop(
            "The VAT of %(rate)s %% is %(wanted)s, not %(found)s (BT-117): tell the portal's"
            " operator."
        ),
        _wrong_taxes,
    ),
    Rule(
        "BR-CO-18",
        Mends.SUMS,
        gettext_noop("The document has no table of VAT (BG-23): tell the portal's operator."),
        lambda i: when(not i.vat),
    ),
    Rule(
        "BR-CL-17",
        Mends.SUMS,
        gettext_noop("%(category)s is no category of VAT: tell the portal's operator."),
        lambda i: [
            {"category": group.category} for group in i.vat if group.category not in CATEGORIES
        ],
    ),
)


def _of(category: str) -> Iterator[_Rule]:
    """Return the rules that every category has, in its own letters."""
    name = f"BR-{_NAMES[category]}"

    def groups(invoice: ElectronicInvoice) -> list[VatBreakdown]:
        return [group for group in invoice.vat if group.category == category]

    def is_used(invoice: ElectronicInvoice) -> bool:
        return any(line.vat_category == category for line in invoice.lines)

    def wrong_base(invoice: ElectronicInvoice) -> Iterator[dict[str, object]]:
        for group in groups(invoice):
            nets = _sum(
                line.net
                for line in invoice.lines
                if (line.vat_category, line.vat_rate) == (category, group.rate)
            )
            for facts in _differs(group.taxable, nets):
                yield {**facts, "category": category}

    def wrong_rate(invoice: ElectronicInvoice) -> Facts:
        rates = [line.vat_rate for line in invoice.lines if line.vat_category == category]
        return when(any(not _fits(category, rate) for rate in rates), category=category)

    yield Rule(
        f"{name}-01",
        Mends.SUMS,
        gettext_noop(
            "A line has the VAT category %(category)s, which the table of VAT lacks: tell the"
            " portal's operator."
        ),
        lambda i: when(is_used(i) and not groups(i), category=category),
    )
    yield Rule(
        f"{name}-05",
        Mends.SUMS,
        gettext_noop(
            "A line of the VAT category %(category)s has a rate that the category cannot have:"
            " tell the portal's operator."
        ),
        wrong_rate,
    )
    yield Rule(
        f"{name}-08",
        Mends.SUMS,
        gettext_noop(
            "The lines of the VAT category %(category)s add up to %(wanted)s, not %(found)s"
            " (BT-116): tell the portal's operator."
        ),
        wrong_base,
    )
    yield _reason_rule(category, name)


def _fits(category: str, rate: Decimal | None) -> bool:
    if category == OUTSIDE_SCOPE:
        return rate is None
    return rate is not None and (rate > 0 if category == STANDARD else rate == 0)


def _reason_rule(category: str, name: str) -> _Rule:
    """Return the rule about reasons: exempt categories give one, taxed ones must not."""

    def is_missing(invoice: ElectronicInvoice) -> Facts:
        reasons = [
            bool(group.exemption_code or group.exemption_reason)
            for group in invoice.vat
            if group.category == category
        ]
        return when(any(has != (category in EXEMPTIONS) for has in reasons), category=category)

    message = (
        gettext_noop(
            "VAT of the category %(category)s is not charged, and nothing says why (BT-120): tell"
            " the portal's operator."
        )
        if category in EXEMPTIONS
        else gettext_noop(
            "VAT of the category %(category)s is charged, yet a reason says why not (BT-120): tell"
            " the portal's operator."
        )
    )
    return Rule(f"{name}-10", Mends.SUMS, message, is_missing)


def _party_rules() -> Iterator[_Rule]:
    """Return the rules about which VAT ids a category wants, and outside the scope forbids."""
    for category in sorted(CATEGORIES - {OUTSIDE_SCOPE}):
        yield _seller_rule(category)
    for category in (REVERSE_CHARGE, INTRA_COMMUNITY):
        yield _buyer_rule(category)
    yield Rule(
        "BR-O-02",
        Mends.SUMS,
        gettext_noop(
            "A document outside the scope of VAT names a VAT id: tell the portal's operator."
        ),
        lambda i: when(_uses(i, OUTSIDE_SCOPE) and bool(i.seller.vat_id or i.buyer.vat_id)),
    )
    yield Rule(
        "BR-O-11",
        Mends.CHARGE,
        gettext_noop(
            "A document outside the scope of VAT can hold nothing else: bill the other lines on a"
            " document of their own."
        ),
        lambda i: (
            when(len({group.category for group in i.vat} | {OUTSIDE_SCOPE}) > 1)
            if _uses(i, OUTSIDE_SCOPE)
            else []
        ),
    )
    yield Rule(
        "BR-IC-11",
        Mends.SUMS,
        gettext_noop("A supply within the EU does not say when: tell the portal's operator."),
        lambda i: when(_uses(i, INTRA_COMMUNITY) and not (i.delivered_on or i.period)),
    )
    yield Rule(
        "BR-IC-12",
        Mends.SUMS,
        gettext_noop(
            "A supply within the EU does not say into which country: tell the portal's operator."
        ),
        lambda i: when(_uses(i, INTRA_COMMUNITY) and not i.delivered_to),
    )


def _seller_rule(category: str) -> _Rule:
    return Rule(
        f"BR-{_NAMES[category]}-02",
        Mends.SELLER,
        gettext_noop("The seller has no VAT id: enter it in the seller's legal data."),
        lambda i: when(_uses(i, category) and not i.seller.vat_id),
    )


def _buyer_rule(category: str) -> _Rule:
    return Rule(
        f"BR-{_NAMES[category]}-02",
        Mends.ACCOUNT,
        gettext_noop("The buyer owes the VAT but has no VAT id: enter the VAT id on the account."),
        lambda i: when(_uses(i, category) and not i.buyer.vat_id),
    )


def _uses(invoice: ElectronicInvoice, category: str) -> bool:
    return any(line.vat_category == category for line in invoice.lines)


VAT_RULES: tuple[_Rule, ...] = (
    *SUM_RULES,
    *(rule for category in sorted(CATEGORIES) for rule in _of(category)),
    *sorted(_party_rules(), key=lambda rule: rule.id),
)
