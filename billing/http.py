"""What our middleware adds to a request, with types."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from billing.models import Account, Membership, Seller


class PortalRequest(HttpRequest):
    """A request after `account_middleware`."""

    seller: Seller | None
    membership: Membership | None
    account: Account | None


def portal_request(request: HttpRequest) -> PortalRequest:
    """Return the same request, typed."""
    return cast(PortalRequest, request)


def seller_of(request: HttpRequest) -> Seller | None:
    """Return the tenant's seller; none on the public host or before it is set up."""
    return getattr(request, "seller", None)


def membership_or_none(request: HttpRequest) -> Membership | None:
    """Return the membership that the person acts for, if any."""
    return getattr(request, "membership", None)
