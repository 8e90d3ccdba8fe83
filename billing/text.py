"""Text that people and files bring, made fit for the database, a page and a PDF."""

from __future__ import annotations

import unicodedata

from billing.sentences import SentenceError, gettext_noop

# Control characters, lone surrogates, code points without a character, line and paragraph ends.
_UNFIT_CATEGORIES = {"Cc", "Cs", "Cn", "Zl", "Zp"}
# They turn the reading order of what follows them, and so can make a name look like another.
_DIRECTION_CONTROLS = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
# Nobody sees the others of this category; Indic scripts and Persian need these two, the joiners.
_INVISIBLE_CATEGORY = "Cf"
_JOINERS = {"\u200c", "\u200d"}
# Composing characters never makes a text shorter than this part of it.
_LARGEST_SHRINKING = 4


class UnusableText(SentenceError):
    """A text that is too long, or holds characters that no name has."""


def clean_line(text: str, *, at_most: int) -> str:
    """Return one line of text: trimmed, in Unicode's composed form, `at_most` characters long.

    Raises `UnusableText` for control characters (NUL and line breaks are some), lone surrogates,
    controls of the writing direction and what else nobody sees, rather than silently taking them
    out.
    """
    if len(text) > at_most * _LARGEST_SHRINKING:
        raise _too_long(at_most)
    for character in text.strip():
        if _is_unfit(character) or _is_invisible(character):
            raise UnusableText(
                gettext_noop(
                    "The text holds the invisible character %(code)s: take it out or write the"
                    " text anew."
                ),
                code=f"U+{ord(character):04X}",
            )
    composed = unicodedata.normalize("NFC", text.strip())
    if len(composed) > at_most:
        raise _too_long(at_most)
    return composed


def _too_long(at_most: int) -> UnusableText:
    return UnusableText(
        gettext_noop("The text is longer than %(limit)s characters: shorten it."), limit=at_most
    )


def printable(text: str, *, at_most: int) -> str:
    """Return text that can be stored and shown whatever it holds; unfit characters are marked."""
    short = text if len(text) <= at_most else f"{text[: at_most - 1]}…"
    return "".join("\ufffd" if _is_unfit(character) else character for character in short)


def _is_unfit(character: str) -> bool:
    return unicodedata.category(character) in _UNFIT_CATEGORIES or character in _DIRECTION_CONTROLS


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) == _INVISIBLE_CATEGORY and character not in _JOINERS


def looked_up(number: str) -> str:
    """Return a typed account number as it can be looked for: one that is none finds nothing.

    PostgreSQL refuses a NUL in a text, even to compare with.
    """
    number = number.strip()
    return number if number.isascii() and number.isdigit() else ""
