"""The environment is made again when what it depends on changes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from certinext.launch import packages, paths
from certinext.launch.console import LaunchError


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment that was finished with an empty lock."""
    monkeypatch.setattr(paths, "REQUIREMENTS", tmp_path / "requirements.lock")
    monkeypatch.setattr(paths, "VENV", tmp_path / "venv")
    monkeypatch.setattr(paths, "PYTHON", tmp_path / "venv/bin/python")
    monkeypatch.setattr(paths, "SETUP_LOG", tmp_path / "setup.log")
    paths.REQUIREMENTS.write_text("")
    paths.VENV.mkdir()
    (paths.VENV / ".complete").write_text(packages.fingerprint(paths.REQUIREMENTS))
    return paths.VENV


def test_a_finished_environment_is_left_alone(environment: Path) -> None:
    (environment / "installed").touch()

    packages.ensure_environment()

    assert (environment / "installed").exists()


def test_a_changed_lock_a_new_python_and_a_moved_clone_ask_for_a_new_environment(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = packages.fingerprint(paths.REQUIREMENTS)

    paths.REQUIREMENTS.write_text("django==5.2\n")
    changed_lock = packages.fingerprint(paths.REQUIREMENTS)
    monkeypatch.setattr(paths, "VENV", environment.with_name("moved"))
    moved = packages.fingerprint(paths.REQUIREMENTS)
    monkeypatch.setattr(sys, "version_info", (3, 14, 0, "final", 0))
    new_python = packages.fingerprint(paths.REQUIREMENTS)

    assert len({before, changed_lock, moved, new_python}) == 4


def test_a_package_without_its_hash_is_refused_and_the_environment_stays_unfinished(
    environment: Path,
) -> None:
    (environment / "installed").touch()
    paths.REQUIREMENTS.write_text("django==5.2\n")

    with pytest.raises(LaunchError, match="Installing the Python packages failed"):
        packages.ensure_environment()

    assert "hash" in paths.SETUP_LOG.read_text().lower()
    assert not (environment / "installed").exists()
    assert not (environment / ".complete").exists()
