"""The backoffice's first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.access import staff_required
from certinext.backoffice.overview import overview as look


@require_safe
@staff_required
def overview(request: HttpRequest) -> HttpResponse:
    """Show what needs a person, and the key figures."""
    found = look(now=timezone.now(), today=timezone.localdate())
    return render(request, "backoffice/overview.html", {"overview": found})
