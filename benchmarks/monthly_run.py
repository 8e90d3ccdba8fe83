"""The monthly run beside a loop of one account and one object at a time, in one run.

Each account has ten charges of two products. Both engines bill copies of the same database, with
the same rules, validation, guards and hash chain, and must give the same invoices. Measured are the
time an account takes, how it grows with their number, and the most memory of the worker's process.
PDFs come later, from the outbox, and are no part of it. `BENCH_ACCOUNTS=1000,10000,100000` chooses
the sizes; the loop bills the smallest. `BENCH_PROFILE=file` keeps a profile of each process.
"""

from __future__ import annotations

import cProfile
import json
import os
import subprocess
import sys
import time
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certinext.settings")
django.setup()

from django.db import models  # noqa: E402

from benchmarks.memory import peak_megabytes  # noqa: E402
from benchmarks.one_at_a_time import bill_one_at_a_time  # noqa: E402
from benchmarks.report import Result, report  # noqa: E402
from billing.models import Account, Charge, LedgerAccount  # noqa: E402
from billing.models.seller import current_seller  # noqa: E402
from billing.periods import Month  # noqa: E402
from billing.posting import open_books  # noqa: E402
from certinext.tenancy.models import Tenant  # noqa: E402
from certinext.tenancy.schema import use_tenant  # noqa: E402
from invoices.models import MonthlyPermission  # noqa: E402
from invoices.monthly_run import start_run, work_off  # noqa: E402
from tests.database import (  # noqa: E402
    connected_to,
    copy_of_template,
    make_template,
    owner_conninfo,
)
from tests.factories import AccountFactory, ChargeFactory  # noqa: E402
from tests.invoices.monthly import granted  # noqa: E402

SIZES = [int(size) for size in os.environ.get("BENCH_ACCOUNTS", "1000,10000").split(",")]
CHARGES = 10
MONTH = Month(2026, 10)
NOW = datetime(2026, 11, 1, 0, 15, tzinfo=UTC)
ROOT = Path(__file__).resolve().parent.parent
# What invoices must agree in, whoever made them.
DIGEST = """SELECT md5(string_agg(concat_ws('|', d.number, a.account_number, d.net_total,
    d.tax_total, d.total, d.supply, d.tax_decision, d.buyer, l.lines), E'\\n' ORDER BY d.number))
FROM billing_document d JOIN billing_account a ON a.id = d.account_id JOIN LATERAL (
    SELECT string_agg(concat_ws('|', position, description, order_number, quantity, unit_price,
        net_amount, tax_rate, tax_category), ';' ORDER BY position) AS lines
    FROM billing_documentline WHERE document_id = d.id) l ON true"""


def main() -> int:
    """Bill every size in a database of its own, by both engines where they are compared."""
    runs: dict[int, dict[str, Any]] = {}
    for size in SIZES:
        with copy_of_template(make_template()) as filled:
            with connected_to(filled):
                use_tenant(Tenant.objects.get(schema_name="alpha"))
                _fill(filled, size)
            runs[size] = _billed("run", filled)
            if size == SIZES[0]:
                loop = _billed("loop", filled)
    first, last = runs[SIZES[0]], runs[SIZES[-1]]
    if loop["digest"] != first["digest"]:
        sys.exit("The run and the loop made different invoices.")
    results = [Result(f"loop, ms an account of {SIZES[0]}", loop["seconds"] * 1000 / SIZES[0])]
    for size, one in runs.items():
        results += [
            Result(f"run, ms an account of {size}", one["seconds"] * 1000 / size),
            Result(f"run, peak MB at {size}", one["megabytes"]),
        ]
    per_account = last["seconds"] / SIZES[-1] / (first["seconds"] / SIZES[0])
    speed = loop["seconds"] / first["seconds"]
    results += [
        # A target is the most that a figure may be: the run's time as a share of the loop's.
        Result("run, times as fast as the loop", speed),
        Result("run, share of the loop's time", 1 / speed, 1 / 25),
        Result(f"run, slope from {SIZES[0]} to {SIZES[-1]}", per_account, 1.15),
        Result("run, ratio of peak memory", last["megabytes"] / first["megabytes"], 1.2),
    ]
    return report("monthly_run", results)


def _billed(engine: str, filled: str) -> dict[str, Any]:
    with copy_of_template(filled) as name:
        command = [sys.executable, "-m", "benchmarks.monthly_run", engine, name]
        done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _fill(name: str, accounts: int) -> None:
    """Copy one account with its permission, books and charges, past the guards, as the owner."""
    account = AccountFactory.create()
    granted(account)
    open_books(account)
    charges = [ChargeFactory.create(account=account) for _ in range(CHARGES)]
    with psycopg.connect(owner_conninfo(name)) as owner:
        owner.execute("SET search_path = alpha, public")
        copies = {
            Account: [account.pk],
            MonthlyPermission: list(account.monthly_permissions.values_list("pk", flat=True)),
            LedgerAccount: list(account.ledger_accounts.values_list("pk", flat=True)),
            Charge: [charge.pk for charge in charges],
        }
        for model, keys in copies.items():
            for key in keys:
                owner.execute(_copying(model), {"pk": key, "count": accounts - 1})
        owner.commit()
    with psycopg.connect(owner_conninfo(name), autocommit=True) as owner:
        owner.execute("SET search_path = alpha, public")
        owner.execute("VACUUM ANALYZE")


def _copying(model: type[models.Model]) -> bytes:
    """Return the statement that copies a row for each further account: what is unique differs."""
    own = "(SELECT id FROM billing_account WHERE account_number = (3000000000 + n)::text)"
    changed = {
        "account_number": "(3000000000 + n)::text",
        "source_key": "source_key || '-' || n",
        "order_number": "(4000000000 + id * 1000000 + n)::text",
    }
    if model is not Account:
        changed |= {"account_id": own, "payer_id": own}
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    values = ", ".join(changed.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    return (
        f"INSERT INTO {table} ({names}) SELECT {values}"
        f" FROM {table}, generate_series(1, %(count)s) n WHERE id = %(pk)s"
    ).encode()


def bill(engine: str, name: str) -> int:
    """Bill the month in this process; print what it took."""
    with connected_to(name), mock.patch("billing.outbox._wake"):
        use_tenant(Tenant.objects.get(schema_name="alpha"))
        # A worker has warmed up long before a month is over.
        assert current_seller().verify_url
        profile = cProfile.Profile(builtins=False) if os.environ.get("BENCH_PROFILE") else None
        started = time.perf_counter()
        with profile or nullcontext():
            if engine == "loop":
                bill_one_at_a_time(MONTH, now=NOW)
            else:
                work_off(start_run(MONTH, by="run", now=NOW), clock=lambda: NOW, by="run")
        seconds = time.perf_counter() - started
        if profile is not None:
            profile.dump_stats(f"{os.environ['BENCH_PROFILE']}.{engine}")
        with psycopg.connect(owner_conninfo(name)) as owner:
            owner.execute("SET search_path = alpha, public")
            digest = owner.execute(DIGEST).fetchone()
        taken = {"seconds": seconds, "megabytes": peak_megabytes(), "digest": digest}
    print(json.dumps(taken))
    return 0


if __name__ == "__main__":
    sys.exit(bill(*sys.argv[1:]) if sys.argv[1:] else main())
