"""Who may open a page. Views name their audience; everything else is 404 or the sign-in page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from billing.http import membership_or_none
from billing.models import Account, Membership
from certinext.identity.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def member_required(view: View[P]) -> View[P]:
    """Let in people who act for an account; staff without one see 404.

    Somebody in several accounts who has not chosen yet is asked first.
    """

    @wraps(view)
    @login_required
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if membership_or_none(request) is None:
            if Membership.objects.filter(user=person_of(request)).exists():
                return redirect("billing:choose_account")
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def ordering_required(view: View[P]) -> View[P]:
    """Let in members who may place and cancel orders."""

    @wraps(view)
    @member_required
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not membership_of(request).may_order:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def staff_required(view: View[P]) -> View[P]:
    """Let in the seller's staff; to everybody else the backoffice does not exist."""

    @wraps(view)
    @login_required
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not person_of(request).is_staff:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def membership_of(request: HttpRequest) -> Membership:
    """Return the membership that `member_required` made sure of."""
    membership = membership_or_none(request)
    if membership is None:
        raise Http404
    return membership


def payer_account(request: HttpRequest) -> Account:
    """Return the reader's account, of which an administrator or finance manager handles the money.

    To others the page is not there.
    """
    membership = membership_of(request)
    if not membership.sees_all_documents:
        raise Http404
    return membership.account


def person_of(request: HttpRequest) -> User:
    """Return the signed-in person that the guards made sure of."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user
