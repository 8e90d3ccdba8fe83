"""The form of a low-balance alert as customers and staff both send it."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from billing.credits.alert import alert_of, set_alert, turn_off_alert
from billing.credits.forms import AlertForm
from billing.models import Account
from billing.money import minor_unit
from billing.payments.errors import PaymentRefused


def alert_form(request: HttpRequest, account: Account) -> AlertForm:
    """Return the form, filled with what was sent or with the threshold that stands."""
    alert = alert_of(account)
    shown = alert.threshold.quantize(minor_unit(alert.currency)) if alert else ""
    return AlertForm(request.POST or None, currency=account.currency, initial={"threshold": shown})


def save_alert(form: AlertForm, account: Account, *, by: str, now: datetime) -> bool:
    """Set the alert or turn it off as the form says; False where it was refused."""
    if not form.is_valid():
        return False
    threshold = form.cleaned_data["threshold"]
    if threshold is None:
        turn_off_alert(account, by=by)
        return True
    try:
        set_alert(account, threshold=threshold, currency=account.currency, by=by, now=now)
    except PaymentRefused as error:
        form.refuse(error)
        return False
    return True
