"""Billing runs: which months, how far, what is parked and why."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from billing.access import staff_required
from billing.lists import current_view, tabs_of
from billing.models.seller import current_seller
from billing.periods import Month, local_date
from certinext.backoffice.finding import actor_of, find_account, is_htmx
from certinext.backoffice.runs import VIEWS, outcomes, parked_by_reason, run_counts, summarise
from certinext.backoffice.waking import wake_run
from certinext.web.formatting import month as month_name
from certinext.web.pages import paginate
from invoices.models import BillingRun
from invoices.monthly_run import MonthNotOver, NobodyWaits, due_months, retry_parked
from invoices.monthly_run import start_run as start

TEN_DIGITS = re.compile(r"[0-9]{10}")


@require_safe
@staff_required
def runs(request: HttpRequest) -> HttpResponse:
    """Show every month's run, and the completed months that lack one."""
    now = timezone.now()
    page = paginate(request, BillingRun.objects.order_by("-month"), default=25)
    seller = current_seller()
    context = {
        "page": page,
        "summaries": summarise(page.rows),
        "due": due_months(now=now),
        "last_month": Month.of(local_date(now, seller.zone)).previous(),
        "zone": seller.time_zone,
    }
    return render(request, "backoffice/runs.html", context)


@require_POST
@staff_required
def start_run(request: HttpRequest) -> HttpResponse:
    """Start a month's run and wake a worker. Safe to press twice: a month has one run."""
    text = request.POST.get("month", "")
    now = timezone.now()
    try:
        wanted = Month.parse(text)
        run = start(wanted, by=actor_of(request), now=now)
    except ValueError:
        messages.error(request, _("Choose a month, such as 2026-10."))
        return redirect("backoffice:runs")
    except MonthNotOver:
        messages.error(
            request,
            _("%(month)s is not over in the seller's time zone: its charges are not complete.")
            % {"month": month_name(wanted.first_day)},
        )
        return redirect("backoffice:runs")
    except NobodyWaits:
        messages.warning(
            request,
            _("No account waits for its invoice of %(month)s.")
            % {"month": month_name(wanted.first_day)},
        )
        return redirect("backoffice:runs")
    if run.state == BillingRun.State.CLOSED:
        messages.info(request, _nothing_new(run))
    else:
        wake_run(request, run)
    return redirect("backoffice:run", run.month)


@require_safe
@vary_on_headers("HX-Request")
@staff_required
def run(request: HttpRequest, month: str) -> HttpResponse:
    """Show one month's run; htmx asks for its progress again while it goes on."""
    found = get_object_or_404(BillingRun, month=month)
    (summary,) = summarise([found])
    if is_htmx(request):
        response = render(request, "backoffice/_run_progress.html", {"summary": summary})
        if not summary.is_running:
            # The rest of the page has changed too.
            response["HX-Refresh"] = "true"
        return response
    view = current_view(request, [name for name, _label in VIEWS])
    counts = run_counts(found)
    # Months that were billed together are rare: no view of nothing.
    views = [each for each in VIEWS if each[0] != "later" or counts["later"] or view == "later"]
    context = {
        "run": found,
        "summary": summary,
        "parked": parked_by_reason(found),
        "tabs": tabs_of(request, views, counts),
        "view": view,
        "page": paginate(request, outcomes(found, view=view), default=25),
        "last_day": Month.parse(month).last_day,
        "first_day": Month.parse(month).first_day,
        "previous": Month.parse(month).previous().first_day,
        "zone": current_seller().time_zone,
    }
    return render(request, "backoffice/run.html", context)


@require_POST
@staff_required
def retry_run(request: HttpRequest, month: str) -> HttpResponse:
    """Try the run's parked accounts again, or one of them."""
    found = get_object_or_404(BillingRun, month=month)
    number = request.POST.get("account", "")
    if number and not TEN_DIGITS.fullmatch(number):
        raise Http404
    account = find_account(number) if number else None
    count = retry_parked(found, by=actor_of(request), account=account)
    if not count:
        messages.info(request, _nothing_new(found))
        return redirect(reverse("backoffice:run", args=[month]))
    wake_run(request, found)
    if account is not None:
        messages.info(request, _("%(account)s is being billed.") % {"account": account})
    return redirect(reverse("backoffice:run", args=[month]))


def _nothing_new(run: BillingRun) -> str:
    """Say that no worker has anything to do, and who still waits for a person."""
    parked = run_counts(run)["parked"]
    if not parked:
        return _("Nothing new to bill.")
    return ngettext(
        "Nothing new to bill; %(count)s account is still parked.",
        "Nothing new to bill; %(count)s accounts are still parked.",
        parked,
    ) % {"count": parked}
