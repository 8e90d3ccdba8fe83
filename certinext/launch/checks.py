"""`run.py check`: everything that can be said about the code without running it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from certinext.launch import paths
from certinext.launch.console import say
from certinext.launch.programs import Command
from certinext.launch.variables import production_variables

_BIN = paths.VENV / "bin"


@dataclass(frozen=True)
class Check:
    """A named check; its command exits with 0 when all is well."""

    name: str
    command: Command


def all_checks() -> list[Check]:
    """Return the checks in the order in which they run, the quick ones first."""
    templates = sorted((paths.ROOT / "templates").rglob("*.html"))
    manage: list[str | Path] = [paths.PYTHON, "manage.py"]
    # No server runs here to be asked which migrations it has; models and files are compared.
    silence = "ignore:Got an error checking a consistent migration history:RuntimeWarning"
    without_server = [paths.PYTHON, "-W", silence, *manage[1:]]
    return [
        Check("format (ruff)", [_BIN / "ruff", "format", "--check", "."]),
        Check("lint (ruff)", [_BIN / "ruff", "check", "."]),
        Check("import layers (import-linter)", [_BIN / "lint-imports", "--no-logo"]),
        Check("templates (djade)", [_BIN / "djade", "--check", *templates]),
        Check("dependencies (deptry)", [_BIN / "deptry", "."]),
        Check("migrations", [*without_server, "makemigrations", "--check", "--dry-run"]),
        Check("deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"]),
        Check("types (mypy)", [_BIN / "mypy"]),
    ]


def run_checks(checks: list[Check], *, libraries: Mapping[str, str]) -> int:
    """Run all checks, also after one has failed; return 1 when one did, else 0."""
    env = {**production_variables(paths.RUN / "check"), **libraries}
    failed = [check.name for check in checks if not _passes(check, env)]
    if failed:
        say(f"Failed: {', '.join(failed)}")
        return 1
    say(f"All {len(checks)} checks passed")
    return 0


def _passes(check: Check, env: Mapping[str, str]) -> bool:
    say(check.name)
    done = subprocess.run(
        [str(part) for part in check.command], env=dict(env), cwd=paths.ROOT, check=False
    )
    return done.returncode == 0
