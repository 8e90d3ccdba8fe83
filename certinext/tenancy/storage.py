"""Django's file storage below the tenant's own prefix."""

from __future__ import annotations

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage
from django.utils._os import safe_join

from certinext.tenancy.schema import active_schema, is_public


class TenantStorage(FileSystemStorage):
    """Files below MEDIA_ROOT/<schema>/, chosen when a file is opened, never when a view starts.

    Names are relative to the tenant's folder, those that `save` returns too; a name that leaves it
    is refused.
    """

    @property
    def location(self) -> str:
        """Return the active tenant's folder (Django's own is computed once and kept)."""
        if is_public():
            raise SuspiciousFileOperation("Documents belong to a tenant; none is active.")
        return safe_join(str(self.base_location), active_schema())
