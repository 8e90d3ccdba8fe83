"""Checking what somebody entered to place an order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from billing.models import Account, Group, Membership, Product
from billing.sentences import gettext_noop
from billing.text import UnusableText, clean_line
from certinext.identity.models import User
from orders.errors import InvalidOrder, OrderNotAllowed
from orders.subjects import clean_subject

MOST_TAGS = 20
# Characters, as the columns hold them; a reason also goes onto voided charges.
LIMITS = {"organization_name": 200, "po_number": 60, "remarks": 300, "reason": 300, "tags": 60}


@dataclass(frozen=True, kw_only=True)
class OrderDetails:
    """What an order is for, checked and cleaned, ready for the order's row."""

    account: Account
    product: Product
    term_years: int
    domain_name: str
    organization_name: str
    group: Group | None
    po_number: str
    remarks: str
    tags: list[str] = field(default_factory=list)

    def as_fields(self) -> dict[str, Any]:
        """Return the order's columns."""
        return dict(vars(self))


def check_details(
    *,
    account: Account,
    product: Product,
    term_years: int,
    domain_name: str,
    organization_name: str,
    group: Group | None,
    po_number: str,
    tags: Sequence[str],
    remarks: str,
    ordered_by: User | None,
) -> OrderDetails:
    """Return the details cleaned; raises `OrderNotAllowed` and `InvalidOrder`, naming the field.

    Without `ordered_by` a program orders, and nobody's membership is asked for.
    """
    if ordered_by is not None and not may_order_for(ordered_by, account):
        raise OrderNotAllowed(
            gettext_noop("%(person)s does not order for account %(account)s."),
            person=str(ordered_by),
            account=account.account_number,
        )
    if not product.is_active:
        raise InvalidOrder(
            "product",
            gettext_noop("%(product)s cannot be ordered any more: choose another product."),
            product=product.name,
        )
    if group is not None and group.account_id != account.pk:
        raise InvalidOrder(
            "group",
            gettext_noop("Group %(group)s belongs to another account: choose one of this account."),
            group=group.group_number,
        )
    return OrderDetails(
        account=account,
        product=product,
        term_years=term_years,
        domain_name=clean_subject(domain_name, product=product),
        organization_name=_organization(organization_name, product),
        group=group,
        po_number=_line("po_number", po_number),
        remarks=_line("remarks", remarks),
        tags=_tags(tags),
    )


def refuse_other_kind(product: Product, *, domain_name: str, organization_name: str) -> None:
    """Hold what is ordered to what the product names today: its subject, wildcards, organization.

    Raises `InvalidOrder`, naming the field.
    """
    clean_subject(domain_name, product=product)
    _organization(organization_name, product)


def may_order_for(user: User, account: Account) -> bool:
    """Say whether a person orders for an account: its members, its partner's, and staff."""
    if user.is_staff:
        return True
    memberships = Membership.objects.filter(
        user=user, account__in=[pk for pk in (account.pk, account.parent_id) if pk]
    )
    return any(membership.may_order for membership in memberships)


def clean_reason(reason: str) -> str:
    """Return the reason of a cancellation or rejection; it is printed on the credit note."""
    reason = _line("reason", reason)
    if not reason:
        raise InvalidOrder("reason", gettext_noop("Say why, in a few words."))
    return reason


def _organization(text: str, product: Product) -> str:
    """Return the organization's name; an OV or EV certificate cannot be issued without one."""
    name = _line("organization_name", text)
    if product.names_an_organization and not name:
        raise InvalidOrder(
            "organization_name",
            gettext_noop("%(product)s names an organization: enter its name."),
            product=product.name,
        )
    return name


def _line(name: str, text: str) -> str:
    try:
        return clean_line(text, at_most=LIMITS[name])
    except UnusableText as error:
        raise InvalidOrder(name, error.message, **error.params) from error


def _tags(tags: Sequence[str]) -> list[str]:
    """Return each tag once, in the order entered, without empty ones."""
    cleaned = [_line("tags", tag) for tag in tags]
    unique = list(dict.fromkeys(tag for tag in cleaned if tag))
    if len(unique) > MOST_TAGS:
        raise InvalidOrder(
            "tags", gettext_noop("An order has at most %(limit)s tags."), limit=MOST_TAGS
        )
    return unique
