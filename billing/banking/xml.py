"""XML from outside, read as a stream: no DTD, no entities, and never more than one element held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from billing.importing.errors import BrokenFile
from billing.sentences import gettext_noop

CHUNK = 64 * 1024
DEEPEST = 40
# Parts of one element that is read whole, such as an entry with thousands of transactions.
MOST_PARTS = 300_000
MOST_CHARACTERS = 20_000_000
LONGEST_TEXT = 20_000
# How far the parser may read without coming to the end of a tag or a text.
LONGEST_TOKEN = 1024 * 1024


@dataclass
class Part:
    """An element with its parts, by their names without namespaces."""

    name: str
    line: int
    attributes: dict[str, str]
    texts: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text, trimmed."""
        return "".join(self.texts).strip()

    def first(self, *path: str) -> Part | None:
        """Return the first part at the end of a path of names."""
        here: Part | None = self
        for name in path:
            here = next((part for part in here.parts if part.name == name), None) if here else None
        return here

    def all(self, name: str) -> list[Part]:
        """Return the parts with this name."""
        return [part for part in self.parts if part.name == name]

    def says(self, *path: str) -> str:
        """Return the text at the end of a path; an empty one when there is none."""
        found = self.first(*path)
        return found.text if found else ""


class _Reader:
    """Gathers the elements that are asked for, and refuses what no statement needs."""

    def __init__(self, wanted: set[tuple[str, ...]]) -> None:
        self._wanted = wanted
        self._path: list[str] = []
        self._open: list[Part] = []
        self._count = 0
        self._length = 0
        self._characters = 0
        self.root = ""
        self.found: list[Part] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.root = self.root or name
        local = name.rpartition(" ")[2]
        self._path.append(local)
        if len(self._path) > DEEPEST:
            raise self._refused(gettext_noop("The file is nested too deeply at line %(line)s."))
        if not self._open and tuple(self._path) not in self._wanted:
            return
        part = Part(local, self.parser.CurrentLineNumber, attributes)
        if not self._open:
            self._count = self._characters = 0
        self._count += 1
        if self._count > MOST_PARTS:
            raise self._refused(
                gettext_noop("The element that ends after line %(line)s has too many parts.")
            )
        if self._open:
            self._open[-1].parts.append(part)
        self._open.append(part)
        self._length = 0

    def _end(self, _name: str) -> None:
        self._path.pop()
        if self._open:
            part = self._open.pop()
            self._length = 0
            if not self._open:
                self.found.append(part)

    def _text(self, text: str) -> None:
        if not self._open:
            return
        self._length += len(text)
        self._characters += len(text)
        if self._length > LONGEST_TEXT or self._characters > MOST_CHARACTERS:
            raise self._refused(
                gettext_noop("The text of %(element)s at line %(line)s is too long."),
                element=self._open[-1].name,
            )
        self._open[-1].texts.append(text)

    def _doctype(self, *_facts: object) -> None:
        raise self._refused(
            gettext_noop(
                "The file declares a document type at line %(line)s, which no bank statement does:"
                " it is not read."
            )
        )

    def _refused(self, message: str, **params: object) -> BrokenFile:
        return BrokenFile(message, line=self.parser.CurrentLineNumber, **params)


def elements_of(file: BinaryIO, wanted: set[tuple[str, ...]]) -> Iterator[tuple[str, Part]]:
    """Yield the root's full name ("namespace name") with each element at one of these paths.

    However long the file is, only the element at hand is in memory. Raises `BrokenFile` with the
    line, also for a DTD: entities cannot even be declared.
    """
    reader, fed = _Reader(wanted), 0
    while True:
        chunk = file.read(CHUNK)
        try:
            reader.parser.Parse(chunk, not chunk)
        except (expat.ExpatError, LookupError) as error:
            raise BrokenFile(
                gettext_noop("The file is no XML any more at line %(line)s: %(problem)s."),
                line=reader.parser.ErrorLineNumber,
                problem=expat.ErrorString(reader.parser.ErrorCode) or str(error),
            ) from error
        found, reader.found = reader.found, []
        for part in found:
            yield reader.root, part
        if not chunk:
            return
        fed += len(chunk)
        if fed - reader.parser.CurrentByteIndex > LONGEST_TOKEN:
            raise BrokenFile(
                gettext_noop("A tag or a text that begins at line %(line)s does not end."),
                line=reader.parser.CurrentLineNumber,
            )
