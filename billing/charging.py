"""Raising and voiding charges: anything billable, once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from billing.models import Account, Charge, ChargeVoid, Group, Product
from billing.models.catalogue import DEFAULT_TAX_CODE
from billing.money import ONE, line_net
from certinext.identity.models import User


def raise_charge(
    *,
    source_key: str,
    kind: str,
    account: Account,
    description: str,
    unit_price: Decimal,
    currency: str,
    service_from: date,
    service_until: date | None = None,
    quantity: Decimal = ONE,
    detail: str = "",
    tax_code: str = "",
    product: Product | None = None,
    group: Group | None = None,
    term_years: int | None = None,
    order_number: str = "",
    domain_name: str = "",
    po_number: str = "",
    ordered_by: User | None = None,
) -> Charge:
    """Return the charge of this `source_key`, raising it unless it is there. Safe twice.

    The net is quantity times unit price, rounded to `currency`'s minor unit. `service_from` is a
    day in the seller's zone. The charge goes to the account's payer of this moment. It is raised in
    whatever currency the price has: invoicing parks a payer whose currency is another one.
    Raises `InvalidAmount` and `UnknownCurrency`.
    """
    (charge,) = raise_charges(
        [
            Charge(
                source_key=source_key,
                kind=kind,
                account=account,
                payer=account.payer,
                description=description,
                detail=detail,
                tax_code=tax_code or (product.tax_code if product else DEFAULT_TAX_CODE),
                product=product,
                group=group,
                term_years=term_years,
                quantity=quantity,
                unit_price=unit_price,
                net_amount=line_net(quantity=quantity, unit_price=unit_price, currency=currency),
                currency=currency,
                service_from=service_from,
                service_until=service_until,
                order_number=order_number,
                domain_name=domain_name,
                po_number=po_number,
                ordered_by=ordered_by,
            )
        ]
    )
    return charge


def raise_charges(charges: Sequence[Charge]) -> list[Charge]:
    """Insert many charges at once; return those that now stand for their keys, in this order.

    A key that is there already keeps its charge, also when another transaction is raising it now.
    """
    Charge.objects.bulk_create(charges, ignore_conflicts=True)
    standing = {
        charge.source_key: charge
        for charge in Charge.objects.filter(source_key__in=[c.source_key for c in charges])
    }
    return [standing[charge.source_key] for charge in charges]


def still_open(charges: Iterable[Charge]) -> list[Charge]:
    """Return those of the charges that are neither invoiced nor void."""
    return list(Charge.objects.open().filter(pk__in=[charge.pk for charge in charges]))


def void_charges(charges: Iterable[Charge], *, reason: str) -> list[Charge]:
    """Void those of the charges that are still open, and return them. Safe twice.

    Invoiced charges are left alone: they are credited. The caller holds the payers' locks, so that
    no run is invoicing the charges meanwhile.
    """
    voided = still_open(charges)
    ChargeVoid.objects.bulk_create(
        [ChargeVoid(charge=charge, reason=reason[:300]) for charge in voided],
        ignore_conflicts=True,
    )
    return voided
