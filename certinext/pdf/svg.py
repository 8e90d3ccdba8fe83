"""A seller's logo: an SVG drawing of shapes, rebuilt from what is allowed in one.

The result is never the text that came in: it is written anew, element by element, so that what is
not on the lists below cannot be in it. What could reach outside or run (scripts, links, images,
style sheets, entities) is refused with a sentence; what only other programs read is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from certinext.pdf.text import clean_text

SVG = "http://www.w3.org/2000/svg"
LONGEST = 60_000
_MOST_ELEMENTS = 2_000
_DEEPEST = 30
_LARGEST_NUMBER = 1_000_000
_CORNERS = 4

_SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
_ELEMENTS = {*_SHAPES, "svg", "g", "defs", "clipPath", "linearGradient", "radialGradient", "stop"}
# Words for people and for other programs: left out, with all they contain.
_UNSEEN = {"title", "desc", "metadata"}

# Possessive throughout ("*+"): a long row of digits is never tried in more than one way.
_NUMBER = r"[+-]?(?:[0-9]{1,9}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][+-]?[0-9])?(?![0-9])"
_ONE_NUMBER = re.compile(_NUMBER)
_LENGTH = re.compile(rf"{_NUMBER}(?:px|mm|cm|in|pt|%)?")
_NUMBERS = re.compile(rf"\s*+(?:{_NUMBER}[\s,]*+)*+")
_DRAWING = re.compile(rf"\s*+(?:(?:[MmZzLlHhVvCcSsQqTtAa]|{_NUMBER})[\s,]*+)*+")
_TRANSFORM = re.compile(
    r"\s*+(?:(?:matrix|translate|scale|rotate|skewX|skewY)\s*+\(\s*+"
    rf"(?:{_NUMBER}[\s,]*+)++\)[\s,]*+)*+"
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,80}")
_OWN_PART = re.compile(rf"url\(\s*[\"']?#{_NAME.pattern}[\"']?\s*\)")
_PAINT = re.compile(
    rf"#[0-9a-fA-F]{{3,8}}|[a-zA-Z]{{3,30}}|rgba?\([0-9.,%\s]{{1,40}}\)|{_OWN_PART.pattern}"
)
_WORD = re.compile(r"[a-zA-Z-]{1,30}")

_VALUES_OF = {
    _LENGTH: (
        *("x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy"),
        *("width", "height", "offset", "stroke-width", "stroke-miterlimit"),
        *("opacity", "fill-opacity", "stroke-opacity", "stop-opacity"),
    ),
    _PAINT: ("fill", "stroke", "stop-color", "color"),
    _WORD: (
        *("fill-rule", "clip-rule", "stroke-linecap", "stroke-linejoin"),
        *("gradientUnits", "spreadMethod", "clipPathUnits"),
    ),
    _TRANSFORM: ("transform", "gradientTransform"),
    _NUMBERS: ("points", "viewBox"),
    _DRAWING: ("d",),
    _NAME: ("id",),
    _OWN_PART: ("clip-path",),
}
_VALUES = {name: pattern for pattern, names in _VALUES_OF.items() for name in names}
_LINKS = {"href", "src", "data", "action", "formaction"}


class InvalidSvg(ValueError):
    """The drawing holds something that a logo must not; the message says what, in one sentence."""


def safe_svg(text: str) -> str:
    """Return the drawing rebuilt, with a ``viewBox`` and without a size; raises `InvalidSvg`."""
    drawing = _read(text)
    x, y, width, height = drawing.view_box
    frame = " ".join(f"{number:g}" for number in (x, y, width, height))
    return f'<svg xmlns="{SVG}" viewBox="{frame}">{"".join(drawing.parts)}</svg>'


def fitted_svg(text: str, *, width_mm: float, height_mm: float, title: str) -> str:
    """Return the drawing rebuilt, as large as fits into the box, with a title for screen readers.

    Raises `InvalidSvg`.
    """
    drawing = _read(text)
    x, y, width, height = drawing.view_box
    scale = min(width_mm / width, height_mm / height)
    return (
        f'<svg xmlns="{SVG}" viewBox="{x:g} {y:g} {width:g} {height:g}" role="img"'
        f' width="{width * scale:.2f}mm" height="{height * scale:.2f}mm">'
        f"<title>{escape(clean_text(title))}</title>{''.join(drawing.parts)}</svg>"
    )


def aspect_ratio(text: str) -> float:
    """Return how much wider than high the drawing is: 1 for a square. Raises `InvalidSvg`."""
    _x, _y, width, height = _read(text).view_box
    return width / height


@dataclass
class _Drawing:
    """What the parser has seen so far, and what of it is kept."""

    parts: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    unseen: int = 0
    elements: int = 0
    view_box: tuple[float, float, float, float] = (0, 0, 0, 0)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Keep an element, leave it out, or refuse it."""
        namespace, _blank, tag = name.rpartition(" ")
        if self.unseen or namespace != SVG or tag in _UNSEEN:
            self.unseen += 1
            if not self.open:
                _refuse(_("The file is no SVG drawing."))
            return
        self._check_place(tag)
        kept = _kept_attributes(tag, attributes)
        if tag == "clipPath" or "clipPath" in self.open:
            # A clipping path that is clipped could be clipped by itself, without end.
            kept.pop("clip-path", None)
        if self.open:
            self.parts.append(f"<{tag}{_written(kept)}>")
        else:
            self.view_box = _view_box(kept)
            self.parts.append(f"<g{_written(_without_frame(kept))}>")
        self.open.append(tag)

    def end(self, name: str) -> None:
        """Close what was kept."""
        del name
        if self.unseen:
            self.unseen -= 1
            return
        tag = self.open.pop()
        self.parts.append(f"</{tag}>" if self.open else "</g>")

    def _check_place(self, tag: str) -> None:
        self.elements += 1
        if tag not in _ELEMENTS:
            _refuse(
                _("<%(tag)s> is not allowed in a logo: turn text and effects into paths."), tag=tag
            )
        if (tag == "svg") != (not self.open):
            _refuse(_("The file is no SVG drawing."))
        if self.elements > _MOST_ELEMENTS or len(self.open) >= _DEEPEST:
            _refuse(_("The drawing has too many parts: simplify it."))


