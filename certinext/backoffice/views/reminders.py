"""Reminders: what went out, the schedule, and stopping them for an account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.access import staff_required
from billing.lists import current_view, tabs_of
from billing.models.seller import current_seller
from certinext.backoffice.finding import actor_of, find_account
from certinext.backoffice.forms.reminders import ScheduleForm, StopForm
from certinext.backoffice.reminders import (
    CONDITIONS,
    VIEWS,
    ReminderFilter,
    Row,
    count_views,
    shown_mails,
)
from certinext.web.pages import paginate
from invoices.models import ReminderMail
from invoices.reminders.daily import MORNING
from invoices.reminders.schedule import change_schedule, schedule
from invoices.reminders.send import send_again
from invoices.reminders.stop import open_stop, resume_reminders, stop_reminders


@require_safe
@staff_required
def reminders(request: HttpRequest) -> HttpResponse:
    """Show every account's reminders, the latest first."""
    view = current_view(request, [name for name, _label in VIEWS])
    counts = count_views()
    mails = shown_mails(ReminderMail.objects.filter(CONDITIONS[view]))
    filters = ReminderFilter(request.GET, mails, request=request)
    page = paginate(request, filters.qs, default=25)
    context = {
        "filters": filters,
        "form": filters.form,
        "page": page,
        "rows": [Row(mail) for mail in page],
        "tabs": tabs_of(request, VIEWS, counts),
        "problems": counts["problems"],
        "steps": schedule(),
        "morning": MORNING,
        "zone": current_seller().time_zone,
    }
    return render(request, "backoffice/reminders.html", context)


@require_POST
@staff_required
def repeat_reminder(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a mail that did not go out back on the list. Safe to press twice."""
    mail = get_object_or_404(ReminderMail.objects.select_related("account"), pk=pk)
    if send_again(mail, by=actor_of(request), now=timezone.now()):
        messages.success(
            request,
            _("The reminder to %(account)s goes out within a quarter of an hour.")
            % {"account": mail.account},
        )
    else:
        messages.info(request, _("This reminder is neither failed nor lost: nothing was done."))
    return redirect("backoffice:reminders")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def reminder_schedule(request: HttpRequest) -> HttpResponse:
    """Change on which days invoices are reminded of, and how urgently."""
    form = ScheduleForm(request.POST or None, steps=schedule())
    if request.method == "POST" and form.is_valid():
        if change_schedule(form.cleaned_data["steps"], by=actor_of(request)):
            messages.success(request, _("Saved. The next reminders follow the new schedule."))
        else:
            messages.info(request, _("Nothing was changed."))
        return redirect("backoffice:reminders")
    return render(request, "backoffice/reminder_schedule.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def account_reminders(request: HttpRequest, account_number: str) -> HttpResponse:
    """Show an account's reminders; stop them with a reason, or let them go on."""
    account = find_account(account_number)
    form = StopForm(request.POST if request.POST.get("act") == "stop" else None)
    if request.method == "POST":
        now, by = timezone.now(), actor_of(request)
        if request.POST.get("act") == "resume":
            if resume_reminders(account, by=by, now=now):
                messages.success(request, _("Reminders go out again."))
            return redirect("backoffice:account_reminders", account_number)
        if form.is_valid():
            stop_reminders(account, reason=form.cleaned_data["reason"], by=by, now=now)
            messages.success(
                request, _("No reminders go out to %(account)s any more.") % {"account": account}
            )
            return redirect("backoffice:account_reminders", account_number)
    page = paginate(request, shown_mails(account.reminder_mails.all()), default=25)
    context = {
        "account": account,
        "form": form,
        "stop": open_stop(account),
        "stops": account.reminder_stops.exclude(resumed_at=None)[:12],
        "page": page,
        "rows": [Row(mail) for mail in page],
    }
    return render(request, "backoffice/account_reminders.html", context)
