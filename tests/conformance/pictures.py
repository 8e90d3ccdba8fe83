"""Pages as pictures, and how far two pictures of a page may be apart.

The golden pages lie in `golden/`: small, in sixteen greys. `CERTINEXT_RENEW_PAGES=1` writes them
anew; look at what changed before it is kept.
"""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

from PIL import Image, ImageChops

GOLDEN = Path(__file__).parent / "golden"
# Where pages that differ are put, to be looked at.
SEEN = Path(__file__).parents[2] / ".run" / "pages"
DOTS_PER_INCH = 80
_GREYS = 16
# Edges of letters come out a little darker or lighter with another version of the renderer. A
# digit that changes, or moves by half a millimetre, turns more pixels from ink to paper.
_FAR = 96
_MOST_FAR = 4


def picture_of(pdf: bytes, page: int) -> Image.Image:
    """Return a page (counted from 1) as poppler shows it."""
    number = str(page)
    done = subprocess.run(
        [
            *(os.environ["PDFTOPPM"], "-r", str(DOTS_PER_INCH), "-gray", "-png", "-singlefile"),
            *("-f", number, "-l", number),
        ],
        input=pdf,
        capture_output=True,
        check=True,
    )
    step = 255 // (_GREYS - 1)
    grey = Image.open(io.BytesIO(done.stdout)).convert("L")
    return grey.point([round(value / step) * step for value in range(256)])


def differences(one: Image.Image, other: Image.Image) -> int:
    """Return how many pixels are far apart; pages of different sizes are so everywhere."""
    if one.size != other.size:
        return max(one.width * one.height, other.width * other.height)
    return sum(ImageChops.difference(one, other).histogram()[_FAR:])


def look_alike(one: Image.Image, other: Image.Image) -> bool:
    """Tell whether two pictures are of the same page."""
    return differences(one, other) <= _MOST_FAR


def golden(name: str) -> Image.Image:
    """Return a golden page."""
    return Image.open(GOLDEN / f"{name}.png").convert("L")


def renew(name: str, picture: Image.Image) -> None:
    """Make this the golden page, as small as it goes."""
    step = 255 // (_GREYS - 1)
    small = Image.new("P", picture.size)
    small.putpalette([level for grey in range(_GREYS) for level in (grey * step,) * 3])
    small.putdata([value // step for value in picture.tobytes()])
    small.save(GOLDEN / f"{name}.png", optimize=True, bits=4)


def show(name: str, seen: Image.Image, expected: Image.Image) -> Path:
    """Put the page that was seen where it can be looked at, with what differs in red."""
    SEEN.mkdir(parents=True, exist_ok=True)
    seen.save(SEEN / f"{name}.png")
    if seen.size == expected.size:
        far = ImageChops.difference(seen, expected).point(lambda value: 255 * (value >= _FAR))
        marked = seen.convert("RGB")
        marked.paste((220, 0, 0), mask=far)
        marked.save(SEEN / f"{name}-differences.png")
    return SEEN
