"""Beat is healthy while it writes its schedule."""

from __future__ import annotations

import os
from pathlib import Path

from certinext.launch.beat_health import FRESH_SECONDS, is_fresh


def test_a_schedule_written_lately_is_healthy_whatever_its_suffix(tmp_path: Path) -> None:
    written = tmp_path / "schedule.db"
    written.touch()
    os.utime(written, (1_000_000, 1_000_000))

    assert is_fresh(tmp_path / "schedule", now=1_000_000 + FRESH_SECONDS - 1)
    assert not is_fresh(tmp_path / "schedule", now=1_000_000 + FRESH_SECONDS)


def test_a_beat_that_never_wrote_is_not_healthy(tmp_path: Path) -> None:
    assert not is_fresh(tmp_path / "schedule", now=1_000_000)
