"""Handing out a document's electronic formats, and the menu of all that can be downloaded."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.downloads import hand_out, still_registering
from billing.einvoice.errors import NoElectronicInvoice
from billing.einvoice.formats import LINES, Format, formats_of, write
from billing.models import Document
from billing.registering.given import AwaitsRegistration


@dataclass(frozen=True)
class Entry:
    """One file of the menu."""

    label: str
    note: str
    url: str


@dataclass(frozen=True)
class Menu:
    """What can be downloaded of a document; `reason` says why it has no electronic form.

    Nothing can before a government's portal has registered it: then `is_awaited`.
    """

    pdf: str
    entries: tuple[Entry, ...] = ()
    reason: str = ""
    is_awaited: bool = False


def menu_of(document: Document, *, pdf_route: str, route_prefix: str) -> Menu:
    """Return the menu; the route of a format is the prefix with the format's key."""
    pdf = reverse(pdf_route, args=[document.number])
    reason = ""
    forms: tuple[Format, ...] = ()
    try:
        forms = formats_of(document)
    except NoElectronicInvoice as error:
        reason = _(error.message) % error.params
    except AwaitsRegistration:
        return Menu(pdf, is_awaited=True)
    entries = (
        Entry(form.label, _(form.note), reverse(route_prefix + form.key, args=[document.number]))
        for form in (*forms, LINES)
    )
    return Menu(pdf, tuple(entries), reason)


def download_as(request: HttpRequest, document: Document, form: Format) -> HttpResponse:
    """Answer with the document in a format, as an attachment, on the record like its PDF.

    The caller has found the document among those one may read. Where it has no such form, the
    answer is 409 with the reason in a sentence: 404 would be the document's absence. One that is
    being registered is handed out in no form: 503.
    """
    try:
        content = write(document, form)
    except AwaitsRegistration:
        return still_registering(request, document)
    except NoElectronicInvoice as error:
        context = {"document": document, "reason": _(error.message) % error.params}
        return render(request, "billing/no_electronic_invoice.html", context, status=409)
    return hand_out(
        request,
        document,
        content,
        mime_type=form.mime_type,
        name=form.file_name(document),
        format=form.label,
    )
