"""An account's automatic top-up, as staff see it: how it stands, what went out, turning it off."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.access import staff_required
from billing.auto_top_up.page import reading
from billing.auto_top_up.terms import turn_off
from billing.models import DeclinedTopUpMail
from certinext.backoffice.finding import actor_of, find_account
from certinext.backoffice.forms.reason import ReasonForm
from certinext.backoffice.reminders import KINDS

SHOWN_MAILS = 5


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def auto_top_up(request: HttpRequest, account_number: str) -> HttpResponse:
    """Show an account's automatic top-up; turn it off with a reason that the customer reads."""
    account, now = find_account(account_number), timezone.now()
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if turn_off(account, by=actor_of(request), now=now, reason=form.cleaned_data["reason"]):
            messages.success(request, _("Automatic top-up is off. Nothing more is charged."))
        return redirect("backoffice:auto_top_up", account_number)
    mails = DeclinedTopUpMail.objects.filter(payment__account=account)[:SHOWN_MAILS]
    context = {
        **reading(account, now=now),
        "form": form,
        "mails": [(mail, KINDS[DeclinedTopUpMail.State(mail.state)]) for mail in mails],
    }
    return render(request, "backoffice/auto_top_up.html", context)
