"""What the launcher says: progress with the time, and failures in one sentence."""

from __future__ import annotations

import errno
import time
from pathlib import Path

_STARTED = time.monotonic()

_DISK_FULL = "The disk is full: free some space and run this again."
_NO_NETWORK = "The network, or the package archive behind it, cannot be reached."
# What pip, apt, dpkg, PostgreSQL and Valkey print, with what it means. The first match counts:
# a full disk makes pip complain about other things later.
_MEANINGS = (
    (("No space left on device", "enough free space", "Disk quota exceeded"), _DISK_FULL),
    (("THESE PACKAGES DO NOT MATCH THE HASHES",), "A package is not the one that was locked."),
    (
        (
            "Failed to establish a new connection",
            "Temporary failure in name resolution",
            "Temporary failure resolving",
            "Could not resolve",
            "Could not connect",
            "Connection refused",
            "Connection timed out",
            "connection timed out",
            "Network is unreachable",
            "No matching distribution found",
            "Failed to fetch",
            "Unable to locate package",
            "has no installation candidate",
        ),
        _NO_NETWORK,
    ),
)


class LaunchError(Exception):
    """Something the user has to know, in one sentence; the launcher prints it and gives up."""


def say(message: str) -> None:
    """Print a line of progress with the seconds since the start."""
    print(f"[{time.monotonic() - _STARTED:6.1f}s] {message}", flush=True)


def meaning_of(output: str) -> str | None:
    """Return what a failed program's output means to the user, if that is known."""
    for signs, meaning in _MEANINGS:
        if any(sign in output for sign in signs):
            return meaning
    return None


def sentence_for(error: OSError) -> str:
    """Return an operating system's error as a sentence that names the file."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _DISK_FULL
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}."


def tail(log: Path, *, lines: int = 20) -> str:
    """Return the last lines of a log file; nothing when there is none."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
