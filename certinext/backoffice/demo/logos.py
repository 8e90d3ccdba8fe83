"""The two sellers' marks: drawings of our own, paths only, on their accent colour."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """A logo and the accent colour that goes with it, dark enough for text on white."""

    accent: str
    svg: str


def _mark(accent: str, drawing: str) -> Mark:
    tile = "M7 0h14a7 7 0 0 1 7 7v14a7 7 0 0 1-7 7H7a7 7 0 0 1-7-7V7a7 7 0 0 1 7-7z"
    return Mark(
        accent,
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28" width="28" height="28">'
        f'<path d="{tile}" fill="{accent}"/>{drawing}</svg>',
    )


# Two ridges below a rising sun, in indigo: red is for errors, and teal is the other seller's.
SAHYADRI = _mark(
    "#4338a0",
    '<path d="M18.600 5.400a3.100 3.100 0 1 1 0 6.200 3.100 3.100 0 0 1 0-6.200z" fill="#fff"/>'
    '<path d="M4.500 21.500l6.700-11 4.600 7.400 2.200-3.200 5.500 6.800z" fill="#fff"/>'
    '<path d="M11.200 13.600l2.700 4.300-2.700-1.300-2.700 1.300z" fill="#4338a0"/>',
)
# A lighthouse with its beam, standing on the quay.
HARBOUR_LIGHT = _mark(
    "#0b5f73",
    '<path d="M12.300 9.500h4.400l1.500 11.500h-7.400z" fill="#fff"/>'
    '<path d="M12 5.200h5v3h-5z" fill="#fff"/>'
    '<path d="M18.200 6.100l5.300-1.700v4.600l-5.300-1.700z" fill="#fff" fill-opacity=".75"/>'
    '<path d="M12 12.400h5l.300 2.600h-5.600zM11.300 17.500h6.400l.300 2.200h-7z" fill="#0b5f73"/>'
    '<path d="M6 21.800h17v1.900H6z" fill="#fff"/>',
)
