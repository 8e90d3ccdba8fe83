"""Billing & Payments > Payments, and paying invoices."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.access import member_required, membership_of, person_of
from billing.downloads import download
from billing.gateways.accounts import NoSuchGateway, enabled_gateways
from billing.gateways.interface import GatewayUnavailable
from billing.gateways.recheck import recheck
from billing.lists import sorted_by
from billing.models import Account, Document, Membership, Payment
from billing.models.seller import current_seller
from billing.money import ZERO, InvalidAmount, parse_amount
from billing.payments.begin import new_reference
from billing.payments.choice import Way, takes_transfers
from billing.payments.choice import pay as pay_choice
from billing.payments.errors import PaymentRefused
from billing.payments.filters import NEWEST_FIRST, SORTS, PaymentFilter, with_what_rows_show
from billing.payments.forms import REFERENCE, PayForm
from billing.payments.once import SentBefore
from billing.payments.owed import open_invoices, position_of, reserved_credits
from billing.payments.page import reading
from billing.payments.words import nothing_new, row_of
from billing.text import looked_up
from certinext.web.pages import paginate

SUMMARY = "summary"


@require_safe
@member_required
def payments(request: HttpRequest) -> HttpResponse:
    """Show the payments that the reader may see, newest first."""
    membership = payer_of(request)
    visible = Payment.objects.for_member(membership)
    filters = PaymentFilter(request.GET, with_what_rows_show(visible), request=request)
    page = paginate(request, sorted_by(filters.qs, request, SORTS, NEWEST_FIRST), default=25)
    context = {
        "filters": filters,
        "form": filters.form,
        "page": page,
        "rows": [row_of(payment) for payment in page],
        "exist": page.total or visible.count(),
        "default_sort": NEWEST_FIRST,
        "account": membership.account,
    }
    return render(request, "payments/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def pay(request: HttpRequest) -> HttpResponse:
    """Choose what to pay, read what that settles, pay it."""
    membership = payer_of(request)
    entered = request.POST if request.method == "POST" else request.GET
    accounts = membership.accounts()
    number = entered.get("account") or membership.account.account_number
    account = get_object_or_404(accounts, account_number=looked_up(number))
    owed = list(open_invoices(account))
    if request.method == "POST":
        return _obey(request, membership, account, owed)
    if request.GET.get("step") != SUMMARY:
        form = _form(account, owed, numbers=request.GET.getlist("invoice"))
        return _choose(request, membership, form)
    form = _form(account, owed, request=request)
    if not form.is_valid():
        return _choose(request, membership, form)
    return _summary(request, form)


@require_safe
@member_required
def payment(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one payment: how it stands, what it settled, what is to be done."""
    found = find(request, reference)
    context = {
        **reading(found, now=timezone.now()),
        "invoice_route": "invoices:detail",
        "payment_route": "payments:detail",
    }
    return render(request, "payments/detail.html", context)


