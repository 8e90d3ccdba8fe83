"""Order and request numbers: ten random digits, for the portal stands in for the platform here."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import psycopg.errors
from django.db import IntegrityError, transaction
from django.db.models import Q

from orders.models import Order

_SMALLEST = 10**9
_ATTEMPTS = 8


def fresh_number() -> str:
    """Return a number that is neither an order's nor a request's yet; its first digit is not 0.

    One number never means two orders, so that a page can be asked for by either.
    """
    while True:
        number = str(_SMALLEST + secrets.randbelow(9 * _SMALLEST))
        if not Order.objects.filter(Q(order_number=number) | Q(request_number=number)).exists():
            return number


def save_with_fresh_numbers(save: Callable[[], Order]) -> Order:
    """Call `save`, which draws numbers, again when somebody else has just taken one of them.

    The unique constraints judge; a savepoint keeps the transaction usable.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            with transaction.atomic():
                return save()
        except IntegrityError as error:
            if not isinstance(error.__cause__, psycopg.errors.UniqueViolation):
                raise
    return save()
