"""Adding names to an order's certificate: each is charged, as the product that its own names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import ngettext, override

from billing.models import Product
from billing.models.seller import current_seller
from billing.periods import local_date
from billing.prices import price_of, prices_of
from billing.sentences import gettext_noop
from orders.charges import Item
from orders.errors import InvalidOrder, OrderCannotBeExtended
from orders.extend import (
    can_be_extended,
    charge_extension,
    extended_meanwhile,
    lock_to_extend,
    next_extension,
)
from orders.models import AddedName, Order, OrderCharge
from orders.subjects import Subject, clean_subject, subject_of

ADDED_NAMES = OrderCharge.Reason.ADDED_NAMES
# At once, so that the invoice's line and the page stay readable.
MOST_NAMES = 100
# What fits into the charge's detail; all of them are rows of their own.
_LONGEST_DETAIL = 300


@transaction.atomic
def add_names(
    order: Order, *, names: Sequence[str], extension: int, by: str, now: datetime
) -> Order:
    """Charge names added to the order's certificate, which is pending again. Safe twice.

    Each costs what the product's `added_name_product` costs today for the order's term. Raises
    `OrderCannotBeExtended` (also when no product is named), `InvalidOrder` for the names, and
    `PriceMissing`.
    """
    order = lock_to_extend(order)
    product = added_name_product(order)
    cleaned = _clean(names, order.product)
    standing = set(order.added_names.filter(extension=extension).values_list("name", flat=True))
    if standing == set(cleaned):
        return order
    if standing or extension != next_extension(order, ADDED_NAMES):
        raise extended_meanwhile(order)
    _refuse_known(order, cleaned)
    on = local_date(now, current_seller().zone)
    item = Item(
        order=order,
        product=product,
        price=price_of(account=order.account, product=product, term_years=order.term_years, on=on),
        on=on,
        reason=ADDED_NAMES,
        term_years=order.term_years,
        quantity=Decimal(len(cleaned)),
        extension=extension,
        detail=_detail(order, cleaned),
    )
    AddedName.objects.bulk_create(
        AddedName(order=order, name=name, extension=extension) for name in cleaned
    )
    charge_extension(item, by=by, now=now, action="order.names_added")
    return order


def check_names(order: Order, names: Sequence[str]) -> list[str]:
    """Return the names as they will be charged, each once; raises `InvalidOrder` for them."""
    cleaned = _clean(names, order.product)
    _refuse_known(order, cleaned)
    return cleaned


def added_name_product(order: Order) -> Product:
    """Return the product as which a name is charged; raises `OrderCannotBeExtended` without one."""
    product = order.product.added_name_product
    if product is None:
        raise OrderCannotBeExtended(
            gettext_noop(
                "No names can be added to order %(order)s: no product says what an added name of"
                " %(product)s costs."
            ),
            order=str(order),
            product=order.product.name,
        )
    return product


def may_add_names(order: Order, *, on: date) -> bool:
    """Say whether names can be added on a day: pages show the action only then."""
    product = order.product.added_name_product
    if product is None or not can_be_extended(order):
        return False
    if subject_of(order.product) is Subject.ORGANIZATION:
        return False
    return order.term_years in prices_of(account=order.account, product=product, on=on)


def _clean(names: Sequence[str], product: Product) -> list[str]:
    try:
        found = [clean_subject(name, product=product) for name in names]
    except InvalidOrder as error:
        raise InvalidOrder("names", error.message, **error.params) from error
    cleaned = list(dict.fromkeys(found))
    if not cleaned:
        raise InvalidOrder("names", gettext_noop("Enter the names to add."))
    if len(cleaned) > MOST_NAMES:
        raise InvalidOrder(
            "names",
            gettext_noop("At most %(limit)s names can be added at once."),
            limit=MOST_NAMES,
        )
    return cleaned


def _refuse_known(order: Order, names: Sequence[str]) -> None:
    """Refuse what the certificate has already: nobody pays twice for a name."""
    known = {order.domain_name, *order.added_names.values_list("name", flat=True)}
    for name in names:
        if name in known:
            raise InvalidOrder(
                "names",
                gettext_noop("%(name)s is on the certificate already: take it off the list."),
                name=name,
            )


def _detail(order: Order, names: Sequence[str]) -> str:
    """Write what the invoice's line says, in the language of the account that gets it."""
    with override(order.account.payer.document_language):
        detail = ngettext(
            "%(count)s added name: %(names)s", "%(count)s added names: %(names)s", len(names)
        ) % {"count": len(names), "names": ", ".join(names)}
    if len(detail) <= _LONGEST_DETAIL:
        return detail
    return detail[: _LONGEST_DETAIL - 1].rsplit(",", 1)[0] + "…"
