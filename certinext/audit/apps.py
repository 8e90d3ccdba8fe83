"""Application configuration."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The append-only trail of who did what."""

    name = "certinext.audit"
