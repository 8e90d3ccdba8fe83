"""All checks run, also after one has failed."""

from __future__ import annotations

import pytest

from certinext.launch.checks import Check, all_checks, run_checks


def test_every_check_runs_and_failures_are_collected(capfd: pytest.CaptureFixture[str]) -> None:
    checks = [
        Check("first", ["false"]),
        Check("second", ["echo", "the second ran"]),
        Check("third", ["false"]),
    ]

    assert run_checks(checks, libraries={}) == 1

    out = capfd.readouterr().out
    assert "the second ran" in out
    assert out.splitlines()[-1].endswith("Failed: first, third")


def test_checks_that_pass_say_so(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_checks([Check("first", ["true"])], libraries={}) == 0
    assert capfd.readouterr().out.splitlines()[-1].endswith("All 1 checks passed")


def test_the_promised_checks_are_made() -> None:
    names = " ".join(check.name for check in all_checks())

    for promised in ("format", "lint", "types", "layers", "templates", "migrations", "deployment"):
        assert promised in names
