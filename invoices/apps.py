"""Application configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvoicesConfig(AppConfig):
    """Issuing, the monthly run, the monthly permission, downloads."""

    name = "invoices"
    verbose_name = _("invoices")
