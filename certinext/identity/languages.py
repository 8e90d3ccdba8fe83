"""Which language a person is written to in."""

from __future__ import annotations

from django.conf import settings

from certinext.identity.models import User
from certinext.tenancy.schema import is_public


def language_of(user: User | None) -> str:
    """Return the language of a person's account, that of the oldest of several.

    Who belongs to none (the seller's staff, operators, strangers) gets the pages' language.
    """
    if user is None or user.is_staff or is_public():
        return settings.LANGUAGE_CODE
    memberships = user.memberships.order_by("id")
    found = memberships.values_list("account__document_language", flat=True).first()
    return found or settings.LANGUAGE_CODE
