"""What the application's role may do, granted anew after each migration.

The owner owns every table. The application (web, worker, beat) gets rows, no DDL and no TRUNCATE;
models that say `application_rights` get less than the usual four.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from psycopg import sql

from certinext.tenancy.schema import active_schema

USUAL_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")
# For rows that are written once: documents, their lines and files, the ledger, the audit trail.
APPEND_ONLY = ("SELECT", "INSERT")
# For rows that say what is still to do: they are marked as done, never lost.
KEPT = ("SELECT", "INSERT", "UPDATE")
# For rows that only the database's own functions write.
READ_ONLY = ("SELECT",)


def grant_after_migrate(**_kwargs: Any) -> None:
    """Grant the application's role its rights in the schema that was just migrated."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.APPLICATION_ROLE])
        if cursor.fetchone() is None:
            raise RuntimeError(
                f"The role {settings.APPLICATION_ROLE!r} does not exist: create it in PostgreSQL, "
                "or name the right one in APPLICATION_ROLE."
            )
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone() or ("",)
    if owner != settings.APPLICATION_ROLE:
        grant_application_role(active_schema())


def grant_application_role(schema: str) -> None:
    """Set the application's rights on every table, sequence and function of one schema."""
    role = sql.Identifier(settings.APPLICATION_ROLE)
    here = sql.Identifier(schema)
    statements = [
        sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(here, role),
        sql.SQL("REVOKE CREATE ON SCHEMA {} FROM PUBLIC").format(here),
        sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}").format(here, role),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {} TO {}").format(here, role),
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", [schema]
        )
        restricted = _restricted_tables()
        for (table,) in cursor.fetchall():
            rights = restricted.get(table, USUAL_RIGHTS)
            cursor.execute(
                sql.SQL("GRANT {} ON {}.{} TO {}").format(
                    sql.SQL(", ").join(sql.SQL(right) for right in rights),
                    here,
                    sql.Identifier(table),
                    role,
                )
            )


def _restricted_tables() -> dict[str, tuple[str, ...]]:
    """Return the rights of tables whose models ask for fewer than the usual ones.

    The migration history is read only: the application never migrates.
    """
    restricted: dict[str, tuple[str, ...]] = {"django_migrations": READ_ONLY}
    for model in apps.get_models(include_auto_created=True):
        rights = getattr(model, "application_rights", None)
        if rights is not None:
            restricted[model._meta.db_table] = rights
    return restricted
