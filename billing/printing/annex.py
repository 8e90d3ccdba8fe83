"""The annex of a document with more lines than a page layout should hold: sums here, lines there.

Up to `MOST_PRINTED` lines stand on the pages. Beyond, the pages show sums of like lines, and each
line travels as CSV inside the PDF (PDF/A-3, "Supplement"); the electronic form has them all anyhow.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from copy import copy
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.models import Document, DocumentLine
from billing.money import ZERO, decimals_of, round_money
from certinext.pdf.embedded import EmbeddedFile
from certinext.pdf.text import clean_text
from certinext.web.formatting import quantity
from certinext.web.spreadsheets import BOM, csv_stream

# Some fifteen pages, set in two seconds; 5,000 lines would take half a minute and 0.5 GB.
MOST_PRINTED = 400
MIME_TYPE = "text/csv"
SUFFIX = "lines.csv"
_HEADS = (
    _("Position"),
    _("Type"),
    _("Description"),
    _("Details"),
    _("Order number"),
    _("Domain"),
    _("Group"),
    _("Ordered by"),
    _("Term in years"),
    _("Date of supply"),
    _("Supplied until"),
    _("HSN/SAC"),
    _("Quantity"),
    _("Unit price"),
    _("Tax category"),
    _("Tax rate in %"),
    _("Net"),
    _("Currency"),
)

Key = Callable[[DocumentLine], Hashable]


def has_annex(lines: Sequence[DocumentLine]) -> bool:
    """Tell whether the lines are too many for the pages."""
    return len(lines) > MOST_PRINTED


def printed_lines(lines: Sequence[DocumentLine]) -> Sequence[DocumentLine]:
    """Return what the pages show: the lines, or sums of like ones where they are too many.

    Sums are of one description, term and rate; where even those are too many, of one kind, code and
    rate. Quantities and net amounts add up to the lines' own; a unit price is there where all share
    it. The sums are rows of no table: they are never saved.
    """
    if not has_annex(lines):
        return lines
    sums = _summed(lines, _like)
    return sums if len(sums) <= MOST_PRINTED else _summed(lines, _kind)


def annex_notices(document: Document, lines: Sequence[DocumentLine]) -> list[str]:
    """Return the sentence that names the annex, in the active language; none without one."""
    if not has_annex(lines):
        return []
    facts = {"count": quantity(Decimal(len(lines))), "file": annex_name(document)}
    return [
        gettext(
            "This document has %(count)s lines, summed here by description and rate. Each of them,"
            " with order and domain, stands in the annex: the file %(file)s inside this PDF."
        )
        % facts
    ]


def annex_of(document: Document, lines: Sequence[DocumentLine]) -> EmbeddedFile | None:
    """Return the annex of an issued document, the same bytes each time; None where it has none."""
    if document.issued_at is None or not has_annex(lines):
        return None
    return EmbeddedFile(
        name=annex_name(document),
        mime_type=MIME_TYPE,
        content=lines_csv(document, lines),
        description=f"Annex: the lines of {document.number}",
        relationship="Supplement",
        moment=document.issued_at,
    )


def annex_name(document: Document) -> str:
    """Return the name of the file with all lines: ``INV-26-27-000001.lines.csv``."""
    return f"{str(document).replace('/', '-')}.{SUFFIX}"


def lines_csv(document: Document, lines: Sequence[DocumentLine]) -> bytes:
    """Return all lines as CSV in UTF-8: ISO dates, plain figures, words in the document's language.

    Amounts are in the document's currency, net of tax.
    """
    with translation.override(document.language):
        return BOM + b"".join(csv_stream(_table(document, lines)))


def _table(document: Document, lines: Sequence[DocumentLine]) -> Iterator[Sequence[Any]]:
    yield [str(head) for head in _HEADS]
    for line in lines:
        yield _cells(document, line)
    net = sum((line.net_amount for line in lines), ZERO)
    blanks = [""] * (len(_HEADS) - 4)
    total = round_money(net, document.currency)
    yield ["", gettext("Total without tax"), *blanks, total, document.currency]


def _cells(document: Document, line: DocumentLine) -> Sequence[Any]:
    details = [clean_text(detail) for detail in line.details]
    return (
        line.position,
        str(line.get_kind_display()),
        clean_text(line.description),
        "; ".join(details),
        clean_text(line.order_number),
        clean_text(line.domain_name),
        clean_text(line.group_name),
        clean_text(line.account_name),
        line.term_years,
        line.service_from,
        line.service_until,
        clean_text(line.tax_code),
        line.quantity.normalize(),
        _plain(line.unit_price, document.currency),
        clean_text(line.tax_category),
        line.tax_rate.normalize(),
        round_money(line.net_amount, document.currency),
        document.currency,
    )


def _plain(unit_price: Decimal, currency: str) -> Decimal:
    """Return a unit price with the digits that it needs, and at least the currency's."""
    digits = max(decimals_of(currency), -int(unit_price.normalize().as_tuple().exponent))
    return unit_price.quantize(Decimal(1).scaleb(-digits))


def _like(line: DocumentLine) -> Hashable:
    return (*_kind(line), line.group_name, line.description, line.term_years)


def _kind(line: DocumentLine) -> tuple[Hashable, ...]:
    return (line.kind, line.tax_code, line.tax_category, line.tax_rate)


def _summed(lines: Sequence[DocumentLine], key: Key) -> list[DocumentLine]:
    groups: dict[Hashable, list[DocumentLine]] = {}
    for line in lines:
        groups.setdefault(key(line), []).append(line)
    return [_sum(position, group) for position, group in enumerate(groups.values(), 1)]


def _sum(position: int, group: Sequence[DocumentLine]) -> DocumentLine:
    first = group[0]
    if len(group) == 1:
        alone = copy(first)
        alone.position = position
        return alone
    facts: dict[str, Any] = {
        name: _shared([getattr(line, name) for line in group])
        for name in ("unit_price", "term_years", "group_name")
    }
    description = _shared([line.description for line in group])
    ends = [line.service_until or line.service_from for line in group]
    return DocumentLine(
        **facts | {"group_name": facts["group_name"] or ""},
        position=position,
        kind=first.kind,
        description=description or str(first.get_kind_display()),
        details=[gettext("%(count)s lines, see the annex") % {"count": quantity(len(group))}],
        service_from=min(line.service_from for line in group),
        service_until=max(ends),
        tax_code=first.tax_code,
        quantity=sum((line.quantity for line in group), ZERO),
        net_amount=sum((line.net_amount for line in group), ZERO),
        tax_category=first.tax_category,
        tax_rate=first.tax_rate,
    )


def _shared(values: Sequence[Any]) -> Any:
    """Return the value that all share, or None."""
    return values[0] if len(set(values)) == 1 else None
