"""The active schema of this thread's connection, with types."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.db import connection
from django_tenants.utils import get_public_schema_name

if TYPE_CHECKING:
    from certinext.tenancy.models import Tenant


class _TenantConnection:
    """What django-tenants adds to Django's connection."""

    schema_name: str

    def set_tenant(self, tenant: Tenant) -> None:
        """Make the tenant's schema the active one."""

    def set_schema_to_public(self) -> None:
        """Make the public schema the active one."""


def _connection() -> _TenantConnection:
    return cast(_TenantConnection, connection)


def active_schema() -> str:
    """Return the active schema's name."""
    return _connection().schema_name


def is_public() -> bool:
    """Say whether no tenant is active."""
    return bool(active_schema() == get_public_schema_name())


def use_tenant(tenant: Tenant) -> None:
    """Make a tenant's schema the active one, until told otherwise."""
    _connection().set_tenant(tenant)


def use_public() -> None:
    """Make the public schema the active one."""
    _connection().set_schema_to_public()
