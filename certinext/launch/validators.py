"""What the reference validators of documents need: Java, poppler's `pdfsig`, a PKCS#11 token."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from certinext.launch import apt
from certinext.launch.console import LaunchError
from certinext.launch.libraries import search_paths

_JAVA = "openjdk-17-jre-headless"
_POPPLER = "poppler-utils"
_SOFTHSM = "softhsm2"
_PROGRAMS = {_POPPLER: "usr/bin/pdfsig", _SOFTHSM: "usr/bin/softhsm2-util"}
_LIBRARY = "lib/server/libjvm.so"
_ROOT = Path("/")


def ensure_validators(env: Mapping[str, str]) -> dict[str, str]:
    """Make sure that the validators can run; return the variables that name them.

    Raises LaunchError when something is missing and Debian's archive cannot be reached.
    """
    return {**_programs(env), **ensure_java()}


def _programs(env: Mapping[str, str]) -> dict[str, str]:
    """Return where poppler's `pdfsig` and a token in software are."""
    if os.geteuid() == 0:
        missing = [package for package, file in _PROGRAMS.items() if not (_ROOT / file).exists()]
        if missing:
            apt.install(missing)
        return _variables(_ROOT)
    if all((_ROOT / file).exists() for file in _PROGRAMS.values()):
        return _variables(_ROOT)
    sysroot = apt.unpack(list(_PROGRAMS), label="validators")
    libraries = search_paths(sysroot)
    mine = env.get("LD_LIBRARY_PATH")
    folders = [libraries["LD_LIBRARY_PATH"], *([mine] if mine else [])]
    return {**libraries, "LD_LIBRARY_PATH": ":".join(folders), **_variables(sysroot)}


def _variables(root: Path) -> dict[str, str]:
    token = next(iter(sorted((root / "usr/lib").glob("*/softhsm/libsofthsm2.so"))), None)
    return {
        "PDFSIG": str(root / _PROGRAMS[_POPPLER]),
        "PDFTOPPM": str(root / _PROGRAMS[_POPPLER].replace("pdfsig", "pdftoppm")),
        "PDFTOTEXT": str(root / _PROGRAMS[_POPPLER].replace("pdfsig", "pdftotext")),
        "SOFTHSM2_UTIL": str(root / _PROGRAMS[_SOFTHSM]),
        "SOFTHSM2_MODULE": str(token or root / "usr/lib/softhsm/libsofthsm2.so"),
    }


def ensure_java() -> dict[str, str]:
    """Make sure that a Java runtime is there; return the variable that names it.

    Raises LaunchError when there is none and Debian's archive cannot be reached.
    """
    home = _installed()
    if home is None and os.geteuid() == 0:
        apt.install([_JAVA])
        home = _below(_ROOT)
    elif home is None:
        sysroot = apt.unpack([_JAVA], label="java")
        home = _below(sysroot)
        if home is not None:
            _keep_links_inside(home, sysroot)
    if home is None:
        raise LaunchError(f"No Java runtime was found after installing {_JAVA}.")
    return {"JAVA_HOME": str(home)}


def _installed() -> Path | None:
    named = os.environ.get("JAVA_HOME")
    if named and (Path(named) / _LIBRARY).exists():
        return Path(named)
    program = shutil.which("java")
    home = Path(program).resolve().parent.parent if program else None
    return home if home and (home / _LIBRARY).exists() else _below(_ROOT)


def _below(root: Path) -> Path | None:
    homes = sorted((root / "usr/lib/jvm").glob("*"))
    return next((home.resolve() for home in homes if (home / _LIBRARY).exists()), None)


def _keep_links_inside(home: Path, sysroot: Path) -> None:
    """Point the links to /etc, where a package would put its settings, into the unpacked folder."""
    for link in home.rglob("*"):
        if not link.is_symlink():
            continue
        target = link.readlink()
        inside = sysroot / target.relative_to(_ROOT) if target.is_absolute() else target
        if target.is_absolute() and inside.exists():
            link.unlink()
            link.symlink_to(inside)
