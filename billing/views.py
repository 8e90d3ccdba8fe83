"""Home, choosing an account, branding."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from billing.access import person_of
from billing.http import membership_or_none, seller_of
from billing.middleware import SESSION_KEY
from billing.models import Membership
from billing.text import looked_up
from certinext.audit.trail import record
from certinext.pdf.logo import logo_file
from certinext.web.pages import paginate


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead each person to where their work is."""
    membership = membership_or_none(request)
    if membership is not None:
        return redirect("invoices:list" if membership.sees_all_documents else "orders:list")
    if Membership.objects.filter(user=person_of(request)).exists():
        return redirect("billing:choose_account")
    if person_of(request).is_staff:
        return redirect("backoffice:overview")
    return render(request, "billing/no_account.html")


@require_http_methods(["GET", "POST"])
@login_required
def choose_account(request: HttpRequest) -> HttpResponse:
    """Let a person in several accounts choose the one to act for."""
    memberships = (
        Membership.objects.filter(user=person_of(request))
        .select_related("account")
        .order_by("account__display_name", "pk")
    )
    if request.method == "POST":
        chosen = get_object_or_404(
            memberships, account__account_number=looked_up(request.POST.get("account", ""))
        )
        request.session[SESSION_KEY] = chosen.account.account_number
        record("account.chosen", on=chosen.account, account_number=chosen.account.account_number)
        return redirect("billing:home")
    if not memberships:
        raise Http404
    return render(
        request, "billing/choose_account.html", {"page": paginate(request, memberships, default=25)}
    )


@require_safe
@cache_control(max_age=300, private=True)
def branding(request: HttpRequest) -> HttpResponse:
    """Serve the seller's colour as a style sheet; the model's validator keeps it a colour."""
    seller = seller_of(request)
    colour = seller.accent_colour if seller else "#2b50c8"
    return HttpResponse(f":root {{ --tenant-accent: {colour}; }}\n", content_type="text/css")


@require_safe
@cache_control(max_age=300, private=True)
def logo(request: HttpRequest) -> HttpResponse:
    """Serve the seller's logo. The page's policy lets no script in it run."""
    seller = seller_of(request)
    if seller is None or not seller.logo:
        raise Http404
    content, content_type = logo_file(seller.logo)
    response = HttpResponse(content, content_type=content_type)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
