"""Rendering in a process of its own, with a limit of time and of memory.

A page that takes too long or too much must not take its worker, or the web server, with it. The
process is started once, kept warm, and started anew after a failure and after so many documents.
"""

from __future__ import annotations

import atexit
import os
import pickle
import select
import struct
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import IO, Any, cast

_LENGTH = struct.Struct(">cQ")
# What the process answers with.
DONE, FAILED, TOO_LARGE = b"d", b"f", b"m"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Limits:
    """How long one document may take, and how much memory the process may have.

    5,000 lines take half a minute and 0.5 GB on a small machine.
    """

    seconds: float = 180.0
    megabytes: int = 3000
    documents: int = 500


class RenderingFailed(Exception):
    """The document could not be set; the message says what ended it."""


class RenderingProcess:
    """The process, and the one request it works on. Safe for threads and across forks."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._done = 0

    def render(self, html: str, **options: Any) -> bytes:
        """Return what `certinext.pdf.render.render_pdf` returns; raises `RenderingFailed`."""
        request = pickle.dumps((html, options))
        with self._lock:
            try:
                status, answer = self._ask(request)
            except RenderingFailed:
                self._stop()
                raise
            except (OSError, EOFError) as error:
                self._stop()
                raise RenderingFailed("The rendering process ended without an answer.") from error
            except BaseException:
                # Its answer would be taken for that of the next question.
                self._stop()
                raise
            if status == TOO_LARGE or self._done >= self.limits.documents:
                self._stop()
        if status == DONE:
            return answer
        raise RenderingFailed(answer.decode(errors="replace"))

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._stop()

    def _ask(self, request: bytes) -> tuple[bytes, bytes]:
        process = self._running()
        # Pipes, because it was started with them.
        questions, answers = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        write_message(questions, DONE, request)
        self._done += 1
        return _read_within(answers, self.limits.seconds)

    def _running(self) -> subprocess.Popen[bytes]:
        """Return the process, started anew where it ended or belongs to a parent of this one."""
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "certinext.pdf.setter", str(self.limits.megabytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            self._owner, self._done = os.getpid(), 0
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def render_pdf_apart(html: str, **options: Any) -> bytes:
    """Set a page like `certinext.pdf.render.render_pdf`, in a process of its own.

    Raises `RenderingFailed`.
    """
    return _ours.render(html, **options)


def write_message(stream: IO[bytes], status: bytes, content: bytes) -> None:
    """Write one message: a status, a length, the content."""
    stream.write(_LENGTH.pack(status, len(content)))
    stream.write(content)
    stream.flush()


def read_message(stream: IO[bytes]) -> tuple[bytes, bytes]:
    """Read one message; raises `EOFError` at the end of the stream."""
    status, length = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    return status, _exactly(stream, length)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return content


def _read_within(stream: IO[bytes], seconds: float) -> tuple[bytes, bytes]:
    """Read one message in time; raises `RenderingFailed` and `EOFError`."""
    deadline = time.monotonic() + seconds
    content = bytearray()
    wanted = _LENGTH.size
    while len(content) < wanted:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([stream], [], [], left)[0]:
            raise RenderingFailed(f"The document took longer than {seconds:g} seconds.")
        part = os.read(stream.fileno(), min(_CHUNK, wanted - len(content)))
        if not part:
            raise EOFError
        content += part
        if wanted == _LENGTH.size and len(content) == wanted:
            wanted += _LENGTH.unpack(content)[1]
    return bytes(content[:1]), bytes(content[_LENGTH.size :])


_ours = RenderingProcess(Limits())
atexit.register(_ours.close)
