"""The trail is append-only, for the owner of the database too.

`refuse_change()` is created here because every later guard of a schema uses it. Trigger functions
pin their search path and time zone: unpinned, one tenant's trigger could work on another's tables.
Temporary tables come last in the path: unnamed there, PostgreSQL looks into them first.
"""

from __future__ import annotations

from django.db import migrations

PIN = "SELECT set_config('search_path', quote_ident(current_schema()) || ', public, pg_temp', true)"
REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT SET timezone = 'UTC' AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: its rows never change', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$
"""

TRIGGERS = """
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit_auditevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON audit_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    """Guards of the audit trail."""

    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(PIN, reverse_sql=migrations.RunSQL.noop),
        migrations.RunSQL(REFUSE_CHANGE, reverse_sql="DROP FUNCTION refuse_change()"),
        migrations.RunSQL(
            TRIGGERS,
            reverse_sql="""
            DROP TRIGGER audit_is_append_only ON audit_auditevent;
            DROP TRIGGER audit_is_never_emptied ON audit_auditevent;
            """,
        ),
    ]
