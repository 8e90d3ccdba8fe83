"""Where gateways send their messages, and the sandbox's own page."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from billing.access import member_required, membership_of, payer_account
from billing.gateways.accounts import NoSuchGateway, gateway_at
from billing.gateways.effects import in_major_units
from billing.gateways.inbox import receive
from billing.gateways.interface import WebhookRefused
from billing.gateways.sandbox_delivery import deliver_due, deliver_keeping
from billing.gateways.sandbox_off_session import CHOICES, choose
from billing.gateways.via_sandbox import ACTS, act
from billing.models import Mandate, Payment, Provider, SandboxMethod, SandboxSession

logger = logging.getLogger(__name__)
# Bytes. Gateways' messages have some thousand.
LARGEST_MESSAGE = 256 * 1024


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, provider: str) -> HttpResponse:
    """Take a gateway's message to the active tenant. 2xx only after it is committed.

    404 where nothing was set up, 400 for what the gateway did not sign; neither leaves a trace but
    in the log.
    """
    # What declares no length has no body here.
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_MESSAGE:
        return _plain("too large", 413)
    try:
        delivery = receive(provider, body=request.body, headers=request.headers, now=timezone.now())
    except NoSuchGateway as error:
        raise Http404 from error
    except WebhookRefused as error:
        logger.warning("A message to %s was refused: %s", provider, error)
        return _plain("not signed", 400)
    logger.info("%s %s: %s", provider, delivery.event_id, delivery.outcome)
    return _plain("ok", 200)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def sandbox(request: HttpRequest, session_ref: str) -> HttpResponse:
    """Show the sandbox's checkout, and pay, decline or misbehave as the reader wishes."""
    try:
        gateway = gateway_at(Provider.SANDBOX.value)
    except NoSuchGateway as error:
        raise Http404 from error
    # What is charged to a kept method has no page.
    session = get_object_or_404(SandboxSession, pk=session_ref, method=None)
    payments = Payment.objects.for_member(membership_of(request))
    get_object_or_404(payments, reference=session.reference)
    how = request.POST.get("how", "")
    if request.method == "POST" and how in ACTS:
        act(session.pk, how=how, now=timezone.now())
        deliver_due(clock=timezone.now)
        return redirect(session.success_url)
    if request.method == "POST":
        messages.error(request, _("Choose one of the buttons."))
    is_over = session.state == SandboxSession.State.PAID or session.expires_at <= timezone.now()
    amount = in_major_units(session.amount, session.currency, gateway)
    context = {"session": session, "is_over": is_over, "amount": amount}
    return render(request, "gateways/sandbox.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def sandbox_method(request: HttpRequest, session_ref: str) -> HttpResponse:
    """Show the sandbox's page to keep a payment method on: one that pays, or will misbehave."""
    kept = get_object_or_404(SandboxMethod, pk=session_ref)
    account = payer_account(request)
    get_object_or_404(Mandate, account=account, reference=kept.reference)
    how = request.POST.get("how", "")
    if request.method == "POST" and how in CHOICES:
        kept = choose(kept.pk, how=how, now=timezone.now())
        deliver_keeping(kept, now=timezone.now())
        return redirect(kept.success_url)
    if request.method == "POST":
        messages.error(request, _("Choose one of the buttons."))
    is_over = kept.state != SandboxMethod.State.OPEN or kept.expires_at <= timezone.now()
    context = {"kept": kept, "is_over": is_over}
    return render(request, "gateways/sandbox_method.html", context)


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain")
