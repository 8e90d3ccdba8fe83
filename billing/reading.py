"""Reading an issued document: what invoice and credit note pages have in common."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from django.db.models import F, QuerySet, Sum
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from billing.access import membership_of
from billing.models import Charge, Document, DocumentLine, Membership, Reader
from billing.tax.decision import EXPLANATIONS


@dataclass(frozen=True)
class Section:
    """The lines of one kind: `net` is the sum of all of them, also of those on other pages."""

    label: str
    net: Decimal
    lines: list[DocumentLine] = field(default_factory=list)


def reader_of(request: HttpRequest) -> Membership:
    """Return the membership of somebody who reads documents; to others there are none: 404."""
    membership = membership_of(request)
    if not (membership.sees_all_documents or membership.sees_own_documents):
        raise Http404
    return membership


def lines_for(document: Document) -> QuerySet[DocumentLine]:
    """Return the lines in their order, each with `ordering_account_id`: whose order it is."""
    source = "credited_line__charge" if document.kind == Document.Kind.CREDIT_NOTE else "charge"
    return document.lines.annotate(ordering_account_id=F(f"{source}__account_id")).order_by(
        "position"
    )


def in_sections(document: Document, lines: Iterable[DocumentLine]) -> list[Section]:
    """Group the lines of a page as the document prints them."""
    sums = dict(document.lines.order_by().values_list("kind").annotate(net=Sum("net_amount")))
    return [
        Section(str(Charge.Kind(kind).label), sums[kind], list(of_kind))
        for kind, of_kind in groupby(lines, key=lambda line: line.kind)
    ]


def explanations(document: Document) -> list[str]:
    """Say by which rules the document's tax was decided, each once."""
    decision = document.tax_decision
    rules = [verdict.get("rule", "") for verdict in (decision, *decision.get("further", []))]
    return [_(EXPLANATIONS[rule]) for rule in dict.fromkeys(rules) if rule in EXPLANATIONS]


def visible_account_ids(membership: Reader) -> set[int]:
    """Return the accounts whose orders the reader can open."""
    return set(membership.accounts().values_list("pk", flat=True))
