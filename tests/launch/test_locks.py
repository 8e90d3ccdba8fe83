"""Launchers do not get into each other's way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from certinext.launch.locks import Claim, SharedUse


def test_one_launcher_at_a_time_has_a_claim(tmp_path: Path) -> None:
    first, second = Claim(tmp_path / "demo.lock"), Claim(tmp_path / "demo.lock")

    assert first.take()
    assert not second.take()
    assert second.holder() == os.getpid()

    first.release()
    assert second.holder() is None
    assert second.take()
    second.release()


def test_a_killed_launcher_has_no_claim_any_more(tmp_path: Path) -> None:
    holder = (
        "import sys, time; from pathlib import Path; from certinext.launch.locks import Claim;"
        "claim = Claim(Path(sys.argv[1])); claim.take(); print('taken', flush=True);"
        "time.sleep(600)"
    )
    path = tmp_path / "demo.lock"
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(path)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert Claim(path).holder() == process.pid
        process.kill()

    assert Claim(path).holder() is None


def test_only_the_last_user_puts_a_thing_away(tmp_path: Path) -> None:
    alice, bob = SharedUse(tmp_path / "users.lock"), SharedUse(tmp_path / "users.lock")

    assert not alice.is_last()
    alice.close()
    assert bob.is_last()
    bob.close()
