"""`manage.py demo`: two sellers with four months of business. As the database's owner."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from certinext.audit.command import RecordedCommand
from certinext.backoffice.create_tenant import InvalidTenant, OwnerRoleNeeded, TenantExists
from certinext.backoffice.demo.feed import ImportWentWrong
from certinext.backoffice.demo.make import BY, NotTheDemo, make_demo


class Command(RecordedCommand):
    """Make what is missing of the demo; a second run changes nothing."""

    actor = BY
    help = "Create the demo's two sellers with their data. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the demo, telling how far it is."""
        try:
            make_demo(now=timezone.now(), say=self.stdout.write)
        except (
            ImportWentWrong,
            InvalidTenant,
            NotTheDemo,
            OwnerRoleNeeded,
            TenantExists,
        ) as error:
            raise CommandError(str(error)) from error
