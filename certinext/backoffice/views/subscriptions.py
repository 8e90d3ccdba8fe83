"""An account's subscriptions."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.access import staff_required
from billing.models import Account
from certinext.audit.trail import record
from certinext.backoffice.finding import find_account
from certinext.backoffice.forms.subscription import EndSubscriptionForm, SubscriptionForm
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
    account = find_account(account_number)
    found = get_object_or_404(
        account.subscriptions.select_related("plan"), pk=pk, ends_on__isnull=True
    )
    form = EndSubscriptionForm(request.POST or None, starts_on=found.starts_on)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            Account.objects.lock(account)
            found.ends_on = form.cleaned_data["ends_on"]
            found.save(update_fields=["ends_on"])
            record(
                "subscription.ended",
                on=found,
                account_number=account_number,
                ends_on=found.ends_on.isoformat(),
            )
        messages.success(request, _("%(plan)s ends.") % {"plan": found.plan})
        return redirect("backoffice:account", account_number)
    context = {"form": form, "account": account, "subscription": found}
    return render(request, "backoffice/subscription_form.html", context)


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
