"""Operators' admin of people; routed on the public host only."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from certinext.identity.forms import OperatorSignInForm
from certinext.identity.models import User

admin.site.login_form = OperatorSignInForm


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    """The operators themselves. Tenants' people live in their tenants' schemas."""

    list_display = ("email", "full_name", "is_active", "last_login")
    search_fields = ("email", "full_name")
    fields = ("email", "full_name", "is_staff", "is_superuser", "is_active")

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse: the trail names people. "May sign in" is switched off instead."""
        return False
