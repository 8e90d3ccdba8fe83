"""The demo's data in the shapes of the issuance platform's API (version 2).

Numbers are strings of ten digits, money is text, and an order that has no certificate yet has
empty texts where the certificate would be.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from certinext.backoffice.demo.orders import ISSUED, ReportedOrder, Step
from certinext.backoffice.demo.plans import AccountPlan, CategoryPlan, SellerPlan

Json = dict[str, Any]
_TERMS = ("1 Year", "2 Years", "3 Years")


def order_report(seller: SellerPlan, orders: Iterable[ReportedOrder], *, at: datetime) -> Json:
    """Return `GET /api/certinext/v2/reports/orders` as the platform would answer at a moment."""
    rows = [
        _order_row(seller, order, step)
        for order in orders
        if (step := order.step_at(at)) is not None
    ]
    return {
        "content": rows,
        "page": 1,
        "size": max(100, len(rows)),
        "totalElements": len(rows),
        "totalPages": 1,
    }


def catalogue(seller: SellerPlan) -> Json:
    """Return `GET …/catalog/products`: the seller's general prices."""
    return {"products": [_category(seller, each) for each in seller.catalogue]}


def groups(account: AccountPlan) -> Json:
    """Return `GET …/groups` for an account; its first group is the default one."""
    organization = account.organization or str(account.details["legal_name"])
    return {
        "groups": [
            {
                "accountBalance": "0.00",
                "finance": "1",
                "groupBalance": "",
                "groupName": group.name,
                "groupNumber": group.number,
                "isDefaultGroup": "1" if index == 0 else "0",
                "organizationDetails": [
                    {
                        "organizationName": organization,
                        "organizationNumber": group.number[-7:],
                        "validationFor": "1",
                    }
                ],
            }
            for index, group in enumerate(account.groups)
        ]
    }


def _order_row(seller: SellerPlan, order: ReportedOrder, step: Step) -> Json:
    issued = step.certificate_status in ISSUED
    expires = order.ordered_at + timedelta(days=min(365 * order.term_years, 397))
    row: Json = {
        "certificateExpiryDate": _date(seller, expires) if issued else "",
        "certificateSerialNumber": order.serial if issued else "",
        "certificateStatus": step.certificate_status,
        "countryName": order.country,
        "customFields": (
            [{"name": "Cost centre", "value": order.cost_centre}] if order.cost_centre else []
        ),
        "domainName": order.domain,
        "groupNumber": order.group,
        "issuerCA": order.issuer if issued else "",
        "orderDate": _date(seller, order.ordered_at),
        "orderNumber": order.order_number,
        "orderStatus": step.order_status,
        "organizationName": order.organization,
        "productCode": order.product,
        "requestNumber": order.request_number,
        "tags": list(order.tags),
    }
    if order.originator:
        row["originator"] = order.originator
    if seller.reports_validity:
        row["validity"] = str(order.term_years)
    return row


def _date(seller: SellerPlan, moment: datetime) -> str:
    """Write a date as production does, without a zone, or as the sandbox does, in UTC."""
    if seller.dates_without_zone:
        return moment.astimezone(seller.zone).strftime("%Y-%m-%d %H:%M:%S")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _category(seller: SellerPlan, category: CategoryPlan) -> Json:
    return {
        "categoryID": category.category_id,
        "categoryName": category.name,
        "currencyType": seller.currency,
        "products": [
            {
                "productCode": product.code,
                "productName": product.name,
                "productTypeID": product.type_id,
                "subscriptionPrice": {
                    term: {"cost": price}
                    for term, price in zip(_TERMS, product.prices, strict=True)
                },
            }
            for product in category.products
        ],
    }
