"""Crediting an invoice: choose what, read what would be issued, confirm."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.access import staff_required
from billing.errors import CannotBill
from billing.models import Document, DocumentLine
from billing.models.seller import current_seller
from billing.periods import local_date
from billing.sentences import SentenceError
from certinext.backoffice.finding import actor_of
from certinext.backoffice.forms.credit import CreditForm, LinesCreditForm, OrderCreditForm
from certinext.backoffice.views.documents import find_invoice
from certinext.web.formatting import money
from certinext.web.pages import PageOfRows, paginate
from credit_notes.errors import CannotCredit, ChangedMeanwhile
from credit_notes.issue import credit_invoice as issue
from credit_notes.issue import prepare_credit
from credit_notes.left import left_of, left_of_invoice
from credit_notes.models import CreditNote
from invoices.models import Invoice

# Each line has up to three fields, and a request no more than a thousand.
LINES_ON_A_PAGE = 100
ORDERS_TO_CHOOSE_FROM = 100
LINES_IN_A_PREVIEW = 100
LONGEST_FINGERPRINT = 100


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def credit_invoice(request: HttpRequest, number: str) -> HttpResponse:
    """Credit all of an invoice, one order of it or parts of single lines."""
    invoice = find_invoice(number)
    lines = _lines(request, invoice.document)
    form = _form(request, lines)
    act = request.POST.get("act", "")
    if act in {"preview", "issue"} and form.is_valid():
        answer = _act(request, invoice, form, is_confirmed=act == "issue")
        if answer is not None:
            return answer
    return _choose(request, invoice, form, lines)


def _act(
    request: HttpRequest, invoice: Invoice, form: CreditForm, *, is_confirmed: bool
) -> HttpResponse | None:
    """Show what would be issued, or issue it; put what is refused into the form."""
    try:
        if is_confirmed:
            return _issued(request, _issue(request, invoice, form))
        return _preview(request, invoice, form)
    except ChangedMeanwhile as error:
        messages.warning(request, _(error.message) % error.params)
        return _act(request, invoice, form, is_confirmed=False)
    except CannotCredit as error:
        form.refuse(error)
    except SentenceError as error:
        form.add_error(None, _(error.message) % error.params)
    except CannotBill as error:
        form.add_error(None, error.reason)
    return None


def _issue(request: HttpRequest, invoice: Invoice, form: CreditForm) -> CreditNote:
    now = timezone.now()
    return issue(
        invoice=invoice,
        choice=form.choice,
        reason_code=form.cleaned_data["reason_code"],
        reason=form.cleaned_data["reason"],
        on=_today(now),
        now=now,
        issued_by=actor_of(request),
        seen=request.POST.get("seen", "")[:LONGEST_FINGERPRINT],
    )


def _issued(request: HttpRequest, note: CreditNote) -> HttpResponse:
    document = note.document
    messages.success(
        request,
        _("Credit note %(number)s over %(total)s is issued.")
        % {"number": document, "total": money(document.total, document.currency)},
    )
    return redirect("backoffice:credit_note", document.number)


def _preview(request: HttpRequest, invoice: Invoice, form: CreditForm) -> HttpResponse:
    prepared = prepare_credit(
        invoice, form.choice, on=_today(timezone.now()), issued_by=actor_of(request)
    )
    context = {
        **_page(invoice),
        "form": form,
        "reason": CreditNote.Reason(form.cleaned_data["reason_code"]).label,
        "note": prepared,
        "left_open": prepared.still_owed - prepared.applied,
        "lines": prepared.lines[:LINES_IN_A_PREVIEW],
        "more_lines": max(0, len(prepared.lines) - LINES_IN_A_PREVIEW),
    }
    return render(request, "backoffice/credit_preview.html", context)


def _choose(
    request: HttpRequest,
    invoice: Invoice,
    form: CreditForm,
    lines: PageOfRows[DocumentLine] | None,
) -> HttpResponse:
    document = invoice.document
    context = {
        **_page(invoice),
        "form": form,
        "lines": lines,
        "what": request.GET.get("what", ""),
        "q": request.GET.get("q", ""),
        "left": left_of_invoice(document),
        "orders": _orders(document),
    }
    return render(request, "backoffice/credit_invoice.html", context)


def _form(request: HttpRequest, lines: PageOfRows[DocumentLine] | None) -> CreditForm:
    """Return the form of the tab that the address names."""
    entered = request.POST or None
    if lines is not None:
        return LinesCreditForm(entered, lines=left_of(lines))
    if request.GET.get("what") == "order":
        return OrderCreditForm(entered)
    return CreditForm(entered)


def _lines(request: HttpRequest, document: Document) -> PageOfRows[DocumentLine] | None:
    """Return the page of lines to choose from; none on the other tabs."""
    if request.GET.get("what") != "lines":
        return None
    lines = document.lines.select_related("document").order_by("position")
    found = _matching(lines, request.GET.get("q", "").strip())
    return paginate(request, found, sizes=(LINES_ON_A_PAGE,), default=LINES_ON_A_PAGE)


def _matching(lines: QuerySet[DocumentLine], text: str) -> QuerySet[DocumentLine]:
    if not text or "\0" in text:
        return lines
    return lines.filter(
        Q(order_number=text) | Q(domain_name__icontains=text) | Q(description__icontains=text)
    )


def _orders(document: Document) -> list[str]:
    """Return the first orders on the invoice."""
    numbers = document.lines.exclude(order_number="").order_by("order_number")
    return list(numbers.values_list("order_number", flat=True).distinct()[:ORDERS_TO_CHOOSE_FROM])


def _page(invoice: Invoice) -> dict[str, object]:
    document = invoice.document
    return {
        "invoice": invoice,
        "document": document,
        "account": document.account,
        "balance": document.balance,
    }


def _today(now: datetime) -> date:
    return local_date(now, current_seller().zone)
