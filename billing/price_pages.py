"""Billing & Payments > Product Price List: what the account's orders cost, on paper and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.access import member_required
from billing.models import Account
from billing.models.seller import current_seller
from billing.money import minor_unit
from billing.price_groups import PriceRow, groups_of
from billing.price_sheet import price_list_pdf
from billing.prices import PricedTier
from billing.reading import reader_of
from certinext.web.spreadsheets import neutral


@require_safe
@member_required
def prices(request: HttpRequest) -> HttpResponse:
    """Show what each product costs the account today."""
    account, today = reader_of(request).account, timezone.localdate()
    context = {"account": account, "groups": groups_of(account, today), "today": today}
    return render(request, "billing/prices.html", context)


@require_safe
@member_required
def prices_csv(request: HttpRequest) -> HttpResponse:
    """Hand out the same prices as CSV, a row for each tier."""
    account, today = reader_of(request).account, timezone.localdate()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows(_csv_rows(account, today))
    return _attached(text.getvalue().encode(), "text/csv; charset=utf-8", account, today, "csv")


@require_safe
@member_required
def prices_pdf(request: HttpRequest) -> HttpResponse:
    """Hand out the same prices as PDF, in the account's document language."""
    account, today = reader_of(request).account, timezone.localdate()
    content = price_list_pdf(account, today, seller=current_seller())
    return _attached(content, "application/pdf", account, today, "pdf")


def _csv_rows(account: Account, on: date) -> Iterator[list[str]]:
    yield [
        "category",
        "product_code",
        "product",
        "term_years",
        "above_a_month",
        "list_price",
        "discount_percent",
        "price",
        "currency",
        "tiers",
        "price_list",
        "valid_from",
        "valid_to",
    ]
    for group in groups_of(account, on):
        for _key, rows in groupby(group.rows, key=lambda row: row.product.pk):
            for row in rows:
                yield from _csv_of(group.name, row)


def _csv_of(category: str, row: PriceRow) -> Iterator[list[str]]:
    price, unit = row.price, minor_unit(row.price.currency)
    tiers = price.tiers or (
        PricedTier(
            above=Decimal(0),
            list_amount=price.list_amount,
            amount=price.amount,
            currency=price.currency,
        ),
    )
    mode = ("volume" if price.by_volume else "graduated") if price.tiers else ""
    for tier in tiers:
        yield [
            neutral(category),
            neutral(row.product.product_code),
            neutral(row.product.name),
            str(row.term_years),
            f"{tier.above:f}",
            f"{tier.list_amount.quantize(unit):f}",
            f"{price.discount_percent.normalize():f}",
            f"{tier.rounded:f}",
            price.currency,
            mode,
            neutral(price.price_list.name),
            price.price_list.valid_from.isoformat(),
            price.price_list.last_day.isoformat() if price.price_list.last_day else "",
        ]


def _attached(
    content: bytes, content_type: str, account: Account, on: date, ending: str
) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    name = f"prices-{account.account_number}-{on.isoformat()}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
