"""All accounts' payments: confirming, rejecting, rechecking, giving back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.access import staff_required
from billing.downloads import download
from billing.gateways.accounts import NoSuchGateway
from billing.gateways.interface import GatewayUnavailable
from billing.gateways.recheck import recheck
from billing.gateways.refunds import refund_payment, refundable
from billing.lists import current_view, search_filter, sorted_by, tabs_of
from billing.models import Payment
from billing.models.payments import PaymentQuerySet
from billing.payments.confirm import confirm_payment, may_confirm, may_reject
from billing.payments.errors import PaymentIsOver, PaymentRefused
from billing.payments.filters import NEWEST_FIRST, SORTS, PaymentFilter, with_what_rows_show
from billing.payments.owed import free_credits
from billing.payments.page import reading
from billing.payments.settle import reject
from billing.payments.words import row_of
from billing.sentences import SentenceError
from certinext.backoffice.finding import actor_of
from certinext.backoffice.forms.payment import ConfirmForm, RefundForm, RejectForm
from certinext.web.formatting import money
from certinext.web.pages import paginate

State = Payment.State
VIEWS = [
    ("", gettext_lazy("All")),
    ("waiting", gettext_lazy("Pending approval")),
    ("initiated", gettext_lazy("Initiated")),
    ("succeeded", gettext_lazy("Succeeded")),
    ("ended", gettext_lazy("Failed or rejected")),
]
CONDITIONS = {
    "": Q(),
    "waiting": Q(state=State.PENDING_APPROVAL),
    "initiated": Q(state=State.INITIATED),
    "succeeded": Q(state=State.SUCCEEDED),
    "ended": Q(state__in=[State.FAILED, State.REJECTED]),
}


class StaffPaymentFilter(PaymentFilter):
    """Staff also search by account."""

    q = search_filter(gettext_lazy("Payment, account, receipt, invoice or transaction"))

    def search(self, queryset: PaymentQuerySet, name: str, text: str) -> QuerySet[Payment]:
        """Find what customers find, and by the account's number or name."""
        found = super().search(queryset, name, text)
        text = text.strip()
        return queryset.filter(
            Q(pk__in=found.values("pk"))
            | Q(account__account_number=text)
            | Q(account__display_name__icontains=text)
            | Q(account__legal_name__icontains=text)
        )


@require_safe
@staff_required
def payments(request: HttpRequest) -> HttpResponse:
    """Show every account's payments, newest first."""
    everything = Payment.objects.all()
    view = current_view(request, [name for name, _label in VIEWS])
    counted = everything.aggregate(
        **{
            f"rows_{name}": Count("pk", filter=condition or None)
            for name, condition in CONDITIONS.items()
        }
    )
    rows = with_what_rows_show(everything.filter(CONDITIONS[view]))
    filters = StaffPaymentFilter(request.GET, rows, request=request)
    page = paginate(request, sorted_by(filters.qs, request, SORTS, NEWEST_FIRST), default=25)
    context = {
        "filters": filters,
        "form": filters.form,
        "page": page,
        "rows": [row_of(payment) for payment in page],
        "tabs": tabs_of(request, VIEWS, {name: counted[f"rows_{name}"] for name in CONDITIONS}),
        "default_sort": NEWEST_FIRST,
    }
    return render(request, "backoffice/payments.html", context)


