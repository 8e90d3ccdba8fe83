"""Both hosts' expectations beside their routes."""

from __future__ import annotations

from tests.access.grid import Line, read_grid
from tests.access.posted import POSTED
from tests.access.routes import PUBLIC_HOST, TENANT_HOST, routes_of
from tests.access.walk import Answer, Walk

GRIDS = {TENANT_HOST: read_grid("tenant_host.grid"), PUBLIC_HOST: read_grid("public_host.grid")}
ROUTES = {urlconf: routes_of(urlconf) for urlconf in GRIDS}


def ask(walk: Walk, urlconf: str, line: Line) -> dict[str, Answer]:
    """Ask everybody of a line, once in a session."""
    return walk.ask(line, ROUTES[urlconf][line.route], POSTED.get(line.route, {}))
