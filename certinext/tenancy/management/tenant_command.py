"""Management commands that work inside one tenant, named by `--tenant`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django_tenants.utils import get_public_schema_name, tenant_context

from certinext.tenancy.models import Tenant


class TenantCommand(BaseCommand):
    """A command with `--tenant SCHEMA`; `handle` runs with that tenant active."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Add `--tenant` to whatever the command takes."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--tenant", required=True, help="The tenant's schema.")
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run inside the tenant; an unknown one is a clear error."""
        schema = options["tenant"]
        tenant = Tenant.objects.filter(schema_name=schema).first()
        if tenant is None or schema == get_public_schema_name():
            raise CommandError(f"--tenant: there is no tenant {schema}.")
        with tenant_context(tenant):
            return super().execute(*args, **options)
