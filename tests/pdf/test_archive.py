"""What a PDF says of itself, and what travels in it."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from lxml import etree
from pypdf import PdfReader

from certinext.pdf.embedded import FACTUR_X_NAME, EmbeddedFile
from certinext.pdf.render import render_pdf
from certinext.pdf.xmp import FX, RDF, UA

PAGE = """<!DOCTYPE html><html lang="de"><head><title>Rechnung 1</title>
<meta name="author" content="Nordlicht"></head>
<body><h1>Rechnung 1</h1><p>Inhalt</p><div id="seal">Siegel</div></body></html>"""
MOMENT = datetime(2026, 10, 31, 22, 41, 5, tzinfo=UTC)
XML = EmbeddedFile(
    name=FACTUR_X_NAME,
    mime_type="text/xml",
    content=b"<invoice/>",
    description="The invoice as data",
    relationship="Alternative",
    moment=MOMENT,
    profile="EN 16931",
)
CSV = EmbeddedFile(
    name="lines.csv",
    mime_type="text/csv",
    content=b"position\r\n1\r\n",
    description="All lines",
    relationship="Supplement",
    moment=MOMENT,
)


def catalog(pdf: bytes) -> Any:
    return PdfReader(io.BytesIO(pdf)).trailer["/Root"]


def packets(pdf: bytes) -> list[etree._Element]:
    """Return the `rdf:RDF` elements of the XMP packet."""
    packet = etree.fromstring(catalog(pdf)["/Metadata"].get_data())
    return packet.findall(f"{{{RDF}}}RDF")


def said(pdf: bytes, namespace: str) -> dict[str, str]:
    """Return what the packet says in a vocabulary, as elements or as attributes."""
    (packet,) = packets(pdf)
    found = {}
    for description in packet:
        parts = [*description.attrib.items(), *((part.tag, part.text) for part in description)]
        for name, value in parts:
            if str(name).startswith(f"{{{namespace}}}"):
                found[str(name).partition("}")[2]] = str(value)
    return found


def test_a_file_declares_pdf_a_3a_and_pdf_ua_1_in_one_packet() -> None:
    pdf = render_pdf(PAGE)

    assert said(pdf, "http://www.aiim.org/pdfa/ns/id/") == {"part": "3", "conformance": "A"}
    assert said(pdf, UA) == {"part": "1"}
    assert said(pdf, FX) == {}


def test_an_embedded_invoice_is_declared_with_its_profile() -> None:
    assert said(render_pdf(PAGE, embedded=[XML]), FX) == {
        "DocumentType": "INVOICE",
        "DocumentFileName": "factur-x.xml",
        "Version": "1.0",
        "ConformanceLevel": "EN 16931",
    }


def test_embedded_files_keep_their_bytes_type_moment_and_relationship() -> None:
    pdf = render_pdf(PAGE, embedded=[XML, CSV])
    files = [reference.get_object() for reference in catalog(pdf)["/AF"]]

    assert [
        (str(file["/UF"]), str(file["/AFRelationship"]), str(file["/Desc"])) for file in files
    ] == [
        ("factur-x.xml", "/Alternative", "The invoice as data"),
        ("lines.csv", "/Supplement", "All lines"),
    ]
    streams = [file["/EF"]["/F"].get_object() for file in files]
    assert [stream.get_data() for stream in streams] == [XML.content, CSV.content]
    assert [str(stream["/Subtype"]) for stream in streams] == ["/text/xml", "/text/csv"]
    assert {str(stream["/Params"]["/ModDate"]) for stream in streams} == {"D:20261031224105Z"}


def test_each_associated_file_is_listed_once() -> None:
    listed = catalog(render_pdf(PAGE, embedded=[XML, CSV])).raw_get("/AF")
    assert len(listed) == len({reference.idnum for reference in listed}) == 2


def test_files_that_differ_give_documents_that_differ_and_equal_ones_the_same_bytes() -> None:
    other = EmbeddedFile(**{**XML.__dict__, "content": b"<invoice>2</invoice>"})
    first = PdfReader(io.BytesIO(render_pdf(PAGE, embedded=[XML])))

    assert render_pdf(PAGE, embedded=[XML]) == render_pdf(PAGE, embedded=[XML])
    assert (
        first.trailer["/ID"]
        != PdfReader(io.BytesIO(render_pdf(PAGE, embedded=[other]))).trailer["/ID"]
    )


def test_a_page_cannot_bring_a_file_of_its_own() -> None:
    page = PAGE.replace("<title>", '<link rel="attachment" href="data:text/plain,x"><title>')
    assert "/AF" not in catalog(render_pdf(page))


def test_the_field_for_a_seal_lies_over_its_box_tagged_and_named() -> None:
    root = catalog(render_pdf(PAGE, seal_title="Siegel von Nordlicht"))
    (field,) = (reference.get_object() for reference in root["/AcroForm"]["/Fields"])
    left, bottom, right, top = (float(number) for number in field["/Rect"])

    assert (str(field["/FT"]), str(field["/TU"])) == ("/Sig", "Siegel von Nordlicht")
    assert "/V" not in field
    assert right > left
    assert top > bottom
    assert field["/P"]["/Annots"][0].get_object() == field
    elements = [element.get_object() for element in _elements(root["/StructTreeRoot"]["/K"][0])]
    forms = [element for element in elements if element.get("/S") == "/Form"]
    assert [str(form["/Alt"]) for form in forms] == ["Siegel von Nordlicht"]


def _elements(reference: Any) -> list[Any]:
    children = reference.get_object().get("/K", [])
    return [child for child in children if hasattr(child, "get_object")]


def test_without_a_title_or_a_box_there_is_no_field() -> None:
    assert "/AcroForm" not in catalog(render_pdf(PAGE))
    assert "/AcroForm" not in catalog(
        render_pdf(PAGE.replace('id="seal"', ""), seal_title="Siegel von Nordlicht")
    )
