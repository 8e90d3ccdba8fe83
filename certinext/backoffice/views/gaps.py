"""The gap report."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.access import staff_required
from billing.gaps import report_gaps
from certinext.web.pages import paginate


@require_safe
@staff_required
def gaps(request: HttpRequest) -> HttpResponse:
    """Show every series with what is missing, double or out of order."""
    series = report_gaps()
    context = {
        "page": paginate(request, series, default=25),
        "unsound": [one for one in series if not one.is_sound],
        "documents": sum(one.documents for one in series),
        "now": timezone.now(),
    }
    return render(request, "backoffice/gaps.html", context)
