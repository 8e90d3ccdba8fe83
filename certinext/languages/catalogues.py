"""The catalogues below locale/: brought up to date with the sources, compiled, and looked over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po


class _Bare(Catalog):
    """A catalogue whose head tells what programs need: no dates, which would change at each run."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """Return the lines of its head."""
        return [
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", f"text/plain; charset={self.charset}"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", f"{self.plural_forms}\n"),
        ]


_PLACE = re.compile(r"%%|%\([^)]*\)[a-z]|%[a-z]")


def po_file(root: Path, language: str) -> Path:
    """Return where a language's translations are written."""
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def mo_file(root: Path, language: str) -> Path:
    """Return where they are read by the portal."""
    return po_file(root, language).with_suffix(".mo")


def read_catalogue(root: Path, language: str) -> Catalog:
    """Return a language's translations; none where there is no file yet."""
    path = po_file(root, language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def update(root: Path, language: str, template: Catalog) -> Catalog:
    """Write what is to be translated into a language's file and return it.

    Translations stay, what nobody says any more goes. Nothing is guessed from texts that look
    alike: a wrong guess on a tax document is worse than a gap, which `complaints` finds.
    """
    known = read_catalogue(root, language)
    catalog = _Bare(locale=language, fuzzy=False)
    name = Locale.parse(language).english_name
    catalog.header_comment = f"# What mails and documents say, in {name}."
    for message in sorted(template, key=_order):
        if not message.id:
            continue
        standing = known.get(message.id, context=message.context)
        catalog.add(
            message.id,
            string=standing.string if standing else None,
            locations=message.locations,
            flags=standing.flags if standing else (),
            context=message.context,
        )
    path = po_file(root, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=100, include_lineno=False)
    return catalog


def compile_catalogue(root: Path, language: str, catalog: Catalog) -> None:
    """Write the file that the portal reads; it is kept in the repository: a start compiles none."""
    with mo_file(root, language).open("wb") as file:
        write_mo(file, catalog)


def complaints(catalog: Catalog, template: Catalog) -> Iterator[str]:
    """Say what is wrong with a language's translations, a sentence each."""
    ids = {(message.id, message.context) for message in catalog if message.id}
    wanted = {(message.id, message.context) for message in template if message.id}
    for text, _context in sorted(map(_text, wanted - ids)):
        yield f"{text!r} is not in the catalogue."
    for text, _context in sorted(map(_text, ids - wanted)):
        yield f"{text!r} is said nowhere."
    for message in catalog:
        if message.id:
            yield from _complaints(message, catalog.num_plurals)


def _complaints(message: Message, plurals: int) -> Iterator[str]:
    texts, ids = _forms(message.string), _forms(message.id)
    if message.fuzzy:
        yield f"{ids[0]!r} is fuzzy."
    if not all(texts) or len(texts) != (plurals if len(ids) > 1 else 1):
        yield f"{ids[0]!r} is not translated."
        return
    # One of the two of a plural may spell its number out.
    allowed = [_places(text) for text in ids]
    for text in texts:
        if _places(text) not in allowed:
            yield f"{ids[0]!r} and {text!r} have other places."
        if _edges(text) not in {_edges(each) for each in ids}:
            yield f"{ids[0]!r} and {text!r} begin or end with other blanks."


def _forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return a text, or the forms of one with a plural."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def _places(text: str) -> list[str]:
    return sorted(_PLACE.findall(text))


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _order(message: Message) -> tuple[list[str], str, str]:
    text, context = _text((message.id, message.context))
    return sorted({file for file, _line in message.locations}), text, context


def _text(key: tuple[str | tuple[str, ...] | list[str], str | None]) -> tuple[str, str]:
    text, context = key
    return (text if isinstance(text, str) else text[0]), context or ""
