"""The proof of the books: its last result, and running it anew."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from billing.access import staff_required
from billing.models import LedgerCheck
from certinext.backoffice.finding import actor_of
from certinext.backoffice.invariants import INVARIANTS, sentence_of
from certinext.backoffice.verify_ledger import verify_ledger
from certinext.web.pages import paginate


@require_safe
@staff_required
def ledger_checks(request: HttpRequest) -> HttpResponse:
    """Show the last proof with what broke, and the ones before it."""
    checks = LedgerCheck.objects.order_by("-id")
    last = checks.first()
    context = {
        "last": last,
        "broken": [
            (sentence_of(found["rule"]), found["count"], found["rows"])
            for found in (last.broken if last else [])
        ],
        "rules": [rule.sentence for rule in INVARIANTS],
        "page": paginate(request, checks, default=10),
    }
    return render(request, "backoffice/ledger_checks.html", context)


@require_POST
@staff_required
def run_ledger_check(request: HttpRequest) -> HttpResponse:
    """Prove the books now; the page says what came out."""
    verify_ledger(by=actor_of(request), clock=timezone.now)
    return redirect("backoffice:ledger_checks")
