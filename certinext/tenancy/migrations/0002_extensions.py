"""Extensions live in public: dropping a tenant that owned one would drop everyone's constraints."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    """btree_gist: equality beside overlap in exclusion constraints."""

    dependencies = [("tenancy", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
