"""Subscription plans and what they meter."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from billing.access import staff_required
from billing.models import Plan
from billing.models.seller import current_seller
from certinext.audit.trail import record
from certinext.backoffice.changes import changes_of
from certinext.backoffice.forms.plan import MeterFormSet, PlanForm, UsedPlanForm
from certinext.web.pages import paginate


@require_safe
@staff_required
def plans(request: HttpRequest) -> HttpResponse:
    """Show the plans with what they meter and how many subscriptions use them."""
    shown = (
        Plan.objects.annotate(use_count=Count("subscriptions"))
        .prefetch_related("meters__tiers")
        .order_by("name", "code")
    )
    context = {"page": paginate(request, shown, default=25)}
    return render(request, "backoffice/plans.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def add_plan(request: HttpRequest) -> HttpResponse:
    """Add a plan with its meters."""
    posted = request.POST if request.method == "POST" else None
    form = PlanForm(posted, initial={"currency": current_seller().currency})
    meters = MeterFormSet(posted, instance=form.instance, prefix="meters")
    if posted is not None and form.is_valid() and meters.is_valid():
        with transaction.atomic():
            added = form.save()
            meters.save()
            record(
                "plan.added",
                on=added,
                code=added.code,
                currency=added.currency,
                monthly_fee=str(form.cleaned_data["monthly_fee"]),
                meters=_meters_of(meters),
            )
        messages.success(request, _("%(plan)s was added.") % {"plan": added})
        return redirect("backoffice:plans")
    return render(request, "backoffice/plan_form.html", {"form": form, "meters": meters})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def edit_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a plan: all of it until a subscription uses it, then its name and description."""
    posted = request.POST if request.method == "POST" else None
    get_object_or_404(Plan, pk=pk)
    with transaction.atomic():
        # Whoever adds a subscription meanwhile waits, and the other way round.
        plan = Plan.objects.select_for_update().get(pk=pk)
        is_used = plan.subscriptions.exists()
        form = (UsedPlanForm if is_used else PlanForm)(posted, instance=plan)
        meters = None if is_used else MeterFormSet(posted, instance=plan, prefix="meters")
        if posted is not None and form.is_valid() and (meters is None or meters.is_valid()):
            _save(plan, form, meters)
            messages.success(request, _("Saved."))
            return redirect("backoffice:plans")
    context = {
        "form": form,
        "meters": meters,
        "plan": plan,
        "title": form.initial["name"],
        "is_used": is_used,
    }
    return render(request, "backoffice/plan_form.html", context)


def _save(plan: Plan, form: UsedPlanForm, meters: Any) -> None:
    changed = changes_of(form)
    form.save()
    if meters is not None:
        meters.save()
        changed |= {f"meter {name}": change for name, change in _meters_of(meters).items()}
    if changed:
        record("plan.changed", on=plan, code=plan.code, changes=changed)


def _meters_of(meters: Any) -> dict[str, Any]:
    """Return what was entered of each meter that is new or changed, by its code."""
    return {
        form.cleaned_data["code"]: changes_of(form) for form in meters.forms if form.has_changed()
    }
