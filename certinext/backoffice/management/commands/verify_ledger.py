"""`manage.py verify_ledger [--tenant X]`: exit code 1 when a rule of the books is broken."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django_tenants.utils import get_public_schema_name, tenant_context

from billing.models import LedgerCheck
from certinext.audit.command import COMMAND_LINE, RecordedCommand
from certinext.backoffice.invariants import sentence_of
from certinext.backoffice.verify_ledger import verify_ledger
from certinext.tenancy.models import Tenant


class Command(RecordedCommand):
    """Print a line a tenant, and the rows that break a rule."""

    help = "Prove that the books are in order: of one tenant, or of all. Nothing is repaired."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the tenant."""
        parser.add_argument("--tenant", help="The tenant's schema; without it, every tenant.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prove each tenant's books."""
        unsound = [
            tenant.schema_name for tenant in self._tenants(options) if not self._holds(tenant)
        ]
        if unsound:
            raise CommandError(f"Not in order: {', '.join(unsound)}")

    def _tenants(self, options: dict[str, Any]) -> list[Tenant]:
        tenants = Tenant.objects.exclude(schema_name=get_public_schema_name())
        schema = options["tenant"]
        if schema is None:
            return list(tenants.order_by("schema_name"))
        found = list(tenants.filter(schema_name=schema))
        if not found:
            raise CommandError(f"--tenant: there is no tenant {schema}.")
        return found

    def _holds(self, tenant: Tenant) -> bool:
        with tenant_context(tenant):
            check = verify_ledger(by=COMMAND_LINE, clock=timezone.now)
            self._print(tenant, check)
        return check.holds

    def _print(self, tenant: Tenant, check: LedgerCheck) -> None:
        verdict = self.style.SUCCESS("in order") if check.holds else self.style.ERROR("WRONG")
        self.stdout.write(
            f"{tenant.schema_name}: {check.rules} rules in {check.seconds:.1f} s: {verdict}"
        )
        for broken in check.broken:
            self.stdout.write(f"  {sentence_of(broken['rule'])} ({broken['count']} rows)")
            for row in broken["rows"]:
                self.stdout.write(f"    {', '.join(row)}")
