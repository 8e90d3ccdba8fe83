"""The text behind the glyphs: who copies, searches or reads a PDF aloud gets what was written.

A PDF shows glyphs by codes, and each font's ToUnicode map tells which characters a code stands for.
WeasyPrint gives each glyph one code, and that code the first text that it was seen with. Where a
script joins or reorders its letters (Devanagari, Arabic, …) the same glyph stands for several
texts: a letter first seen in “कि” would be read as “कि” wherever it stands.

So a glyph gets a further code for each further text, and the characters of a cluster are shared out
among its glyphs so that they read in order. From right to left, readers turn the order of codes
around, and some of them the characters of one code too; so there each code stands for one
character, and blanks within a ligature's width carry what it has more.

Lines with words from right to left also say their text in the structure tree (ISO 32000-1, 14.9.4):
where digits and brackets belong in them is more than the readers of glyphs can reconstruct.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeGuard

import pydyf
from weasyprint.draw import text as drawing
from weasyprint.text.ffi import ffi, pango

from certinext.pdf.clusters import share_out
from certinext.pdf.faces import Face, face_name

# Latin letters, digits, punctuation and signs of currencies: a character a glyph, in their order.
_SIMPLE = re.compile("[\x00-\u02ff\u2010-\u2027\u202f-\u205e\u20a0-\u20cf\u2212]*")
_FROM_RIGHT = {"R", "AL", "AN"}
_MIRRORED = dict(zip("()[]{}<>«»", ")(][}{><»«", strict=True))
_RIGHT_TO_LEFT_MARK = "\N{RIGHT-TO-LEFT MARK}"
_LEFT_TO_RIGHT_MARK = "\N{LEFT-TO-RIGHT MARK}"

# Within the operand of TJ: glyphs in hexadecimal digits, and a way to the right.
_GLYPHS = re.compile(rb"<([0-9a-f]+)>")
_CODE_WIDTH = 4
_WAY = re.compile(rb"(?<=[>\[ ])-([0-9]{3,}(?:\.[0-9]+)?)(?=[<\] ])")
# In thousandths of the font's size; pypdf takes a way of half a blank for a blank.
_LONGEST_STEP = 80


class TextLayer:
    """The texts of one document while it is drawn, and how they get into its file."""

    def __init__(self) -> None:
        self._faces: dict[str, Face] = {}
        self._lines: list[tuple[Any, int, str]] = []

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Watch what WeasyPrint draws, one document at a time.

        `draw_first_line` is the one place where it turns a line into codes: it draws, and the
        codes that it has written are put right. That is no public interface; WeasyPrint is pinned,
        and the tests of names in all scripts fail when it changes.
        """
        draw = drawing.draw_first_line

        def draw_and_put_right(stream: Any, textbox: Any, *options: Any) -> Any:
            start = len(stream.stream)
            emojis = draw(stream, textbox, *options)
            if not _SIMPLE.fullmatch(textbox.pango_layout.text) and len(stream.stream) > start:
                self._put_right(stream, textbox, start)
            return emojis

        drawing.draw_first_line = draw_and_put_right
        try:
            yield
        finally:
            drawing.draw_first_line = draw

    def write(self, pdf: pydyf.PDF) -> None:
        """Put codes and texts into the file's fonts and structure tree, before it is written."""
        for thing in list(pdf.objects) if self._faces else ():
            if isinstance(thing, dict) and thing.get("Subtype") == "/Type0":
                face = self._faces.get(face_name(thing))
                if face and face.codes:
                    face.write(pdf, thing)
        if self._lines:
            self._write_lines(pdf)

    def _put_right(self, stream: Any, textbox: Any, start: int) -> None:
        """Replace the codes of the line that was written from `start` on."""
        found_codes = list(self._codes(stream, textbox.pango_layout))
        items = [item for item in stream.stream[start:] if _shows_glyphs(item)]
        written = sum(len(digits) for item in items for digits in _GLYPHS.findall(item))
        if written != _CODE_WIDTH * len(found_codes):
            # Better a line that reads as WeasyPrint wrote it than other glyphs in it.
            return
        codes = iter(found_codes)

        def replaced(found: re.Match[bytes]) -> bytes:
            digits = found[1]
            glyphs = (
                digits[place : place + _CODE_WIDTH] for place in range(0, len(digits), _CODE_WIDTH)
            )
            return b"<%s>" % b"".join(next(codes) or glyph for glyph in glyphs)

        for place in range(start, len(stream.stream)):
            item = stream.stream[place]
            if _shows_glyphs(item):
                item = _GLYPHS.sub(replaced, item).replace(b"<>", b" ")
                stream.stream[place] = _WAY.sub(_in_steps, item)
        marked = stream._tags.get(textbox) if stream._tags else None
        if marked and any(unicodedata.bidirectional(each) in _FROM_RIGHT for each in textbox.text):
            self._lines.append((stream, marked["mcid"], textbox.text))

    def _codes(self, stream: Any, layout: Any) -> Iterator[bytes | None]:
        """Yield what is to be written for each glyph of a line, None to leave it as it is."""
        line, _index = layout.get_first_line()
        text = layout.text.encode()
        run = line.runs[0]
        while run != ffi.NULL:
            following = run.next
            # Whether what stands to the right of it is written from left to right.
            ends = following != ffi.NULL and _level(following.data) == 0
            font, _size = stream.add_font(run.data.item.analysis.font)
            face = self._faces.setdefault(font.hash, Face(font))
            if face.takes_codes:
                yield from _run_codes(face, run.data, text, ends=ends)
            else:
                yield from _own_codes(face, run.data, text)
            run = following

    def _write_lines(self, pdf: pydyf.PDF) -> None:
        """Put the texts of lines from right to left into the structure tree."""
        numbers = pdf.pages["Kids"][::3]
        page_of = {pdf.objects[number]["Contents"]: number for number in numbers}
        texts = {
            (f"{page_of[stream.reference]} 0 R".encode(), mcid): text
            for stream, mcid, text in self._lines
            if stream.reference in page_of
        }
        for thing in pdf.objects:
            if isinstance(thing, dict) and thing.get("Type") == "/StructElem":
                kids = thing["K"]
                text = texts.get((thing["Pg"], kids[0])) if len(kids) == 1 else None
                if text is not None:
                    thing["ActualText"] = pydyf.String(text)


