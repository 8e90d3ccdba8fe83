"""The sandbox without the customer: it keeps methods that pay, are declined, or ask, as chosen."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from billing.gateways.interface import (
    Begun,
    Charge,
    Event,
    EventKind,
    GatewayRefused,
    Keeping,
    KeepOrder,
    Kept,
)
from billing.gateways.sandbox_books import event_from, state_as_message, tell
from billing.models import SandboxMethod, SandboxSession
from billing.sentences import gettext_noop

State, Behaviour = SandboxMethod.State, SandboxMethod.Behaviour
BRAND = "Sandbox"
# What people know each by; the last four digits say how it behaves.
LAST4 = {Behaviour.PAYS: "4242", Behaviour.DECLINES: "0341", Behaviour.ASKS: "3184"}
CHOICES = ("decline", *Behaviour.values)
# A charge waits for its second step as long as the portal may take.
WAITS = timedelta(days=365)


class SandboxOffSession:
    """What the seller's account at the sandbox does without the customer."""

    def keep(self, order: KeepOrder) -> Begun:
        """Open a page of the sandbox's own."""
        method, _made = SandboxMethod.objects.get_or_create(
            reference=order.reference,
            defaults={
                "session_ref": f"sbm_{secrets.token_hex(12)}",
                "description": order.description[:200],
                "success_url": order.return_url[:500],
                "expires_at": order.expires_at,
            },
        )
        return Begun(session_ref=method.session_ref, url=f"/sandbox/method/{method.session_ref}/")

    def kept(self, session_ref: str) -> Kept:
        """Look the method up in the sandbox's books."""
        method = self._method(session_ref)
        if method.state == State.KEPT:
            return Kept(
                state=Keeping.KEPT,
                customer_ref=f"sbc_{method.reference}",
                method_ref=method.session_ref,
                brand=BRAND,
                last4=LAST4[Behaviour(method.behaviour)],
            )
        if method.state == State.OPEN and method.expires_at > timezone.now():
            return Kept(state=Keeping.OPEN)
        return Kept(
            state=Keeping.FAILED, reason=gettext_noop("The sandbox kept no payment method.")
        )

    def prepare(self, charge: Charge) -> str:
        """Write a charge down that moves nothing yet."""
        session, _made = SandboxSession.objects.get_or_create(
            reference=charge.reference,
            defaults={
                "session_ref": f"sbo_{secrets.token_hex(12)}",
                "description": charge.description[:200],
                "amount": charge.amount,
                "currency": charge.currency,
                "method": self._method(charge.method_ref),
                "expires_at": timezone.now() + WAITS,
            },
        )
        return session.session_ref

    @transaction.atomic
    def charge(self, session_ref: str, charge: Charge) -> Event:
        """Do what the method was kept to do; the message that tells of it comes besides."""
        session = self._locked(session_ref)
        method = session.method
        if session.state == SandboxSession.State.OPEN and method is not None:
            if method.state != State.KEPT:
                raise GatewayRefused(gettext_noop("The sandbox has forgotten this method."))
            if method.behaviour == Behaviour.PAYS:
                session.state = SandboxSession.State.PAID
                session.charges = [{"id": f"sbp_{secrets.token_hex(8)}", "amount": session.amount}]
            else:
                session.state = SandboxSession.State.DECLINED
            session.save()
            tell(session, now=timezone.now(), due=timezone.now())
        return self._stands(session)

    @transaction.atomic
    def call_off(self, session_ref: str) -> Event:
        """Close a charge that was not made."""
        session = self._locked(session_ref)
        if session.state == SandboxSession.State.OPEN:
            session.state = SandboxSession.State.CALLED_OFF
            session.save(update_fields=["state"])
        return self._stands(session)

    def forget(self, *, customer_ref: str, method_ref: str) -> None:
        """Forget a method."""
        SandboxMethod.objects.filter(pk=method_ref).update(state=State.FORGOTTEN)

    def _method(self, session_ref: str) -> SandboxMethod:
        method = SandboxMethod.objects.filter(pk=session_ref).first()
        if method is None:
            raise GatewayRefused(gettext_noop("The sandbox knows no such payment method."))
        return method

    def _locked(self, session_ref: str) -> SandboxSession:
        sessions = SandboxSession.objects.select_for_update(no_key=True, of=("self",))
        session = sessions.select_related("method").filter(pk=session_ref).first()
        if session is None:
            raise GatewayRefused(gettext_noop("The sandbox knows no such charge."))
        return session

    def _stands(self, session: SandboxSession) -> Event:
        return event_from(state_as_message(session, now=timezone.now()))


@transaction.atomic
def choose(session_ref: str, *, how: str, now: datetime) -> SandboxMethod:
    """Do what the customer chose on the page: one of `CHOICES`. What is kept stays so."""
    method = SandboxMethod.objects.select_for_update(no_key=True).get(pk=session_ref)
    if method.state != State.OPEN or method.expires_at <= now:
        return method
    method.state = State.DECLINED if how == "decline" else State.KEPT
    if how in Behaviour.values:
        method.behaviour = how
    method.save()
    return method


def keeping_message(method: SandboxMethod) -> dict[str, Any]:
    """Return the message that tells that keeping a method came to an end."""
    return {
        "id": f"sbe_{secrets.token_hex(8)}",
        "kind": str(EventKind.KEEPING),
        "session": method.session_ref,
        "reference": method.reference,
        "amount": 0,
        "currency": "",
        "reason": "",
    }
