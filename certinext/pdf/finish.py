"""The last touch on a PDF before its bytes are written: attachments listed once, a field to seal.

The field for the seal is an empty, tagged signature field over a box of the page. What is printed
in the box is the page's own text: pyHanko's visible stamp would break PDF/A and PDF/UA.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pydyf

from certinext.pdf.faces import object_at
from certinext.pdf.text_layer import TextLayer

FIELD_NAME = "Seal"
# CSS pixels to points.
_POINTS = 0.75
# Print, and locked: a seal is neither moved nor removed by a reader's hand (ISO 32000-1, 12.5.3).
_PRINT_LOCKED = 4 + 128

Finisher = Callable[[Any, pydyf.PDF], None]


def finisher(
    *, seal_anchor: str, seal_title: str, mime_types: Mapping[str, str], text_layer: TextLayer
) -> Finisher:
    """Return the function that WeasyPrint calls with the laid-out document and its PDF.

    `seal_anchor` is the id of the element that the field covers; without one on any page, the
    document gets no field. `seal_title` is what a screen reader says of it. `mime_types` are the
    embedded files' by name: what WeasyPrint guesses depends on the machine. `text_layer` watched
    the pages while they were drawn.
    """

    def finish(document: Any, pdf: pydyf.PDF) -> None:
        _list_attachments_once(pdf)
        _name_types(pdf, mime_types)
        text_layer.write(pdf)
        place = _box_of(document, seal_anchor)
        if place is not None:
            number, rectangle = place
            _add_field(pdf, number, rectangle, pydyf.String(seal_title))

    return finish


def _list_attachments_once(pdf: pydyf.PDF) -> None:
    """Mend the catalogue: WeasyPrint 70 lists each associated file twice."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(list(dict.fromkeys(pdf.catalog["AF"])))


def _name_types(pdf: pydyf.PDF, mime_types: Mapping[str, str]) -> None:
    for thing in pdf.objects:
        if isinstance(thing, dict) and thing.get("Type") == "/Filespec":
            kind = mime_types[thing["UF"].string]
            object_at(pdf, thing["EF"]["F"]).extra["Subtype"] = "/" + kind.replace("/", "#2f")


def _box_of(document: Any, anchor: str) -> tuple[int, list[float]] | None:
    """Return the page's number and the element's rectangle on it, in points from below."""
    for number, page in enumerate(document.pages):
        if anchor in page.anchors:
            left, top, right, bottom = page.anchors[anchor]
            corners = (left, page.height - bottom, right, page.height - top)
            return number, [round(corner * _POINTS, 3) for corner in corners]
    return None


def _add_field(
    pdf: pydyf.PDF, page_number: int, rectangle: list[float], title: pydyf.String
) -> None:
    page_reference = pdf.page_references[page_number]
    page = object_at(pdf, page_reference)
    tree = object_at(pdf, pdf.catalog["StructTreeRoot"])
    parents = object_at(pdf, tree["ParentTree"])
    root = object_at(pdf, tree["K"][0])
    key = max(parents["Nums"][0::2], default=-1) + 1

    left, bottom, right, top = rectangle
    appearance = _added(
        pdf,
        pydyf.Stream(
            [],
            {
                "Type": "/XObject",
                "Subtype": "/Form",
                "BBox": pydyf.Array([0, 0, right - left, top - bottom]),
                "Resources": pydyf.Dictionary(),
            },
        ),
    )
    widget = _added(
        pdf,
        pydyf.Dictionary(
            {
                "Type": "/Annot",
                "Subtype": "/Widget",
                "FT": "/Sig",
                "T": pydyf.String(FIELD_NAME),
                "TU": title,
                "Contents": title,
                "F": _PRINT_LOCKED,
                "Rect": pydyf.Array(rectangle),
                "P": page_reference,
                "StructParent": key,
                "AP": pydyf.Dictionary({"N": appearance}),
            }
        ),
    )
    content = pydyf.Dictionary({"Type": "/OBJR", "Obj": widget, "Pg": page_reference})
    form = _added(
        pdf,
        pydyf.Dictionary(
            {
                "Type": "/StructElem",
                "S": "/Form",
                "P": tree["K"][0],
                "Pg": page_reference,
                "K": pydyf.Array([_added(pdf, content)]),
                "Alt": title,
            }
        ),
    )
    root["K"].append(form)
    parents["Nums"].extend([key, form])
    page.setdefault("Annots", pydyf.Array()).append(widget)
    fields = pydyf.Dictionary({"Fields": pydyf.Array([widget]), "SigFlags": 1})
    pdf.catalog["AcroForm"] = _added(pdf, fields)


def _added(pdf: pydyf.PDF, thing: pydyf.Object) -> bytes:
    pdf.add_object(thing)
    reference: bytes = thing.reference
    return reference
