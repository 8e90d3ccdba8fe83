"""The schedule that a seller begins with; staff change it."""

from __future__ import annotations

from django.db import migrations

STEPS = [(-3, "due_soon"), (1, "due"), (7, "overdue"), (14, "overdue"), (30, "last")]


def begin(apps, _editor):
    """Write the steps."""
    step = apps.get_model("invoices", "ReminderStep")
    step.objects.bulk_create(step(days=days, level=level) for days, level in STEPS)


class Migration(migrations.Migration):
    """Every seller reminds from the start."""

    dependencies = [("invoices", "0003_reminders")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
