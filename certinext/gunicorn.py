"""The web server's processes: what they log is JSON like the rest, one object a line.

Named on gunicorn's command line. Each request is logged by the application, which knows its tenant
(certinext.web.middleware), so gunicorn's own access log stays off.
"""

from __future__ import annotations

import os
from typing import Any

# Nobody steers the server but who started it: its socket would lie in the account's home.
control_socket_disable = True

logconfig_dict: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "certinext.web.logs.JsonFormatter"},
        "plain": {"format": "{levelname} {name}: {message}", "style": "{"},
    },
    "filters": {"addresses": {"()": "certinext.web.logs.AddressFilter"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["addresses"],
            "formatter": os.environ.get("LOG_FORMAT") or "json",
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "gunicorn.error": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "gunicorn.access": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
