"""Absolute addresses at a tenant's own host, for mails and for what commands print."""

from __future__ import annotations

from django.urls import reverse

from certinext.identity.models import Invitation
from certinext.tenancy.hosts import site_url

__all__ = ["invitation_url", "site_url"]


def invitation_url(invitation: Invitation) -> str:
    """Return the link that an invited person opens, at the active tenant's host."""
    path = reverse("identity:accept_invitation", args=[invitation.token], urlconf="certinext.urls")
    return f"{site_url()}{path}"
