"""The browser that the tests drive: Debian's Chromium."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

from certinext.launch import apt, libraries, paths
from certinext.launch.console import LaunchError, say

SKIP_VARIABLE = "CERTINEXT_SKIP_BROWSER"
_HEADLESS = "chromium-headless-shell"


def wanted() -> bool:
    """Tell whether browser tests are to run; leaving them out is said aloud."""
    if os.environ.get(SKIP_VARIABLE) != "1":
        return True
    say(f"Leaving the browser tests out, because {SKIP_VARIABLE}=1")
    return False


def ensure_browser() -> dict[str, str]:
    """Make sure that Chromium runs on this machine; return the variables that tests need for it.

    Raises LaunchError when there is none and it cannot be installed.
    """
    try:
        driver = libraries.ensure_libraries(libraries.BROWSER_DRIVER)
        return {**driver, "CHROMIUM": str(_installed() or _install())}
    except LaunchError as error:
        raise LaunchError(
            f"{error} Without Chromium, {SKIP_VARIABLE}=1 runs the tests that need no browser."
        ) from error


def _installed() -> Path | None:
    names = (os.environ.get("CHROMIUM", ""), "chromium", _HEADLESS)
    found = next(filter(None, (shutil.which(name) for name in names if name)), None)
    return Path(found) if found else None


def _install() -> Path:
    if os.geteuid() == 0:
        apt.install(["chromium"])
        return Path("/usr/bin/chromium")
    return _unpack()


def _unpack() -> Path:
    """Unpack Chromium without root rights; return a script that starts it from there."""
    sysroot = apt.unpack([_HEADLESS, "fonts-dejavu-core"], label="browser")
    # Not the script in usr/bin, which starts the program from where a package would put it.
    program = sysroot / "usr/lib/chromium" / _HEADLESS
    exports = "".join(
        f"export {name}={shlex.quote(value)}\n"
        for name, value in libraries.search_paths(sysroot).items()
    )
    options = "" if os.access("/dev/shm", os.W_OK) else "--disable-dev-shm-usage "
    script = paths.RUN / "chromium"
    script.write_text(f'#!/bin/sh\n{exports}exec {shlex.quote(str(program))} {options}"$@"\n')
    script.chmod(0o755)
    return script
