"""What is looked up in the catalogues while something is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import translation

# {function: where its context (or none) and its first text stand}
_FUNCTIONS = {
    "gettext": (None, 0),
    "ngettext": (None, 0),
    "pgettext": (0, 1),
    "npgettext": (0, 1),
}
Lookup = tuple[str | None, str]


@contextmanager
def recorded(language: str) -> Iterator[set[Lookup]]:
    """Collect context and text of everything that is looked up while a language is active."""
    found: set[Lookup] = set()
    backend: Any = vars(translation)["_trans"]
    originals = {name: getattr(backend, name) for name in _FUNCTIONS}
    for name, original in originals.items():
        setattr(backend, name, _recording(original, _FUNCTIONS[name], language, found))
    try:
        yield found
    finally:
        for name, original in originals.items():
            setattr(backend, name, original)


def _recording(
    original: Callable[..., str],
    places: tuple[int | None, int],
    language: str,
    found: set[Lookup],
) -> Callable[..., str]:
    context, text = places

    def lookup(*given: Any) -> str:
        if given[text] and translation.get_language() == language:
            found.add((None if context is None else str(given[context]), str(given[text])))
        return original(*given)

    return lookup
