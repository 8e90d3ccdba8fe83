"""Application configuration: grants follow each migration."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TenancyConfig(AppConfig):
    """Tenants and their hosts, in the public schema."""

    name = "certinext.tenancy"

    def ready(self) -> None:
        """Load the Celery application and grant rights whenever a schema was migrated."""
        from certinext import celery  # noqa: F401  shared tasks bind to this application
        from certinext.tenancy.grants import grant_after_migrate

        post_migrate.connect(grant_after_migrate, sender=self)
