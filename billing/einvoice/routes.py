"""The addresses of a document's electronic formats, beside that of its PDF."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.urls import URLPattern, path

from billing import converters  # noqa: F401  the converters register on import
from billing.einvoice.formats import FORMATS


def electronic_routes(
    view: Callable[..., HttpResponseBase], *, below: str = "", name: str = ""
) -> list[URLPattern]:
    """Return a route for each format: `<below><number>.<suffix>`, called `<name><key>`.

    A number holds no dot, so no address can be taken for another document's.
    """
    extra: list[dict[str, Any]] = [{"form": form} for form in FORMATS]
    return [
        path(
            f"{below}<document_number:number>.{form.suffix}", view, given, name=f"{name}{form.key}"
        )
        for form, given in zip(FORMATS, extra, strict=True)
    ]
