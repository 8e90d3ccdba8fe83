"""Rules for every template, whoever writes it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template, render_to_string
from pytest_django import Settings

from certinext.web import icons

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
PAGES = [
    path
    for path in TEMPLATES
    if path.suffix == ".html" and "documents" not in path.relative_to(ROOT).parts
]
COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}|{#.*?#}", re.DOTALL)
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style[\s>]", re.IGNORECASE),
    "a script without a file": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\s(on[a-z]+|hx-on[\w:-]*)\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
}


def source(path: Path) -> str:
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


def named(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT / "templates")) for path in paths]


@pytest.mark.parametrize("rule", INLINE)
def test_the_content_policy_allows_nothing_inline(rule: str) -> None:
    assert [path.name for path in PAGES if INLINE[rule].search(source(path))] == []


@pytest.mark.parametrize(
    ("rule", "html"),
    [
        ("a style attribute", '<p class="x" style="color:red">'),
        ("a style element", "<style>p{}</style>"),
        ("a script without a file", "<script defer>alert(1)</script>"),
        ("an event attribute", '<a href="#" onclick="x()">'),
        ("an event attribute", '<a hx-on:click="x()">'),
        ("a javascript: address", '<a href="JavaScript:x()">'),
    ],
)
def test_these_rules_see_what_they_forbid(rule: str, html: str) -> None:
    assert INLINE[rule].search(html)


def test_every_static_file_that_a_template_names_exists() -> None:
    used = {
        name
        for path in TEMPLATES
        for name in re.findall(r"{%\s*static\s+['\"]([^'\"]+)['\"]", source(path))
    }
    assert "portal.css" in used
    assert [name for name in sorted(used) if finders.find(name) is None] == []


def test_every_icon_that_a_template_names_is_vendored() -> None:
    used = {
        name
        for path in PAGES
        for name in re.findall(r"{%\s*icon\s+['\"]([^'\"]+)['\"]", source(path))
    }
    assert "download" in used | {path.stem for path in icons.FOLDER.glob("*.svg")}
    assert [name for name in sorted(used) if not icons.shapes(name)] == []


@pytest.mark.parametrize("name", named(TEMPLATES))
def test_every_template_compiles(name: str) -> None:
    get_template(name)


@pytest.fixture
def _plain_static_files(settings: Settings) -> None:
    """Names of static files without their hash, which only `collectstatic` knows."""
    backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}


@pytest.mark.usefixtures("_plain_static_files")
@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_an_error_page_needs_nothing(name: str) -> None:
    html = render_to_string(name)
    assert html.startswith("<!doctype html>")
    assert "<h1" in html
    assert "Traceback" not in html


@pytest.mark.usefixtures("_plain_static_files")
@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_an_error_page_of_a_tenant_says_where_to_go(name: str) -> None:
    assert 'href="/"' in render_to_string(name, {"portal": {"is_tenant": True}})


@pytest.mark.usefixtures("_plain_static_files")
def test_the_public_host_has_no_start_page_to_go_to() -> None:
    assert 'href="/"' not in render_to_string("404.html", {"portal": {"is_tenant": False}})


def test_no_style_sheet_of_ours_names_a_source_map() -> None:
    # The manifest storage follows the reference and stops on a map that is not there.
    sheets = sorted((ROOT / "static").rglob("*.css"))
    assert sheets
    assert [sheet.name for sheet in sheets if b"sourceMappingURL" in sheet.read_bytes()] == []
