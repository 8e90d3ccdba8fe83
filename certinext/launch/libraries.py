"""The native libraries that WeasyPrint draws with."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

from certinext.launch import apt

_NEEDED = (
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
)
_PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core"]


def ensure_libraries() -> dict[str, str]:
    """Make sure that WeasyPrint finds its libraries; return the variables that it needs for it.

    Raises LaunchError when Debian's archive cannot be reached.
    """
    if all(map(_can_load, _NEEDED)):
        return {}
    if os.geteuid() == 0:
        apt.install(_PACKAGES)
        return {}
    return search_paths(apt.unpack(_PACKAGES, label="pango"))


def search_paths(sysroot: Path) -> dict[str, str]:
    """Return the variables that make programs find libraries and fonts in an unpacked folder."""
    folders = [
        folder
        for machine in sorted((sysroot / "usr/lib").glob("*-linux-gnu*"))
        for folder in (machine, sysroot / "lib" / machine.name, machine / "pulseaudio")
        if folder.is_dir()
    ]
    fonts = sysroot / "fonts.conf"
    fonts.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"  <dir>{sysroot}/usr/share/fonts</dir>\n  <dir>/usr/share/fonts</dir>\n"
        f"  <cachedir>{sysroot}/font-cache</cachedir>\n"
        '  <include ignore_missing="yes">/etc/fonts/conf.d</include>\n</fontconfig>\n'
    )
    return {
        "LD_LIBRARY_PATH": ":".join(map(str, folders)),
        "FONTCONFIG_FILE": str(fonts),
    }


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
