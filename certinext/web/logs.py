"""Logs as one JSON object a line, with the tenant and the request's id."""

from __future__ import annotations

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime

from django.db import connection

NOBODYS = "-"
# The request that is being answered, or that had a task sent; otherwise the task's or command's id.
request_id: ContextVar[str] = ContextVar("request_id", default=NOBODYS)
task_id: ContextVar[str] = ContextVar("task_id", default=NOBODYS)
# Whose task runs, as its message says: Celery's last lines come when its schema is left already.
tenant: ContextVar[str] = ContextVar("tenant", default="")
# An invitation's token is the one part of our addresses that is this long without a dot.
_TOKEN = re.compile(r"(?<=/)[^/.?]{24,}(?=[/?]|$)")


def without_secrets(address: str) -> str:
    """Return an address without its query (what people search for) and without tokens."""
    return _TOKEN.sub("***", address.partition("?")[0])


class AddressFilter(logging.Filter):
    """Takes queries and tokens out of the addresses that the web server's own lines name."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record's arguments that are addresses."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                without_secrets(value) if isinstance(value, str) and value[:1] == "/" else value
                for value in record.args
            )
        return True


class ContextFilter(logging.Filter):
    """Adds `tenant`, `request_id` and `task_id` to each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Note whose line it is, in which request and which task.

        Who logs may know better, and then says so with `extra`.
        """
        schema = tenant.get() or getattr(connection, "schema_name", None) or NOBODYS
        known = {"tenant": schema, "request_id": request_id.get(), "task_id": task_id.get()}
        for name, value in known.items():
            if not hasattr(record, name):
                setattr(record, name, value)
        return True


class JsonFormatter(logging.Formatter):
    """One line of JSON a record; a line break in a message cannot forge another record."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a JSON object."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "tenant": getattr(record, "tenant", NOBODYS),
            "request_id": getattr(record, "request_id", NOBODYS),
            "message": record.getMessage(),
        }
        if (task := getattr(record, "task_id", NOBODYS)) != NOBODYS:
            entry["task_id"] = task
        # What a record has beside its words, such as a request's method and status.
        entry |= getattr(record, "fields", {})
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)
