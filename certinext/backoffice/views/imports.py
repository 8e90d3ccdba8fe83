"""Imports: what came in, row by row, and uploading more."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from billing.access import staff_required
from billing.lists import current_view, tabs_of
from billing.models import ImportRow, ImportRun
from certinext.backoffice.finding import actor_of
from certinext.backoffice.forms.uploads import UPLOADS
from certinext.web.pages import paginate

VIEWS = [("", _("All")), *ImportRow.Outcome.choices]

WENT_IN = [ImportRow.Outcome.CREATED, ImportRow.Outcome.UPDATED, ImportRow.Outcome.UNCHANGED]


@require_safe
@staff_required
def imports(request: HttpRequest) -> HttpResponse:
    """Show the imports, newest first."""
    runs = ImportRun.objects.select_related("account").order_by("-id")
    return render(request, "backoffice/imports.html", {"page": paginate(request, runs, default=25)})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file of one kind, import it, and show what became of each row."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in UPLOADS else ImportRun.Kind.ORDERS
    form_class, explanation = UPLOADS[kind]
    if request.method == "POST":
        form = form_class(request.POST, request.FILES)
        if form.is_valid():
            run = form.run(by=actor_of(request), now=timezone.now())
            return redirect("backoffice:import", run.pk)
    else:
        form = form_class(initial={"account": request.GET.get("account", "")})
    context = {
        "form": form,
        "kind": kind,
        "kinds": [(value, label) for value, label in ImportRun.Kind.choices if value in UPLOADS],
        "explanation": explanation,
    }
    return render(request, "backoffice/upload.html", context)


@require_safe
@staff_required
def import_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one import row by row."""
    run = get_object_or_404(ImportRun.objects.select_related("account"), pk=pk)
    outcome = current_view(request, [name for name, _label in VIEWS])
    rows = run.rows.order_by("row_number")
    counts = {name: run.counts.get(name, 0) for name, _label in VIEWS if name}
    counts[""] = sum(counts.values())
    context = {
        "run": run,
        "counts": counts,
        "went_in": any(counts[outcome] for outcome in WENT_IN),
        "tabs": tabs_of(request, VIEWS, counts),
        "page": paginate(request, rows.filter(outcome=outcome) if outcome else rows, default=50),
    }
    return render(request, "backoffice/import.html", context)
