from __future__ import annotations

import pytest

from certinext.pdf.svg import InvalidSvg, fitted_svg, safe_svg

XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


def drawing(content: str, attributes: str = 'viewBox="0 0 28 28"') -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {XLINK} {attributes}>{content}</svg>'


def test_shapes_are_kept_as_they_are() -> None:
    shapes = (
        '<path d="M7 21 14 7l7 14z" fill="#fff" stroke-width="2.5"></path>'
        '<circle cx="14" cy="14" r="7.5" fill="none" opacity=".55"></circle>'
        '<g transform="translate(1 2) rotate(-45)"><rect width="28" height="28"></rect></g>'
    )
    assert safe_svg(drawing(shapes)) == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28">' + f"<g>{shapes}</g></svg>"
    )


def test_a_gradient_of_its_own_is_kept() -> None:
    gradient = (
        '<defs><linearGradient id="a" x1="0" x2="1"><stop offset="50%" stop-color="#0f6b5c">'
        '</stop></linearGradient></defs><path d="M0 0h9v9z" fill="url(#a)"></path>'
    )
    assert gradient in safe_svg(drawing(gradient))


def test_what_only_drawing_programs_read_is_left_out() -> None:
    written = safe_svg(
        '<?xml version="1.0" encoding="UTF-8"?><!-- Made by hand -->'
        + drawing(
            "<title>Logo</title><metadata><x:y xmlns:x='urn:x'>secret</x:y></metadata>"
            '<i:layer xmlns:i="urn:ink"><path d="M0 0"/></i:layer>'
            '<path i:label="top" xmlns:i="urn:ink" class="a" data-x="1" d="M1 1h1"/>'
        )
    )
    assert written.endswith('<g><path d="M1 1h1"></path></g></svg>')


def test_a_style_attribute_becomes_attributes() -> None:
    written = safe_svg(drawing('<path style="fill:#fff; stroke: none;-ink:x" d="M0 0h1z"/>'))
    assert '<path fill="#fff" stroke="none" d="M0 0h1z">' in written


def test_a_drawing_without_viewbox_is_as_large_as_it_says() -> None:
    assert 'viewBox="0 0 120 40"' in safe_svg(drawing("", 'width="120px" height="40"'))


@pytest.mark.parametrize(
    "content",
    [
        "<script>alert(1)</script>",
        '<path d="M0 0" onload="alert(1)"/>',
        '<image href="file:///etc/passwd"/>',
        '<image xlink:href="http://127.0.0.1/x.png"/>',
        '<use href="#a"/>',
        '<a xlink:href="javascript:alert(1)"><path d="M0 0"/></a>',
        '<linearGradient xlink:href="file:///etc/passwd#a"/>',
        '<path d="M0 0" xlink:href="#a"/>',
        "<foreignObject><p>x</p></foreignObject>",
        "<style>@import url(file:///etc/passwd);</style>",
        '<style>path { fill: url("http://x") }</style>',
        '<path style="fill:url(file:///etc/passwd)" d="M0 0"/>',
        '<path style="background:url(http://x)" d="M0 0"/>',
        '<path style="fill:u\\72l(http://x)" d="M0 0"/>',
        '<path fill="url(http://x)" d="M0 0"/>',
        '<path fill="url(x.svg#a)" d="M0 0"/>',
        '<path clip-path="url(file:///x#a)" d="M0 0"/>',
        "<text>Aravalli</text>",
        "<animate/>",
        '<filter id="f"/>',
        "<svg/>",
        '<path d="M0 0 evil"/>',
        '<path d="M1e99 0"/>',
        '<path d="M0.0000001e99 0"/>',
        '<path d="M99999999999999 0"/>',
        '<path transform="expression(1)" d="M0 0"/>',
        '<path fill="red;}" d="M0 0"/>',
        '<g id="&quot;&gt;&lt;script"/>',
        "<g>" * 31 + "</g>" * 31,
        "<g/>" * 2001,
        '<path d="' + "1" * 59_000 + '!"/>',
    ],
)
def test_what_reaches_outside_or_runs_is_refused(content: str) -> None:
    with pytest.raises(InvalidSvg):
        safe_svg(drawing(content))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "<html><svg/></html>",
        "<svg/>",
        "<svg",
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + drawing(""),
        '<!DOCTYPE svg SYSTEM "http://127.0.0.1/x.dtd">' + drawing(""),
        drawing("&undefined;"),
        drawing("\x00"),
        drawing("\ud800"),
        drawing("", ""),
        drawing("", 'viewBox="0 0 0 10"'),
        drawing("", 'viewBox="0 0 -5 10"'),
        drawing("", 'viewBox="1 2 3"'),
        drawing("", 'viewBox="0 0 10 10" onload="x"'),
        drawing("") + " " * 60_001,
    ],
)
def test_what_is_no_drawing_is_refused(text: str) -> None:
    with pytest.raises(InvalidSvg):
        safe_svg(text)


def test_the_refusal_names_what_is_wrong() -> None:
    with pytest.raises(InvalidSvg, match="<script> is not allowed in a logo"):
        safe_svg(drawing("<script/>"))
    with pytest.raises(InvalidSvg, match="Remove the DOCTYPE"):
        safe_svg("<!DOCTYPE svg>" + drawing(""))


def test_a_clipping_path_cannot_clip_itself_for_ever() -> None:
    written = safe_svg(
        drawing(
            '<clipPath id="a" clip-path="url(#a)"><path d="M0 0" clip-path="url(#a)"/></clipPath>'
            '<path d="M0 0h1z" clip-path="url(#a)"/>'
        )
    )
    assert written.count("clip-path") == 1


@pytest.mark.parametrize(
    ("view_box", "size"),
    [
        ("0 0 140 48", 'width="35.00mm" height="12.00mm"'),
        ("0 0 28 28", 'width="12.00mm" height="12.00mm"'),
        ("0 0 1000 50", 'width="76.00mm" height="3.80mm"'),
    ],
)
def test_a_logo_fits_its_box_in_both_directions(view_box: str, size: str) -> None:
    fitted = fitted_svg(
        drawing("", f'viewBox="{view_box}"'), width_mm=76, height_mm=12, title="A & <b>"
    )
    assert size in fitted
    assert "<title>A &amp; &lt;b&gt;</title>" in fitted


@pytest.mark.parametrize("encoding", ["utf-7", "utf-16", "no-such-encoding"])
def test_the_encoding_that_a_drawing_claims_is_not_asked(encoding: str) -> None:
    shape = drawing('<path d="M0 0h9v9z"></path>')
    assert safe_svg(f'<?xml version="1.0" encoding="{encoding}"?>{shape}') == safe_svg(shape)
