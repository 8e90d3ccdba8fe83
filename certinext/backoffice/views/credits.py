"""Adjusting an account's credits by hand, and its low-balance alert."""

from __future__ import annotations

import re
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from billing.access import staff_required
from billing.credits.alert import alert_of
from billing.credits.alert_form import alert_form, save_alert
from billing.credits.repeat import NothingToRepeat, send_alert_again
from billing.models import LowCreditMail
from billing.payments.errors import PaymentRefused
from billing.payments.from_credits import adjust_credits
from billing.payments.owed import free_credits, position_of, reserved_credits
from certinext.backoffice.finding import actor_of, find_account
from certinext.backoffice.forms.adjust import AdjustForm
from certinext.backoffice.reminders import KINDS
from certinext.web.formatting import money

SHOWN_MAILS = 5
MAIL = re.compile(r"[0-9]{1,18}")


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
    mails = list(account.low_credit_mails.all()[:SHOWN_MAILS])
    current, free = alert_of(account), free_credits(account)
    is_low = current is not None and free < current.threshold
    context = {
        "account": account,
        "form": form,
        "alert": current,
        "free": free,
        "repeatable": mails[0] if mails and is_low and mails[0].has_ended else None,
        "mails": [(mail, KINDS[LowCreditMail.State(mail.state)]) for mail in mails],
    }
    return render(request, "backoffice/credit_alert.html", context)


@require_POST
@staff_required
def repeat_alert(request: HttpRequest, account_number: str) -> HttpResponse:
    """Send the letter about low credits once more. Safe to press twice."""
    account = find_account(account_number)
    seen = request.POST.get("mail", "")
    try:
        send_alert_again(
            account,
            mail=int(seen) if MAIL.fullmatch(seen) else 0,
            by=actor_of(request),
            now=timezone.now(),
        )
    except NothingToRepeat as error:
        messages.info(request, _(error.message) % error.params)
    else:
        messages.success(
            request, _("The e-mail to %(account)s goes out now.") % {"account": account}
        )
    return redirect("backoffice:credit_alert", account_number)
