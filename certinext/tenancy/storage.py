"""Django's file storage below the tenant's own prefix."""

from __future__ import annotations

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage
from django.utils._os import safe_join

from certinext.tenancy.schema import active_schema, is_public


class TenantStorage(FileSystemStorage):
    """Files below MEDIA_ROOT/<schema>/, chosen when a file is opened, never when a view starts."""

    def path(self, name: str) -> str:
        """Return the file's path; a name that leaves the tenant's folder is refused."""
        schema = active_schema()
        if is_public():
            raise SuspiciousFileOperation("Documents belong to a tenant; none is active.")
        return safe_join(safe_join(self.location, schema), name)
