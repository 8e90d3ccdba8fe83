"""The demo's self-check, its guide and its waiting for the worker."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIServer
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from pytest_django import Settings

from billing.models import OutboxMessage
from certinext.backoffice.demo.browser import Answer, Page
from certinext.backoffice.demo.check import CheckFailed, check_demo
from certinext.backoffice.demo.guide import guide
from certinext.backoffice.demo.monthly import WorkerTooSlow, run_through_worker
from certinext.backoffice.demo.sellers import OPERATOR, PASSWORD, SELLERS
from tests.demo.conftest import NOW, at

EMSIGN, HARBOUR = SELLERS


class _Closing:
    """The portal; a thread that served a request leaves no connection open."""

    def __init__(self) -> None:
        self.application = get_wsgi_application()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return self.application(environ, start_response)
        finally:
            connections.close_all()


@pytest.fixture
def port(demo: str, settings: Settings, tmp_path: Path) -> Iterator[int]:
    """The port of a web server over the demo's database."""
    settings.STATIC_ROOT = tmp_path
    server: WSGIServer = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
    server.set_app(_Closing())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield int(server.server_port)
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_check_downloads_and_compares_at_both_sellers(port: int) -> None:
    lines: list[str] = []

    check_demo(port=port, say=lines.append)

    for seller in SELLERS:
        said = [line for line in lines if line.startswith(f"{seller.host}: ")]
        assert [line.split(": ")[1].split(" ")[0] for line in said] == [
            next(p.email for p in seller.people if "administrator (an" in p.title),
            "invoice",
            "credit",
            "the",
        ]


def test_a_portal_that_does_not_answer_is_one_sentence(demo: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

        with pytest.raises(CheckFailed, match=rf"^emsign.localhost: .* on port {port} \(.*\)\.$"):
            check_demo(port=port, say=lambda line: None)


def test_a_worker_that_does_nothing_is_named_with_what_is_left(demo: str) -> None:
    with at(EMSIGN):
        assert OutboxMessage.objects.filter(done_at=None).count() > 10

    with pytest.raises(WorkerTooSlow, match=r"emsign: .* not done in time: more than \d+ PDFs to"):
        run_through_worker(say=lambda line: None, patience=0)


def test_the_guide_says_where_everybody_signs_in(demo: str, settings: Settings) -> None:
    settings.SITE_SCHEME, settings.SITE_PORT, settings.PUBLIC_HOST = "http", "8123", "localhost"

    text = "\n".join(guide(now=NOW))

    assert "demo data" in text
    assert "http://emsign.localhost:8123/" in text
    assert "http://harbour.localhost:8123/" in text
    assert "http://localhost:8123/admin/" in text
    assert PASSWORD in text
    assert OPERATOR.email in text
    assert all(person.email in text for seller in SELLERS for person in seller.people)
    assert str(settings.MEDIA_ROOT) in text


def test_a_page_tells_its_links_and_fields() -> None:
    html = b'<a href="/a/b.pdf">x</a><input name="csrfmiddlewaretoken" value="t&amp;k"><a>no</a>'

    page = Page(Answer(200, {}, html))

    assert page.links == ["/a/b.pdf"]
    assert page.fields == {"csrfmiddlewaretoken": "t&k"}
