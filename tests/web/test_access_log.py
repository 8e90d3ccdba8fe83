"""What is logged of each request, and what never is."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from certinext.launch import paths
from certinext.web.logs import ContextFilter, JsonFormatter
from certinext.web.middleware import access_log_middleware

pytestmark = pytest.mark.django_db


def logged(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Return the lines of the access log as they are written."""
    return [
        json.loads(JsonFormatter().format(record))
        for record in caplog.records
        if record.name == "certinext.access"
    ]


@pytest.fixture
def access(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The captured log, with tenant and request id as in production."""
    caplog.handler.addFilter(ContextFilter())
    caplog.set_level(logging.INFO, logger="certinext.access")
    return caplog


def test_each_request_is_one_line_with_its_tenant_and_id(
    client: Client, access: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/account/login/?next=/secret")

    (line,) = logged(access)
    assert {name: line[name] for name in ("level", "logger", "tenant", "request_id")} == {
        "level": "INFO",
        "logger": "certinext.access",
        "tenant": "alpha",
        "request_id": answer["X-Request-Id"],
    }
    assert (line["method"], line["path"], line["status"]) == ("GET", "/account/login/", 200)
    assert isinstance(line["duration_ms"], int)
    assert line["message"] == f"GET /account/login/ 200 {line['duration_ms']} ms"
    assert "secret" not in json.dumps(line)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_checks_are_not_logged(
    client: Client, access: pytest.LogCaptureFixture, path: str
) -> None:
    client.get(path)

    assert logged(access) == []


def test_a_request_that_nobody_could_answer_is_logged_too(
    access: pytest.LogCaptureFixture,
) -> None:
    def fail(_request: HttpRequest) -> HttpResponse:
        raise OSError("no answer")

    with pytest.raises(OSError, match="no answer"):
        access_log_middleware(fail)(RequestFactory().get("/orders/"))

    (line,) = logged(access)
    assert (line["path"], line["status"]) == ("/orders/", 500)


def test_an_unknown_host_belongs_to_no_tenant(access: pytest.LogCaptureFixture) -> None:
    Client(HTTP_HOST="nobody.example").get("/")

    (line,) = logged(access)
    assert (line["tenant"], line["status"]) == ("-", 404)


@pytest.mark.parametrize("end", ["/", ""])
def test_an_invitations_token_is_not_logged(
    client: Client, access: pytest.LogCaptureFixture, end: str
) -> None:
    client.get(f"/invitations/mUq3v7yPz0J8kRk2wQm1sT5xVb9nLc4d{end}")

    (line,) = logged(access)
    assert line["path"] == f"/invitations/***{end}"
    assert "mUq3" not in json.dumps(line)


def test_a_line_break_in_an_address_forges_no_line(
    client: Client, access: pytest.LogCaptureFixture
) -> None:
    client.get("/x%0A{forged}")

    (line,) = logged(access)
    assert line["path"] == "/x%0A%7Bforged%7D"


def test_gunicorns_own_words_are_json_too() -> None:
    script = (
        "import logging, logging.config, runpy\n"
        "found = runpy.run_path('certinext/gunicorn.py')\n"
        "logging.config.dictConfig(found['logconfig_dict'])\n"
        "logging.getLogger('gunicorn.error').info('%s %s %s', 'GET', '/x/?a=b', 7)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", script],
        cwd=paths.ROOT,
        env={**os.environ, "LOG_FORMAT": "json"},
        capture_output=True,
        text=True,
        check=True,
    ).stderr

    entry = json.loads(said)
    assert (entry["logger"], entry["message"]) == ("gunicorn.error", "GET /x/ 7")
