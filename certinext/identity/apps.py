"""Application configuration: sign-ins enter the audit trail."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    """Users and their sign-in, in each tenant's schema (operators: in the public one)."""

    name = "certinext.identity"
    verbose_name = _("people")

    def ready(self) -> None:
        """Connect the receivers that write the trail."""
        from certinext.identity import trail  # noqa: F401  connects on import
