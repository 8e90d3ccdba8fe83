"""The environment variables under which the portal's programs run."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from certinext.launch import paths
from certinext.launch.console import LaunchError

DEFAULT_PORT = 8000


def demo_variables(directory: Path, *, port: int) -> dict[str, str]:
    """Return the demo's variables; what the user has set counts more, addresses aside."""
    defaults = {
        "DEBUG": "0",
        "SANDBOX_GATEWAY": "1",
        "SANDBOX_REGISTRY": "1",
        "SECRET_KEY": _kept_secret(directory / "secret-key"),
        "PUBLIC_HOST": "localhost",
        "SITE_SCHEME": "http",
        "SITE_PORT": str(port),
        "MEDIA_ROOT": str(directory / "media"),
        "STATIC_ROOT": str(directory / "static"),
        "SEALING_KEYS": str(directory / "sealing-keys"),
        "EMAIL_URL": (directory / "mail").as_uri(),
        "LOG_FORMAT": "json",
    }
    return {**defaults, **_everywhere()}


def test_variables(directory: Path) -> dict[str, str]:
    """Return the variables of the tests, whatever the user has set."""
    return {
        **_everywhere(),
        # Tests are kept compiled, whatever is usual here: to rewrite their asserts takes longer
        # than most of them.
        "PYTHONDONTWRITEBYTECODE": "",
        "DEBUG": "1",
        "SANDBOX_GATEWAY": "1",
        "SANDBOX_REGISTRY": "1",
        "SECRET_KEY": "a key for tests, known to everybody " + "x" * 20,
        "PUBLIC_HOST": "localhost",
        "SITE_SCHEME": "http",
        "SITE_PORT": "",
        "MEDIA_ROOT": str(directory / "media"),
        "STATIC_ROOT": str(directory / "static"),
        "SEALING_KEYS": "",
        "REGISTRY_CREDENTIALS": "",
        "EMAIL_URL": "console://",
        "LOG_FORMAT": "plain",
    }


def production_variables(directory: Path) -> dict[str, str]:
    """Return variables as production sets them, for checks that talk to no server."""
    nowhere = directory / "no-server"
    return {
        **_everywhere(),
        "DEBUG": "0",
        "SANDBOX_GATEWAY": "",
        "SANDBOX_REGISTRY": "",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "PUBLIC_HOST": "portal.example.com",
        "SITE_SCHEME": "https",
        "SITE_PORT": "",
        "MEDIA_ROOT": str(directory / "media"),
        "STATIC_ROOT": str(directory / "static"),
        "EMAIL_URL": "smtp://localhost",
        "LOG_FORMAT": "json",
        "DATABASE_URL": f"postgresql://certinext_app@/certinext?host={nowhere}",
        "DATABASE_OWNER_URL": f"postgresql://certinext@/certinext?host={nowhere}",
        "REDIS_URL": f"unix://{nowhere}/valkey.sock?db=0",
        "CELERY_BROKER_URL": f"redis+socket://{nowhere}/valkey.sock?virtual_host=1",
    }


def port_wanted(environment: Mapping[str, str]) -> int:
    """Return the port the demo serves on, from PORT. Raises LaunchError when it is not a port."""
    text = environment.get("PORT", "").strip() or str(DEFAULT_PORT)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise LaunchError(f"PORT is {text!r}: write a number from 1 to 65535.")
    return int(text)


def _everywhere() -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "certinext.settings",
        "PATH": f"{paths.VENV / 'bin'}:{os.environ.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
    }


def _kept_secret(file: Path) -> str:
    """Return the demo's signing key, made once: a restart signs nobody out."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".unfinished")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(50))
        unfinished.rename(file)
    return file.read_text()
