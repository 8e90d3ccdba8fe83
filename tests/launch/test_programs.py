"""Programs write to a log, and the log explains their failures."""

from __future__ import annotations

from pathlib import Path

import pytest

from certinext.launch.console import LaunchError
from certinext.launch.programs import last_line, run_logged


def test_a_failure_says_what_for_why_and_where(tmp_path: Path) -> None:
    log = tmp_path / "setup.log"

    with pytest.raises(LaunchError) as caught:
        run_logged(
            ["sh", "-c", "echo Temporary failure in name resolution >&2; exit 1"],
            purpose="Installing the Python packages",
            log=log,
        )

    assert str(caught.value) == (
        "Installing the Python packages failed. The network, or the package archive behind it,"
        f" cannot be reached. Details: {log}"
    )


def test_an_unknown_failure_shows_the_programs_last_words(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match=r"Unpacking failed\. archive is corrupt\. Details"):
        run_logged(
            ["sh", "-c", "echo begin; echo archive is corrupt; exit 2"],
            purpose="Unpacking",
            log=tmp_path / "setup.log",
        )


def test_an_earlier_failure_in_the_same_log_explains_nothing(tmp_path: Path) -> None:
    log = tmp_path / "setup.log"
    log.write_text("No space left on device\n")

    with pytest.raises(LaunchError, match="something else"):
        run_logged(["sh", "-c", "echo something else; exit 1"], purpose="It", log=log)


def test_what_a_program_prints_stays_in_the_log(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "setup.log"

    run_logged(["echo", "first"], purpose="Talking", log=log)
    run_logged(["echo", "second"], purpose="Talking", log=log)

    assert log.read_text() == "first\nsecond\n"


def test_the_last_line_is_a_sentence() -> None:
    assert last_line("a\nb c \n\n") == "b c."
    assert last_line("All gone!\n") == "All gone!"
    assert last_line(" \n") == ""