def _shows_glyphs(item: object) -> TypeGuard[bytes]:
    return isinstance(item, bytes) and item.endswith(b"TJ")


def _run_codes(face: Face, item: Any, text: bytes, *, ends: bool) -> list[bytes | None]:
    from_right = _goes_from_right(item)
    shares = _shares(item, text, marks_apart=False)
    codes: list[bytes | None] = []
    for glyph, share in zip(_glyphs(item), shares, strict=True):
        if glyph == pango.PANGO_GLYPH_EMPTY:
            # Nothing is drawn for it, so it has no code.
            continue
        if glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG:
            codes.append(None)
        elif from_right and len(share) > 1 and (blanks := face.blanks(share[-2::-1])):
            codes.append(face.code(glyph, share[-1]) + blanks)
        else:
            codes.append(face.code(glyph, share))
    if from_right and codes:
        leftmost = next((share[-1] for share in shares if share), " ")
        _fence(face, codes, leftmost=leftmost, ends=ends)
    return codes


def _fence(face: Face, codes: list[bytes | None], *, leftmost: str, ends: bool) -> None:
    """Put direction marks where a run from right to left begins and ends.

    Readers tell its edges by its letters: a vowel sign or a blank at one of them would go astray.
    """
    strong = unicodedata.bidirectional(leftmost) in _FROM_RIGHT
    if codes[0] is not None and not strong:
        codes[0] = face.blanks(_RIGHT_TO_LEFT_MARK) + codes[0]
    if codes[-1] is not None and ends:
        codes[-1] += face.blanks(_LEFT_TO_RIGHT_MARK)


def _own_codes(face: Face, item: Any, text: bytes) -> list[None]:
    """Leave the codes as they are, and see that no glyph is kept with a text of its neighbours."""
    from_right = _goes_from_right(item)
    codes: list[None] = []
    for glyph, share in zip(_glyphs(item), _shares(item, text, marks_apart=True), strict=True):
        if glyph == pango.PANGO_GLYPH_EMPTY:
            continue
        codes.append(None)
        if glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG:
            continue
        if from_right and share in _MIRRORED:
            # What is shown is the other bracket, and that is what it is elsewhere.
            face.font.to_unicode[glyph] = _MIRRORED[share]
        elif len(share) == 1 != len(face.font.to_unicode.get(glyph, "")):
            face.font.to_unicode[glyph] = share
    return codes


def _shares(item: Any, text: bytes, *, marks_apart: bool) -> list[str]:
    glyphs, offset = item.glyphs, item.item.offset
    widths = [glyphs.glyphs[place].geometry.width for place in range(glyphs.num_glyphs)]
    drawn = [glyph != pango.PANGO_GLYPH_EMPTY for glyph in _glyphs(item)]
    return share_out(
        text[offset : offset + item.item.length],
        starts=[glyphs.log_clusters[place] for place in range(glyphs.num_glyphs)],
        widths=[seen and (width or marks_apart) for seen, width in zip(drawn, widths, strict=True)],
        from_right=_goes_from_right(item),
    )


def _glyphs(item: Any) -> list[int]:
    glyphs = item.glyphs
    return [glyphs.glyphs[place].glyph for place in range(glyphs.num_glyphs)]


def _goes_from_right(item: Any) -> bool:
    return bool(_level(item) % 2)


def _level(item: Any) -> int:
    """Return the level of a run in the bidirectional algorithm: odd ones go from right to left.

    It is one byte; WeasyPrint declares a wider field, of which it needs the lowest bit only.
    """
    level: int = item.item.analysis.level & 0xFF
    return level


def _in_steps(way: re.Match[bytes]) -> bytes:
    """Return the way in steps: it leads back from where a mark was set, and is no blank."""
    width = float(way[1])
    steps = int(width / _LONGEST_STEP) + 1
    return b" ".join([b"%.3f" % (-width / steps)] * steps)
