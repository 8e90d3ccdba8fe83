"""A test database made once per set of migrations, then copied.

The template holds the public schema and two tenants, `alpha` (India) and `beta` (Germany), each
with its seller. Copying it takes a fraction of a second, so that a test that commits gets a
database of its own and nothing ever has to be emptied (the guards would refuse it).
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from certinext.tenancy.grants import grant_application_role
from certinext.tenancy.models import Domain, Tenant
from certinext.tenancy.schema import use_public, use_tenant

TENANTS = {"alpha": "alpha.testserver", "beta": "beta.testserver"}
# Half a second for each password is for the people who guess them.
QUICK_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ROOT = Path(__file__).resolve().parent.parent


def owner_conninfo(name: str) -> str:
    """Return how to reach a database as the owner."""
    return make_conninfo(os.environ["DATABASE_OWNER_URL"], dbname=name)


def application_url(name: str) -> dict[str, str]:
    """Return the environment with which another process reaches this database."""
    urls = {}
    for variable in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        parts = conninfo_to_dict(os.environ[variable])
        query = "&".join(f"{k}={v}" for k, v in parts.items() if k not in {"user", "dbname"})
        urls[variable] = f"postgresql://{parts['user']}@/{name}?{query}"
    return urls


def template_key() -> str:
    """Return a name that changes whenever the tables, guards or grants could."""
    digest = hashlib.sha256(django.__version__.encode())
    files = [Path(__file__), ROOT / "tests" / "factories.py", *ROOT.glob("certinext/tenancy/*.py")]
    for config in apps.get_app_configs():
        here = Path(config.path)
        if ROOT in here.parents:
            files += [*here.glob("migrations/*.py"), *here.glob("models*.py")]
            files += here.glob("models/*.py")
    for file in sorted(set(files)):
        digest.update(file.read_bytes())
    return f"certinext_template_{digest.hexdigest()[:12]}"


def make_template() -> str:
    """Make the template unless it is there; return its name. Safe for several processes at once."""
    name = template_key()
    lock = Path(tempfile.gettempdir()) / f"{name}.lock"
    with lock.open("w") as file, psycopg.connect(owner_conninfo("postgres"), autocommit=True) as c:
        fcntl.flock(file, fcntl.LOCK_EX)
        found = c.execute(
            "SELECT datistemplate FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if not (found and found[0]):
            _drop_templates(c)
            here = sql.Identifier(name)
            c.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(here))
            c.execute(sql.SQL("CREATE DATABASE {}").format(here))
            with connected_to(name, role="owner"):
                _fill_template()
            c.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(here))
    return name


def _drop_templates(c: psycopg.Connection) -> None:
    """Drop what was made from earlier tables."""
    earlier = c.execute(
        "SELECT datname FROM pg_database WHERE datistemplate AND starts_with(datname, %s)",
        ["certinext_template_"],
    ).fetchall()
    for (name,) in earlier:
        c.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(sql.Identifier(name)))
        _drop(name)


def _fill_template() -> None:
    from tests.factories import PublicTenantFactory, SellerFactory

    call_command("migrate_schemas", shared=True, verbosity=0, interactive=False)
    PublicTenantFactory()
    for schema, host in TENANTS.items():
        tenant = Tenant.objects.create(schema_name=schema, name=schema.title())
        Domain.objects.create(domain=host, tenant=tenant, is_primary=True)
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        call_command("migrate_schemas", schema_name=schema, verbosity=0, interactive=False)
        use_tenant(tenant)
        SellerFactory(**({"india": True} if schema == "alpha" else {"germany": True}))
        grant_application_role(schema)
        use_public()


@contextlib.contextmanager
def copy_of_template(template: str) -> Iterator[str]:
    """Make a database of one's own; drop it afterwards."""
    name = f"certinext_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(owner_conninfo("postgres"), autocommit=True) as c:
        c.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    try:
        yield name
    finally:
        _drop(name)


def _drop(name: str) -> None:
    """Drop a database; an autovacuum in it is not ours to end, so wait for that."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(owner_conninfo("postgres"), autocommit=True) as c:
        for _ in range(600):
            try:
                c.execute(statement)
            except psycopg.errors.InsufficientPrivilege:
                time.sleep(0.05)
            else:
                return
        c.execute(statement)


@contextlib.contextmanager
def connected_to(name: str, *, role: str = "application") -> Iterator[None]:
    """Point Django's connection at a database, as the application or as the owner."""
    url = os.environ["DATABASE_OWNER_URL" if role == "owner" else "DATABASE_URL"]
    wanted: dict[str, Any] = {"NAME": name, "USER": conninfo_to_dict(url)["user"]}
    before = {key: connection.settings_dict[key] for key in wanted}
    _switch(wanted)
    try:
        yield
    finally:
        _switch(before)


def _switch(wanted: dict[str, Any]) -> None:
    connection.close()
    connection.settings_dict.update(wanted)
    connections.databases["default"].update(wanted)
    use_public()
