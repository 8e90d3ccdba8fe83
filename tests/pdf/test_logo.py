"""A logo as a picture: what is taken in, what is kept of it, and how it stands on a page."""

from __future__ import annotations

import io
import struct
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from certinext.pdf.logo import (
    PICTURE,
    InvalidLogo,
    logo_file,
    logo_html,
    logo_ratio,
    logo_sheet,
    picture_of,
    safe_logo,
)
from certinext.pdf.png import LARGEST_KEPT, InvalidPng, safe_png
from certinext.pdf.svg import LONGEST
from tests.billing.sample_documents import sample_invoice
from tests.billing.sample_parties import INDIA, LOGO
from tests.pdf.pictures import RED, alpha_logo, chunk, deep_png, png, raw_png, talkative_png
from tests.pdf.trees import said

BOX = {"width_mm": 76.0, "height_mm": 12.0}


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_a_picture_keeps_its_pixels_and_their_transparency() -> None:
    kept = opened(safe_png(png(alpha_logo())))
    assert (kept.mode, kept.size) == ("RGBA", (560, 120))
    assert kept.tobytes() == alpha_logo().tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_pictures_of_every_kind_become_one_kind(mode: str) -> None:
    assert opened(safe_png(png(Image.new("RGB", (64, 40), RED).convert(mode)))).mode == "RGBA"


def test_a_colour_that_stands_for_nothing_becomes_transparent() -> None:
    picture = Image.new("P", (64, 40))
    picture.putpalette([0, 0, 0, *RED])
    picture.paste(1, (0, 0, 32, 40))
    kept = opened(safe_png(png(picture, transparency=0)))
    assert (kept.getpixel((2, 2)), kept.getpixel((60, 2))) == ((*RED, 255), (0, 0, 0, 0))


@pytest.mark.parametrize("colour", [0, 2, 4, 6])
def test_sixteen_bits_become_eight(colour: int) -> None:
    pixel: Any = opened(safe_png(deep_png(colour, 0x8080))).getpixel((0, 0))
    assert pixel[:3] == (128, 128, 128)
    assert pixel[3] == (128 if colour in {4, 6} else 255)


def test_an_interlaced_picture_is_read() -> None:
    # Seven passes over 40 by 40 pixels: columns and rows of each.
    picture = b"".join(
        b"\0" + b"\x40" * columns
        for columns, rows in ((5, 5), (5, 5), (10, 5), (10, 10), (20, 10), (20, 20), (40, 20))
        for _row in range(rows)
    )
    plain = raw_png(40, 40, depth=8, colour=0, rows=picture)
    header = struct.pack(">IIBBBBB", 40, 40, 8, 0, 0, 0, 1)
    interlaced = plain[:8] + chunk(b"IHDR", header) + plain[33:]
    assert opened(safe_png(interlaced)).getpixel((39, 39)) == (64, 64, 64, 255)


def test_only_pixels_are_kept() -> None:
    kept = safe_png(talkative_png())
    assert opened(kept).info == {}
    assert [kind for kind in (b"tEXt", b"eXIf", b"iCCP", b"Meera", b"PK") if kind in kept] == []


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert safe_png(png(alpha_logo())) == safe_png(png(alpha_logo()))
    assert safe_png(safe_png(png(alpha_logo()))) == safe_png(png(alpha_logo()))


@pytest.mark.parametrize("size", [(4000, 700), (700, 4000), (4000, 32)])
def test_a_large_picture_is_scaled_down_to_what_a_page_shows(size: tuple[int, int]) -> None:
    kept = safe_png(png(alpha_logo(560, 120).resize(size)))
    width, height = opened(kept).size
    assert width <= 1796
    assert height <= 284
    assert width / height == pytest.approx(size[0] / size[1], rel=0.05)
    assert len(kept) <= LARGEST_KEPT


def test_a_photograph_is_scaled_down_until_it_may_be_kept() -> None:
    noise = Image.effect_noise((600, 300), 90).convert("RGB")
    kept = safe_png(png(noise))
    assert len(kept) <= LARGEST_KEPT
    assert opened(kept).height < 284


def moving() -> bytes:
    frames = [Image.new("RGB", (64, 64), (level, 0, 0)) for level in (0, 90, 180)]
    return png(frames[0], save_all=True, append_images=frames[1:])