def _read(text: str) -> _Drawing:
    if len(text) > LONGEST:
        _refuse(_("The drawing is too large: 60,000 characters are allowed."))
    drawing = _Drawing()
    # What the declaration says of an encoding is not asked: the text is ours by now.
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartElementHandler = drawing.start
    parser.EndElementHandler = drawing.end
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(text.encode(), True)
    except (expat.ExpatError, UnicodeEncodeError) as error:
        raise InvalidSvg(_("The file is no well-formed SVG drawing.")) from error
    return drawing


def _refuse_doctype(*_declaration: object) -> None:
    _refuse(_("Remove the DOCTYPE from the SVG file: it can name other files."))


def _kept_attributes(tag: str, attributes: dict[str, str]) -> dict[str, str]:
    kept: dict[str, str] = {}
    for name, value in attributes.items():
        local = name.rpartition(" ")[2]
        if local.lower().startswith("on") or local.lower() in _LINKS:
            _refuse(
                _("“%(name)s” is not allowed in a logo: links and scripts must go."), name=local
            )
        if name == "style":
            kept |= _declarations(tag, value)
        elif name in _VALUES:
            kept[name] = _checked(tag, name, value)
    return kept


def _declarations(tag: str, style: str) -> dict[str, str]:
    """Return the declarations of a style attribute as attributes of their own."""
    if "\\" in style or "/*" in style:
        _refuse(_("“%(name)s” has a value that is not allowed in a logo."), name="style")
    pairs = (part.partition(":") for part in style.split(";"))
    known = {name.strip(): value.strip() for name, _colon, value in pairs}
    for value in known.values():
        if "url(" in value.lower() and not _OWN_PART.fullmatch(value):
            _refuse(_("“%(name)s” has a value that is not allowed in a logo."), name="style")
    return {
        name: _checked(tag, name, value)
        for name, value in known.items()
        if name in _VALUES and name not in {"id", "d", "points", "viewBox"}
    }


def _checked(tag: str, name: str, value: str) -> str:
    value = value.strip()
    if tag == "svg" and name in {"width", "height"} and not _LENGTH.fullmatch(value):
        return ""
    numbers = name not in {"id", "fill", "stroke", "stop-color", "color"}
    if not _VALUES[name].fullmatch(value) or (numbers and _largest(value) > _LARGEST_NUMBER):
        _refuse(_("“%(name)s” has a value that is not allowed in a logo."), name=name)
    return value


def _largest(value: str) -> float:
    return max((abs(float(number)) for number in _ONE_NUMBER.findall(value)), default=0)


def _view_box(attributes: dict[str, str]) -> tuple[float, float, float, float]:
    """Return the part of the plane that is shown: the viewBox, else what the size says."""
    numbers = [float(number) for number in _ONE_NUMBER.findall(attributes.get("viewBox", ""))]
    if not numbers:
        sizes = (_ONE_NUMBER.match(attributes.get(name, "")) for name in ("width", "height"))
        numbers = [0.0, 0.0, *(float(size[0]) for size in sizes if size)]
    if len(numbers) != _CORNERS or numbers[2] <= 0 or numbers[3] <= 0:
        _refuse(_("The drawing has no viewBox: export it again with one."))
    x, y, width, height = numbers
    return x, y, width, height


def _without_frame(attributes: dict[str, str]) -> dict[str, str]:
    frame = {"viewBox", "width", "height", "x", "y", "id"}
    return {name: value for name, value in attributes.items() if name not in frame}


def _written(attributes: dict[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())


def _refuse(sentence: str, **params: str) -> NoReturn:
    raise InvalidSvg(sentence % {name: value[:40] for name, value in params.items()})
