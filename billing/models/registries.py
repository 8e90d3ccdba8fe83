"""Who registers documents, where a government wants them registered."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Registry(models.TextChoices):
    """Who registers a seller's documents."""

    IRP = "irp", _("Invoice Registration Portal (IRP)")
    SANDBOX = "sandbox", _("Sandbox, not valid for tax")
