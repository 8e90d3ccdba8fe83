"""PNG pictures of all kinds, made for the tests."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw, PngImagePlugin

RED = (200, 30, 40)


def alpha_logo(width: int = 560, height: int = 120) -> Image.Image:
    """Return lettering's shape: a disc, a bar fading to the right, nothing behind them."""
    picture = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    drawing = ImageDraw.Draw(picture)
    drawing.ellipse((4, 4, height - 5, height - 5), fill=(15, 107, 92, 255))
    for column in range(height + 20, width):
        faded = 255 - 255 * (column - height) // (width - height)
        drawing.line((column, 40, column, height - 40), fill=(15, 107, 92, faded))
    return picture


def png(picture: Image.Image, **options: Any) -> bytes:
    """Return the picture's file."""
    file = io.BytesIO()
    picture.save(file, "PNG", **options)
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG file with its sum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def raw_png(width: int, height: int, *, depth: int, colour: int, rows: bytes) -> bytes:
    """Return a file with this header, whatever the pixels are."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            chunk(b"IDAT", zlib.compress(rows)),
            chunk(b"IEND", b""),
        )
    )


def deep_png(colour: int, value: int) -> bytes:
    """Return 40 by 40 pixels of 16 bits a channel, all of one value."""
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    row = b"\0" + struct.pack(">H", value) * (40 * channels)
    return raw_png(40, 40, depth=16, colour=colour, rows=row * 40)


def talkative_png() -> bytes:
    """Return a picture with a text, a profile, camera data, and something after its end."""
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", "Drawn by Meera")
    exif = Image.Exif()
    exif[0x010E] = "Meera's telephone"
    picture = Image.new("RGB", (80, 40), RED)
    return png(picture, pnginfo=said, exif=exif, icc_profile=b"Meera's profile") + b"PK\x03\x04"
