from __future__ import annotations

import re

import pytest
from django.template import Context, Template

from certinext.web import icons
from certinext.web.templatetags.portal import icon


def test_an_icon_is_inline_hidden_from_readers_and_takes_the_colour_of_its_text() -> None:
    html = Template('{% load portal %}{% icon "download" %}').render(Context())
    assert html.startswith(
        '<svg width="16" height="16" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">'
        "<path d="
    )
    assert html.endswith("</svg>")


def test_an_icon_can_be_smaller() -> None:
    assert icon("search", 14).startswith('<svg width="14" height="14" viewBox="0 0 16 16"')


@pytest.mark.parametrize("name", ["no-such-icon", "../icons/download", "", "Download", "LICENSE"])
def test_an_unknown_icon_is_an_error(name: str) -> None:
    with pytest.raises(icons.UnknownIcon):
        icon(name)


def test_every_icon_is_a_drawing_and_nothing_else() -> None:
    files = sorted(icons.FOLDER.glob("*.svg"))
    assert files
    for path in files:
        assert set(re.findall(r"<(\w+)", icon(path.stem))) <= {"svg", "path", "circle"}, path.name


def test_every_icon_is_used_by_a_page() -> None:
    root = icons.FOLDER.parents[2]
    pages = [*(root / "templates").rglob("*.html"), root / "billing" / "context.py"]
    named = set(re.findall(r'"([a-z0-9-]+)"', "".join(page.read_text("utf-8") for page in pages)))
    assert {path.stem for path in icons.FOLDER.glob("*.svg")} - named == set()
