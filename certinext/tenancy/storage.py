"""Django's file storage below the tenant's own prefix."""

from __future__ import annotations

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.utils._os import safe_join


class TenantStorage(FileSystemStorage):
    """Files below MEDIA_ROOT/<schema>/, chosen when a file is opened, never when a view starts."""

    def path(self, name: str) -> str:
        """Return the file's path; a name that leaves the tenant's folder is refused."""
        schema = connection.schema_name
        if schema == "public":
            raise SuspiciousFileOperation("Documents belong to a tenant; none is active.")
        return safe_join(safe_join(self.location, schema), name)
