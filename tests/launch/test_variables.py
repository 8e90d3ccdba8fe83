"""The variables under which the portal runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from certinext.launch.console import LaunchError
from certinext.launch.servers import addresses_given
from certinext.launch.variables import demo_variables, port_wanted, production_variables
from certinext.launch.variables import test_variables as variables_of_tests


def test_the_demo_serves_on_port_8000_unless_told_otherwise() -> None:
    assert port_wanted({}) == 8000
    assert port_wanted({"PORT": " 8123 "}) == 8123


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", "8000.0", "٨٠٠٠"])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(LaunchError, match="write a number from 1 to 65535"):
        port_wanted({"PORT": text})


def test_a_restart_of_the_demo_signs_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)

    first = demo_variables(tmp_path, port=8000)["SECRET_KEY"]
    second = demo_variables(tmp_path, port=8000)["SECRET_KEY"]

    assert first == second
    assert len(first) >= 50
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_the_user_decides_about_the_demo_but_not_about_the_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIA_ROOT", "/srv/documents")

    assert demo_variables(tmp_path, port=8000)["MEDIA_ROOT"] == "/srv/documents"
    assert variables_of_tests(tmp_path)["MEDIA_ROOT"] == f"{tmp_path}/media"
    assert production_variables(tmp_path)["MEDIA_ROOT"] == f"{tmp_path}/media"


def test_a_server_of_ones_own_needs_both_of_its_addresses() -> None:
    with pytest.raises(LaunchError, match="DATABASE_URL is set: set DATABASE_OWNER_URL too"):
        addresses_given({"DATABASE_URL": "postgresql://db/certinext"})
    with pytest.raises(LaunchError, match="REDIS_URL is set: set CELERY_BROKER_URL too"):
        addresses_given({"REDIS_URL": "redis://r/0"})


def test_given_addresses_are_used_as_they_are() -> None:
    given = {"REDIS_URL": "redis://r/0", "CELERY_BROKER_URL": "redis://r/1"}

    assert addresses_given({**given, "HOME": "/home/alice"}) == given
