"""Values from outside, written so that they cannot leave their place in a style sheet."""

from __future__ import annotations

import re

from certinext.pdf.text import clean_text

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_PLAIN = re.compile(r"[A-Za-z0-9 ]")
# WCAG 2: the least contrast of text on its ground, and the constants of its formula.
LEAST_CONTRAST = 4.5
_FLARE = 0.05
_DARKER = 0.9


def css_string(text: str) -> str:
    """Return the text as a CSS string; everything but plain letters and digits is escaped."""
    return '"' + "".join(_escaped(character) for character in clean_text(text)) + '"'


def readable_colour(colour: str, *, default: str) -> str:
    """Return a colour such as ``#0f6b5c``, darkened until it can be read on white paper.

    What is no colour of that form becomes ``default``.
    """
    if not _COLOUR.fullmatch(colour):
        colour = default
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    while _contrast_on_white(channels) < LEAST_CONTRAST:
        channels = [channel * _DARKER for channel in channels]
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _escaped(character: str) -> str:
    # The blank after the digits ends the escape and is swallowed by it.
    return character if _PLAIN.fullmatch(character) else f"\\{ord(character):x} "


def _contrast_on_white(channels: list[float]) -> float:
    red, green, blue = (_linear(channel) for channel in channels)
    return (1 + _FLARE) / (0.2126 * red + 0.7152 * green + 0.0722 * blue + _FLARE)


def _linear(channel: float) -> float:
    return float(channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4)
