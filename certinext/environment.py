"""Reading settings from environment variables, with errors that name the variable."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict


def flag(name: str, *, default: bool) -> bool:
    """Return a yes-or-no variable; anything but a known word is an error."""
    value = os.environ.get(name, "").strip().lower()
    if value == "":
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}: write 1 or 0.")


def database_settings(*, role: str) -> dict[str, Any]:
    """Return Django's database settings for the owner's or the application's role.

    DATABASE_URL is the application's (web, worker, beat); DATABASE_OWNER_URL the owner's, which
    migrates and creates tenants. Both are libpq URLs, over TCP or a socket.
    """
    variable = "DATABASE_OWNER_URL" if role == "owner" else "DATABASE_URL"
    url = os.environ.get(variable, "")
    if not url and role == "owner":
        raise ImproperlyConfigured(
            f"{variable} is not set: this command needs the owner's role of the database."
        )
    try:
        parts: dict[str, Any] = conninfo_to_dict(url or "postgresql://certinext_app@localhost/")
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"{variable} cannot be read as a URL: {error}") from error
    known = {"dbname", "user", "password", "host", "port"}
    return {
        "ENGINE": "django_tenants.postgresql_backend",
        "NAME": parts.get("dbname") or "certinext",
        "USER": parts.get("user") or "",
        "PASSWORD": parts.get("password") or "",
        "HOST": parts.get("host") or "",
        "PORT": str(parts.get("port") or ""),
        # A backend grows with every schema it visits: connections are recycled.
        "CONN_MAX_AGE": int(os.environ.get("CONN_MAX_AGE", "300")),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {key: value for key, value in parts.items() if key not in known},
    }


def email_settings(url: str) -> dict[str, Any]:
    """Return Django's mail settings for `smtp[s]://user:pw@host:port`, `console://`, `file:///dir`."""
    parts = urlsplit(url)
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme == "file":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": unquote(parts.path),
        }
    if parts.scheme in {"smtp", "smtps", "smtp+tls"}:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname or "localhost",
            "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": parts.scheme == "smtps",
            "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
            "EMAIL_TIMEOUT": 20,
        }
    raise ImproperlyConfigured(
        f"EMAIL_URL is {url!r}: write smtp://host, smtps://host, console:// or file:///directory."
    )
