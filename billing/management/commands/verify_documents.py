"""`manage.py verify_documents --tenant X [--heads FILE]`: exit code 1 when one was altered."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from billing.chain.heads import Head, NoHeads, read_heads
from billing.chain.prove import Broken, broken_heads, broken_links
from billing.models import ChainLink, DocumentFile
from billing.verifying.stored import broken_files
from certinext.tenancy.management.tenant_command import TenantCommand

_STEP = 1000


class Command(TenantCommand):
    """Print each document that is not what was issued, and a line at the end."""

    help = (
        "Prove every issued document of a tenant: its rows by the hash chain, its stored file by"
        " its sha256, its seal by its certificate. Nothing is repaired."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take exported heads."""
        parser.add_argument(
            "--heads",
            type=Path,
            action="append",
            default=[],
            help="An export of the chain's heads, kept elsewhere: the chain must lead through it.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prove them all."""
        heads = [head for file in options["heads"] for head in self._heads(file)]
        broken = self._print(broken_links()) + self._print(broken_heads(heads))
        broken += self._print(broken_files(tick=self._tick))
        given = f"{len(heads)} exported heads" if options["heads"] else "no exported heads given"
        said = (
            f"{ChainLink.objects.count()} documents, {DocumentFile.objects.count()} files, {given}"
        )
        if broken:
            raise CommandError(f"{said}: {broken} not in order.")
        self.stdout.write(f"{said}: {self.style.SUCCESS('in order')}")

    def _heads(self, file: Path) -> list[Head]:
        try:
            return read_heads(file.read_bytes())
        except OSError as error:
            raise CommandError(f"--heads: {file} cannot be read: {error.strerror}.") from error
        except NoHeads as error:
            raise CommandError(f"--heads: {file}: {error}") from error

    def _print(self, found: Iterable[Broken]) -> int:
        count = 0
        for one in found:
            count += 1
            self.stdout.write(f"{one.number} {one.what}")
        return count

    def _tick(self, done: int) -> None:
        if done % _STEP == 0:
            self.stderr.write(f"{done} files")
