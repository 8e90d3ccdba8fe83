"""Cases of the guards of exports."""

from __future__ import annotations

from datetime import date

from billing.models import Export
from tests.billing.guards.registry import table
from tests.factories import UserFactory
from tests.invoices.helpers import NOW


def export(**changes: object) -> Export:
    """Ask for the books of a month."""
    values: dict[str, object] = {
        "is_staffs": True,
        "kind": "books",
        "subject": "register/2026-10/",
        "first": date(2026, 10, 1),
        "last": date(2026, 10, 31),
        "format": "xlsx",
        "language": "en",
        "rows": 1,
        "asked_at": NOW,
        "due_at": NOW,
        **changes,
    }
    values.setdefault("asked_by", UserFactory.create(is_staff=True))
    return Export.objects.create(**values)


def twice() -> None:
    """Ask twice for the same, of no account."""
    person = UserFactory.create(is_staff=True)
    export(asked_by=person)
    export(asked_by=person, state="working")


table(
    {
        ("export_pending_once", "twice"): twice,
        ("export_days_in_order", "backwards"): lambda: export(last=date(2026, 9, 30)),
        ("export_ready_has_file", "without a file"): lambda: export(state="ready"),
        ("export_failure_has_reason", "without a word"): lambda: export(state="failed"),
    }
)
