"""Whether white text on a colour can be read (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

LEAST = 4.5
# How much darker each try of a better colour is.
_STEP = 0.97


def contrast_with_white(colour: str) -> float:
    """Return the contrast ratio, 1 to 21, of `#rrggbb` against white."""
    return 1.05 / (_luminance(colour) + 0.05)


def darkened(colour: str) -> str:
    """Return the nearest darker shade of the colour that reaches `LEAST` against white."""
    parts = _parts(colour)
    while contrast_with_white(shade := _written(parts)) < LEAST:
        parts = [part * _STEP for part in parts]
    return shade


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _parts(colour: str) -> list[float]:
    return [float(int(colour[start : start + 2], 16)) for start in (1, 3, 5)]


def _written(parts: list[float]) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in parts)
