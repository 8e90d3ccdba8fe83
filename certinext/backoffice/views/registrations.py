"""Registrations at the government's portal: what it gave, what it refused, and asking again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing.access import staff_required
from billing.lists import current_view, tabs_of
from billing.models import RegistrationRequest
from billing.models.seller import current_seller
from billing.outbox import wake_after_commit
from billing.registering.tasks import register_documents
from billing.registering.work_off import try_again
from certinext.backoffice.finding import actor_of
from certinext.backoffice.registrations import (
    CONDITIONS,
    VIEWS,
    RegistrationFilter,
    Row,
    count_views,
    shown,
)
from certinext.web.pages import paginate


@require_safe
@staff_required
def registrations(request: HttpRequest) -> HttpResponse:
    """Show every document that is to be registered, the latest first."""
    view = current_view(request, [name for name, _label in VIEWS])
    counts = count_views()
    found = shown(RegistrationRequest.objects.filter(CONDITIONS[view]))
    filters = RegistrationFilter(request.GET, found, request=request)
    page = paginate(request, filters.qs, default=25)
    context = {
        "filters": filters,
        "form": filters.form,
        "page": page,
        "rows": [Row(one) for one in page],
        "tabs": tabs_of(request, VIEWS, counts),
        "stopped": counts["stopped"],
        "seller": current_seller(),
    }
    return render(request, "backoffice/registrations.html", context)


@require_POST
@staff_required
def retry_registration(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the portal for a refused document again. Safe to press twice."""
    found = get_object_or_404(RegistrationRequest.objects.select_related("document"), pk=pk)
    if try_again(found, by=actor_of(request), now=timezone.now()):
        wake_after_commit(register_documents)
        messages.success(
            request,
            _("The portal is asked for %(document)s again within a minute.")
            % {"document": found.document},
        )
    else:
        messages.info(
            request,
            _("%(document)s waits for no clerk: nothing was done.") % {"document": found.document},
        )
    return redirect("backoffice:registrations")
