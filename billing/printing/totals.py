"""The table of taxes and the column of totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from billing.models import Document, DocumentTax
from billing.printing.lines import Figure
from billing.printing.wording import amount, rate, signed
from billing.tax.decision import EXPORT, OUTSIDE_SCOPE, REVERSE_CHARGE, STANDARD, VAT, ZERO_RATED
from certinext.pdf.text import clean_text
from certinext.web.formatting import ABSENT

_TWO = 2


@dataclass(frozen=True)
class TaxRow:
    """One row of the tax table: what it is for, its taxable amount, and rate and tax of each."""

    label: str
    taxable: Figure
    taxes: tuple[tuple[str, Figure], ...]


@dataclass(frozen=True)
class TaxTable:
    """Taxes per code and rate (India), per category and rate (EU)."""

    caption: str
    head: str
    tax_names: tuple[str, ...]
    rows: tuple[TaxRow, ...]

    @property
    def is_split(self) -> bool:
        """Whether two taxes stand side by side: CGST with SGST or UTGST."""
        return len(self.tax_names) == _TWO


@dataclass(frozen=True)
class Sum:
    """One line of the totals."""

    label: str
    figure: Figure
    is_total: bool = False


def tax_names(taxes: Sequence[DocumentTax]) -> tuple[str, ...]:
    """Return the taxes of a document in their order: ("CGST", "SGST"), ("IGST",), ("VAT",)."""
    return tuple(dict.fromkeys(clean_text(tax.component) for tax in taxes))


def gst_table(document: Document, taxes: Sequence[DocumentTax], *, caption: str) -> TaxTable:
    """Return taxes by code and rate, CGST and SGST in one row (Rule 46(l), (m))."""
    rows: dict[tuple[str, str, Decimal], list[DocumentTax]] = {}
    for tax in taxes:
        rows.setdefault((tax.tax_code, tax.category, tax.rate), []).append(tax)
    return TaxTable(
        caption=caption,
        head=code_name([tax.tax_code for tax in taxes]),
        tax_names=tax_names(taxes),
        rows=tuple(
            _tax_row(document, clean_text(code), together)
            for (code, _category, _rate), together in rows.items()
        ),
    )


def vat_table(document: Document, taxes: Sequence[DocumentTax], *, caption: str) -> TaxTable:
    """Return VAT by category and rate (Article 226(8) to (10))."""
    return TaxTable(
        caption=caption,
        head=gettext("Category"),
        tax_names=(gettext("VAT"),),
        rows=tuple(_tax_row(document, _category_text(tax.category), [tax]) for tax in taxes),
    )


def code_name(codes: Sequence[str]) -> str:
    """Return what the codes are called: services have an SAC (chapter 99), goods an HSN code."""
    services = [code.startswith("99") for code in codes if code]
    if all(services):
        return gettext("SAC")
    return gettext("HSN/SAC") if any(services) else gettext("HSN")


def sums(document: Document, taxes: Sequence[DocumentTax], *, gst: bool) -> tuple[Sum, ...]:
    """Return the totals above the last one: net, each tax, and the round-off where there is one."""
    currency = document.currency
    parts = [Sum(_net_label(document, gst=gst), Figure(amount(document.net_total, currency)))]
    per_tax: dict[str, Decimal] = {}
    for tax in taxes:
        label = _tax_label(document, tax)
        per_tax[label] = per_tax.get(label, Decimal(0)) + tax.tax_amount
    parts += [Sum(label, Figure(amount(tax, currency))) for label, tax in per_tax.items()]
    if document.rounding:
        gross = document.net_total + document.tax_total
        parts.append(Sum(gettext("Total with tax"), Figure(amount(gross, currency)), is_total=True))
        parts.append(Sum(gettext("Round off"), Figure(signed(document.rounding, currency))))
    return tuple(parts)


def _tax_row(document: Document, label: str, taxes: Sequence[DocumentTax]) -> TaxRow:
    return TaxRow(
        label=label,
        taxable=Figure(amount(taxes[0].taxable_amount, document.currency)),
        taxes=tuple(
            (_rate(tax), Figure(amount(tax.tax_amount, document.currency))) for tax in taxes
        ),
    )


def _rate(tax: DocumentTax) -> str:
    return ABSENT if tax.category == OUTSIDE_SCOPE else rate(tax.rate)


def _net_label(document: Document, *, gst: bool) -> str:
    credit = document.kind == document.Kind.CREDIT_NOTE
    if gst:
        return gettext("Taxable value credited") if credit else gettext("Taxable value")
    return gettext("Total credited without VAT") if credit else gettext("Total without VAT")


def _tax_label(document: Document, tax: DocumentTax) -> str:
    names = {
        REVERSE_CHARGE: gettext("VAT, reverse charge"),
        OUTSIDE_SCOPE: gettext("VAT, outside the scope"),
    }
    if tax.category in names:
        return names[tax.category]
    name = gettext("VAT") if tax.component == VAT else clean_text(tax.component)
    label = f"{name} {rate(tax.rate)}"
    if document.kind == document.Kind.CREDIT_NOTE:
        return gettext("%(tax)s credited") % {"tax": label}
    return label


def _category_text(category: str) -> str:
    words = {
        STANDARD: gettext("standard rate"),
        REVERSE_CHARGE: gettext("reverse charge"),
        EXPORT: gettext("export"),
        OUTSIDE_SCOPE: gettext("outside the scope"),
        ZERO_RATED: gettext("zero rate"),
        "E": gettext("exempt"),
    }
    code = clean_text(category)
    return f"{code}, {words[code]}" if code in words else code
