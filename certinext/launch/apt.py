"""Debian's packages: installed as root, unpacked into a folder of this clone as a plain user."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from certinext.launch import paths
from certinext.launch.console import LaunchError, meaning_of, say
from certinext.launch.programs import last_line, run_logged

# Slow mirrors are asked again; absent ones do not hold the user up for minutes.
_NETWORK_OPTIONS = ["-o", "Acquire::Retries=2", "-o", "Acquire::http::Timeout=30"]


def install(packages: list[str]) -> None:
    """Install Debian packages on this machine. Root only.

    Raises LaunchError when Debian's archive cannot be reached.
    """
    _require_apt(packages)
    names = " ".join(packages)
    say(f"Installing {names} (apt-get)")
    quiet = ["apt-get", "-q", "-y", *_NETWORK_OPTIONS]
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--no-install-recommends", *packages]):
        run_logged(
            [*quiet, *arguments], purpose=f"Installing {names}", log=paths.SETUP_LOG, env=env
        )


def unpack(packages: list[str], *, label: str) -> Path:
    """Unpack Debian packages, with what they need and this machine lacks; return the folder.

    The folder is one for all packages, laid out like the root of a file system. Safe to run
    again: what was unpacked under this label already is not fetched again.
    Raises LaunchError when Debian's archive cannot be reached.
    """
    marker = paths.SYSROOT / f".{label}"
    wanted = " ".join(packages)
    if marker.exists() and marker.read_text() == wanted:
        return paths.SYSROOT
    _require_apt(packages)
    say(f"Unpacking {wanted} below {paths.SYSROOT.relative_to(paths.ROOT)} (no root rights needed)")
    downloads = paths.RUN / "apt" / label
    shutil.rmtree(downloads, ignore_errors=True)
    downloads.mkdir(parents=True)
    apt_get = _apt_get_of_our_own()
    run_logged([*apt_get, "update"], purpose=f"Fetching {wanted}", log=paths.SETUP_LOG)
    run_logged(
        [*apt_get, "download", *_with_dependencies(packages, apt_get)],
        purpose=f"Fetching {wanted}",
        log=paths.SETUP_LOG,
        cwd=downloads,
    )
    for package in sorted(downloads.glob("*.deb")):
        run_logged(
            ["dpkg", "-x", package, paths.SYSROOT],
            purpose=f"Unpacking {package.name}",
            log=paths.SETUP_LOG,
        )
    shutil.rmtree(downloads)
    marker.write_text(wanted)
    return paths.SYSROOT


def new_packages(simulation: str) -> list[str]:
    """Return the packages that `apt-get --simulate install` would add.

    Not the ones it would only renew, which stand with their old version in brackets: a newer C
    library beside the machine's own dynamic linker would break every program.
    """
    return re.findall(r"^Inst (\S+) \(", simulation, re.MULTILINE)


def _with_dependencies(packages: list[str], apt_get: list[str]) -> list[str]:
    simulated = subprocess.run(
        [*apt_get, "--simulate", "--no-install-recommends", "install", *packages],
        capture_output=True,
        text=True,
        check=False,
    )
    if simulated.returncode:
        reason = meaning_of(simulated.stderr) or last_line(simulated.stderr)
        raise LaunchError(f"Fetching {' '.join(packages)} failed. {reason}")
    return new_packages(simulated.stdout)


def _apt_get_of_our_own() -> list[str]:
    """Return apt-get with lists and cache of our own, which needs no rights."""
    state = paths.RUN / "apt"
    for needed in ("lists/partial", "cache/archives/partial"):
        (state / needed).mkdir(parents=True, exist_ok=True)
    options = [
        f"Dir::State::lists={state}/lists",
        f"Dir::Cache={state}/cache",
        "Debug::NoLocking=1",
        "APT::Sandbox::User=",
    ]
    return ["apt-get", "-q", *_NETWORK_OPTIONS, *(o for opt in options for o in ("-o", opt))]


def _require_apt(packages: list[str]) -> None:
    if not shutil.which("apt-get"):
        names = ", ".join(packages)
        raise LaunchError(
            f"This machine has no apt-get: install what Debian calls {names}"
            " with your package manager and run this again."
        )
