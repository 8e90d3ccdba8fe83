"""What most pages of the backoffice ask first: whose object, and who asks."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from billing.access import person_of
from billing.models import Account


def find_account(number: str) -> Account:
    """Return the account with this number in the active tenant, or answer 404."""
    accounts = Account.objects.select_related("parent", "parked")
    return get_object_or_404(accounts, account_number=number)


def actor_of(request: HttpRequest) -> str:
    """Return the clerk's address, as documents and permissions name who did something."""
    return person_of(request).email


def is_htmx(request: HttpRequest) -> bool:
    """Say whether htmx asks, and so for a part of the page only."""
    return bool(getattr(request, "htmx", False))
