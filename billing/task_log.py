"""What a task logs carries the task's id, as the lines of a request carry the request's."""

from __future__ import annotations

from typing import Any

from celery.signals import task_postrun, task_prerun

from certinext.web.logs import request_id


@task_prerun.connect
def begin(task_id: str, task: Any, **_kwargs: Any) -> None:
    """Name the lines that follow."""
    task.request.log_token = request_id.set(task_id)


@task_postrun.connect
def end(task: Any, **_kwargs: Any) -> None:
    """Give the id back: the next line belongs to nobody, or to whoever called the task."""
    request_id.reset(task.request.log_token)
