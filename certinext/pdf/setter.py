"""The process that sets pages for `certinext.pdf.apart`, started with its limit in megabytes.

It answers on its standard output and ends with its standard input. It knows no document and no
database: HTML and files come in, a PDF goes out.
"""

from __future__ import annotations

import os
import pickle
import resource
import sys
from typing import IO

from certinext.pdf.apart import DONE, FAILED, TOO_LARGE, read_message, write_message
from certinext.pdf.render import render_pdf

_MEGABYTE = 1024 * 1024


def main(megabytes: int) -> None:
    """Set one page after another until nobody asks any more."""
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * _MEGABYTE, megabytes * _MEGABYTE))
    # What libraries print must not get between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while True:
        try:
            _status, request = read_message(sys.stdin.buffer)
        except EOFError:
            return
        _answer(answers, request)


def _answer(answers: IO[bytes], request: bytes) -> None:
    try:
        # From our own parent, over a pipe that nobody else has.
        html, options = pickle.loads(request)  # noqa: S301
        status, content = DONE, render_pdf(html, **options)
    except MemoryError:
        status, content = TOO_LARGE, b"The document takes more memory than it may have."
    except Exception as error:
        # Whatever it is, the parent decides: this process goes on.
        status, content = FAILED, f"{type(error).__name__}: {error}".encode(errors="replace")
    write_message(answers, status, content)


if __name__ == "__main__":
    main(int(sys.argv[1]))
