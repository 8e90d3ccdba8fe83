"""The seller's gateways."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from billing.access import staff_required
from billing.gateways.accounts import allowed_providers, set_up
from billing.models import GatewayAccount, Provider
from certinext.backoffice.addresses import site_url
from certinext.backoffice.finding import actor_of
from certinext.backoffice.forms.gateway import GatewayForm


@dataclass(frozen=True)
class GatewayRow:
    """A gateway in the list."""

    provider: Provider
    account: GatewayAccount | None


@require_safe
@staff_required
def gateways(request: HttpRequest) -> HttpResponse:
    """Show which gateways there are and which customers may pay with."""
    accounts = {account.provider: account for account in GatewayAccount.objects.all()}
    rows = [GatewayRow(provider, accounts.get(provider.value)) for provider in allowed_providers()]
    return render(request, "backoffice/gateways.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def gateway(request: HttpRequest, provider: str) -> HttpResponse:
    """Set a gateway up. What is secret is written, and never shown again."""
    if provider not in allowed_providers():
        raise Http404
    which = Provider(provider)
    account = GatewayAccount.objects.filter(pk=provider).first() or GatewayAccount(provider=which)
    form = GatewayForm(
        request.POST if request.method == "POST" else None, provider=which, account=account
    )
    if request.method == "POST" and form.is_valid():
        set_up(which, by=actor_of(request), **form.cleaned_data)
        messages.success(request, _("%(gateway)s is saved.") % {"gateway": which.label})
        return redirect("backoffice:gateways")
    context = {
        "form": form,
        "provider": which,
        "webhook_url": site_url() + reverse("gateways:webhook", args=[provider]),
    }
    return render(request, "backoffice/gateway.html", context)
