"""Tells the trail who is asking, from where, in which request."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from certinext.audit.trail import Origin, origin
from certinext.web.logs import request_id as current_request_id


def audit_context_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Keep the request's origin for every `record` made while it is answered."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        token = origin.set(
            Origin(
                actor=user.get_username() if user.is_authenticated else "anonymous",
                actor_id=str(user.pk) if user.is_authenticated else "",
                address=client_address(request),
                request_id=current_request_id.get(),
            )
        )
        try:
            return get_response(request)
        finally:
            origin.reset(token)

    return middleware


def client_address(request: HttpRequest) -> str | None:
    """Return the caller's address; X-Forwarded-For counts only behind our own proxies."""
    proxies: int = settings.TRUSTED_PROXY_COUNT
    if proxies:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        hops = [hop for hop in hops if hop]
        if len(hops) >= proxies:
            return _address(hops[-proxies])
    return _address(request.META.get("REMOTE_ADDR", ""))


def _address(text: str) -> str | None:
    """Return a well-formed address; a socket's peer or a forged header has none."""
    try:
        return str(ip_address(text))
    except ValueError:
        return None
