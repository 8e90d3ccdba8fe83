"""Handing out a document's PDF: the stored bytes, as an attachment, on the record."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from billing.models import Document
from billing.registering.given import AwaitsRegistration
from billing.rendering import StoredFileDamaged, ensure_file, file_name, read_file
from billing.sealing.seal import CannotSeal
from certinext.audit.trail import record

logger = logging.getLogger(__name__)


def download(request: HttpRequest, document: Document) -> HttpResponse:
    """Answer with the stored PDF. The caller has found the document among those one may read.

    If the reader is quicker than the worker, it is rendered now; whoever stores it first wins, and
    everybody gets those bytes. A download goes to the trail; asking for the headers does not.
    Damaged bytes are handed to nobody: the answer is 503, and the log says which file it is. A
    document that waits for its seal, or for the government's portal to register it, is not handed
    out without: 503 too, and the page says so.
    """
    try:
        content = read_file(ensure_file(document))
    except StoredFileDamaged:
        logger.exception("The stored PDF of document %s cannot be handed out.", document)
        return render(request, "billing/file_damaged.html", {"document": document}, status=503)
    except AwaitsRegistration:
        return still_registering(request, document)
    except CannotSeal:
        logger.exception("The PDF of document %s waits for its seal.", document)
        return render(request, "billing/file_awaits_seal.html", {"document": document}, status=503)
    return hand_out(
        request, document, content, mime_type="application/pdf", name=file_name(document)
    )


def still_registering(request: HttpRequest, document: Document) -> HttpResponse:
    """Say that a document waits for the government's portal: 503, for it comes by itself."""
    context = {"document": document}
    return render(request, "billing/file_awaits_registration.html", context, status=503)


def hand_out(
    request: HttpRequest,
    document: Document,
    content: bytes,
    *,
    mime_type: str,
    name: str,
    **details: str,
) -> HttpResponse:
    """Answer with a document's file as a private attachment, and record it with these details."""
    response = HttpResponse(content, content_type=mime_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    if request.method == "GET":
        record(
            f"{document.kind}.downloaded",
            on=document,
            account_number=document.account.account_number,
            number=document.number,
            **details,
        )
    return response
