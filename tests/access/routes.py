"""Every route of an URLconf, and the address that a route has for a subject."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

TENANT_HOST = "certinext.urls"
PUBLIC_HOST = "certinext.urls_public"
# `<ten_digits:number>` of a path, `(?P<url>.*)` of a regular expression.
PARAMETER = re.compile(r"<(?:\w+:)?(?P<plain>\w+)>|\(\?P<(?P<regex>\w+)>[^)]*\)")


@dataclass(frozen=True)
class Route:
    """A route by its name, or by its pattern when it has none."""

    key: str
    pattern: str
    urlconf: str

    @property
    def parameters(self) -> list[str]:
        """What it takes, in the order of the path."""
        return [m["plain"] or m["regex"] for m in PARAMETER.finditer(self.pattern)]

    def url(self, subject: dict[str, Any]) -> str:
        """Return the address for a subject; raises KeyError when that lacks a parameter."""
        values = {name: subject[name] for name in self.parameters}
        if self.key != self.pattern:
            return reverse(self.key, urlconf=self.urlconf, kwargs=values)
        filled = PARAMETER.sub(lambda m: str(values[m["plain"] or m["regex"]]), self.pattern)
        return "/" + filled.replace("^", "").replace("$", "")


def routes_of(urlconf: str) -> dict[str, Route]:
    """Return all routes of an URLconf by their keys, what it includes too."""
    routes: dict[str, Route] = {}
    for namespace, name, pattern in _walk(get_resolver(urlconf)):
        key = namespace + name if name else pattern
        assert key not in routes, f"Two routes are called {key}."
        routes[key] = Route(key, pattern, urlconf)
    return routes


def _walk(
    resolver: URLResolver, namespace: str = "", prefix: str = ""
) -> Iterator[tuple[str, str, str]]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield namespace, entry.name or "", pattern
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, inner, pattern)
