"""Bootstrap Icons, one file each, as their package ships them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


class UnknownIcon(LookupError):
    """No icon of this name is vendored; `static/vendor/LICENSES.md` says how to add one."""


@cache
def shapes(name: str) -> str:
    """What is drawn inside the icon's 16 by 16 box, as SVG. Raises UnknownIcon."""
    path = FOLDER / f"{name}.svg"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise UnknownIcon(f"There is no icon called {name!r}.")
    found = _SHAPES.search(path.read_text(encoding="utf-8"))
    if found is None:
        raise UnknownIcon(f"{path.name} holds no drawing.")
    return re.sub(r">\s+<", "><", found[1].strip())
