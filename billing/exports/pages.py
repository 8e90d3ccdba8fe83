"""The pages of exports, for customers and for staff alike: asking, progress, the file."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.access import person_of
from billing.exports.ask import MOST_PENDING, TooManyExports, Wanted, ask_again, ask_for_export
from billing.exports.files import KEPT_FOR, open_checked
from billing.exports.kinds import kind_of
from billing.models import Export
from billing.models.exports import ExportQuerySet
from billing.rendering import StoredFileDamaged
from certinext.web.attachments import attachment
from certinext.web.pages import paginate

logger = logging.getLogger(__name__)

_MOODS = {
    Export.State.READY: "positive",
    Export.State.FAILED: "danger",
    Export.State.DELETED: "neutral",
}


@dataclass(frozen=True)
class Desk:
    """Where exports are asked for: the customers' half of the portal, or the backoffice."""

    prefix: str
    is_staffs: bool

    def link(self, name: str, *args: object) -> str:
        """Return the address of one of its pages."""
        return reverse(f"{self.prefix}:{name}", args=args)


CUSTOMERS = Desk("billing", is_staffs=False)
STAFFS = Desk("backoffice", is_staffs=True)


@dataclass(frozen=True)
class Shown:
    """An export as a page shows it: `word` and `mood` are its state, addresses where it leads."""

    export: Export
    title: str
    word: str
    mood: str
    is_downloadable: bool
    can_be_repeated: bool
    url: str
    file_url: str
    again_url: str


def ask_page(
    request: HttpRequest, wanted: Wanted, *, desk: Desk, title: str, back_url: str
) -> HttpResponse:
    """Answer for a file that is too large to be made at once: say so, and by POST ask for it.

    Both come to the address of the file itself, with all that it says.
    """
    if request.method == "POST":
        try:
            export = ask_for_export(wanted, by=person_of(request), now=timezone.now())
        except TooManyExports:
            return _too_many(request, desk)
        return redirect(desk.link("export", export.pk))
    context = {
        "wanted": wanted,
        "title": title,
        "format": Export.Format(wanted.format).label,
        "back_url": back_url,
        "desk": desk,
        "days": KEPT_FOR.days,
    }
    return render(request, "exports/ask.html", context)


def list_page(request: HttpRequest, exports: ExportQuerySet, desk: Desk) -> HttpResponse:
    """Show the person's exports, the latest first."""
    now = timezone.now()
    page = paginate(request, exports.select_related("account").order_by("-id"), default=25)
    rows = [_shown(export, desk, now) for export in page]
    context = {"page": page, "rows": rows, "desk": desk, "days": KEPT_FOR.days}
    return render(request, "exports/list.html", context)


def export_page(request: HttpRequest, exports: ExportQuerySet, pk: int, desk: Desk) -> HttpResponse:
    """Show how far an export is; htmx asks for that again until it is made."""
    export = _found(exports, pk)
    context = {
        "shown": _shown(export, desk, timezone.now()),
        "export": export,
        "desk": desk,
        "back_url": kind_of(export).page_url(export),
    }
    if not getattr(request, "htmx", False):
        return render(request, "exports/export.html", context)
    response = render(request, "exports/_progress.html", context)
    if not export.is_pending:
        # The rest of the page has changed too.
        response["HX-Refresh"] = "true"
    return response


def file_answer(request: HttpRequest, exports: ExportQuerySet, pk: int) -> HttpResponseBase:
    """Hand out the file, on the record; asking for the headers is not on it.

    What is not made yet, or not there any more, is 404; damaged bytes are handed to nobody.
    """
    export = _found(exports, pk)
    if not export.is_downloadable(now=timezone.now()):
        raise Http404
    kind = kind_of(export)
    try:
        file = open_checked(export)
    except StoredFileDamaged:
        logger.exception("The file of export %s cannot be handed out.", export.pk)
        back_url = kind.page_url(export)
        return render(request, "exports/damaged.html", {"back_url": back_url}, status=503)
    if request.method == "GET":
        kind.downloaded(export)
    return attachment(file, name=kind.file_name(export))


def again_answer(
    request: HttpRequest, exports: ExportQuerySet, pk: int, desk: Desk
) -> HttpResponse:
    """Ask again for what failed or is gone; whatever is there or to come is only shown."""
    export, now = _found(exports, pk), timezone.now()
    if export.can_be_repeated(now=now):
        language = get_language() or export.language
        try:
            export = ask_again(export, language=language, by=person_of(request), now=now)
        except TooManyExports:
            return _too_many(request, desk)
    return redirect(desk.link("export", export.pk))


def _found(exports: ExportQuerySet, pk: int) -> Export:
    export = exports.select_related("account").filter(pk=pk).first()
    if export is None:
        raise Http404
    return export


def _too_many(request: HttpRequest, desk: Desk) -> HttpResponse:
    messages.error(
        request,
        _(
            "You wait for %(count)s files already, and more are not made at a time. Ask again once"
            " one of them is ready."
        )
        % {"count": MOST_PENDING},
    )
    return redirect(desk.link("exports"))


def _shown(export: Export, desk: Desk, now: datetime) -> Shown:
    is_over = export.state == Export.State.READY and not export.is_downloadable(now=now)
    state = Export.State.DELETED if is_over else Export.State(export.state)
    return Shown(
        export=export,
        title=kind_of(export).title(export),
        word=str(state.label),
        mood=_MOODS.get(state, "info"),
        is_downloadable=export.is_downloadable(now=now),
        can_be_repeated=export.can_be_repeated(now=now),
        url=desk.link("export", export.pk),
        file_url=desk.link("export_file", export.pk),
        again_url=desk.link("export_again", export.pk),
    )
