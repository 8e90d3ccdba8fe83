from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from certinext.pdf.fetcher import ResourceRefused, StaticFetcher, static_file

STATIC = Path(settings.BASE_DIR) / "static"


@pytest.mark.parametrize(
    "name",
    [
        "documents/document.css",
        "fonts/Inter-Regular.otf",
        "fonts/Inter-SemiBold.otf",
        "fonts/NotoSansDevanagari-Regular.ttf",
        "fonts/NotoSansDevanagari-Bold.ttf",
    ],
)
def test_the_sheet_and_the_fonts_are_served(name: str) -> None:
    assert StaticFetcher().fetch(f"static:{name}").read() == (STATIC / name).read_bytes()


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        f"file://{STATIC}/documents/document.css",
        "http://127.0.0.1:9/x.css",
        "https://example.com/x.css",
        "ftp://example.com/x.css",
        "data:text/css,*{}",
        "gopher://x",
        "documents/document.css",
        "static:",
        "static:documents",
        "static:documents/missing.css",
        "static:portal.css",
        "static:../certinext/settings.py",
        "static:documents/../portal.css",
        "static:documents/../../certinext/settings.py",
        "static:fonts/../../.env",
        "static:fonts/README.md",
        "static:fonts%2f..%2f..%2fmanage.py",
        "static:/etc/passwd",
        f"static:{STATIC}/portal.css",
        "static:documents/document.css\0.otf",
        "STATIC:documents/document.css",
        "",
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    with pytest.raises(ResourceRefused):
        StaticFetcher().fetch(url)


def test_a_link_out_of_the_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "static" / "documents").mkdir(parents=True)
    (tmp_path / "secret.css").write_text("secret")
    (tmp_path / "static" / "documents" / "own.css").write_text("own")
    (tmp_path / "static" / "documents" / "link.css").symlink_to(tmp_path / "secret.css")
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)

    assert static_file("static:documents/own.css").read_text() == "own"
    with pytest.raises(ResourceRefused):
        static_file("static:documents/link.css")


def test_fonts_come_with_their_licences() -> None:
    for name in ("Inter.OFL.txt", "NotoSansDevanagari.OFL.txt"):
        assert "SIL OPEN FONT LICENSE Version 1.1" in (STATIC / "fonts" / name).read_text()
