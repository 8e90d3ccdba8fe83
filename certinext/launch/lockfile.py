"""The part of the lock that production needs.

One lock holds the tools for tests and checks too, so that everybody runs the same versions. An
image needs only what the portal imports: `python -m certinext.launch.lockfile requirements.lock`
prints that part, hashes included.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

# How the lock names the list `dependencies` of pyproject.toml; a group has its name after a colon.
_PROJECT = "certinext (pyproject.toml)"


def production_part(lock: str) -> str:
    """Return the locked requirements that production reaches, in the lock's order.

    Follows the comments that `uv pip compile` writes under each requirement: who asked for it.
    """
    blocks = re.split(r"^(?=[^\s#])", lock, flags=re.MULTILINE)
    wanted_by = {_name(block): _askers(block) for block in blocks if block.strip()}
    needed = {_PROJECT}
    while more := {
        name for name, askers in wanted_by.items() if name not in needed and askers & needed
    }:
        needed |= more
    return "".join(block for block in blocks if block.strip() and _name(block) in needed)


def _name(block: str) -> str:
    return re.split(r"[=\[ ;]", block, maxsplit=1)[0]


def _askers(block: str) -> set[str]:
    comments = [line.strip() for line in block.splitlines() if line.strip().startswith("#")]
    return {re.sub(r"^#\s*(via\s*)?", "", comment) for comment in comments} - {""}


if __name__ == "__main__":
    sys.stdout.write(production_part(Path(sys.argv[1]).read_text()))
