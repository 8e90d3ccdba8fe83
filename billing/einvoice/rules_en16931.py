"""The rules of EN 16931-1 that this portal's documents could break: parties, dates, payment."""

from __future__ import annotations

from collections.abc import Iterable

from stdnum import iban

from billing.einvoice.codes import TRANSFERS
from billing.einvoice.endpoints import SCHEMES
from billing.einvoice.model import ElectronicInvoice, Period, TradeParty
from billing.einvoice.rules import Mends, Rule, when
from billing.einvoice.rules_vat import VAT_RULES
from billing.einvoice.xml import MOST_DECIMALS
from billing.money import CURRENCIES
from billing.sentences import gettext_noop
from billing.tax.countries import ISO_COUNTRIES
from billing.tax.errors import InvalidTaxId
from billing.tax.ids import normalise_vat_id

Facts = Iterable[dict[str, object]]
_Rule = Rule[ElectronicInvoice]
_DIGITS = 4


def _unknown_endpoint(party: TradeParty) -> Facts:
    address = party.electronic_address
    return when(
        address is not None and address.scheme not in SCHEMES,
        scheme=address.scheme if address else "",
    )


def _wrong_vat_id(party: TradeParty) -> Facts:
    try:
        normalise_vat_id(party.vat_id) if party.vat_id else ""
    except InvalidTaxId:
        return [{"vat_id": party.vat_id[:20]}]
    return []


def _wrong_register(party: TradeParty) -> Facts:
    scheme = party.legal_id_scheme
    fits = len(scheme) == _DIGITS and scheme.isascii() and scheme.isdigit()
    return when(bool(scheme) and not fits, scheme=scheme)


def _wrong_country(party: TradeParty) -> Facts:
    country = party.address.country
    return when(bool(country) and country not in ISO_COUNTRIES, country=country)


def _bad_periods(invoice: ElectronicInvoice) -> Facts:
    return when(_ends_early(invoice.period))


def _bad_line_periods(invoice: ElectronicInvoice) -> Facts:
    return [{"line": line.identifier} for line in invoice.lines if _ends_early(line.period)]


def _ends_early(period: Period | None) -> bool:
    return period is not None and period.end < period.start


def _missing_account(invoice: ElectronicInvoice) -> Facts:
    payment = invoice.payment
    return when(payment is not None and payment.means_code in TRANSFERS and not payment.account)


def _wrong_iban(invoice: ElectronicInvoice) -> Facts:
    payment = invoice.payment
    wrong = payment is not None and bool(payment.account) and not iban.is_valid(payment.account)
    return when(wrong, iban=payment.account if payment else "")


def _never_due(invoice: ElectronicInvoice) -> Facts:
    return when(
        invoice.totals.due > 0 and not (invoice.due_date or invoice.payment_terms),
    )


def _nobody_sells(invoice: ElectronicInvoice) -> Facts:
    seller = invoice.seller
    return when(not (seller.identifier or seller.legal_id or seller.vat_id))


def _too_fine(invoice: ElectronicInvoice) -> Facts:
    totals = invoice.totals
    amounts = [totals.lines, totals.vat, totals.due, *(line.net for line in invoice.lines)]
    fine = [amount for amount in amounts if amount != round(amount, MOST_DECIMALS)]
    return when(bool(fine), amount=f"{fine[0]:f}" if fine else "", currency=invoice.currency)


def _unnamed_items(invoice: ElectronicInvoice) -> Facts:
    return [{"line": line.identifier} for line in invoice.lines if not line.name]


def _negative_prices(invoice: ElectronicInvoice) -> Facts:
    return [{"line": line.identifier} for line in invoice.lines if line.price < 0]


