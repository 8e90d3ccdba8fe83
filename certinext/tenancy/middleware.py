"""From the host name to the tenant's schema."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.request import split_domain_port
from django_tenants.middleware.main import TenantMainMiddleware

from certinext.tenancy.schema import use_public


class HostMiddleware(TenantMainMiddleware):
    """Choose the tenant by host; an unknown host learns nothing, not even how our pages look."""

    @staticmethod
    def hostname_from_request(request: HttpRequest) -> str:
        """Return the host in one spelling: small letters, no port, no dot at the end.

        A `www.` in front is another host, unless it is a tenant's own.
        """
        return split_domain_port(request.get_host())[0]

    def no_tenant_found(self, request: HttpRequest, hostname: str) -> HttpResponse:
        """Answer 404, alike for absent tenants, odd host headers and typing errors."""
        use_public()
        return HttpResponseNotFound("Not found.\n", content_type="text/plain; charset=utf-8")
