"""Application configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BackofficeConfig(AppConfig):
    """Pages of the seller's staff that span applications."""

    name = "certinext.backoffice"
    verbose_name = _("backoffice")

    def ready(self) -> None:
        """Register what the backoffice exports."""
        from certinext.backoffice.books import large  # noqa: F401  it registers on import
