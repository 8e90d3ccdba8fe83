"""Failures are told in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from certinext.launch.console import meaning_of, sentence_for, tail


@pytest.mark.parametrize(
    ("output", "meaning"),
    [
        ("ERROR: [Errno 28] No space left on device", "The disk is full"),
        ("E: You don't have enough free space in /var/cache/apt/archives/.", "The disk is full"),
        ("NewConnectionError: Failed to establish a new connection: [Errno 111]", "The network"),
        ("W: Failed to fetch http://x/InRelease  Temporary failure resolving 'x'", "The network"),
        ("E: Unable to locate package libpango-1.0-0", "The network"),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "A package is not the one that was locked",
        ),
    ],
)
def test_known_failures_are_put_into_words(output: str, meaning: str) -> None:
    found = meaning_of(f"some line\n{output}\nanother line\n")

    assert found is not None
    assert found.startswith(meaning)


def test_a_full_disk_explains_the_failed_download_after_it() -> None:
    output = "No space left on device\nERROR: No matching distribution found for django"

    assert meaning_of(output) == "The disk is full: free some space and run this again."


def test_an_unknown_failure_is_not_guessed_at() -> None:
    assert meaning_of("Segmentation fault") is None


def test_a_full_device_is_a_sentence() -> None:
    with pytest.raises(OSError, match="No space left") as caught:
        Path("/dev/full").write_text("x")

    assert sentence_for(caught.value) == "The disk is full: free some space and run this again."


def test_a_system_error_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        (tmp_path / "absent").read_text()

    assert sentence_for(caught.value) == f"{tmp_path}/absent: No such file or directory."


def test_the_tail_of_a_log_is_its_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"one\ntwo\n\xff three\n")

    assert tail(log, lines=2) == "two\n\N{REPLACEMENT CHARACTER} three"
    assert tail(tmp_path / "absent.log") == ""