@require_safe
@staff_required
def payment(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one payment, what its gateway said, and what can be done."""
    found = find(reference)
    context = {
        **_reading(found),
        "may_confirm": may_confirm(found),
        "may_reject": may_reject(found),
        "refundable": refundable(found),
        "deliveries": found.deliveries.order_by("received_at").defer("body")[:50],
    }
    return render(request, "backoffice/payment.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """Confirm that the money came, or that a withdrawal was paid out."""
    found = find(reference)
    form = ConfirmForm(
        request.POST or None,
        initial=_found_so_far(found),
        is_payout=found.kind == Payment.Kind.WITHDRAWAL,
    )
    if request.method == "POST" and form.is_valid():
        try:
            done = confirm_payment(
                found,
                received_on=form.cleaned_data["received_on"],
                bank_reference=form.cleaned_data["bank_reference"],
                by=actor_of(request),
                now=timezone.now(),
            )
        except PaymentRefused as error:
            form.add_error(error.field if error.field in form.fields else None, said(error))
        except PaymentIsOver as error:
            return _sorry(request, found, error)
        else:
            messages.success(request, _("Payment %(payment)s is confirmed.") % {"payment": done})
            return redirect("backoffice:payment", reference)
    elif request.method != "POST" and not may_confirm(found):
        return redirect("backoffice:payment", reference)
    return render(request, "backoffice/payment_confirm.html", {**_reading(found), "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def refuse(request: HttpRequest, reference: str) -> HttpResponse:
    """Reject a payment for good, with the reason."""
    found = find(reference)
    form = RejectForm(request.POST or None)
    if not may_reject(found):
        return redirect("backoffice:payment", reference)
    if request.method == "POST" and form.is_valid():
        try:
            reject(
                found,
                reason=form.cleaned_data["reason"],
                by=actor_of(request),
                now=timezone.now(),
            )
        except PaymentIsOver as error:
            return _sorry(request, found, error)
        messages.success(request, _("Payment %(payment)s is rejected.") % {"payment": found})
        return redirect("backoffice:payment", reference)
    return render(request, "backoffice/payment_reject.html", {**_reading(found), "form": form})


@require_POST
@staff_required
def recheck_payment(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask the gateway how a payment stands."""
    found = find(reference)
    before = found.state
    try:
        after = recheck(found, now=timezone.now()).state
    except (GatewayUnavailable, NoSuchGateway) as error:
        messages.error(request, _("The gateway gave no answer: %(error)s") % {"error": error})
    else:
        if after == before:
            messages.info(request, _("Nothing new: the gateway says no more than before."))
    return redirect("backoffice:payment", reference)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def refund(request: HttpRequest, reference: str) -> HttpResponse:
    """Give money of an online payment back through its gateway, out of the account's credits."""
    found = find(reference)
    most = min(refundable(found), free_credits(found.account))
    form = RefundForm(
        request.POST or None,
        currency=found.currency,
        most=most,
        ordinal=found.refunds.count() + 1,
    )
    if request.method == "POST" and form.is_valid():
        if answer := _refunded(request, found, form):
            return answer
    elif request.method != "POST" and not refundable(found):
        return redirect("backoffice:payment", reference)
    context = {
        **_reading(found),
        "form": form,
        "most": most,
        "credits": free_credits(found.account),
    }
    return render(request, "backoffice/payment_refund.html", context)


@require_safe
@staff_required
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand out a payment's receipt."""
    found = find(reference)
    if not hasattr(found, "receipt"):
        raise Http404
    return download(request, found.receipt.document)


def find(reference: str) -> Payment:
    """Return the payment with this number in the active tenant, or answer 404."""
    return get_object_or_404(with_what_rows_show(Payment.objects.all()), reference=reference)


def said(error: SentenceError) -> str:
    """Put a refusal into the reader's words."""
    return _(error.message) % error.params


def _refunded(request: HttpRequest, found: Payment, form: RefundForm) -> HttpResponse | None:
    """Give it back; None when the form has to say what is wrong."""
    try:
        made = refund_payment(
            found,
            amount=form.cleaned_data["amount"],
            ordinal=form.cleaned_data["ordinal"],
            by=actor_of(request),
            now=timezone.now(),
        )
    except PaymentRefused as error:
        form.add_error("amount", said(error))
        return None
    except GatewayUnavailable as error:
        messages.error(request, said(error))
        return redirect("backoffice:payment", found.reference)
    amount = money(made.amount, made.currency)
    messages.success(request, _("%(amount)s is given back.") % {"amount": amount})
    return redirect("backoffice:payment", made.reference)


def _found_so_far(found: Payment) -> dict[str, Any]:
    """What the customer said of a transfer, for the clerk to compare with the bank statement."""
    said_number = found.session_ref if found.method == Payment.Method.BANK_TRANSFER else ""
    return {
        "received_on": found.received_on or timezone.localdate(),
        "bank_reference": said_number,
    }


def _sorry(request: HttpRequest, found: Payment, error: SentenceError) -> HttpResponse:
    messages.error(request, said(error))
    return redirect("backoffice:payment", found.reference)


def _reading(found: Payment) -> dict[str, Any]:
    return {
        **reading(found, now=timezone.now()),
        "invoice_route": "backoffice:invoice",
        "payment_route": "backoffice:payment",
    }
