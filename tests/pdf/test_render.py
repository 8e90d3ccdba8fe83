from __future__ import annotations

import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import weasyprint
from django.conf import settings
from pypdf import PdfReader

from certinext.pdf.fetcher import ResourceRefused, StaticFetcher, static_file
from certinext.pdf.render import render_pdf

PAGE = """<!DOCTYPE html><html lang="en-IN"><head><title>Tax invoice INV/1</title>
<meta name="author" content="Aravalli"><meta name="description" content="For Kaveri">
<meta name="dcterms.created" content="2026-10-31T18:28:00Z">
<meta name="dcterms.modified" content="2026-10-31T18:28:00Z"></head>
<body data-page="Page" data-of="of"><h1>Grüße ₹ 1,00,159.40 श्री</h1><b>Bold</b>%s</body></html>"""


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def test_the_text_can_be_read_back() -> None:
    assert "Grüße ₹ 1,00,159.40" in read(render_pdf(PAGE % "")).pages[0].extract_text()


def test_language_title_author_and_dates_are_the_documents_own() -> None:
    reader = read(render_pdf(PAGE % ""))
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/Lang"] == "en-IN"
    assert catalog["/MarkInfo"]["/Marked"]
    info = reader.metadata
    assert info is not None
    assert (info.title, info.author, info.subject) == (
        "Tax invoice INV/1",
        "Aravalli",
        "For Kaveri",
    )
    assert str(info["/CreationDate"]) == str(info["/ModDate"]) == "D:20261031182800Z"


def test_the_same_page_gives_the_same_bytes_whatever_was_set_before() -> None:
    first = render_pdf(PAGE % "")
    render_pdf(PAGE % "<p>Another page, with Ωther letters</p>")
    assert render_pdf(PAGE % "") == first
    assert render_pdf(PAGE % "", extra_css=":root { --accent: #343a9e }") != first


def test_another_process_gives_the_same_bytes() -> None:
    script = (
        "import hashlib, sys; from certinext.pdf.render import render_pdf;"
        "print(hashlib.sha256(render_pdf(sys.stdin.read())).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=PAGE % "",
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == sha256(render_pdf(PAGE % "")).hexdigest()


def test_threads_do_not_disturb_each_other() -> None:
    pages = [PAGE % f"<p>Page number {number}</p>" for number in range(4)]
    alone = [render_pdf(page) for page in pages]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(render_pdf, pages)) == alone


def test_only_our_own_fonts_are_used() -> None:
    page: Any = read(render_pdf(PAGE % "")).pages[0]
    fonts = {str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}
    assert {name.split("+")[1] for name in fonts} == {
        "Document-Latin",
        "Document-Latin-Semi-Bold",
        "Document-Devanagari-Semi-Bold",
    }


def test_controls_and_lone_surrogates_do_not_crash() -> None:
    text = read(render_pdf(PAGE % "a\x00b\ud800c\u202ed\uffff")).pages[0].extract_text()
    assert "ab\ufffdcd" in text


def test_a_page_can_neither_read_a_file_nor_call_a_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("The secret")
    leak = PAGE % f'<link rel="attachment" href="{secret.as_uri()}">'
    # With the library's own fetcher this page does carry the file away.
    assert read(weasyprint.HTML(string=leak).write_pdf()).attachments == {
        "secret.txt": [b"The secret"]
    }
    asked: list[str] = []

    def watched(_self: StaticFetcher, url: str, _headers: object = None) -> Any:
        asked.append(url)
        return static_file(url)

    monkeypatch.setattr(StaticFetcher, "fetch", watched)
    html = PAGE % (
        f'<link rel="attachment" href="{secret.as_uri()}">'
        '<img src="file:///etc/passwd" alt="instead"><img src="http://127.0.0.1:9/x.png">'
        '<object data="ftp://127.0.0.1/x.svg"></object><embed src="data:image/png;base64,AA==">'
        '<div style="background: url(static:../manage.py)">x</div>'
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image width="9" height="9"'
        ' href="file:///etc/passwd"/></svg>'
        "<style>@import url(http://127.0.0.1:9/x.css);"
        "@font-face { font-family: x; src: url(file:///etc/passwd) }</style>"
    )
    pdf = render_pdf(html)

    # The page's own attachments are not even asked for.
    assert set(asked) == {
        "file:///etc/passwd",
        "http://127.0.0.1:9/x.png",
        "http://127.0.0.1:9/x.css",
        "ftp://127.0.0.1/x.svg",
        "data:image/png;base64,AA==",
        "static:../manage.py",
    }
    for url in [*asked, secret.as_uri()]:
        with pytest.raises(ResourceRefused):
            static_file(url)
    assert read(pdf).attachments == {}
    text = read(pdf).pages[0].extract_text()
    assert "instead" in text
    assert "root:" not in text
