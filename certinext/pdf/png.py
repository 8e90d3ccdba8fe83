"""A seller's logo as a picture: a PNG, decoded and written anew, so that only its pixels are kept.

What came with them (profiles, camera data, texts, further frames, bytes after the end) is not.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# What may be handed in: bytes, and pixels on a side, which are told before anything is unpacked.
LARGEST_FILE = 1_000_000
LONGEST_SIDE = 4_000
SHORTEST_SIDE = 32
# What is kept: 600 dots per inch in the head of a page, and no more than a drawing may have.
_KEPT_WIDTH, _KEPT_HEIGHT = 1_796, 284
LARGEST_KEPT = 44_000

_HEADER = struct.Struct(">IIBBBBB")
_LENGTH = struct.Struct(">I")
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Adam7: where the pixels of each pass begin, and how far apart they are (PNG 1.2, 2.6).
_PASSES = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)


class InvalidPng(ValueError):
    """The picture cannot be a logo; the message says what is wrong and what to do."""


class _Broken(Exception):
    """A chunk goes beyond the file's end, or its sum is wrong."""


def safe_png(content: bytes) -> bytes:
    """Return the picture anew: RGB with alpha, 8 bits, scaled down to what a page can show.

    Raises `InvalidPng`.
    """
    _check(content)
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as opened:
            picture = ImageOps.exif_transpose(_in_eight_bits(opened)).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidPng(_("The PNG picture cannot be read: save it again.")) from error
    picture.info.clear()  # Profiles would be written again.
    if picture.getchannel("A").getextrema()[1] == 0:
        _refuse(_("The PNG picture is transparent everywhere: save it with what it shows."))
    return _written(picture)


def png_ratio(content: bytes) -> float:
    """Return how much wider than high a kept picture is; raises `InvalidPng`."""
    header = _header(content)
    return header.width / header.height


@dataclass(frozen=True)
class _Header:
    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    @property
    def unpacked(self) -> int:
        """How many bytes its pixels are: rows of whole bytes, each with its filter."""
        passes = _PASSES if self.interlaced else ((0, 0, 1, 1),)
        bits = self.depth * _CHANNELS[self.colour]
        size = 0
        for left, top, right, down in passes:
            columns = -(-(self.width - left) // right)
            rows = -(-(self.height - top) // down)
            if columns > 0 and rows > 0:
                size += rows * (1 + (columns * bits + 7) // 8)
        return size


def _check(content: bytes) -> None:
    """Refuse what is too large, moves, or is not whole, before a decoder sees it."""
    if len(content) > LARGEST_FILE:
        _refuse(_("The PNG file is larger than 1 MB: scale the picture down."))
    header = _header(content)
    _check_size(header)
    try:
        unpacked = _unpacked(content, most=header.unpacked + 1)
    except (zlib.error, _Broken):
        unpacked = -1
    if unpacked != header.unpacked:
        _refuse(_("The PNG file is damaged: save it again."))


def _check_size(header: _Header) -> None:
    size = {"width": header.width, "height": header.height}
    if max(header.width, header.height) > LONGEST_SIDE:
        sentence = _(
            "The PNG picture has %(width)s by %(height)s pixels: scale it down to %(most)s on the"
            " longer side."
        )
        _refuse(sentence % {**size, "most": LONGEST_SIDE})
    if min(header.width, header.height) < SHORTEST_SIDE:
        sentence = _(
            "The PNG picture has %(width)s by %(height)s pixels: it needs at least %(least)s on the"
            " shorter side to be printed."
        )
        _refuse(sentence % {**size, "least": SHORTEST_SIDE})


def _unpacked(content: bytes, *, most: int) -> int:
    """Return how many bytes the pixels are, counted to `most`: what is more is not unpacked."""
    unpack = zlib.decompressobj()
    size = 0
    for kind, data in _chunks(content):
        if kind == b"acTL":
            _refuse(_("The PNG picture moves: save one frame of it."))
        if kind == b"IDAT" and size < most:
            size += len(unpack.decompress(data, most - size))
    return size


def _header(content: bytes) -> _Header:
    end = len(SIGNATURE) + 8 + _HEADER.size
    if not content.startswith(SIGNATURE) or content[12:16] != b"IHDR" or len(content) < end:
        _refuse(_("The file is no PNG picture."))
    width, height, depth, colour, _packed, _filtered, interlaced = _HEADER.unpack(content[16:end])
    if not width or not height or colour not in _CHANNELS or depth not in {1, 2, 4, 8, 16}:
        _refuse(_("The file is no PNG picture."))
    return _Header(width, height, depth, colour, bool(interlaced))


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and data of each chunk, to the last one; raises `_Broken`."""
    place = len(SIGNATURE)
    kind = b""
    while kind != b"IEND":
        (length,) = _LENGTH.unpack(content[place : place + 4].rjust(4, b"\xff"))
        kind, data = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        end = place + 12 + length
        if end > len(content):
            raise _Broken
        if _LENGTH.unpack(content[end - 4 : end])[0] != zlib.crc32(kind + data):
            raise _Broken
        yield kind, data
        place = end


def _in_eight_bits(picture: Image.Image) -> Image.Image:
    """Return a grey picture of 16 bits in 8; Pillow cuts other ones down itself."""
    if not picture.mode.startswith("I"):
        return picture
    return picture.convert("I").point(lambda value: value / 257).convert("L")


def _written(picture: Image.Image) -> bytes:
    """Return the picture as PNG, scaled down until it is small enough."""
    scale = min(_KEPT_WIDTH / picture.width, _KEPT_HEIGHT / picture.height, 1.0)
    while True:
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        scaled = picture if scale == 1 else picture.resize(size, Image.Resampling.LANCZOS)
        kept = io.BytesIO()
        scaled.save(kept, "PNG", optimize=True)
        if kept.tell() <= LARGEST_KEPT:
            return kept.getvalue()
        # However much detail: some ten thousand pixels always fit.
        scale *= 0.8


def _refuse(sentence: str) -> NoReturn:
    raise InvalidPng(sentence)
