"""The codes by which a document's fonts show glyphs, and the text that is read from them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pydyf
from fontTools.ttLib import TTFont

_LAST_CODE = 0xFFFF
_MOST_OF_A_BLOCK = 100
# In thousandths of the font's size. Two equal characters that are closer are taken for a double (a
# shadow) by poppler.
_APART = 110


@dataclass
class Face:
    """One font of a document (WeasyPrint's), and the codes beside those of its glyphs."""

    font: Any
    codes: dict[tuple[int, str], int] = field(default_factory=dict)

    @property
    def takes_codes(self) -> bool:
        """Whether codes can be mapped to glyphs: TrueType outlines only (ISO 32000-1, 9.7.4.2).

        Our Latin font has none, and needs none. An encoding of its own would do the same for it,
        but there are readers that do not read one (pypdf).
        """
        return "glyf" in self.font.tables and not self.font.bitmap

    def code(self, glyph: int, text: str) -> bytes:
        """Return the code, in hexadecimal digits, that shows the glyph and is read as the text."""
        if self.font.to_unicode.get(glyph) == text:
            return b"%04x" % glyph
        return b"%04x" % self.codes.setdefault((glyph, text), _LAST_CODE - len(self.codes))

    def blanks(self, characters: str) -> bytes:
        """Return blanks that are read as the characters and end where they begin to be shown.

        They stand far enough apart to be no doubles of each other, and are wide enough to leave
        no gap that readers would take for the end of a word. Empty where the font has no blank.
        """
        if self._blank is None:
            return b""
        glyph, width = self._blank
        back = b">%d<" % (width - _APART)
        codes = [self.code(glyph, character) for character in characters]
        return b">%d<" % (_APART * len(codes)) + back.join(codes) + back

    def write(self, pdf: pydyf.PDF, dictionary: pydyf.Dictionary) -> None:
        """Let the font's dictionary in the file know the further codes."""
        font = self.font
        further = {code: glyph for (glyph, _text), code in self.codes.items()}
        missing = dict.fromkeys(font.missing.values(), 0)
        table = bytearray(2 * (_LAST_CODE + 1))
        for code, glyph in {**{each: each for each in font.widths}, **further, **missing}.items():
            table[2 * code : 2 * code + 2] = glyph.to_bytes(2, "big")
        glyphs = pydyf.Stream([bytes(table)], compress=True)
        pdf.add_object(glyphs)
        descendant = object_at(pdf, dictionary["DescendantFonts"][0])
        descendant["CIDToGIDMap"] = glyphs.reference
        dictionary["Encoding"] = "/Identity-H"
        for code in sorted(further):
            descendant["W"] += [code, pydyf.Array([font.widths[further[code]]])]

        lines = object_at(pdf, dictionary["ToUnicode"]).stream
        end = lines.index(b"endcmap")
        lines[end:end] = _mappings({code: text for (_glyph, text), code in self.codes.items()})

    @cached_property
    def _blank(self) -> tuple[int, int] | None:
        """The glyph of the blank and its width in thousandths of the font's size."""
        file = TTFont(io.BytesIO(self.font.file_content), fontNumber=self.font.index, lazy=True)
        name = (file.getBestCmap() or {}).get(ord(" "))
        if name is None:
            return None
        glyph: int = file.getGlyphID(name)
        advance, _bearing = file["hmtx"][name]
        width = round(advance * 1000 / file["head"].unitsPerEm)
        # Kept with the glyphs that the document uses.
        self.font.to_unicode.setdefault(glyph, " ")
        return glyph, self.font.widths.setdefault(glyph, width)


def face_name(dictionary: Mapping[str, Any]) -> str:
    """Return what WeasyPrint calls a font by, from its dictionary in the file: ``ABCDEF``."""
    return bytes(dictionary["BaseFont"]).decode().lstrip("/").partition("+")[0]


def object_at(pdf: pydyf.PDF, reference: Any) -> Any:
    """Return the object that a reference such as ``12 0 R`` names."""
    return pdf.objects[int(bytes(reference).split()[0])]


def _mappings(texts: Mapping[int, str]) -> list[bytes]:
    """Return the lines of a ToUnicode map, a hundred to a block (Adobe Technical Note 5014)."""
    rows = [
        f"<{code:04x}> <{text.encode('utf-16-be').hex()}>".encode()
        for code, text in sorted(texts.items())
    ]
    lines: list[bytes] = []
    for start in range(0, len(rows), _MOST_OF_A_BLOCK):
        block = rows[start : start + _MOST_OF_A_BLOCK]
        lines += [b"%d beginbfchar" % len(block), *block, b"endbfchar"]
    return lines
