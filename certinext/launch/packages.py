"""The Python environment: made once, and again when the lock or Python changes."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import sys
from pathlib import Path

from certinext.launch import apt, paths
from certinext.launch.console import say
from certinext.launch.programs import run_logged

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def ensure_environment() -> None:
    """Make sure that `.venv` holds exactly the locked packages.

    Raises LaunchError when they cannot be fetched or do not match their hashes.
    """
    stamp = paths.VENV / ".complete"
    wanted = fingerprint(paths.REQUIREMENTS)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Making a Python environment")
    shutil.rmtree(paths.VENV, ignore_errors=True)
    pip = _create_environment()
    say("Installing the locked Python packages")
    run_logged(
        [
            *pip,
            "install",
            "--quiet",
            "--no-input",
            "--disable-pip-version-check",
            "--retries=2",
            "--require-hashes",
            "--only-binary=:all:",
            f"--requirement={paths.REQUIREMENTS}",
        ],
        purpose="Installing the Python packages",
        log=paths.SETUP_LOG,
        env={**os.environ, **_certificate_variables()},
    )
    stamp.write_text(wanted)


def fingerprint(lock: Path) -> str:
    """Return what an environment depends on: the lock, Python, and its own place on the disk."""
    # Not sys.version, which names the build too: Debian's updates need no new environment.
    python = f"{sys.implementation.cache_tag} {sys.version_info[:3]}"
    parts = [lock.read_text(), python, str(paths.VENV)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _create_environment() -> list[str | Path]:
    """Create an empty environment; return the command that runs pip in it.

    Debian keeps pip out of its Python: root installs the missing part, a plain user runs pip
    from Debian's wheel of it.
    """
    if not _has_ensurepip() and os.geteuid() == 0:
        apt.install(["python3-venv"])
        importlib.invalidate_caches()
    if _has_ensurepip():
        _venv([])
        return [paths.PYTHON, "-m", "pip"]
    sysroot = apt.unpack(["python3-pip-whl"], label="pip")
    _venv(["--without-pip"])
    wheel = next((sysroot / "usr/share/python-wheels").glob("pip-*.whl"))
    return [paths.PYTHON, wheel / "pip"]


def _has_ensurepip() -> bool:
    return importlib.util.find_spec("ensurepip") is not None


def _venv(options: list[str]) -> None:
    # Not sys.executable: that may be the very environment that was just removed.
    python = getattr(sys, "_base_executable", sys.executable)
    run_logged(
        [python, "-m", "venv", *options, paths.VENV],
        purpose="Making a Python environment",
        log=paths.SETUP_LOG,
        cwd=paths.ROOT,
    )


def _certificate_variables() -> dict[str, str]:
    """Return where pip finds certificates when Debian's were unpacked but not installed."""
    unpacked = sorted((paths.SYSROOT / "usr/share/ca-certificates/mozilla").glob("*.crt"))
    if CERTIFICATES.exists() or not unpacked or "PIP_CERT" in os.environ:
        return {}
    bundle = paths.SYSROOT / "ca-certificates.crt"
    bundle.write_text("\n".join(path.read_text() for path in unpacked))
    return {"PIP_CERT": str(bundle)}
