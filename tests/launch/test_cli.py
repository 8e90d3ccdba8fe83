"""The command line: one clear sentence for every failure, never a traceback."""

from __future__ import annotations

import ast
import runpy
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from certinext.launch import browser, cli, demo, paths
from certinext.launch.console import LaunchError
from certinext.launch.locks import Claim

RUN = paths.ROOT / "run.py"


@pytest.fixture(autouse=True)
def _signals_and_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(demo, "DIRECTORY", tmp_path / "demo")
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_an_old_python_is_told_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))

    with pytest.raises(SystemExit) as caught:
        runpy.run_path(str(RUN), run_name="__main__")

    assert caught.value.code == "Python 3.11 or newer is needed; this is Python 3.9."


def test_an_old_python_can_read_the_file_that_tells_it() -> None:
    ast.parse(RUN.read_text(), feature_version=(3, 6))


def test_a_taken_port_is_one_sentence_and_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))

        assert cli.main(["demo"]) == 1

    assert capsys.readouterr().err == (
        f"\nPort {port} cannot be used (Address already in use): stop what uses it, or choose"
        f" another one with PORT={port + 1 if port < 65535 else port - 1}.\n"
    )


def test_a_second_demo_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    claim = Claim(demo.claim_file())
    claim.take()

    assert cli.main(["demo"]) == 1

    assert "The demo runs already, as process" in capsys.readouterr().err
    claim.release()


def test_a_full_disk_is_one_sentence_and_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(cli._COMMANDS, "check", lambda _: Path("/dev/full").write_text("x"))

    assert cli.main(["check"]) == 1

    assert capsys.readouterr().err == "\nThe disk is full: free some space and run this again.\n"


def test_a_request_to_end_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def wait(_: list[str]) -> int:
        signal.raise_signal(signal.SIGTERM)
        return 0

    monkeypatch.setitem(cli._COMMANDS, "check", wait)

    assert cli.main(["check"]) == 130
    assert capsys.readouterr().out.endswith("Stopped\n")


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["dmeo"], 2), (["--help"], 0)])
def test_help_is_shown_and_an_unknown_command_fails(
    arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == code

    shown = capsys.readouterr()
    assert "run.py demo --exit" in (shown.err if code else shown.out)


@pytest.mark.parametrize("arguments", [["demo", "--quit"], ["check", "x"], ["stop", "demo"]])
def test_arguments_that_mean_nothing_are_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 1
    assert "argument" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["bench"], ["bench", "report"], ["bench", "../x"]])
def test_an_unknown_benchmark_is_told_which_there_are(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 1
    assert "statement" in capsys.readouterr().err


def test_stopping_when_nothing_runs_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "_TEST_DIRECTORY", tmp_path / "test")

    assert cli.main(["stop"]) == 0
    assert capsys.readouterr().out.endswith("Nothing runs any more\n")


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ([], ["-n", "2", "-m", "not conformance and not browser"]),
        (
            ["tests/invoices", "-k", "month"],
            ["-m", "not conformance and not browser", "tests/invoices", "-k", "month"],
        ),
    ],
)
def test_the_whole_suite_takes_two_cores_and_a_part_of_it_one(
    arguments: list[str], options: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str | Path]] = []
    monkeypatch.setenv("CERTINEXT_SKIP_BROWSER", "1")
    monkeypatch.setattr(demo, "prepared", dict)
    monkeypatch.setattr(cli, "Servers", MagicMock())
    monkeypatch.setattr(cli, "run_in_foreground", lambda command, **_: commands.append(command))

    cli.main(["test", *arguments])

    assert commands == [[paths.PYTHON, "-m", "pytest", *options]]


def test_leaving_the_browser_tests_out_is_said_aloud(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CERTINEXT_SKIP_BROWSER", "1")

    assert not browser.wanted()
    assert "Leaving the browser tests out" in capsys.readouterr().out


def test_a_browser_that_cannot_be_installed_is_a_failure_that_names_the_way_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(paths, "RUN", tmp_path)
    monkeypatch.setattr(paths, "SYSROOT", tmp_path / "sysroot")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)

    with pytest.raises(LaunchError, match=r"no apt-get.*CERTINEXT_SKIP_BROWSER=1"):
        browser.ensure_browser()
