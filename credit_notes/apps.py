"""Application configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CreditNotesConfig(AppConfig):
    """Issuing credit notes, and their downloads."""

    name = "credit_notes"
    verbose_name = _("credit notes")
