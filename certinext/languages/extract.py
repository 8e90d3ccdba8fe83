"""Reading out of templates and modules what is to be translated."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

from certinext.languages.sources import DEFINITIONS, MODULES, TEMPLATES

# {function: how many of its first arguments are a context, and how many are texts}
_FUNCTIONS = {
    "_": (0, 1),
    "gettext": (0, 1),
    "gettext_lazy": (0, 1),
    "gettext_noop": (0, 1),
    "pgettext": (1, 1),
    "pgettext_lazy": (1, 1),
    "ngettext": (0, 2),
    "npgettext": (1, 2),
}

# Context (or none), and the text or its singular and plural.
Message = tuple[str | None, str | tuple[str, str]]


def messages(root: Path) -> Catalog:
    """Return all that mails and documents say, each with the files that say it.

    Raises `LookupError` when a named file or definition is not there (any more).
    """
    catalog = Catalog(fuzzy=False)
    for path, message in _messages(root):
        context, text = message
        catalog.add(text, locations=[(path.relative_to(root).as_posix(), 0)], context=context)
    return catalog


def _messages(root: Path) -> Iterator[tuple[Path, Message]]:
    for path in _found(root, TEMPLATES):
        for message in in_template(path.read_text()):
            yield path, message
    for path in _found(root, MODULES):
        for message in in_python(ast.parse(path.read_text())):
            yield path, message
    for name, wanted in DEFINITIONS.items():
        module = ast.parse((root / name).read_text())
        for dotted in wanted:
            for message in in_python(_definition(module, dotted)):
                yield root / name, message


def _found(root: Path, patterns: tuple[str, ...]) -> Iterator[Path]:
    for pattern in patterns:
        paths = sorted(root.glob(pattern))
        if not paths:
            raise LookupError(f"{pattern}: no such file.")
        yield from paths


def in_template(template: str) -> Iterator[Message]:
    """Yield the texts of a Django template.

    Django turns its tags into calls in otherwise blanked-out text, which Babel can read once
    nothing is indented; Python could not.
    """
    calls = "\n".join(line.strip() for line in templatize(template).split("\n"))
    # Babel's types tell of what it makes of these rows later.
    rows: Any = extract_python(
        BytesIO(calls.encode()), dict.fromkeys(_FUNCTIONS), [], {"encoding": "utf-8"}
    )
    for _line, function, given, _comments in rows:
        yield _message(function, [given] if isinstance(given, str) else list(given))


def in_python(tree: ast.AST) -> Iterator[Message]:
    """Yield the texts of a module or a definition, those within f-strings too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = getattr(node.func, "id", getattr(node.func, "attr", ""))
            values = [getattr(arg, "value", None) for arg in node.args]
            texts = [value for value in values if isinstance(value, str)]
            # What is no text of its own, such as `_(error.message)`, is found where it is written.
            if function in _FUNCTIONS and len(texts) >= sum(_FUNCTIONS[function]):
                yield _message(function, texts)


def _definition(module: ast.Module, dotted: str) -> ast.stmt:
    body, found = module.body, None
    for name in dotted.split("."):
        found = next((node for node in body if getattr(node, "name", "") == name), None)
        body = getattr(found, "body", [])
    if found is None:
        raise LookupError(f"{dotted}: no such definition.")
    return found


def _message(function: str, given: list[str]) -> Message:
    contexts, texts = _FUNCTIONS[function]
    context = given[0] if contexts else None
    first, *further = given[contexts : contexts + texts]
    return context, (first, further[0]) if further else first
