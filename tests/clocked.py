"""Celery with its clock moved: `python -m tests.clocked QUEUE worker …`, for tests only.

Says "ready" once everything is imported, reads the moment from its standard input, moves this
process's clock there (it goes on ticking, in the worker's children too) and starts Celery.
"""

from __future__ import annotations

import sys
from datetime import datetime

import django
import time_machine


def main(queue: str, *arguments: str) -> None:
    """Wait for the moment, then be a worker or a beat of this queue."""
    django.setup()
    from certinext.celery import app

    app.conf.task_default_queue = queue
    app.loader.import_default_modules()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    moment = datetime.fromisoformat(sys.stdin.readline().strip())
    time_machine.travel(moment, tick=True).start()
    app.start(argv=list(arguments))


if __name__ == "__main__":
    main(*sys.argv[1:])
