"""The portal as its own processes: gunicorn and a Celery worker on a test's database."""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
from django.conf import settings

from certinext.launch.processes import Processes
from tests.database import ROOT, application_url

# Browsers trust what ends so without https, and know where it is.
HOST = "alpha.localhost"
PATIENCE_SECONDS = 60.0
MOVED_CLOCK = Path(__file__).with_name("moved_clock")
# Sixteen numbered databases are a Redis server's default; the first two are everybody's. A portal
# has its own, so that no other one's worker takes its messages.
NUMBERS = (2 + (os.getpid() + step) % 14 for step in itertools.count())


@dataclass(frozen=True)
class Portal:
    """Where the portal answers."""

    port: int

    @property
    def origin(self) -> str:
        """The first seller's host."""
        return f"http://{HOST}:{self.port}"


@contextmanager
def running_portal(
    database: str, *, media: Path, directory: Path, clock: datetime | None = None
) -> Iterator[Portal]:
    """Run the web server and the worker on a database, as in production: DEBUG off.

    With `clock` their time begins there. Ends with what a dead program said last.
    """
    portal = Portal(_free_port())
    env = environment(database, media=media, port=portal.port)
    if clock is not None:
        path = f"{MOVED_CLOCK}:{env.get('PYTHONPATH', '')}".rstrip(":")
        env |= {"CLOCK": clock.isoformat(), "PYTHONPATH": path}
    web = ["gunicorn", "certinext.wsgi", "--config", "certinext/gunicorn.py", "--threads", "4"]
    web += ["--bind", f"127.0.0.1:{portal.port}"]
    worker = ["celery", "--app", "certinext", "worker", "--concurrency", "1", "--loglevel", "INFO"]
    programs = {"web": [sys.executable, "-m", *web], "worker": [sys.executable, "-m", *worker]}
    directory.mkdir(parents=True, exist_ok=True)
    with Processes(directory, env=env, cwd=ROOT) as processes:
        for name, command in programs.items():
            processes.start(name, command)
        _wait_for(portal, processes)
        yield portal
        processes.check()


def environment(database: str, *, media: Path, port: int) -> dict[str, str]:
    """Return the variables of the portal's programs: they do not know the owner's address."""
    number = next(NUMBERS)
    return {
        **{key: value for key, value in os.environ.items() if key != "DATABASE_OWNER_URL"},
        "DATABASE_URL": application_url(database)["DATABASE_URL"],
        "REDIS_URL": _numbered(os.environ["REDIS_URL"], number),
        "CELERY_BROKER_URL": _numbered(os.environ["CELERY_BROKER_URL"], number),
        "DEBUG": "0",
        "SITE_SCHEME": "http",
        "SITE_PORT": str(port),
        "MEDIA_ROOT": str(media),
        "STATIC_ROOT": str(collected_static_files()),
        "EMAIL_URL": (media / "mail").as_uri(),
    }


def _numbered(url: str, number: int) -> str:
    """Name another database of the server: a socket's stands in the query, else in the path."""
    parts = urlsplit(url)
    if parts.query:
        return re.sub(r"(db|virtual_host)=\d+", rf"\g<1>={number}", url)
    return urlunsplit(parts._replace(path=f"/{number}"))


def collected_static_files() -> Path:
    """Return the folder with the static files as production serves them; made when they changed."""
    target = Path(settings.STATIC_ROOT)
    target.mkdir(parents=True, exist_ok=True)
    stamp, lock = target.parent / "static.stamp", target.parent / "static.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != _state_of_static_files():
            stamp.unlink(missing_ok=True)
            subprocess.run(
                [sys.executable, "manage.py", "collectstatic", "--noinput", "--clear"],
                cwd=ROOT,
                env={**os.environ, "DEBUG": "0"},
                check=True,
                capture_output=True,
            )
            stamp.write_text(_state_of_static_files())
    return target


def _state_of_static_files() -> str:
    digest = hashlib.sha256(f"{django.__version__} {sys.prefix}".encode())
    for file in sorted(path for path in (ROOT / "static").rglob("*") if path.is_file()):
        digest.update(f"{file} {file.stat().st_mtime_ns} {file.stat().st_size}".encode())
    return digest.hexdigest()


def _wait_for(portal: Portal, processes: Processes) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        processes.check()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{portal.port}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(f"The web server does not answer: {processes.log_of('web').read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
