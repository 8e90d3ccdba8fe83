"""From the signed-in person to the account that they act for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from billing.http import portal_request
from billing.models import Membership, Seller
from certinext.tenancy.schema import is_public

SESSION_KEY = "account_number"


def account_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Set `request.seller`, `request.membership` and `request.account`, and the seller's zone.

    A person in one account acts for it; one in several has chosen, or has no account yet. The
    session only remembers a choice: the membership is read anew, so that a role taken away is
    gone with the next request.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        portal = portal_request(request)
        portal.seller = portal.membership = portal.account = None
        if is_public():
            return get_response(request)
        portal.seller = Seller.objects.filter(pk=1).first()
        portal.membership = current_membership(request)
        portal.account = portal.membership.account if portal.membership else None
        if portal.seller is None:
            return get_response(request)
        with timezone.override(portal.seller.zone):
            return get_response(request)

    return middleware


def current_membership(request: HttpRequest) -> Membership | None:
    """Return the chosen membership of the signed-in person, or the only one."""
    if not request.user.is_authenticated:
        return None
    memberships = Membership.objects.filter(user=request.user).select_related("account", "user")
    chosen = request.session.get(SESSION_KEY)
    if chosen:
        return memberships.filter(account__account_number=chosen).first()
    two = list(memberships.order_by("id")[:2])
    return two[0] if len(two) == 1 else None
