"""Operators' view of the tenants, routed on the public host only. The commands make them."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from certinext.tenancy.models import Domain, Tenant


class ReadOnly:
    """Nothing is added, changed or deleted here: that needs the database's owner."""

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse: `manage.py create_tenant` makes schema and tables too."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse: `manage.py drop_tenant` does, and asks twice."""
        return False


class DomainInline(ReadOnly, admin.TabularInline[Domain, Tenant]):
    """The hosts of a tenant."""

    model = Domain
    fields = ("domain", "is_primary")


@admin.register(Tenant)
class TenantAdmin(ReadOnly, admin.ModelAdmin[Tenant]):
    """Who is there, since when, under which host."""

    list_display = ("name", "schema_name", "created_at")
    search_fields = ("name", "schema_name", "domains__domain")
    inlines = (DomainInline,)
