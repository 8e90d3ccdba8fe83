"""Every guard of a tenant's schema refuses what it is there for, the owner's statements too.

A guard without a case fails `test_every_guard_has_a_case`; a case is refused in its guard's
name and goes through without it. So each guard that is removed makes a test of its name fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import DecimalField
from psycopg.sql import SQL, Identifier
from pytest_django import DjangoDbBlocker

from billing.models import ChainLink, DocumentBalance
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_tenant
from tests.billing.guards import (
    alerts,
    banking,
    exports,
    figures,
    gateways,
    money,
    once,
    registrations,
    reminders,
    top_ups,
    triggers,
)
from tests.billing.guards.registry import CASES, Case
from tests.billing.guards.scenes import at_commit, issued, line_of, noted, number, sql, whole_draft
from tests.billing.rows import draft_document
from tests.database import ROOT, connected_to, copy_of_template
from tests.factories import (
    ChargeFactory,
    EarlierEntryFactory,
    MeterTierFactory,
    PlanFactory,
    PlanMeterFactory,
    PriceListFactory,
    PriceListItemFactory,
    PriceTierFactory,
    SubscriptionChargeFactory,
    UsageRecordFactory,
)

__all__ = [
    "alerts",
    "banking",
    "exports",
    "figures",
    "gateways",
    "money",
    "once",
    "registrations",
    "reminders",
    "top_ups",
    "triggers",
]

# Where this one is gone, another guard refuses the same row.
BACKED_UP = {
    "allocation_amount_positive",
    "allocation_has_one_source",
    "allocation_of_payment_once",
    "allocation_once",
    "balance_credited_within_total",
    "billing_document_sequence_check",
    "billing_documentline_charge_id_key",
    "billing_documentline_position_check",
    "billing_documentline_term_years_check",
    "billing_documenttax_position_check",
    "billing_ledgertransfer_idempotency_key_key",
    "billing_pricelistitem_term_years_check",
    "billing_pricetier_above_check",
    "billing_seller_financial_year_start_check",
    "charge_is_never_emptied",
    "document_begins_as_draft",
    "document_changes_once",
    "document_is_never_emptied",
    "document_sequence_once",
    "entry_credit_not_negative",
    "entry_debit_not_negative",
    "entry_is_never_emptied",
    "file_is_never_emptied",
    "identity_user_email_key",
    "invoice_is_never_emptied",
    "ledger_account_is_never_emptied",
    "line_figures_in_range",
    "line_has_one_source",
    "line_net_not_negative",
    "line_position_once",
    "payment_is_never_emptied",
    "seal_certificate_is_never_emptied",
    "tax_amount_not_negative",
    "tax_position_once",
    "tax_rate_in_range",
    "tax_taxable_not_negative",
    "transfer_joins_draft",
}
# They do something instead of refusing; each has a test of its own below.
DOERS = {
    "alert_arms_again",
    "auto_top_up_arms_again",
    "balance_opens",
    "balances_follow_transfers",
    "days_follow_entries",
    "document_joins_chain",
}

CONSTRAINTS = """
SELECT k.conname FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
WHERE k.connamespace = current_schema()::regnamespace AND k.contype IN ('c', 'u', 'x')
    AND t.relname = ANY (%(tables)s)
UNION
SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class t ON t.oid = x.indrelid
WHERE x.indisunique AND NOT x.indisprimary AND t.relname = ANY (%(tables)s)
    AND t.relnamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.oid)
UNION
SELECT g.tgname FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
WHERE NOT g.tgisinternal AND t.relnamespace = current_schema()::regnamespace
"""
# Where a guard is, and how it is dropped.
PLACE = """
SELECT t.relname, 'ALTER TABLE {table} DROP CONSTRAINT {guard}' FROM pg_constraint k
    JOIN pg_class t ON t.oid = k.conrelid
    WHERE k.conname = %(guard)s AND k.contype <> 't'
        AND k.connamespace = current_schema()::regnamespace
UNION ALL
SELECT t.relname, 'DROP TRIGGER {guard} ON {table}' FROM pg_trigger g
    JOIN pg_class t ON t.oid = g.tgrelid
    WHERE g.tgname = %(guard)s AND t.relnamespace = current_schema()::regnamespace
UNION ALL
SELECT c.relname, 'DROP INDEX {guard}' FROM pg_class c
    WHERE c.relname = %(guard)s AND c.relnamespace = current_schema()::regnamespace
        AND c.relkind = 'i' AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid)
