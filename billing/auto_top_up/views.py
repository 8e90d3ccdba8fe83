"""Credits > Automatic top-up: keeping a payment method, agreeing, turning off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.access import member_required, payer_account, person_of
from billing.auto_top_up.forms import TermsForm
from billing.auto_top_up.page import consent_text, reading
from billing.auto_top_up.terms import agree, check_terms, go_on, kept_method, turn_off
from billing.gateways.accounts import NoSuchGateway, enabled_gateways
from billing.gateways.interface import GatewayUnavailable
from billing.gateways.mandates import ask_mandate, begin_mandate, remove_mandate
from billing.models import Account, AutoTopUp, Mandate
from billing.money import minor_unit
from billing.payments.errors import PaymentRefused

PAGE = "credits:auto_top_up"


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def auto_top_up(request: HttpRequest) -> HttpResponse:
    """Show how it stands; take new terms, show their text, and then what was agreed to."""
    account, now = payer_account(request), timezone.now()
    page = reading(account, now=now)
    pending = Mandate.objects.filter(
        account=account, state=Mandate.State.PENDING, expires_at__gt=now
    )
    page |= {"gateways": enabled_gateways(), "pending": pending.first(), "consent": ""}
    page["form"] = _form(request, account, page["agreed"] or page["ended"], page["method"])
    if request.method != "POST" or page["method"] is None:
        return render(request, "auto_top_up/page.html", page)
    return _take(request, account, page)


@require_POST
@member_required
def switch(request: HttpRequest) -> HttpResponse:
    """Turn it off, or let it go on after a pause."""
    account, by, now = payer_account(request), person_of(request).email, timezone.now()
    if request.POST.get("act") == "go_on":
        if go_on(account, by=by, now=now):
            messages.success(request, _("Automatic top-up goes on."))
    elif turn_off(account, by=by, now=now):
        messages.success(request, _("Automatic top-up is off. Nothing more is charged."))
    return redirect(PAGE)


@require_POST
@member_required
def method(request: HttpRequest) -> HttpResponse:
    """Keep a payment method at a gateway, or remove the one that is kept."""
    account, by, now = payer_account(request), person_of(request).email, timezone.now()
    if request.POST.get("act") == "remove":
        if remove_mandate(account, by=by, now=now):
            messages.success(request, _("Removed. Nothing more is charged to it."))
        return redirect(PAGE)
    provider = request.POST.get("provider", "")
    if provider not in {gateway.provider for gateway in enabled_gateways()}:
        messages.error(request, _("Choose one of the buttons."))
        return redirect(PAGE)
    try:
        mandate = begin_mandate(
            account,
            provider=provider,
            by=by,
            description=_("Automatic top-up of %(account)s") % {"account": account.display_name},
            return_url=lambda reference: request.build_absolute_uri(
                reverse("credits:method_back", args=[reference])
            ),
            now=now,
        )
    except (GatewayUnavailable, NoSuchGateway):
        messages.error(request, _("The gateway does not answer now: try again in a minute."))
        return redirect(PAGE)
    return redirect(mandate.url)


@require_safe
@member_required
def method_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Come back from the gateway's page: ask how it went, as often as the address is opened."""
    mandates = Mandate.objects.filter(account=payer_account(request)).select_related("account")
    mandate = get_object_or_404(mandates, reference=reference)
    before = mandate.state
    try:
        mandate = ask_mandate(mandate, now=timezone.now())
    except (GatewayUnavailable, NoSuchGateway):
        messages.error(request, _("The gateway does not answer now: try again in a minute."))
        return redirect(PAGE)
    if mandate.state == Mandate.State.FAILED:
        messages.error(request, _("No payment method was kept."))
    elif mandate.state == Mandate.State.PENDING:
        messages.info(request, _("The gateway has not said yet whether it keeps it."))
    elif mandate.state != before:
        messages.success(request, _("%(method)s is kept.") % {"method": mandate})
    return redirect(PAGE)


def _take(request: HttpRequest, account: Account, page: dict[str, Any]) -> HttpResponse:
    """Show the text of valid terms; agree to what was read."""
    form, kept = page["form"], page["method"]
    if form.is_valid():
        try:
            check_terms(account, **form.terms)
            page["consent"] = consent_text(account, kept, form.terms)
            if request.POST.get("act") == "agree" and _was_read(request, form, kept, page):
                return _agree(request, account, form, page)
        except PaymentRefused as error:
            page["consent"] = ""
            form.refuse(error)
    return render(request, "auto_top_up/page.html", page)


def _was_read(request: HttpRequest, form: TermsForm, kept: Mandate, page: dict[str, Any]) -> bool:
    """Say whether the text that is agreed to is the one that was shown, and that it was ticked."""
    if not (form.is_about(kept) and request.POST.get("consent") == page["consent"]):
        messages.warning(request, _("Something has changed meanwhile: read the text again."))
        return False
    if not request.POST.get("agreed"):
        page["unticked"] = True
        return False
    return True


def _agree(
    request: HttpRequest, account: Account, form: TermsForm, page: dict[str, Any]
) -> HttpResponse:
    agreed = agree(
        account,
        mandate=kept_method(account) or page["method"],
        consent=page["consent"],
        by=person_of(request).email,
        now=timezone.now(),
        **form.terms,
    )
    if agreed.is_armed:
        messages.success(request, _("Automatic top-up is on."))
    else:
        messages.success(
            request,
            _(
                "Automatic top-up is on. Credits are too low already: nothing is charged until they"
                " were up."
            ),
        )
    return redirect(PAGE)


def _form(
    request: HttpRequest, account: Account, agreed: AutoTopUp | None, kept: Mandate | None
) -> TermsForm:
    """Return the form with what was sent, or with the terms that hold or held."""
    initial: dict[str, Any] = {"method": kept.reference if kept else ""}
    if agreed is not None and agreed.currency == account.currency:
        unit = minor_unit(agreed.currency)
        for name in ("threshold", "amount", "monthly_limit"):
            initial[name] = getattr(agreed, name).quantize(unit)
    return TermsForm(request.POST or None, currency=account.currency, initial=initial)