PARTY_RULES: tuple[_Rule, ...] = (
    Rule(
        "BR-02",
        Mends.SUMS,
        gettext_noop("The document has no number."),
        lambda invoice: when(not invoice.number),
    ),
    Rule(
        "BR-06",
        Mends.SELLER,
        gettext_noop("The seller's legal name is missing: enter it in the seller's legal data."),
        lambda invoice: when(not invoice.seller.name),
    ),
    Rule(
        "BR-07",
        Mends.ACCOUNT,
        gettext_noop("The buyer's legal name is missing: enter it on the account."),
        lambda invoice: when(not invoice.buyer.name),
    ),
    Rule(
        "BR-09",
        Mends.SELLER,
        gettext_noop("The seller's country is missing: choose it in the seller's legal data."),
        lambda invoice: when(not invoice.seller.address.country),
    ),
    Rule(
        "BR-11",
        Mends.ACCOUNT,
        gettext_noop("The buyer's country is missing: choose it on the account."),
        lambda invoice: when(not invoice.buyer.address.country),
    ),
    Rule(
        "BR-16",
        Mends.SUMS,
        gettext_noop("The document has no lines."),
        lambda invoice: when(not invoice.lines),
    ),
    Rule(
        "BR-25",
        Mends.CHARGE,
        gettext_noop("Line %(line)s has no description: void its charge and raise it with one."),
        _unnamed_items,
    ),
    Rule(
        "BR-27",
        Mends.CHARGE,
        gettext_noop(
            "Line %(line)s has a price below zero: void its charge and issue a credit note instead."
        ),
        _negative_prices,
    ),
    Rule(
        "BR-29",
        Mends.SUMS,
        gettext_noop("The document's period ends before it begins."),
        _bad_periods,
    ),
    Rule(
        "BR-30",
        Mends.CHARGE,
        gettext_noop(
            "Line %(line)s ends before it begins: void its charge and raise it with the right days."
        ),
        _bad_line_periods,
    ),
    Rule(
        "BR-55",
        Mends.SUMS,
        gettext_noop("The credit note does not say which invoice it takes back."),
        lambda invoice: when(
            invoice.is_credit_note and not (invoice.preceding and invoice.preceding.number)
        ),
    ),
    Rule(
        "BR-50",
        Mends.SELLER,
        gettext_noop(
            "The document asks for a transfer but names no account: enter the seller's IBAN."
        ),
        _missing_account,
    ),
    Rule(
        "BR-61",
        Mends.SELLER,
        gettext_noop(
            "The seller's IBAN %(iban)s fails its check digits: correct it in the seller's bank"
            " details."
        ),
        _wrong_iban,
    ),
    Rule(
        "BR-CO-09",
        Mends.SELLER,
        gettext_noop(
            "The seller's VAT id %(vat_id)s is not valid: correct it, with its country letters in"
            " front, in the seller's legal data."
        ),
        lambda invoice: _wrong_vat_id(invoice.seller),
    ),
    Rule(
        "BR-CO-09",
        Mends.ACCOUNT,
        gettext_noop(
            "The buyer's VAT id %(vat_id)s is not valid: correct it, with its country letters in"
            " front, on the account."
        ),
        lambda invoice: _wrong_vat_id(invoice.buyer),
    ),
    Rule(
        "BR-CO-25",
        Mends.SELLER,
        gettext_noop(
            "Something is to be paid but nothing says until when: enter the seller's days to pay"
            " or terms."
        ),
        _never_due,
    ),
    Rule(
        "BR-CO-26",
        Mends.SELLER,
        gettext_noop(
            "Nothing identifies the seller: enter its VAT id or registration number in the"
            " seller's legal data."
        ),
        _nobody_sells,
    ),
    Rule(
        "BR-CL-04",
        Mends.ACCOUNT,
        gettext_noop("%(currency)s is no currency: choose the account's currency."),
        lambda invoice: when(invoice.currency not in CURRENCIES, currency=invoice.currency),
    ),
    Rule(
        "BR-CL-11",
        Mends.SELLER,
        gettext_noop(
            "%(scheme)s is no register's code: write the four digits of the ISO 6523 list in the"
            " seller's legal data."
        ),
        lambda invoice: _wrong_register(invoice.seller),
    ),
    Rule(
        "BR-CL-11",
        Mends.ACCOUNT,
        gettext_noop(
            "%(scheme)s is no register's code: write the four digits of the ISO 6523 list on the"
            " account."
        ),
        lambda invoice: _wrong_register(invoice.buyer),
    ),
    Rule(
        "BR-CL-14",
        Mends.SELLER,
        gettext_noop("The seller's country %(country)s is unknown: choose one of the list."),
        lambda invoice: _wrong_country(invoice.seller),
    ),
    Rule(
        "BR-CL-14",
        Mends.ACCOUNT,
        gettext_noop("The buyer's country %(country)s is unknown: choose one of the list."),
        lambda invoice: _wrong_country(invoice.buyer),
    ),
    Rule(
        "BR-CL-25",
        Mends.SELLER,
        gettext_noop(
            "%(scheme)s is no kind of electronic address: choose one of the list in the seller's"
            " legal data."
        ),
        lambda invoice: _unknown_endpoint(invoice.seller),
    ),
    Rule(
        "BR-CL-25",
        Mends.ACCOUNT,
        gettext_noop(
            "%(scheme)s is no kind of electronic address: choose one of the list on the account."
        ),
        lambda invoice: _unknown_endpoint(invoice.buyer),
    ),
    Rule(
        "BR-DEC-12",
        Mends.NOBODY,
        gettext_noop(
            "%(amount)s %(currency)s has more than the two decimals that EN 16931 knows: this"
            " document exists as a PDF only."
        ),
        _too_fine,
    ),
)
EN_16931: tuple[_Rule, ...] = (*PARTY_RULES, *VAT_RULES)
