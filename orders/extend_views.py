"""A customer extends an order: reissue, renewal, added names."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from billing.access import ordering_required
from orders.desk import customers_desk
from orders.extend_pages import reissue_page, renew_page
from orders.names_pages import names_page
from orders.views import find


@require_http_methods(["GET", "HEAD", "POST"])
@ordering_required
def reissue(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the certificate anew, free of charge."""
    return reissue_page(request, find(request, number), customers_desk(request))


@require_http_methods(["GET", "HEAD", "POST"])
@ordering_required
def renew(request: HttpRequest, number: str) -> HttpResponse:
    """Renew an order for another term."""
    return renew_page(request, find(request, number), customers_desk(request))


@require_http_methods(["GET", "HEAD", "POST"])
@ordering_required
def add_names(request: HttpRequest, number: str) -> HttpResponse:
    """Add names to an order's certificate."""
    return names_page(request, find(request, number), customers_desk(request))
