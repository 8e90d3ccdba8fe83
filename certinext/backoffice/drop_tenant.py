"""Removing a tenant with everything it has."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django_tenants.utils import get_public_schema_name
from psycopg import sql

from certinext.backoffice.create_tenant import CREATION_LOCK
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_public


class NoSuchTenant(Exception):
    """There is no tenant with this schema; the public one is none."""


@transaction.atomic
def drop_tenant(schema: str) -> None:
    """Drop the tenant's row, hosts and schema; nothing brings them back.

    The other tenants keep their constraints: the extensions behind them live in public. The stored
    files stay; `remove_files` deletes them once this is committed. Raises `NoSuchTenant`.
    """
    use_public()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CREATION_LOCK])
        tenant = Tenant.objects.filter(schema_name=schema).first()
        if tenant is None or schema == get_public_schema_name():
            raise NoSuchTenant(schema)
        tenant.delete()
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))


def remove_files(schema: str) -> bool:
    """Delete the tenant's stored documents below MEDIA_ROOT; say whether there were any."""
    folder = Path(settings.MEDIA_ROOT) / schema
    if not folder.is_dir():
        return False
    shutil.rmtree(folder)
    return True
