"""The active tenant's own host, for mails and for what commands print."""

from __future__ import annotations

from django.conf import settings

from certinext.tenancy.models import Domain
from certinext.tenancy.schema import active_schema


def site_url() -> str:
    """Return scheme, host and port of the active tenant, such as `https://billing.example.com`.

    The host comes from the tenant's own row, never from a request's header: a forged one must not
    get into a mail.
    """
    host = Domain.objects.get(tenant__schema_name=active_schema(), is_primary=True).domain
    port = f":{settings.SITE_PORT}" if settings.SITE_PORT else ""
    return f"{settings.SITE_SCHEME}://{host}{port}"
