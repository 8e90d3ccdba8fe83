"""An account's subscriptions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.access import staff_required
from billing.change_plan import CannotEnd, SamePlan, change_plan
from billing.change_plan import end_subscription as end_subscription_on
from billing.models import Account, Subscription
from billing.subscription_charges import charged_until
from certinext.audit.trail import record
from certinext.backoffice.finding import find_account
from certinext.backoffice.forms.subscription import (
    ChangePlanForm,
    EndSubscriptionForm,
    SubscriptionForm,
)
from invoices.permission import has_monthly_permission


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def add_subscription(request: HttpRequest, account_number: str) -> HttpResponse:
    """Add a plan to the account; what a start in the past charges is confirmed first."""
    account = find_account(account_number)
    form = SubscriptionForm(request.POST or None, account=account, now=timezone.now())
    if request.method == "POST" and save_new(form, account):
        messages.success(request, _("%(plan)s was added.") % {"plan": form.instance.plan})
        if not has_monthly_permission(account.payer):
            messages.warning(
                request,
                _(
                    "Nothing charges it yet: fees and usage stand on monthly invoices only, and"
                    " %(payer)s has no monthly invoicing."
                )
                % {"payer": account.payer},
            )
        return redirect("backoffice:account", account_number)
    context = {
        "form": form,
        "account": account,
        "is_charged": has_monthly_permission(account.payer),
        "past": form.unconfirmed if form.is_bound and form.is_valid() else None,
    }
    return render(request, "backoffice/subscription_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def end_subscription(request: HttpRequest, account_number: str, pk: int) -> HttpResponse:
    """End a subscription on a day."""
    account, found = find_account(account_number), _running(account_number, pk)
    form = EndSubscriptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_subscription_on(found, on=form.cleaned_data["ends_on"])
        except CannotEnd as error:
            form.add_error("ends_on", _(error.message) % error.params)
        else:
            messages.success(request, _("%(plan)s ends.") % {"plan": found.plan})
            return redirect("backoffice:account", account_number)
    context = {"form": form, "account": account, "subscription": found, **_charged(found)}
    return render(request, "backoffice/subscription_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def change_subscription(request: HttpRequest, account_number: str, pk: int) -> HttpResponse:
    """Go on with another plan from a day on."""
    account, found = find_account(account_number), _running(account_number, pk)
    form = ChangePlanForm(request.POST or None, subscription=found)
    if request.method == "POST" and form.is_valid():
        plan, starts_on = form.cleaned_data["plan"], form.cleaned_data["starts_on"]
        try:
            change_plan(found, plan=plan, on=starts_on)
        except (CannotEnd, SamePlan) as error:
            field = "plan" if isinstance(error, SamePlan) else "starts_on"
            form.add_error(field, _(error.message) % error.params)
        else:
            messages.success(
                request,
                _("%(plan)s follows on %(before)s.") % {"plan": plan, "before": found.plan},
            )
            return redirect("backoffice:account", account_number)
    context = {"form": form, "account": account, "subscription": found, **_charged(found)}
    return render(request, "backoffice/subscription_change.html", context)


def _running(account_number: str, pk: int) -> Subscription:
    """Return a subscription that has no end yet; others are 404."""
    return get_object_or_404(
        Subscription.objects.select_related("plan", "account"),
        pk=pk,
        account__account_number=account_number,
        ends_on__isnull=True,
    )


def _charged(subscription: Subscription) -> dict[str, Any]:
    return {"charged_until": charged_until(subscription)}


@transaction.atomic
def save_new(form: SubscriptionForm, account: Account) -> bool:
    """Save the subscription; False where it cannot be, or first has to be confirmed.

    Judged under the lock: nobody adds two.
    """
    Account.objects.lock(account)
    if not form.is_valid() or form.unconfirmed:
        return False
    added = form.save()
    record(
        "subscription.added",
        on=added,
        account_number=account.account_number,
        starts_on=added.starts_on.isoformat(),
    )
    return True
