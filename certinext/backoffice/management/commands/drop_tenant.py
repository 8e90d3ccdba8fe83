"""`manage.py drop_tenant`: remove a tenant with everything it has."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from certinext.audit.command import RecordedCommand
from certinext.backoffice.drop_tenant import NoSuchTenant, drop_tenant, remove_files


class Command(RecordedCommand):
    """Drop, and say what is gone."""

    help = "Drop a tenant: its documents, ledger, people and files. Nothing brings them back."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the whole sentence."""
        parser.add_argument("--schema", required=True, help="The tenant's schema.")
        parser.add_argument(
            "--yes-delete-everything", action="store_true", help="Really delete it."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Drop the tenant."""
        schema = options["schema"]
        if not options["yes_delete_everything"]:
            raise CommandError(
                f"This deletes all data of {schema} for ever. Back it up, then add "
                "--yes-delete-everything."
            )
        try:
            drop_tenant(schema)
        except NoSuchTenant as error:
            raise CommandError(f"--schema: there is no tenant {schema}.") from error
        files = " with its stored documents" if remove_files(schema) else ""
        self.stdout.write(self.style.SUCCESS(f"The tenant {schema} is gone{files}."))
