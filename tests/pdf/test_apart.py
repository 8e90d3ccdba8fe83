"""A page that takes too long or too much ends alone, and the next one is set as ever."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import pytest

from certinext.pdf.apart import Limits, RenderingFailed, RenderingProcess
from certinext.pdf.render import render_pdf
from tests.pdf.test_archive import PAGE, XML


@pytest.fixture(scope="module")
def process() -> Iterator[RenderingProcess]:
    started = RenderingProcess(Limits(seconds=60))
    yield started
    started.close()


def pid_of(process: RenderingProcess) -> int:
    running: Any = process._process
    return int(running.pid)


def test_the_same_page_gives_the_same_bytes_there_as_here(process: RenderingProcess) -> None:
    options: dict[str, Any] = {"embedded": [XML], "seal_title": "Siegel"}
    assert process.render(PAGE, **options) == render_pdf(PAGE, **options)


def test_one_process_sets_many_pages_also_for_several_threads(process: RenderingProcess) -> None:
    pages = [PAGE.replace("Inhalt", f"Inhalt {number}") for number in range(4)]
    process.render(PAGE)
    before = pid_of(process)
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(process.render, pages)) == [render_pdf(page) for page in pages]
    assert pid_of(process) == before


def test_a_page_that_cannot_be_set_is_explained_and_the_process_goes_on(
    process: RenderingProcess,
) -> None:
    process.render(PAGE)
    before = pid_of(process)
    with pytest.raises(RenderingFailed, match="ResourceRefused"):
        process.render(PAGE, sheet="static:../secret.css")
    assert process.render(PAGE) == render_pdf(PAGE)
    assert pid_of(process) == before


def test_a_process_that_dies_is_started_anew(process: RenderingProcess) -> None:
    process.render(PAGE)
    os.kill(pid_of(process), signal.SIGKILL)
    try:
        assert process.render(PAGE) == render_pdf(PAGE)
    except RenderingFailed:
        # It was not yet known to be dead: this request is lost, the next one is not.
        assert process.render(PAGE) == render_pdf(PAGE)


def test_a_page_that_takes_too_long_is_ended() -> None:
    process = RenderingProcess(Limits(seconds=0.05))
    with pytest.raises(RenderingFailed, match=r"longer than 0\.05 seconds"):
        process.render(PAGE)
    assert process._process is None


def test_a_page_that_takes_too_much_memory_is_ended() -> None:
    process = RenderingProcess(Limits(seconds=120, megabytes=600))
    with pytest.raises(RenderingFailed, match=r"memory|without an answer"):
        process.render(PAGE.replace("Inhalt", "x" * 120_000_000))
    assert process._process is None
    process.close()


def test_after_so_many_documents_the_process_is_a_new_one() -> None:
    process = RenderingProcess(Limits(seconds=60, documents=2))
    process.render(PAGE)
    first = pid_of(process)
    process.render(PAGE)
    process.render(PAGE)
    assert pid_of(process) != first
    process.close()


def test_an_answer_that_nobody_read_is_not_the_next_ones(
    process: RenderingProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("certinext.pdf.apart._read_within", mock.Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            process.render(PAGE.replace("</body>", "<p>Somebody else's</p></body>"))
    assert process.render(PAGE) == render_pdf(PAGE)
