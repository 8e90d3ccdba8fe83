"""Health checks, request ids and logs."""

from __future__ import annotations

import json
import logging
from io import BytesIO
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings
from redis.exceptions import ConnectionError as RedisConnectionError

from certinext.web.logs import ContextFilter, JsonFormatter, request_id, tenant

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("host", ["alpha.testserver", "localhost", "nobody.example", "10.0.0.7"])
def test_a_living_process_says_so_at_any_host(host: str) -> None:
    answer = Client(HTTP_HOST=host).get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_ready_means_that_database_and_redis_answer(client: Client) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"database": True, "redis": True})


def test_without_the_database_the_process_is_not_ready(client: Client) -> None:
    with patch("certinext.web.middleware.connection.cursor", side_effect=OperationalError):
        answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"database": False, "redis": True})


def test_without_redis_the_process_is_not_ready(client: Client) -> None:
    with patch("certinext.web.middleware.cache.get", side_effect=RedisConnectionError):
        answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"database": True, "redis": False})


def test_a_proxys_request_id_is_kept_and_a_forged_one_is_not(
    client: Client, settings: Settings
) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    kept = client.get("/healthz", headers={"X-Request-Id": "edge-1234567890"})
    forged = client.get("/healthz", headers={"X-Request-Id": 'x"} {"level": "forged'})

    assert kept["X-Request-Id"] == "edge-1234567890"
    assert len(forged["X-Request-Id"]) == 32


def test_without_a_proxy_nobody_chooses_a_request_id(client: Client) -> None:
    answer = client.get("/healthz", headers={"X-Request-Id": "edge-1234567890"})

    assert len(answer["X-Request-Id"]) == 32


def test_an_unknown_host_gets_404_and_learns_nothing() -> None:
    answer = Client(HTTP_HOST="nobody.example").get("/")

    assert answer.status_code == 404
    assert answer.content == b"Not found.\n"


@pytest.mark.parametrize(("size", "status"), [(21 * 1024**2, 403), (256 * 1024**2 + 1, 413)])
def test_a_huge_body_is_refused_before_it_is_read(size: int, status: int) -> None:
    browser = Client(HTTP_HOST="alpha.testserver", enforce_csrf_checks=True)
    answer = browser.generic("POST", "/account/login/", CONTENT_LENGTH=str(size))

    assert answer.status_code == status


def test_who_sends_too_much_reads_what_a_file_may_have() -> None:
    """The whole body is read, or the browser would show a broken connection."""
    body = BytesIO(b"x" * (22 * 1024**2))
    sent: dict[str, Any] = {"CONTENT_LENGTH": str(22 * 1024**2), "wsgi.input": body}
    answer = Client(HTTP_HOST="alpha.testserver").generic("POST", "/verify/", **sent)

    assert answer.status_code == 413
    assert "A file may have 20 MB at most." in answer.content.decode()
    assert "Content-Security-Policy" in answer.headers
    assert body.read() == b""


@pytest.mark.parametrize(
    ("host", "status"),
    [("ALPHA.testserver", 302), ("alpha.testserver.", 302), ("www.alpha.testserver", 404)],
)
def test_a_host_is_its_name_however_it_is_written_and_no_other(host: str, status: int) -> None:
    assert Client(HTTP_HOST=host).get("/orders/").status_code == status


def test_a_log_line_is_one_json_object_with_tenant_and_request() -> None:
    token = request_id.set("abc12345")
    record = logging.LogRecord("x", logging.WARNING, __file__, 1, "two\nlines %s", ("é",), None)
    ContextFilter().filter(record)
    line = JsonFormatter().format(record)
    request_id.reset(token)

    assert "\n" not in line
    entry = json.loads(line)
    assert (entry["tenant"], entry["request_id"]) == ("alpha", "abc12345")
    assert entry["message"] == "two\nlines é"
    assert "task_id" not in entry


def test_who_logs_may_know_better_whose_line_it_is() -> None:
    token = tenant.set("beta")
    record, told = (
        logging.LogRecord("x", logging.INFO, __file__, 1, "done", (), None) for _each in range(2)
    )
    told.__dict__ |= {"tenant": "gamma", "request_id": "request-0001", "task_id": "task-0001"}
    for each in (record, told):
        ContextFilter().filter(each)
    tenant.reset(token)

    entry = json.loads(JsonFormatter().format(record))
    assert (entry["tenant"], entry["request_id"]) == ("beta", "-")
    entry = json.loads(JsonFormatter().format(told))
    assert (entry["tenant"], entry["request_id"], entry["task_id"]) == (
        "gamma",
        "request-0001",
        "task-0001",
    )
