"""A clerk's exports: those that they asked for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from billing.access import person_of, staff_required
from billing.exports.pages import STAFFS, again_answer, export_page, file_answer, list_page
from billing.models import Export
from billing.models.exports import ExportQuerySet


@require_safe
@staff_required
def exports(request: HttpRequest) -> HttpResponse:
    """Show what the clerk asked for."""
    return list_page(request, _exports(request), STAFFS)


@require_safe
@vary_on_headers("HX-Request")
@staff_required
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one export with its progress."""
    return export_page(request, _exports(request), pk, STAFFS)


@require_safe
@staff_required
def export_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out its file."""
    return file_answer(request, _exports(request), pk)


@require_POST
@staff_required
def export_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for it once more."""
    return again_answer(request, _exports(request), pk, STAFFS)


def _exports(request: HttpRequest) -> ExportQuerySet:
    return Export.objects.of_staff(person_of(request))
