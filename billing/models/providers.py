"""The gateways by their names."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Provider(models.TextChoices):
    """The gateways that the portal speaks with."""

    STRIPE = "stripe", "Stripe"
    RAZORPAY = "razorpay", "Razorpay"
    SANDBOX = "sandbox", _("Sandbox")
