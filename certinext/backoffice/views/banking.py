"""Bank statements: what came in, taking more in, and deciding what nothing matched."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from billing.access import staff_required
from billing.banking.decide import ignore_entry, match_entry, waiting_payments
from billing.banking.table import OPTIONAL, REQUIRED
from billing.banking.take_in import TakenIn, take_in
from billing.importing.errors import BrokenFile
from billing.lists import current_view, sorted_by, tabs_of
from billing.models import Account, BankEntry, BankFile
from billing.payments.errors import PaymentIsOver, PaymentRefused
from billing.payments.owed import open_invoices
from billing.sentences import SentenceError
from certinext.backoffice.banking import (
    NEWEST_FIRST,
    SORTS,
    VIEWS,
    BankEntryFilter,
    account_asked,
)
from certinext.backoffice.finding import actor_of
from certinext.backoffice.forms.banking import AccountForm, IgnoreForm, MatchForm, StatementForm
from certinext.web.pages import paginate

NEWEST_FILES = 10
MOST_INVOICES = 50
State = BankEntry.State


@require_safe
@staff_required
def entries(request: HttpRequest) -> HttpResponse:
    """Show what came in on the bank account, newest first."""
    view = current_view(request, [name for name, _label in VIEWS])
    counted = BankEntry.objects.aggregate(
        all=Count("pk"), **{state: Count("pk", filter=Q(state=state)) for state in State.values}
    )
    rows = BankEntry.objects.select_related("payment__account")
    filters = BankEntryFilter(
        request.GET, rows.filter(state=view) if view else rows, request=request
    )
    context = {
        "filters": filters,
        "page": paginate(request, sorted_by(filters.qs, request, SORTS, NEWEST_FIRST), default=25),
        "tabs": tabs_of(request, VIEWS, {**counted, "": counted["all"]}),
        "default_sort": NEWEST_FIRST,
    }
    return render(request, "backoffice/bank_entries.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def statement(request: HttpRequest) -> HttpResponse:
    """Take a statement in, and show the latest ones with how far they are."""
    form = StatementForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            taken = take_in(
                file.file, file_name=file.name or "", by=actor_of(request), now=timezone.now()
            )
        except BrokenFile as error:
            form.add_error("file", _said(error))
        else:
            _tell(request, taken)
            return redirect("backoffice:bank_entries")
    files = BankFile.objects.annotate(
        matched=Count("entries", filter=Q(entries__state=State.MATCHED)),
        kept=Count("entries"),
    )
    context = {
        "form": form,
        "files": files.order_by("-id")[:NEWEST_FILES],
        "required": REQUIRED,
        "further": OPTIONAL,
    }
    return render(request, "backoffice/bank_statement.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one entry; while it is open, say whose money it is, or put it aside."""
    found = get_object_or_404(BankEntry.objects.select_related("file", "payment__account"), pk=pk)
    asked = request.POST.get("account") or request.GET.get("account", "")
    account = account_asked(found, asked) if found.state == State.OPEN else None
    is_match = request.method == "POST" and request.POST.get("act") == "match"
    is_ignore = request.method == "POST" and request.POST.get("act") == "ignore"
    match = _match_form(request if is_match else None, found, account)
    ignore = IgnoreForm(request.POST if is_ignore else None)
    try:
        if (is_match and account and _matched(request, found, account, match)) or (
            is_ignore and _ignored(request, found, ignore)
        ):
            return redirect("backoffice:bank_entries")
    except PaymentIsOver as error:
        messages.error(request, _said(error))
        return redirect("backoffice:bank_entry", pk)
    context = {
        "entry": found,
        "account": account,
        "account_form": _account_form(asked, account),
        "match": match,
        "ignore": ignore,
    }
    return render(request, "backoffice/bank_entry.html", context)


def _match_form(
    request: HttpRequest | None, found: BankEntry, account: Account | None
) -> MatchForm:
    return MatchForm(
        request.POST if request else None,
        payments=waiting_payments(account, found) if account else [],
        invoices=list(open_invoices(account)[:MOST_INVOICES]) if account else [],
    )


def _account_form(asked: str, account: Account | None) -> AccountForm:
    """Return the field for the account; a number that nobody has is said to be one."""
    if asked and account is None:
        form = AccountForm({"account": asked})
        if form.is_valid():
            form.add_error("account", _("There is no account with this number."))
        return form
    return AccountForm(initial={"account": account.account_number if account else ""})


def _matched(request: HttpRequest, found: BankEntry, account: Account, form: MatchForm) -> bool:
    if not form.is_valid():
        return False
    try:
        done = match_entry(
            found,
            account=account,
            payment=form.chosen_payment,
            invoices=form.chosen_invoices,
            by=actor_of(request),
            now=timezone.now(),
        )
    except PaymentRefused as error:
        form.add_error(None, _said(error))
        return False
    messages.success(
        request,
        _("Matched: payment %(payment)s of %(account)s.")
        % {"payment": done.payment, "account": account},
    )
    return True


def _ignored(request: HttpRequest, found: BankEntry, form: IgnoreForm) -> bool:
    if not form.is_valid():
        return False
    ignore_entry(
        found, reason=form.cleaned_data["reason"], by=actor_of(request), now=timezone.now()
    )
    messages.success(request, _("The entry %(entry)s is ignored.") % {"entry": found})
    return True


def _tell(request: HttpRequest, taken: TakenIn) -> None:
    if not taken.is_new:
        messages.info(request, _("This statement was imported before: nothing has changed."))
        return
    kept = taken.file.entries.count()
    matched = taken.file.entries.filter(state=State.MATCHED).count()
    messages.success(
        request,
        _(
            "%(file)s: %(matched)s matched, %(open)s left for you, %(known)s known before,"
            " %(skipped)s left out, for they went out or are not booked yet."
        )
        % {
            "file": taken.file,
            "matched": matched,
            "open": kept - matched,
            "known": taken.file.incoming - kept,
            "skipped": taken.file.skipped,
        },
    )


def _said(error: SentenceError) -> str:
    return _(error.message) % error.params
