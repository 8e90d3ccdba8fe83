"""The audit trail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing.access import staff_required
from certinext.audit.models import AuditEvent
from certinext.backoffice.actions import in_words
from certinext.backoffice.trail import TrailFilter
from certinext.backoffice.trail_links import page_urls
from certinext.web.pages import paginate


@require_safe
@staff_required
def audit(request: HttpRequest) -> HttpResponse:
    """Show who did what, on which object, when, from where; newest first."""
    filters = TrailFilter(request.GET, AuditEvent.objects.order_by("-id"), request=request)
    page = paginate(request, filters.qs, default=25)
    urls = page_urls(page.rows)
    context = {
        "filters": filters,
        "form": filters.form,
        "page": page,
        "events": [(event, in_words(event.action), urls.get(event.pk, "")) for event in page.rows],
    }
    return render(request, "backoffice/audit.html", context)
