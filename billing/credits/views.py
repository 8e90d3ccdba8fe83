"""Billing & Payments > Credits: the balance, adding to it, and asking for it back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from billing.access import member_required, payer_account, person_of
from billing.auto_top_up.terms import in_force
from billing.credits.alert import alert_of
from billing.credits.alert_form import alert_form, save_alert
from billing.credits.bank_details import checked_destination
from billing.credits.forms import WIRE, AddForm, WithdrawForm
from billing.credits.movements import Movements
from billing.credits.wire import announce_wire
from billing.credits.withdraw import request_withdrawal
from billing.credits.words import shown
from billing.forms import LONGEST_FIGURE
from billing.gateways.accounts import enabled_gateways
from billing.gateways.checkouts import open_checkout
from billing.gateways.interface import GatewayUnavailable
from billing.models import Account, Payment
from billing.models.seller import current_seller
from billing.payments.begin import begin_payment, new_reference
from billing.payments.errors import PaymentRefused
from billing.payments.filters import with_what_rows_show
from billing.payments.owed import position_of, reserved_credits
from billing.payments.page import bank_lines
from billing.payments.words import row_of
from certinext.web.pages import paginate

# The list of payments has all of them.
SHOWN_REQUESTS = 10
MOVES = [Payment.Kind.TOP_UP, Payment.Kind.WITHDRAWAL, Payment.Kind.REFUND]


@dataclass(frozen=True, kw_only=True)
class Credits:
    """What an account has prepaid: `balance` stands in the ledger, `reserved` is asked back."""

    balance: Decimal
    reserved: Decimal
    currency: str

    @property
    def free(self) -> Decimal:
        """What can be spent or asked back."""
        return self.balance - self.reserved


@require_safe
@member_required
def page(request: HttpRequest) -> HttpResponse:
    """Show the balance, every movement that made it, and what is no movement yet or never was."""
    account = payer_account(request)
    prepaid = credits_of(account)
    movements = paginate(request, Movements(account, balance=prepaid.balance))
    asked = with_what_rows_show(account.payments.filter(kind__in=MOVES))
    asked = asked.exclude(state=Payment.State.SUCCEEDED)
    context = {
        "account": account,
        "credits": prepaid,
        "alert": alert_of(account),
        "agreed": in_force(account),
        "page": movements,
        "movements": [shown(movement) for movement in movements],
        "rows": [row_of(payment) for payment in asked.order_by("-id")[:SHOWN_REQUESTS]],
    }
    return render(request, "credits/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def add(request: HttpRequest) -> HttpResponse:
    """Add credits: online, or by a transfer that was sent."""
    account = payer_account(request)
    form = AddForm(
        request.POST or None,
        currency=account.currency,
        gateways=enabled_gateways(),
        initial={
            "reference": new_reference(),
            "sent_on": timezone.localdate(),
            # A letter that asks for it names the amount.
            "amount": request.GET.get("amount", "")[:LONGEST_FIGURE],
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _add(request, account, form)
        except PaymentRefused as error:
            form.refuse(error)
    context = {
        "form": form,
        "account": account,
        "credits": credits_of(account),
        "bank": bank_lines(current_seller()),
    }
    return render(request, "credits/add.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def withdraw(request: HttpRequest) -> HttpResponse:
    """Ask for credits back."""
    account = payer_account(request)
    form = WithdrawForm(
        request.POST or None,
        currency=account.currency,
        initial={"reference": new_reference(), "holder": account.legal_name},
    )
    if request.method == "POST" and form.is_valid():
        try:
            request_withdrawal(
                account,
                amount=form.cleaned_data["amount"],
                currency=account.currency,
                destination=checked_destination(**form.details),
                by=person_of(request).email,
                now=timezone.now(),
                reference=form.cleaned_data["reference"],
            )
        except PaymentRefused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Asked for. You get the money once we have approved it."))
            return redirect("credits:page")
    context = {"form": form, "account": account, "credits": credits_of(account)}
    return render(request, "credits/withdraw.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def alert(request: HttpRequest) -> HttpResponse:
    """Say below which credits an e-mail goes out."""
    account = payer_account(request)
    form = alert_form(request, account)
    by, now = person_of(request).email, timezone.now()
    if request.method == "POST" and save_alert(form, account, by=by, now=now):
        messages.success(request, _("Saved."))
        return redirect("credits:page")
    context = {"form": form, "account": account, "credits": credits_of(account)}
    return render(request, "credits/alert.html", context)


def credits_of(account: Account) -> Credits:
    """Return what the account has prepaid, and what of it is asked back already."""
    position = position_of(account)
    return Credits(
        balance=position.credits, reserved=reserved_credits(account), currency=account.currency
    )


def _add(request: HttpRequest, account: Account, form: AddForm) -> HttpResponse:
    found, by, now = form.cleaned_data, person_of(request).email, timezone.now()
    if found["way"] == WIRE:
        announce_wire(
            account,
            amount=found["amount"],
            currency=account.currency,
            transaction_number=found["transaction_number"],
            sent_on=found["sent_on"],
            by=by,
            now=now,
            reference=found["reference"],
        )
        messages.success(
            request, _("Thank you. The credits are yours once we have found the transfer.")
        )
        return redirect("credits:page")
    payment = begin_payment(
        account,
        kind=Payment.Kind.TOP_UP,
        method=Payment.Method.GATEWAY,
        provider=found["way"],
        amount=found["amount"],
        currency=account.currency,
        by=by,
        now=now,
        reference=found["reference"],
    )
    detail = reverse("payments:detail", args=[payment.reference])
    if payment.state == Payment.State.INITIATED:
        try:
            open_checkout(
                payment,
                description=_("Credits for %(account)s") % {"account": account.display_name},
                email=by,
                return_url=request.build_absolute_uri(detail),
                now=now,
            )
        except GatewayUnavailable as error:
            messages.error(request, _(error.message) % error.params)
    return redirect(detail)
