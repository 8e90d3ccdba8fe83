"""Files that a page hands out: as attachments, which nobody on the way keeps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def attachment(content: bytes | Iterator[bytes] | IO[bytes], *, name: str) -> HttpResponseBase:
    """Answer with bytes, pieces as they come, or an open file, which is closed once it is sent.

    The end of the name says what it is; raises KeyError for another one than pdf, csv and xlsx.
    """
    content_type = CONTENT_TYPES[name.rpartition(".")[2]]
    response: HttpResponseBase
    if isinstance(content, bytes):
        response = HttpResponse(content, content_type=content_type)
    elif hasattr(content, "read"):
        response = FileResponse(content, content_type=content_type)
    else:
        response = StreamingHttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
