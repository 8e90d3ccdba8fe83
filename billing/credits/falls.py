"""What is to be woken when free credits may have fallen: tasks that ask the database what follows.

Spending knows nothing of who wants to hear of it; whoever does joins here.
"""

from __future__ import annotations

from typing import TypeVar

from billing.outbox import wake_after_commit
from certinext.tenancy.tasks import TenantTask

TaskT = TypeVar("TaskT", bound=TenantTask)
_WOKEN: list[TenantTask] = []


def wakes_on_fall(task: TaskT) -> TaskT:
    """Have the task woken by each fall. Put it above `shared_task`."""
    _WOKEN.append(task)
    return task


def note_fall() -> None:
    """Wake what asks about free credits, once the transaction that lowered them is committed."""
    for task in _WOKEN:
        wake_after_commit(task)
