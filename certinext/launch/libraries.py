"""Native libraries: found on this machine, installed as root, unpacked as a plain user."""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass
from pathlib import Path

from certinext.launch import apt


@dataclass(frozen=True)
class Libraries:
    """Shared objects that a program loads, and the Debian packages that bring them."""

    label: str
    objects: tuple[str, ...]
    packages: tuple[str, ...]


# WeasyPrint draws with Pango; the fonts are what it falls back to.
PANGO = Libraries(
    label="pango",
    objects=(
        "libpango-1.0.so.0",
        "libpangoft2-1.0.so.0",
        "libharfbuzz-subset.so.0",
        "libfontconfig.so.1",
    ),
    packages=("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core"),
)
# The Node.js inside Playwright's package, which steers the browser.
BROWSER_DRIVER = Libraries(
    label="browser-driver", objects=("libatomic.so.1",), packages=("libatomic1",)
)


def ensure_libraries(libraries: Libraries) -> dict[str, str]:
    """Make sure that programs find these libraries; return the variables they need for it.

    Raises LaunchError when Debian's archive cannot be reached.
    """
    if all(map(_can_load, libraries.objects)):
        return {}
    packages = list(libraries.packages)
    if os.geteuid() == 0:
        apt.install(packages)
        return {}
    return search_paths(apt.unpack(packages, label=libraries.label))


def search_paths(sysroot: Path) -> dict[str, str]:
    """Return the variables that make programs find libraries and fonts in an unpacked folder."""
    folders = [
        folder
        for machine in sorted((sysroot / "usr/lib").glob("*-linux-gnu*"))
        for folder in (machine, sysroot / "lib" / machine.name, machine / "pulseaudio")
        if folder.is_dir()
    ]
    users_own = os.environ.get("LD_LIBRARY_PATH")
    fonts = sysroot / "fonts.conf"
    fonts.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"  <dir>{sysroot}/usr/share/fonts</dir>\n  <dir>/usr/share/fonts</dir>\n"
        f"  <cachedir>{sysroot}/font-cache</cachedir>\n"
        '  <include ignore_missing="yes">/etc/fonts/conf.d</include>\n</fontconfig>\n'
    )
    return {
        "LD_LIBRARY_PATH": ":".join([*map(str, folders), *([users_own] if users_own else [])]),
        "FONTCONFIG_FILE": str(fonts),
    }


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
