"""Where things are in a clone."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# The environment is made with the very Python that runs this, so its folder is known.
SITE_PACKAGES = VENV / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"

# Everything that a command writes, beside the environment, is below here.
RUN = ROOT / ".run"
SETUP_LOG = RUN / "setup.log"
# Debian packages that a plain user cannot install are unpacked here.
SYSROOT = RUN / "sysroot"