def flipped() -> bytes:
    content = bytearray(png(alpha_logo()))
    content[len(content) // 2] ^= 1
    return bytes(content)


WHOLE = png(alpha_logo())
REFUSED = {
    "larger than 1 MB": (WHOLE + bytes(1_000_000), "larger than 1 MB: scale the picture down"),
    "too wide": (png(Image.new("1", (4001, 40))), "4001 by 40 pixels: scale it down to 4000"),
    "too small": (png(Image.new("RGB", (200, 31))), "200 by 31 pixels: it needs at least 32"),
    "empty": (png(Image.new("RGBA", (64, 64))), "transparent everywhere"),
    "moving": (moving(), "moves: save one frame"),
    "cut off": (WHOLE[:-30], "damaged"),
    "cut off before its end": (WHOLE[:-12], "damaged"),
    "one bit flipped": (flipped(), "damaged"),
    "header only": (WHOLE[:33], "damaged"),
    "half a header": (WHOLE[:20], "no PNG picture"),
    "fewer rows": (raw_png(64, 64, depth=8, colour=0, rows=b"\0" * 65 * 63), "damaged"),
    "more rows": (raw_png(64, 64, depth=8, colour=0, rows=b"\0" * 65 * 65), "damaged"),
    # 16 MB of nothing in 16 kB, behind a header that says 64 by 64.
    "a bomb": (raw_png(64, 64, depth=8, colour=0, rows=bytes(16_000_000)), "damaged"),
    "no pixels": (raw_png(0, 64, depth=8, colour=0, rows=b""), "no PNG picture"),
    "an impossible depth": (raw_png(64, 64, depth=7, colour=0, rows=b""), "no PNG picture"),
    "an impossible colour": (raw_png(64, 64, depth=8, colour=5, rows=b""), "no PNG picture"),
    "a palette of sixteen bits": (
        raw_png(64, 64, depth=16, colour=3, rows=(b"\0" + bytes(128)) * 64),
        "cannot be read",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_picture_that_cannot_be_a_logo_is_refused_with_what_to_do(case: str) -> None:
    content, sentence = REFUSED[case]
    with pytest.raises(InvalidLogo, match=sentence):
        safe_logo(content)


def jpeg(mode: str) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (64, 64)).save(file, "JPEG")
    return file.getvalue()


@pytest.mark.parametrize("content", [jpeg("CMYK"), jpeg("RGB"), b"GIF89a\xff\xfe", b"\xff"])
def test_a_file_of_another_kind_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidLogo, match="neither an SVG drawing nor a PNG picture"):
        safe_logo(content)


@given(st.binary(max_size=300), st.integers(0, 400))
def test_whatever_comes_is_a_logo_or_refused(noise: bytes, place: int) -> None:
    content = WHOLE[:place] + noise + WHOLE[place + len(noise) :]
    try:
        kept = safe_logo(content)
    except InvalidLogo:
        return
    assert kept.startswith(PICTURE)


def test_a_logo_is_kept_as_one_text_that_fits_its_column() -> None:
    kept = safe_logo(png(Image.effect_noise((900, 280), 60)))
    assert kept.startswith(PICTURE)
    assert len(kept) <= LONGEST
    assert logo_file(kept) == (picture_of(kept), "image/png")
    assert logo_file(LOGO) == (LOGO.encode(), "image/svg+xml")
    assert round(logo_ratio(safe_logo(WHOLE)), 4) == round(560 / 120, 4)
    assert logo_ratio(LOGO) == 1


def test_a_picture_is_as_large_as_fits_into_its_box() -> None:
    wide, high = (safe_logo(png(alpha_logo(*size))) for size in ((1000, 50), (100, 100)))
    assert logo_sheet(wide, **BOX) == ".logo img { width: 76.00mm; height: 3.80mm; }\n"
    assert logo_sheet(high, **BOX) == ".logo img { width: 12.00mm; height: 12.00mm; }\n"
    assert logo_sheet(LOGO, **BOX) == logo_sheet(PICTURE + "x", **BOX) == ""


def test_its_title_cannot_leave_its_place() -> None:
    html = logo_html(safe_logo(WHOLE), title='A "quoted" <b>name</b>', **BOX)
    assert html.endswith('alt="A &quot;quoted&quot; &lt;b&gt;name&lt;/b&gt;">')


@pytest.mark.parametrize("kept", [PICTURE, PICTURE + "AA==", PICTURE + "not base64", "<svg/>"])
def test_what_is_kept_wrong_is_not_shown(kept: str) -> None:
    for read in (logo_ratio, lambda text: logo_html(text, title="x", **BOX)):
        with pytest.raises(InvalidLogo):
            read(kept)
    if kept.startswith(PICTURE):
        with pytest.raises(InvalidPng):
            picture_of(kept)
    html = sample_invoice(seller={**INDIA, "logo": kept}).html()
    assert '<p class="name">Aravalli Trust Services</p>' in html


def test_a_picture_stands_on_the_page_with_its_transparency_and_its_text() -> None:
    pdf = sample_invoice(seller={**INDIA, "logo": safe_logo(WHOLE)}).pdf()
    page: Any = PdfReader(io.BytesIO(pdf)).pages[0]
    (picture,) = (
        thing.get_object()
        for thing in page["/Resources"]["/XObject"].values()
        if thing.get_object()["/Subtype"] == "/Image"
    )
    assert (picture["/Width"], picture["/Height"]) == (560, 120)
    assert picture["/ColorSpace"] == "/DeviceRGB"
    assert picture["/SMask"]["/ColorSpace"] == "/DeviceGray"
    assert picture["/Interpolate"] == picture["/SMask"]["/Interpolate"] == False  # noqa: E712
    assert said(pdf, "/Alt")[0] == "Aravalli Trust Services"


def test_a_page_loads_no_other_picture() -> None:
    seller = {**INDIA, "logo": PICTURE + b64encode(b"\x89PNG\r\n\x1a\n" + bytes(60)).decode()}
    assert b"/Subtype /Image" not in sample_invoice(seller=seller).pdf()
