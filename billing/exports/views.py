"""A customer's exports: only those of accounts that they still read, and that they asked for."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from billing.access import member_required, membership_of
from billing.exports.pages import CUSTOMERS, again_answer, export_page, file_answer, list_page
from billing.models import Export
from billing.models.exports import ExportQuerySet


@require_safe
@member_required
def exports(request: HttpRequest) -> HttpResponse:
    """Show what the person asked for."""
    return list_page(request, _exports(request), CUSTOMERS)


@require_safe
@vary_on_headers("HX-Request")
@member_required
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one export with its progress."""
    return export_page(request, _exports(request), pk, CUSTOMERS)


@require_safe
@member_required
def export_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out its file."""
    return file_answer(request, _exports(request), pk)


@require_POST
@member_required
def export_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for it once more."""
    return again_answer(request, _exports(request), pk, CUSTOMERS)


def _exports(request: HttpRequest) -> ExportQuerySet:
    """Return the person's own; 404 for a role that reads no statements."""
    membership = membership_of(request)
    if not membership.sees_all_documents:
        raise Http404
    return Export.objects.of_member(membership)
