"""Short ways to say what tests of imports do over and over."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from billing.models import ImportRun

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "certinext-api"


def as_file(content: Any) -> BinaryIO:
    """Return JSON, or bytes as they are, as a file."""
    return io.BytesIO(content if isinstance(content, bytes) else json.dumps(content).encode())


def sample(name: str) -> Path:
    """Return a sample of the platform's files, or skip where they are not at hand."""
    path = SAMPLES / name
    if not path.exists():
        pytest.skip("the platform's sample files are not here")
    return path


def results(run: ImportRun) -> list[tuple[str, str]]:
    """Return number and outcome of each row in the file's order."""
    return [(row.key, row.outcome) for row in run.rows.all()]


def messages(run: ImportRun) -> list[str]:
    """Return what is said of each row in the file's order."""
    return [row.message for row in run.rows.all()]
