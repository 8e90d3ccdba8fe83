"""Management commands whose events say that somebody at the command line did it."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.management.base import BaseCommand

from certinext.audit.trail import acting
from certinext.web.logs import request_id

COMMAND_LINE = "command line"


class RecordedCommand(BaseCommand):
    """A command with an id that its log, its events and the tasks it sends share."""

    actor = COMMAND_LINE

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run as `actor`, in a request of its own."""
        known = uuid.uuid4().hex
        token = request_id.set(known)
        try:
            with acting(self.actor, request_id=known):
                return super().execute(*args, **options)
        finally:
            request_id.reset(token)
