"""Adjusting an account's credits by hand, and its low-balance alert."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.access import staff_required
from billing.credits.alert import alert_of
from billing.credits.alert_form import alert_form, save_alert
from billing.models import LowCreditMail
from billing.payments.errors import PaymentRefused
from billing.payments.from_credits import adjust_credits
from billing.payments.owed import free_credits, position_of, reserved_credits
from certinext.backoffice.finding import actor_of, find_account
from certinext.backoffice.forms.adjust import AdjustForm
from certinext.backoffice.reminders import KINDS
from certinext.web.formatting import money

SHOWN_MAILS = 5


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def adjust(request: HttpRequest, account_number: str) -> HttpResponse:
    """Give credits or take them, with the reason; a form that is sent twice counts once."""
    account = find_account(account_number)
    form = AdjustForm(
        request.POST or None, currency=account.currency, initial={"token": uuid.uuid4()}
    )
    if request.method == "POST" and form.is_valid():
        try:
            adjust_credits(
                account,
                amount=form.signed,
                currency=account.currency,
                reason=form.cleaned_data["reason"],
                by=actor_of(request),
                now=timezone.now(),
                token=str(form.cleaned_data["token"]),
            )
        except PaymentRefused as error:
            field = error.field if error.field in form.fields else None
            form.add_error(field, _(error.message) % error.params)
        else:
            balance = money(position_of(account).credits, account.currency)
            messages.success(request, _("The credits are %(balance)s now.") % {"balance": balance})
            return redirect("backoffice:account", account_number)
    context = {
        "account": account,
        "form": form,
        "balance": position_of(account).credits,
        "reserved": reserved_credits(account),
    }
    return render(request, "backoffice/adjust_credits.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def alert(request: HttpRequest, account_number: str) -> HttpResponse:
    """Set the account's low-balance alert, and show what became of its latest mails."""
    account = find_account(account_number)
    form = alert_form(request, account)
    by, now = actor_of(request), timezone.now()
    if request.method == "POST" and save_alert(form, account, by=by, now=now):
        messages.success(request, _("Saved."))
        return redirect("backoffice:account", account_number)
    mails = account.low_credit_mails.all()[:SHOWN_MAILS]
    context = {
        "account": account,
        "form": form,
        "alert": alert_of(account),
        "free": free_credits(account),
        "mails": [(mail, KINDS[LowCreditMail.State(mail.state)]) for mail in mails],
    }
    return render(request, "backoffice/credit_alert.html", context)