"""


@pytest.fixture(scope="module")
def owners_database(template_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Be the owner of a database of this module's own."""
    with (
        django_db_blocker.unblock(),
        copy_of_template(template_database) as name,
        connected_to(name, role="owner"),
    ):
        yield


@pytest.fixture
def owner(owners_database: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Be the owner inside `alpha`; everything is rolled back."""
    with django_db_blocker.unblock():
        use_tenant(Tenant.objects.get(schema_name="alpha"))
        with transaction.atomic():
            yield
            transaction.set_rollback(True)


def rows(query: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def drop(guard: str) -> None:
    found = rows(PLACE, guard=guard)
    assert len(found) == 1, f"{guard} is there {len(found)} times"
    table, statement = found[0]
    with connection.cursor() as cursor:
        cursor.execute(SQL(statement).format(table=Identifier(table), guard=Identifier(guard)))


def who_refuses(case: Case) -> str | None:
    """Return the name of the guard that refuses the case, or None when it goes through."""
    try:
        with transaction.atomic():
            case.violate()
    except IntegrityError as error:
        return constraint_of(error)
    return None


def constraint_of(error: IntegrityError) -> str | None:
    assert isinstance(error.__cause__, psycopg.Error)
    return error.__cause__.diag.constraint_name


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_guard_refuses(owner: None, case: Case) -> None:
    for quicker in case.without:
        drop(quicker)

    assert who_refuses(case) == case.guard


@pytest.mark.parametrize("case", CASES, ids=str)
def test_without_the_guard_the_violation_goes_through(owner: None, case: Case) -> None:
    for guard in (case.guard, *case.without):
        drop(guard)

    refused_by = who_refuses(case)
    assert refused_by is None or (case.guard in BACKED_UP and refused_by != case.guard)


def test_every_guard_has_a_case(owner: None) -> None:
    ours = [
        model._meta.db_table
        for config in apps.get_app_configs()
        if str(config.path).startswith(str(ROOT)) and ".venv" not in str(config.path)
        for model in config.get_models()
    ]
    guards = {guard for (guard,) in rows(CONSTRAINTS, tables=ours)}

    assert len(guards) > 130
    assert guards == {case.guard for case in CASES} | DOERS


def test_the_balance_opens_when_the_invoice_is_numbered(owner: None) -> None:
    draft = whole_draft()
    assert not DocumentBalance.objects.filter(document=draft).exists()

    number(draft)

    assert DocumentBalance.objects.get(document=draft).total == 0


def test_without_its_trigger_no_balance_opens(owner: None) -> None:
    drop("balance_opens")
    draft = whole_draft()
    number(draft)

    assert not DocumentBalance.objects.filter(document=draft).exists()


def test_without_its_trigger_no_document_joins_the_chain(owner: None) -> None:
    assert issued().document.chain_link.sequence == 1
    drop("document_joins_chain")
    assert not ChainLink.objects.filter(document=issued().document).exists()


@pytest.mark.parametrize(
    ("guard", "table"),
    [
        ("balances_follow_transfers", "billing_accountbalance"),
        ("days_follow_entries", "billing_ledgerday"),
    ],
)
def test_without_its_trigger_a_sum_stays_behind(owner: None, guard: str, table: str) -> None:
    drop(guard)
    issued()

    assert rows(f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608 - names of ours


def test_every_function_pins_its_search_path_and_time_zone(owner: None) -> None:
    found = rows(
        "SELECT proname, proconfig::text[] FROM pg_proc"
        " WHERE pronamespace = current_schema()::regnamespace"
    )

    assert len(found) >= 14
    # Temporary tables come last: named nowhere, they would come first.
    pins = ["search_path=alpha, public, pg_temp", "TimeZone=UTC"]
    assert {name: config for name, config in found if config != pins} == {}


def test_no_guard_is_fooled_by_a_temporary_table_of_the_same_name(owner: None) -> None:
    line = line_of(issued())
    sql("CREATE TEMPORARY TABLE billing_documentline (LIKE alpha.billing_documentline)")
    with pytest.raises(IntegrityError, match="credited, not voided"):
        sql(
            "INSERT INTO billing_chargevoid (charge_id, reason, voided_at) VALUES (%s, '', now())",
            line.charge_id,
        )


FIGURES: dict[str, Callable[[], object]] = {
    "billing_allocation": noted,
    "billing_autotopup": top_ups.top_up,
    "billing_bankentry": banking.bank_entry,
    "billing_charge": ChargeFactory,
    "billing_document": issued,
    "billing_documentbalance": issued,
    "billing_documentline": issued,
    "billing_documenttax": issued,
    "billing_accountbalance": money.paid,
    "billing_earlierentry": EarlierEntryFactory,
    "billing_lowcreditalert": lambda: alerts.alert("1000"),
    "billing_ledgerday": money.paid,
    "billing_ledgerentry": issued,
    "billing_ledgertransfer": issued,
    "billing_payment": money.payment,
    "billing_receipt": money.paid,
    "billing_metertier": MeterTierFactory,
    "billing_plan": PlanFactory,
    "billing_planmeter": PlanMeterFactory,
    "billing_pricelist": PriceListFactory,
    "billing_pricelistitem": lambda: PriceListItemFactory(discount_percent=1),
    "billing_pricetier": PriceTierFactory,
    "billing_subscriptioncharge": SubscriptionChargeFactory,
    "billing_usagerecord": UsageRecordFactory,
    "credit_notes_creditnote": noted,
}


def figures_of_models() -> list[str]:
    return [
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, DecimalField)
    ]


@pytest.mark.parametrize("figure", figures_of_models())
def test_not_a_number_is_refused(owner: None, figure: str) -> None:
    table, column = figure.split(".")
    FIGURES[table]()
    at_commit()
    sql("ALTER TABLE {table} DISABLE TRIGGER USER", table=table)

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        sql("UPDATE {table} SET {column} = 'NaN'", table=table, column=column)

    assert isinstance(caught.value.__cause__, psycopg.errors.CheckViolation)


def test_a_prefix_belongs_to_one_kind_of_document(owner: None) -> None:
    number(whole_draft(), prefix="X/")
    with pytest.raises(IntegrityError, match="belong to another series") as caught:
        number(draft_document(kind="credit_note"), kind="credit_note", prefix="X/")

    assert constraint_of(caught.value) == "series_prefix_taken"


def test_a_series_ends_with_its_last_number(owner: None) -> None:
    number(*[whole_draft() for _ in range(9)], prefix="X/", width=1)
    with pytest.raises(IntegrityError, match="exhausted") as caught:
        number(whole_draft(), prefix="X/", width=1)

    assert constraint_of(caught.value) == "series_exhausted"


def test_only_drafts_of_the_kind_are_numbered(owner: None) -> None:
    draft = whole_draft()
    with pytest.raises(IntegrityError, match="Only 1 of 2") as caught:
        number(draft, draft_document(kind="credit_note"))

    assert constraint_of(caught.value) == "issue_drafts_only"


def test_a_series_keeps_the_width_of_its_numbers(owner: None) -> None:
    number(whole_draft(), prefix="X/", width=6)
    with pytest.raises(IntegrityError, match="another width") as caught:
        number(whole_draft(), prefix="X/", width=3)

    assert constraint_of(caught.value) == "series_width_differs"


@pytest.mark.parametrize("width", [0, -3, 16])
def test_nothing_is_numbered_without_digits(owner: None, width: int) -> None:
    with pytest.raises(IntegrityError, match="nothing to number") as caught:
        number(whole_draft(), width=width)

    assert constraint_of(caught.value) == "issue_drafts_only"


def test_an_empty_batch_opens_no_series(owner: None) -> None:
    with pytest.raises(IntegrityError, match="nothing to number"):
        number(prefix="X/")


def test_an_alert_waits_for_the_next_fall_once_credits_are_up(owner: None) -> None:
    alert = alerts.alert("1000", is_armed=False)
    alerts.give(alert.account, "1000")
    alert.refresh_from_db()
    assert alert.is_armed


def test_without_its_trigger_an_alert_misses_a_rise(owner: None) -> None:
    drop("alert_arms_again")
    alert = alerts.alert("1000", is_armed=False)
    alerts.give(alert.account, "1000")
    alert.refresh_from_db()
    assert not alert.is_armed


@pytest.mark.parametrize("trigger", ["there", "gone"])
def test_a_top_up_waits_for_the_next_fall_once_credits_are_up(owner: None, trigger: str) -> None:
    if trigger == "gone":
        drop("auto_top_up_arms_again")
    agreed = top_ups.top_up(is_armed=False)
    alerts.give(agreed.account, "1000")
    agreed.refresh_from_db()
    assert agreed.is_armed == (trigger == "there")
