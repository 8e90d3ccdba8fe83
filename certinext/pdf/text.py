"""Text from outside, made safe to set: it can neither crash the layout nor deceive the reader."""

from __future__ import annotations

import re
import unicodedata

# What is printed of a text that has no limit of its own.
LONGEST_TEXT = 700
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"

# Control characters, bidi embeddings, overrides and isolates (they reorder what stands around
# them), invisible characters, tags and noncharacters. Joiners and direction marks stay: Hindi,
# Hebrew and Arabic names need them.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_LINE_SEPARATORS = re.compile("[\u2028\u2029]")
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\r\n]+")
# Real scripts stack two or three marks on a letter; a hundred paint over the lines above.
_MOST_MARKS = 4


def clean_text(text: object, *, limit: int = LONGEST_TEXT) -> str:
    """Return the text on one line, without what cannot be printed, at most ``limit`` characters.

    A lone surrogate, which no file can hold, becomes U+FFFD. What is cut ends in an ellipsis.
    """
    printable = without_unprintable(str(text))
    line = _SPACES.sub(" ", printable).strip()
    if len(line) > limit:
        line = line[: limit - 1].rstrip() + ELLIPSIS
    return _with_few_marks(line)


def clean_paragraphs(text: object, *, limit: int = LONGEST_TEXT) -> tuple[str, ...]:
    """Return the lines of a text that has several, each cleaned, the empty ones left out."""
    lines = without_unprintable(str(text)[: 2 * limit]).splitlines()
    return tuple(cleaned for line in lines if (cleaned := clean_text(line, limit=limit)))


def without_unprintable(text: str) -> str:
    """Return the text with line breaks, but without characters that a PDF must not hold."""
    text = _LINE_SEPARATORS.sub("\n", text)
    return _LONE_SURROGATES.sub("\N{REPLACEMENT CHARACTER}", _UNPRINTABLE.sub("", text))


def _with_few_marks(text: str) -> str:
    if text.isascii():
        return text
    kept = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)
