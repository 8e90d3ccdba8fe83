"""An account's open charges, and voiding one of them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from billing.access import staff_required
from billing.models import Charge
from certinext.backoffice.finding import actor_of, find_account
from certinext.backoffice.forms.charge import VoidForm
from certinext.backoffice.voiding import ChargeClosed, refuse_closed
from certinext.backoffice.voiding import void_charge as void
from certinext.web.formatting import money
from certinext.web.pages import paginate


@require_safe
@staff_required
def open_charges(request: HttpRequest, account_number: str) -> HttpResponse:
    """Show everything that the account's next invoice would carry, the oldest first."""
    account = find_account(account_number)
    charges = Charge.objects.open().payable_by(account).select_related("account")
    page = paginate(request, charges.order_by("service_from", "id"), default=25)
    context = {"account": account, "page": page}
    return render(request, "backoffice/open_charges.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def void_charge(request: HttpRequest, account_number: str, pk: int) -> HttpResponse:
    """Void an open charge that the account would pay, once the reason is given."""
    account = find_account(account_number)
    charge = get_object_or_404(
        Charge.objects.payable_by(account).select_related("account", "payer"), pk=pk
    )
    form = VoidForm(request.POST or None)
    try:
        refuse_closed(charge)
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            void(charge, reason=reason, by=actor_of(request), now=timezone.now())
            messages.success(
                request,
                _("%(charge)s, %(net)s, will not be invoiced.")
                % {"charge": charge.description, "net": money(charge.net_amount, charge.currency)},
            )
            return redirect("backoffice:account", account_number)
    except ChargeClosed as error:
        messages.error(request, _(error.message) % error.params)
        return redirect("backoffice:account", account_number)
    context = {"account": account, "charge": charge, "form": form}
    return render(request, "backoffice/void_charge.html", context)
