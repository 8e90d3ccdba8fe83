"""The accounts list and the monthly-invoicing switch beside it."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from billing.access import staff_required
from billing.errors import CannotBill
from billing.models import Account
from certinext.backoffice.accounts import ON, account_list
from certinext.backoffice.finding import actor_of, find_account, is_htmx
from certinext.backoffice.forms.monthly import SwitchForm
from invoices.mended import refusal
from invoices.permission import (
    NotItsOwnPayer,
    PermissionUnchanged,
    grant,
    has_monthly_permission,
    preview_toggle,
    revoke,
    uncharged_subscriptions,
)


@require_safe
@staff_required
def accounts(request: HttpRequest) -> HttpResponse:
    """Show the accounts, what they owe and who of them is invoiced once a month."""
    listed = account_list(request)
    return render(
        request, "backoffice/accounts.html", {"list": listed, "form": listed.filters.form}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@staff_required
def monthly(request: HttpRequest, account_number: str) -> HttpResponse:
    """Ask what switching monthly invoicing would do, and do it only when that is confirmed.

    A page of its own; with htmx the panel beside the list, whose address is in the query.
    """
    account = find_account(account_number)
    if request.method != "POST":
        turn = "off" if has_monthly_permission(account) else ON
        return _ask(request, account, SwitchForm(initial={"turn": turn}))
    form = SwitchForm(request.POST)
    if not form.is_valid():
        return _ask(request, account, form)
    try:
        said = _switch(account, form, by=actor_of(request), now=timezone.now())
    except CannotBill as error:
        form.add_error(
            None,
            _("The closing invoice cannot be issued, so nothing was changed. %(reason)s")
            % {"reason": error.reason},
        )
        return _ask(request, account, form)
    except PermissionUnchanged:
        messages.warning(request, _unchanged(account))
    except NotItsOwnPayer:
        messages.error(request, _through_partner(account))
    else:
        messages.success(request, said)
        _warn_of_subscriptions(request, account)
    return _done(request, account)


def _switch(account: Account, form: SwitchForm, *, by: str, now: datetime) -> str:
    """Switch the way that was confirmed, and say what happened."""
    reason = form.cleaned_data["reason"]
    if form.cleaned_data["turn"] == ON:
        grant(account, by=by, reason=reason, now=now)
        return _("Monthly invoicing is on for %(account)s.") % {"account": account}
    invoice = revoke(account, by=by, reason=reason, now=now)
    if invoice is None:
        return _("Monthly invoicing is off for %(account)s. There was nothing left to invoice.") % {
            "account": account
        }
    return _("Monthly invoicing is off for %(account)s. Closing invoice: %(number)s.") % {
        "account": account,
        "number": invoice,
    }


def _warn_of_subscriptions(request: HttpRequest, account: Account) -> None:
    """Say what goes on without being charged, once the switch is off."""
    count = uncharged_subscriptions(account, on=timezone.localdate())
    if count:
        messages.warning(
            request,
            ngettext(
                "%(count)s subscription goes on and is not charged any more: its fee and usage"
                " stand on monthly invoices only.",
                "%(count)s subscriptions go on and are not charged any more: their fees and usage"
                " stand on monthly invoices only.",
                count,
            )
            % {"count": count},
        )


def _ask(request: HttpRequest, account: Account, form: SwitchForm) -> HttpResponse:
    turns_on = form["turn"].value() == ON
    context = {
        "account": account,
        "form": form,
        "turns_on": turns_on,
        "preview": preview_toggle(account, now=timezone.now()),
        "refusal": refusal(account, now=timezone.now()) if turns_on else "",
        "pays_itself": account.payer == account,
        "list_query": request.GET.urlencode(),
        "list_url": _list_url(request),
        "back_url": _back_url(request, account),
    }
    if not is_htmx(request):
        return render(request, "backoffice/monthly.html", context)
    return render(
        request,
        "backoffice/_accounts.html",
        {**context, "list": account_list(request, current=account)},
    )


def _done(request: HttpRequest, account: Account) -> HttpResponse:
    if not is_htmx(request):
        return redirect(_back_url(request, account))
    return render(request, "backoffice/_accounts.html", {"list": account_list(request)})


def _back_url(request: HttpRequest, account: Account) -> str:
    """Return where the switch was pressed: the account's own page, or else the list."""
    page = reverse("backoffice:account", args=[account.account_number])
    # Compared, never followed: no other address gets anybody anywhere.
    return page if request.GET.get("next") == page else _list_url(request)


def _list_url(request: HttpRequest) -> str:
    asked = request.GET.copy()
    asked.pop("next", None)
    query = asked.urlencode()
    return reverse("backoffice:accounts") + (f"?{query}" if query else "")


def _unchanged(account: Account) -> str:
    if has_monthly_permission(account):
        text = _("Monthly invoicing of %(account)s is on already: somebody else was quicker.")
    else:
        text = _("Monthly invoicing of %(account)s is off already: somebody else was quicker.")
    return text % {"account": account}


def _through_partner(account: Account) -> str:
    return _("%(account)s is invoiced through %(partner)s: switch monthly invoicing there.") % {
        "account": account,
        "partner": account.parent,
    }
