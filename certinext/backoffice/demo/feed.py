"""Handing the demo's reports to the imports, as files in the platform's shapes."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from billing.importing.groups import import_groups
from billing.importing.products import import_products
from billing.importing.usage import import_usage
from billing.models import Account, ImportRow, ImportRun, PriceList, PriceListItem, Product
from certinext.backoffice.demo import reports
from certinext.backoffice.demo.plans import AccountPlan, SellerPlan
from certinext.backoffice.demo.story import ReportImported, UsageImported
from orders.import_report import import_orders

BY = "nightly import"


class ImportWentWrong(Exception):
    """An import refused a row of the demo: the message says which and why."""


def import_catalogue(
    seller: SellerPlan, accounts: Mapping[str, Account], *, valid_from: date
) -> None:
    """Import products and general prices, say what added names cost, write partners' own prices."""
    _require_success(
        import_products(
            file=_file(reports.catalogue(seller)),
            file_name="catalog-products.json",
            valid_from=valid_from,
            imported_by=BY,
        )
    )
    _say_what_added_names_cost(seller)
    for plan in seller.accounts:
        if plan.discount:
            _write_own_prices(seller, plan, accounts[plan.number], valid_from)


def import_account_groups(plan: AccountPlan, account: Account) -> None:
    """Import an account's cost centres."""
    _require_success(
        import_groups(
            file=_file(reports.groups(plan)),
            file_name=f"groups-{plan.number}.json",
            account=account,
            imported_by=BY,
        )
    )


def import_report(seller: SellerPlan, event: ReportImported, account: Account) -> None:
    """Import an order report of an account, dated when it was fetched."""
    kind = "snapshot" if event.is_snapshot else "news"
    page = reports.order_report(seller, event.orders, at=event.at)
    _require_success(
        import_orders(
            file=_file(page),
            file_name=f"orders-{event.account.number}-{event.at:%Y%m%d}-{kind}.json",
            account=account,
            imported_by=BY,
            now=event.at,
        )
    )


def import_usage_rows(event: UsageImported) -> None:
    """Import what an account has used."""
    rows = [
        {
            "idempotency_key": row.key,
            "account_number": event.account.number,
            "meter": row.meter,
            "quantity": str(row.quantity),
            "occurred_at": row.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        for row in event.rows
    ]
    _require_success(
        import_usage(
            file=_file({"usage": rows}),
            file_name=f"usage-{event.account.number}-{event.at:%Y%m%d}.json",
            imported_by=BY,
        )
    )


def _say_what_added_names_cost(seller: SellerPlan) -> None:
    """Do what staff do after an import: the platform's catalogue knows nothing of it."""
    products = Product.objects.in_bulk(field_name="product_code")
    for code, plan in seller.products.items():
        if plan.added_name:
            products[code].added_name_product = products[plan.added_name]
            products[code].save(update_fields=["added_name_product"])
    Product.objects.filter(product_code__in=seller.added_names).update(is_active=False)


def _write_own_prices(
    seller: SellerPlan, plan: AccountPlan, account: Account, valid_from: date
) -> None:
    """Write what the partner's contract says: the general prices with its discount."""
    products = Product.objects.in_bulk(field_name="product_code")
    own = PriceList.objects.create(
        name=f"{plan.name}, {plan.discount} % off",
        account=account,
        currency=seller.currency,
        valid_from=valid_from,
        discount_percent=plan.discount,
    )
    PriceListItem.objects.bulk_create(
        PriceListItem(
            price_list=own,
            product=products[code],
            term_years=term,
            amount=Decimal(price),
        )
        for code, product in seller.products.items()
        for term, price in enumerate(product.prices, 1)
    )


def _file(content: reports.Json) -> BinaryIO:
    return io.BytesIO(json.dumps(content, ensure_ascii=False).encode())


def _require_success(run: ImportRun) -> None:
    bad = {ImportRow.Outcome.FAILED, ImportRow.Outcome.REPORTED}
    row = run.rows.filter(outcome__in=bad).first()
    if row is not None:
        raise ImportWentWrong(f"{run.file_name}, row {row.row_number} ({row.key}): {row.message}")
