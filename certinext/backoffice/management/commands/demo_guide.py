"""`manage.py demo_guide`: addresses, sign-ins and where the PDFs are."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certinext.backoffice.demo.guide import guide
from certinext.backoffice.demo.tenants import DemoMissing


class Command(BaseCommand):
    """Print the guide."""

    help = "Say where the demo's portals are and who can sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it line by line."""
        try:
            for line in guide(now=timezone.now()):
                self.stdout.write(line)
        except DemoMissing as error:
            raise CommandError(str(error)) from error
