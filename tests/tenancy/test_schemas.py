"""Schemas side by side: all alike, and one that goes takes nothing with it."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from certinext.backoffice.drop_tenant import drop_tenant
from certinext.tenancy.models import Domain, Tenant
from certinext.tenancy.schema import active_schema, use_tenant
from certinext.tenancy.tasks import TenantMissing
from tests.billing.guards.once import _periods
from tests.database import connected_to
from tests.factories import AccountFactory, ChargeFactory, PriceListFactory
from tests.invariants import broken_invariants
from tests.invoices.monthly import bill, granted, invoices_of
from tests.tenancy.test_tasks import run_by_worker, seller_name

GUARDS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = %(schema)s::text::regnamespace
UNION ALL
SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t
    JOIN pg_class c ON c.oid = tgrelid
    WHERE c.relnamespace = %(schema)s::text::regnamespace AND NOT tgisinternal
UNION ALL
SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = %(schema)s::text
UNION ALL
SELECT '', proname, prosrc FROM pg_proc WHERE pronamespace = %(schema)s::text::regnamespace
UNION ALL
SELECT table_name, privilege_type, grantee FROM information_schema.role_table_grants
    WHERE table_schema = %(schema)s::text AND grantee = 'certinext_app'
"""


def guards_of(owner: psycopg.Connection, schema: str) -> set[tuple[str, ...]]:
    owner.execute(f"SET search_path = {schema}, public")
    rows = owner.execute(GUARDS, {"schema": schema}).fetchall()
    return {tuple(text.replace(f"{schema}.", "") for text in row) for row in rows}


def test_every_tenant_has_the_same_guards_and_grants(as_owner: psycopg.Connection) -> None:
    alpha, beta = guards_of(as_owner, "alpha"), guards_of(as_owner, "beta")

    assert len(alpha) > 500
    assert alpha == beta


def test_a_message_for_a_dropped_tenant_does_not_run(own_database: str) -> None:
    with connected_to(own_database, role="owner"):
        drop_tenant("beta")

    with pytest.raises(TenantMissing, match="no tenant 'beta'"):
        run_by_worker(seller_name, tenant="beta")
    assert active_schema() == "public"


def test_dropping_a_tenant_leaves_the_others_constraints_and_the_extension(
    own_database: str, as_owner: psycopg.Connection
) -> None:
    before = guards_of(as_owner, "alpha")
    with connected_to(own_database, role="owner"):
        drop_tenant("beta")

    assert as_owner.execute(
        "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
        " WHERE e.extname = 'btree_gist'"
    ).fetchone() == ("public",)
    assert guards_of(as_owner, "alpha") == before
    assert not as_owner.execute("SELECT to_regnamespace('beta')").fetchone()[0]  # type: ignore[index]
    assert not Domain.objects.filter(tenant__schema_name="beta").exists()

    use_tenant(Tenant.objects.get(schema_name="alpha"))
    with pytest.raises(IntegrityError, match="invoice_periods_no_overlap"), transaction.atomic():
        _periods()
    PriceListFactory()
    with pytest.raises(IntegrityError, match="price_list_no_overlap"), transaction.atomic():
        PriceListFactory(valid_from=date(2026, 10, 1))


def test_a_tenant_goes_on_billing_after_another_is_dropped(own_database: str) -> None:
    account = AccountFactory()
    granted(account)
    ChargeFactory(account=account)
    with connected_to(own_database, role="owner"):
        drop_tenant("beta")

    use_tenant(Tenant.objects.get(schema_name="alpha"))
    assert bill("2026-10").state == "closed"
    assert len(invoices_of(account)) == 1
    assert broken_invariants() == {}


def test_extensions_live_in_public(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.extname, n.nspname FROM pg_extension e"
            " JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql'"
        )
        assert cursor.fetchall() == [("btree_gist", "public")]
