"""Added names and renewals: further charges on the original order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.models import Charge, Product
from billing.models.seller import current_seller
from billing.periods import local_date
from billing.prices import price_of
from billing.sentences import gettext_noop
from certinext.audit.trail import record
from orders import history
from orders.charges import Item, charge_items, invoice_at_once, is_history
from orders.ending import lock_order
from orders.errors import InvalidOrder, OrderCannotBeExtended
from orders.models import CHARGEABLE, CertificateStatus, Order, OrderCharge
from orders.subjects import clean_subject

Reason = OrderCharge.Reason
# What fits into the charge's detail.
_LONGEST_DETAIL = 300


def next_extension(order: Order, reason: OrderCharge.Reason) -> int:
    """Return the number of the order's next extension of this kind, counted from 1.

    A form carries the number that it was shown with: sent twice, it charges once.
    """
    return OrderCharge.objects.filter(order=order, reason=reason).count() + 1


@transaction.atomic
def add_names(
    order: Order,
    *,
    names: Sequence[str],
    priced_as: Product,
    extension: int,
    by: str,
    now: datetime,
) -> Order:
    """Charge names added to the order's certificate, each at `priced_as`'s price of today.

    The price is for the order's term. Raises `OrderCannotBeExtended`, `InvalidOrder` for the names,
    and `PriceMissing`.
    """
    cleaned = list(dict.fromkeys(clean_subject(name, product=order.product) for name in names))
    cleaned = [name for name in cleaned if name]
    if not cleaned:
        raise InvalidOrder("names", gettext_noop("Enter the names to add."))
    order = _lock_to_extend(order)
    with override(order.account.payer.document_language):
        detail = _("%(count)s added names: %(names)s") % {
            "count": len(cleaned),
            "names": ", ".join(cleaned),
        }
    on = local_date(now, current_seller().zone)
    item = Item(
        order=order,
        price=price_of(
            account=order.account, product=priced_as, term_years=order.term_years, on=on
        ),
        on=on,
        reason=Reason.ADDED_NAMES,
        term_years=order.term_years,
        quantity=Decimal(len(cleaned)),
        extension=extension,
        detail=_shortened(detail),
    )
    _charge(item, by=by, now=now, action="order.names_added")
    return order


@transaction.atomic
def renew_order(order: Order, *, term_years: int, extension: int, by: str, now: datetime) -> Order:
    """Charge a renewal at the price of today; the certificate is pending again.

    Raises `OrderCannotBeExtended` and `PriceMissing`.
    """
    order = _lock_to_extend(order)
    on = local_date(now, current_seller().zone)
    with override(order.account.payer.document_language):
        detail = _("Renewal")
    item = Item(
        order=order,
        price=price_of(account=order.account, product=order.product, term_years=term_years, on=on),
        on=on,
        reason=Reason.RENEWAL,
        term_years=term_years,
        extension=extension,
        detail=detail,
    )
    if _charge(item, by=by, now=now, action="order.renewed"):
        set_pending(order, by=by, now=now)
    return order


def set_pending(order: Order, *, by: str, now: datetime) -> None:
    """Put the certificate back to pending, and say so in the history."""
    order.certificate_status = CertificateStatus.PENDING_FOR_APPROVER
    order.save(update_fields=["certificate_status"])
    history.write([history.certificate_status(order, at=now, by=by)])


def _lock_to_extend(order: Order) -> Order:
    order = lock_order(order)
    if order.order_status not in CHARGEABLE:
        raise OrderCannotBeExtended(
            gettext_noop("Order %(order)s is %(status)s: nothing can be added to it."),
            order=str(order),
            status=order.get_order_status_display(),
        )
    return order


def _charge(item: Item, *, by: str, now: datetime, action: str) -> bool:
    """Charge the extension and invoice it; say whether it is new."""
    order = item.order
    _refuse_another(item)
    if is_history(order.account, item.on):
        return False
    links = charge_items([item], by=by, now=now)
    if not links:
        return False
    record(
        action,
        on=order,
        account_number=order.account.account_number,
        charge=item.source_key,
        detail=item.detail,
    )
    invoice_at_once(order.account, on=item.on, now=now, by=by)
    return True


def _refuse_another(item: Item) -> None:
    """Let the same form pass twice, but never two different ones under one number."""
    standing = Charge.objects.filter(source_key=item.source_key).first()
    same = standing is not None and (standing.detail, standing.quantity, standing.term_years) == (
        item.detail,
        item.quantity,
        item.term_years,
    )
    follows = item.extension == next_extension(item.order, item.reason)
    if not (same or (standing is None and follows)):
        raise OrderCannotBeExtended(
            gettext_noop(
                "Somebody else extended order %(order)s meanwhile: open it again and look."
            ),
            order=str(item.order),
        )


def _shortened(detail: str) -> str:
    if len(detail) <= _LONGEST_DETAIL:
        return detail
    return detail[: _LONGEST_DETAIL - 1].rsplit(",", 1)[0] + "…"
