"""Application configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    """Certificate orders: placing, importing, cancelling, rejecting."""

    name = "orders"
    verbose_name = _("orders")
