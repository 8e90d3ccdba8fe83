"""Pages' own switches."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

THEMES = ("system", "light", "dark")
THEME_COOKIE = "theme"
A_YEAR = 365 * 24 * 60 * 60


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember the reader's theme in a cookie and go back to the page they came from."""
    theme = request.POST.get("theme")
    if theme not in THEMES:
        return HttpResponseBadRequest(_("Choose the system's, the light or the dark theme."))
    response = HttpResponseRedirect(_safe_next(request))
    # theme.js writes the same cookie, so it is readable for scripts. It holds no secret.
    response.set_cookie(
        THEME_COOKIE, theme, max_age=A_YEAR, samesite="Lax", secure=request.is_secure()
    )
    return response


def _safe_next(request: HttpRequest) -> str:
    """Where to go back to: only to this host, so that nobody can send readers elsewhere."""
    target = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed else "/"