@require_POST
@member_required
def recheck_payment(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask the gateway how a payment stands."""
    found = find(request, reference)
    before = found.state
    try:
        found = recheck(found, now=timezone.now())
    except (GatewayUnavailable, NoSuchGateway):
        messages.error(request, _("The gateway does not answer now: try again in a minute."))
    else:
        if found.state == before:
            messages.info(request, nothing_new(found))
    return redirect("payments:detail", reference)


@require_safe
@member_required
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand out a payment's receipt."""
    found = find(request, reference)
    if not hasattr(found, "receipt"):
        raise Http404
    return download(request, found.receipt.document)


def payer_of(request: HttpRequest) -> Membership:
    """Return the membership of an administrator or finance manager; to others no payment exists."""
    membership = membership_of(request)
    if not membership.sees_all_documents:
        raise Http404
    return membership


def find(request: HttpRequest, reference: str) -> Payment:
    """Return a payment that the reader may see; foreign and absent ones are the same 404."""
    visible: QuerySet[Payment] = Payment.objects.for_member(payer_of(request))
    return get_object_or_404(with_what_rows_show(visible), reference=reference)


def _form(
    account: Account,
    owed: list[Document],
    *,
    request: HttpRequest | None = None,
    numbers: list[str] | None = None,
) -> PayForm:
    """Return the form, with everything ticked that was not chosen otherwise."""
    data = None
    if request is not None:
        data = request.POST if request.method == "POST" else request.GET
    known = [str(invoice) for invoice in owed]
    position = position_of(account)
    chosen = [number for number in known if number in (numbers or [])]
    return PayForm(
        data,
        account=account,
        owed=owed,
        position=position,
        free=max(position.credits - reserved_credits(account), ZERO),
        gateways=enabled_gateways(),
        takes_transfers=takes_transfers(current_seller()),
        initial={"invoices": chosen or known, "opening": not chosen and position.opening > 0},
    )


def _choose(request: HttpRequest, membership: Membership, form: PayForm) -> HttpResponse:
    context = {
        "form": form,
        "account": form.account,
        "owed": form.owed,
        "position": form.position,
        "others": _others_that_owe(membership, form.account),
    }
    return render(request, "payments/pay.html", context)


def _others_that_owe(membership: Membership, account: Account) -> list[Account]:
    """The other accounts that this person may pay for: one account a payment."""
    owing = membership.accounts().exclude(pk=account.pk)
    return list(owing.filter(balances__receivable__gt=0).distinct()[:50])


def _summary(request: HttpRequest, form: PayForm) -> HttpResponse:
    context = {
        "form": form,
        "choice": form.choice,
        "account": form.account,
        "position": form.position,
        "way": dict(form.fields["way"].choices)[form.choice.way],  # type: ignore[attr-defined]  # a choice field
        "reference": new_reference(),
        "left_credits": form.free - form.choice.amount,
    }
    return render(request, "payments/summary.html", context)


def _obey(
    request: HttpRequest, membership: Membership, account: Account, owed: list[Document]
) -> HttpResponse:
    """Pay, once: the number that the summary was given makes a form sent twice one payment."""
    reference = request.POST.get("reference", "")
    if REFERENCE.fullmatch(reference):
        if done := account.payments.filter(reference=reference).first():
            if not _asks_for(done, request.POST):
                messages.warning(request, _said(SentBefore(done)))
                return _choose(request, membership, _form(account, owed, request=request))
            return redirect("payments:detail", done.reference)
    else:
        reference = ""
    form = _form(account, owed, request=request)
    if not form.is_valid():
        return _choose(request, membership, form)

    def return_url(payment: Payment) -> str:
        return request.build_absolute_uri(reverse("payments:detail", args=[payment.reference]))

    try:
        made = pay_choice(
            form.choice,
            reference=reference or new_reference(),
            by=person_of(request).email,
            return_url=return_url,
            now=timezone.now(),
        )
    except PaymentRefused as error:
        form.add_error(error.field if error.field in form.fields else None, _said(error))
        return _choose(request, membership, form)
    except GatewayUnavailable as error:
        messages.error(request, _said(error))
        return redirect("payments:detail", reference) if reference else redirect("payments:list")
    return redirect("payments:detail", made.reference)


def _asks_for(done: Payment, entered: QueryDict) -> bool:
    """Say whether a form that is sent again asks for the payment that it began.

    What it settled is no longer owed: an amount that was left empty meant what was owed then.
    """
    is_transfer = done.method == Payment.Method.BANK_TRANSFER
    way = Way.TRANSFER.value if is_transfer else done.provider
    aimed = {str(target.document) for target in done.targets.select_related("document")}
    invoices = set() if entered.get("opening") else set(entered.getlist("invoices"))
    try:
        amount = parse_amount(entered.get("amount", "").strip() or f"{done.amount:f}")
    except InvalidAmount:
        return False
    return (way, aimed, done.amount) == (entered.get("way"), invoices, amount)


def _said(error: PaymentRefused | GatewayUnavailable) -> str:
    return _(error.message) % error.params
