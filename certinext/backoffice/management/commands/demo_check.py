"""`manage.py demo_check`: sign in and download over HTTP, and compare with what is stored."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from certinext.backoffice.demo.check import CheckFailed, check_demo
from certinext.backoffice.demo.tenants import DemoMissing


class Command(BaseCommand):
    """Check the running demo."""

    help = "Sign in at both demo portals, download documents and compare their sha256."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check; any failure is one sentence and exit code 1."""
        try:
            check_demo(port=int(settings.SITE_PORT or 80), say=self.stdout.write)
        except (CheckFailed, DemoMissing) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS("The demo does what it should."))
