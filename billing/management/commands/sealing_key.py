"""`manage.py sealing_key --tenant X [--on | --off | --make-development-key]`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from billing.models.seller import Seller, current_seller
from billing.sealing.development import ensure_development_key
from billing.sealing.keys import SealingKeyMissing, sealing_key
from billing.sealing.switch import set_sealing
from certinext.tenancy.management.tenant_command import TenantCommand

# Clocks of different machines are not quite the same.
_LEEWAY = timedelta(hours=1)


class Command(TenantCommand):
    """Say which key seals the tenant's documents; turn sealing on or off."""

    help = (
        "Show the tenant's sealing key. --on: from now on each document is sealed, and none is"
        " issued without a valid key. --off: documents go unsealed, visibly."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what is to be done."""
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--on", action="store_true", help="Seal documents from now on.")
        choice.add_argument("--off", action="store_true", help="Stop sealing.")
        parser.add_argument(
            "--make-development-key",
            action="store_true",
            help="First make a key that nobody else trusts, unless there is one.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say how things are."""
        seller = current_seller()
        now = timezone.now()
        if options["make_development_key"]:
            if settings.SEALING_KEYS is None:
                raise CommandError("SEALING_KEYS names no folder: set it first.")
            ensure_development_key(seller, Path(settings.SEALING_KEYS), since=now - _LEEWAY)
        try:
            if options["on"] or options["off"]:
                set_sealing(seller, on=bool(options["on"]), now=now)
            self._show(seller)
        except SealingKeyMissing as error:
            raise CommandError(str(error)) from error

    def _show(self, seller: Seller) -> None:
        state = "on" if seller.seals_documents else "off"
        key = sealing_key()
        self.stdout.write(
            f"Sealing is {state}. Key of {key.subject}, issued by {key.issuer}, valid until"
            f" {key.not_after:%Y-%m-%d %H:%M} UTC, certificate {key.fingerprint}"
        )
