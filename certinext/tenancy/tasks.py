"""Celery tasks that cannot forget whose data they work on."""

from __future__ import annotations

from typing import Any

from celery.contrib.django.task import DjangoTask
from django_tenants.utils import get_public_schema_name, tenant_context

from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import active_schema, use_public

TENANT_HEADER = "tenant"


class TenantMissing(RuntimeError):
    """A task was sent without a tenant, or its tenant is gone: it must not run anywhere else."""


class TenantTask(DjangoTask[Any, Any]):
    """A task bound to one tenant, named in the message's header. It fails closed.

    Sending takes the tenant from the active schema; sending from the public schema without naming
    one raises `TenantMissing`, and so does running a message without one or with a deleted one.
    """

    abstract = True

    def apply_async(  # type: ignore[override]  # the options are Celery's own business
        self, args: Any = None, kwargs: Any = None, **options: Any
    ) -> Any:
        """Send the task for the active tenant."""
        headers = dict(options.pop("headers", None) or {})
        headers.setdefault(TENANT_HEADER, active_schema())
        if headers[TENANT_HEADER] in {None, "", get_public_schema_name()}:
            raise TenantMissing(f"{self.name} was sent without a tenant.")
        return super().apply_async(args, kwargs, headers=headers, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run inside the tenant's schema, and leave the connection in the public one.

        A task that another one calls as a function gives the caller's schema back.
        """
        schema = self._schema()
        if not self._is_called_directly():
            use_public()
        tenant = Tenant.objects.filter(schema_name=schema).first() if schema else None
        if tenant is None:
            raise TenantMissing(f"{self.name}: no tenant {schema!r}.")
        with tenant_context(tenant):
            return super().__call__(*args, **kwargs)

    def _schema(self) -> str | None:
        schema = header_of(self.request, TENANT_HEADER)
        if schema is None and self._is_called_directly():
            schema = active_schema()
        return None if schema == get_public_schema_name() else schema

    def _is_called_directly(self) -> bool:
        return bool(getattr(self.request, "called_directly", False))


class PublicTask(DjangoTask[Any, Any]):
    """A dispatcher: runs in the public schema and only sends tenants their own tasks."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run with the public schema active, whatever ran on this connection before."""
        use_public()
        return super().__call__(*args, **kwargs)


def header_of(request: Any, name: str) -> Any:
    """Return a header of the message that a running task came with, or None."""
    headers = getattr(request, "headers", None) or {}
    return getattr(request, name, None) or headers.get(name)


def send_to_every_tenant(task: TenantTask, **kwargs: Any) -> int:
    """Send a tenant task once per tenant; return how many were sent."""
    schemas = list(
        Tenant.objects.exclude(schema_name=get_public_schema_name())
        .order_by("schema_name")
        .values_list("schema_name", flat=True)
    )
    for schema in schemas:
        task.apply_async(kwargs=kwargs, headers={TENANT_HEADER: schema})
    return len(schemas)
