"""Pictures of pages, for people to look at: `python3 run.py test tests/browser --screens DIR`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

WIDTHS = {"desktop": 1280, "mobile": 390}
HEIGHT = 900
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


class Screens:
    """Stores the pictures in a folder, or nothing without one."""

    def __init__(self, folder: str | None) -> None:
        self._folder = Path(folder) if folder else None

    def take(self, page: Page, name: str, *, scheme: str, device: str) -> None:
        """Store the whole page, with its scroll height, as `orders.dark.mobile.png`."""
        if self._folder is not None:
            page.screenshot(path=self._folder / f"{name}.{scheme}.{device}.png", full_page=True)
