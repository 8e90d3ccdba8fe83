"""What somebody needs to know to look around in the demo."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django_tenants.utils import tenant_context

from billing.models import DocumentFile
from billing.periods import local_date
from certinext.backoffice.addresses import site_url
from certinext.backoffice.demo.plans import SellerPlan
from certinext.backoffice.demo.sellers import OPERATOR, PASSWORD, SELLERS
from certinext.backoffice.demo.sights import sights
from certinext.backoffice.demo.tenants import tenant_of
from invoices.models import BillingRun

_WIDTH = 46


def guide(*, now: datetime, sellers: tuple[SellerPlan, ...] = SELLERS) -> Iterator[str]:
    """Yield the lines: addresses, who signs in where, the password, PDFs, and what to look at."""
    yield ""
    yield "This is demo data: every seller, customer, tax id and amount is invented."
    for seller in sellers:
        with tenant_context(tenant_of(seller)):
            yield from _tenant(seller, now)
    yield ""
    yield f"Operators   {_public_url()}/admin/"
    yield f"  {OPERATOR.title:<{_WIDTH}} {OPERATOR.email}"
    yield ""
    yield f"Everybody's password is  {PASSWORD}"
    yield from _unresolved([seller.host for seller in sellers])


def _tenant(seller: SellerPlan, now: datetime) -> Iterator[str]:
    yield ""
    yield f"{seller.legal['trade_name']}   {site_url()}/"
    for person in seller.people:
        yield f"  {person.title:<{_WIDTH}} {person.email}"
    folder = Path(settings.MEDIA_ROOT) / seller.schema / "documents"
    yield f"  {DocumentFile.objects.count()} PDFs below {folder}"
    run = BillingRun.objects.order_by("-month").first()
    if run is not None:
        yield f"  Last monthly run: {run.month}, {run.get_state_display().lower()}"
    yield "  What to look at as the clerk:"
    for sight in sights(today=local_date(now, seller.zone)):
        yield f"    {sight.what:<{_WIDTH - 2}} {site_url()}{sight.path}"


def _public_url() -> str:
    port = f":{settings.SITE_PORT}" if settings.SITE_PORT else ""
    return f"{settings.SITE_SCHEME}://{settings.PUBLIC_HOST}{port}"


def _unresolved(hosts: list[str]) -> Iterator[str]:
    """Browsers send names below localhost to this machine by themselves; other programs may not."""
    unknown = [host for host in hosts if not _resolves(host)]
    if unknown:
        names = " ".join(unknown)
        port = settings.SITE_PORT or "80"
        yield ""
        yield "Browsers find these addresses by themselves. For other programs on this machine, add"
        yield f"  127.0.0.1 {names}"
        yield "to /etc/hosts, or use"
        yield f"  curl --resolve '{unknown[0]}:{port}:127.0.0.1' http://{unknown[0]}:{port}/"


def _resolves(host: str) -> bool:
    try:
        socket.getaddrinfo(host, None)
    except OSError:
        return False
    return True
