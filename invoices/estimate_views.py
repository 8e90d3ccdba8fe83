"""Billing & Payments > This month so far."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.access import member_required
from billing.models import Account, Charge, DocumentLine
from billing.money import ZERO
from billing.reading import Section, reader_of, visible_account_ids
from certinext.web.pages import paginate
from invoices.estimate import next_monthly_invoice
from invoices.rows import days_of

LINES_ON_A_PAGE = (100, 500)


@require_safe
@member_required
def this_month(request: HttpRequest) -> HttpResponse:
    """Show what the account's next monthly invoice would be by now."""
    membership = reader_of(request)
    if not membership.sees_all_documents:
        raise Http404
    context = estimate_context(request, membership.account, now=timezone.now())
    context["openable"] = visible_account_ids(membership)
    return render(request, "invoices/this_month.html", context)


def estimate_context(request: HttpRequest, account: Account, *, now: datetime) -> dict[str, Any]:
    """Return what the page shows, for customers and for staff."""
    estimate = next_monthly_invoice(account, now=now)
    context: dict[str, Any] = {"account": account, "estimate": estimate}
    if estimate is None or not estimate.batch:
        return context
    all_lines = estimate.lines
    for line in all_lines:
        # What a query adds to the lines of an issued document.
        line.ordering_account_id = line.charge.account_id  # type: ignore[attr-defined, union-attr]
    lines = paginate(request, all_lines, sizes=LINES_ON_A_PAGE, default=LINES_ON_A_PAGE[0])
    return {
        **context,
        "document": estimate.batch[0].document,
        "period": days_of(estimate.start, estimate.until),
        "lines": lines,
        "sections": _sections(all_lines, list(lines)),
        "taxes": estimate.taxes,
    }


def _sections(all_lines: list[DocumentLine], shown: list[DocumentLine]) -> list[Section]:
    """Group the lines of a page; the sums are those of all lines."""
    sums = dict.fromkeys(Charge.Kind.values, ZERO)
    for line in all_lines:
        sums[line.kind] += line.net_amount
    return [
        Section(str(Charge.Kind(kind).label), sums[kind], list(of_kind))
        for kind, of_kind in groupby(shown, key=lambda line: line.kind)
    ]
