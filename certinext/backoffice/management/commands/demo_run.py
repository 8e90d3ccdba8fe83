"""`manage.py demo_run`: last month's invoices, made and rendered by the worker."""

from __future__ import annotations

from typing import Any

from celery.exceptions import OperationalError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from certinext.backoffice.demo.monthly import (
    PATIENCE_SECONDS,
    WorkerTooSlow,
    run_through_worker,
)
from certinext.backoffice.demo.tenants import DemoMissing


class Command(BaseCommand):
    """Wake the worker and wait for it."""

    help = "Have the worker make last month's invoices of the demo and render every document."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how long to wait."""
        parser.add_argument(
            "--patience", type=float, default=PATIENCE_SECONDS, help="Seconds to wait at most."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Wait until the runs are closed and all PDFs are stored."""
        try:
            run_through_worker(say=self.stdout.write, patience=options["patience"])
        except (DemoMissing, WorkerTooSlow) as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            raise CommandError(f"The broker does not answer: {error}") from error
