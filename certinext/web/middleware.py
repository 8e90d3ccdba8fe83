"""Middleware that knows no tenant: request ids, health checks, and what may be kept."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
    UnreadablePostError,
)
from django.shortcuts import render
from django.utils.encoding import escape_uri_path
from redis.exceptions import RedisError

from certinext.web.logs import request_id as current_request_id
from certinext.web.logs import without_secrets

Answer = Callable[[HttpRequest], HttpResponse]

GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Bytes. Imports take files of 20 MB; the form around one needs little more.
LARGEST_BODY = 21 * 1024 * 1024
# A larger one is read and thrown away as far as this: a browser that is cut off while it sends
# shows a broken connection instead of our page.
DRAINED_BODY = 256 * 1024 * 1024
_DRAINED_AT_ONCE = 1024 * 1024
logger = logging.getLogger(__name__)
access_logger = logging.getLogger("certinext.access")


def request_id_middleware(get_response: Answer) -> Answer:
    """Give each request an id (a proxy's well-formed one is kept), for logs, trail and answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        # Only our own proxy may say which request this is: the id goes to the trail.
        given = request.headers.get("X-Request-Id", "") if settings.TRUSTED_PROXY_COUNT else ""
        request_id = given if GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        token = current_request_id.set(request_id)
        try:
            response = get_response(request)
        finally:
            current_request_id.reset(token)
        response["X-Request-Id"] = request_id
        return response

    return middleware


def health_middleware(get_response: Answer) -> Answer:
    """Answer /healthz (the process lives) and /readyz (database and Redis too) at any host."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path == "/readyz":
            parts = {"database": _database_answers(), "redis": _redis_answers()}
            return JsonResponse(parts, status=200 if all(parts.values()) else 503)
        return get_response(request)

    return middleware


def access_log_middleware(get_response: Answer) -> Answer:
    """Log each request in one line, without its query: what people search for is not logged.

    An invitation's token opens an account, so it is not logged either.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        begun, status = time.perf_counter(), 500
        try:
            response = get_response(request)
            status = response.status_code
        finally:
            _log_access(request, status, seconds=time.perf_counter() - begun)
        return response

    return middleware


def body_size_middleware(get_response: Answer) -> Answer:
    """Refuse a body that no page of ours takes: none of it is kept, no view sees it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) <= LARGEST_BODY:
            return get_response(request)
        if int(length) <= DRAINED_BODY:
            _drain(request)
        return render(request, "413.html", status=413)

    return middleware


def _drain(request: HttpRequest) -> None:
    try:
        while request.read(_DRAINED_AT_ONCE):
            pass
    except UnreadablePostError:
        logger.info("A body that is too large ended early.")


def method_page_middleware(get_response: Answer) -> Answer:
    """Show the portal's page where a view takes other methods only; `Allow` still names them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page

    return middleware


def private_pages_middleware(get_response: Answer) -> Answer:
    """Let nobody keep a page: what it shows is one reader's, also after they have signed out.

    A view that knows better sets Cache-Control itself; static files never come here.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def _log_access(request: HttpRequest, status: int, *, seconds: float) -> None:
    tenant = getattr(request, "tenant", None)
    fields = {
        "method": request.method,
        # As a browser would send it: a line break in it cannot forge a line.
        "path": without_secrets(escape_uri_path(request.path)),
        "status": status,
        "duration_ms": round(seconds * 1000),
    }
    access_logger.info(
        "%(method)s %(path)s %(status)s %(duration_ms)s ms",
        fields,
        extra={"fields": fields, "tenant": getattr(tenant, "schema_name", "-")},
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("The database does not answer.")
        return False
    return True


def _redis_answers() -> bool:
    try:
        cache.get("readyz")
    except (RedisError, OSError):
        logger.exception("Redis does not answer.")
        return False
    return True
