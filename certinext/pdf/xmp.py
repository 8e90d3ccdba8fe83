"""What a document says of itself in its XMP packet: PDF/UA-1, and Factur-X where it is embedded.

WeasyPrint declares PDF/A; its own way of adding more appends a second `rdf:RDF`, of which readers
see only the first. So what is added here goes into the one that is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from lxml import etree

from certinext.pdf.embedded import FACTUR_X_NAME

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
UA = "http://www.aiim.org/pdfua/ns/id/"
# Factur-X 1.0 and ZUGFeRD 2.x, chapter "XMP extension schema".
FX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
PROPERTY = "http://www.aiim.org/pdfa/ns/property#"
PREFIXES = {
    "rdf": RDF,
    "pdfuaid": UA,
    "fx": FX,
    "pdfaExtension": EXTENSION,
    "pdfaSchema": SCHEMA,
    "pdfaProperty": PROPERTY,
}


@dataclass(frozen=True)
class Property:
    """One property of an extension schema (PDF/A-3, 6.6.2.3.3)."""

    name: str
    kind: str
    category: str
    description: str


@dataclass(frozen=True)
class Schema:
    """A vocabulary that PDF/A does not know by itself, and so wants described."""

    name: str
    namespace: str
    prefix: str
    properties: tuple[Property, ...]


_UA_SCHEMA = Schema(
    "PDF/UA identification schema",
    UA,
    "pdfuaid",
    (Property("part", "Integer", "internal", "Part of ISO 14289 that the file follows"),),
)
_FX_SCHEMA = Schema(
    "Factur-X PDFA Extension Schema",
    FX,
    "fx",
    (
        Property("DocumentFileName", "Text", "external", "Name of the embedded XML invoice"),
        Property("DocumentType", "Text", "external", "INVOICE"),
        Property("Version", "Text", "external", "Version of the standard of the XML invoice"),
        Property("ConformanceLevel", "Text", "external", "Profile of the XML invoice"),
    ),
)


def with_identification(generate: Callable[..., bytes], *, profile: str) -> Callable[..., bytes]:
    """Wrap the function that makes the packet's `rdf:RDF`, so that PDF/UA-1 is declared in it.

    With `profile` (such as "EN 16931") the embedded Factur-X invoice is declared too.
    """

    def generated(*version: object, **options: object) -> bytes:
        packet = etree.fromstring(generate(*version, **options))
        packet.extend(_descriptions(profile))
        written: bytes = etree.tostring(packet)
        return written

    return generated


def _descriptions(profile: str) -> list[etree._Element]:
    """Return the further descriptions, each a new element."""
    return list(etree.fromstring(_packet(profile)))


@cache
def _packet(profile: str) -> bytes:
    packet = etree.Element(f"{{{RDF}}}RDF", nsmap=PREFIXES)
    _say(packet, f"{{{UA}}}part", "1")
    schemas = [_UA_SCHEMA]
    if profile:
        schemas.append(_FX_SCHEMA)
        for name, value in (
            ("DocumentType", "INVOICE"),
            ("DocumentFileName", FACTUR_X_NAME),
            ("Version", "1.0"),
            ("ConformanceLevel", profile),
        ):
            _say(packet, f"{{{FX}}}{name}", value)
    bag = _below(_description(packet), f"{{{EXTENSION}}}schemas", f"{{{RDF}}}Bag")
    for schema in schemas:
        _describe(bag, schema)
    written: bytes = etree.tostring(packet)
    return written


def _describe(bag: etree._Element, schema: Schema) -> None:
    item = _resource(bag)
    for name, value in (
        ("schema", schema.name),
        ("namespaceURI", schema.namespace),
        ("prefix", schema.prefix),
    ):
        etree.SubElement(item, f"{{{SCHEMA}}}{name}").text = value
    rows = _below(item, f"{{{SCHEMA}}}property", f"{{{RDF}}}Seq")
    for known in schema.properties:
        row = _resource(rows)
        for name, value in _facts(known):
            etree.SubElement(row, f"{{{PROPERTY}}}{name}").text = value


def _facts(known: Property) -> Iterator[tuple[str, str]]:
    yield "name", known.name
    yield "valueType", known.kind
    yield "category", known.category
    yield "description", known.description


def _say(packet: etree._Element, name: str, value: str) -> None:
    etree.SubElement(_description(packet), name).text = value


def _description(packet: etree._Element) -> etree._Element:
    return etree.SubElement(packet, f"{{{RDF}}}Description", {f"{{{RDF}}}about": ""})


def _resource(parent: etree._Element) -> etree._Element:
    return etree.SubElement(parent, f"{{{RDF}}}li", {f"{{{RDF}}}parseType": "Resource"})


def _below(parent: etree._Element, *names: str) -> etree._Element:
    for name in names:
        parent = etree.SubElement(parent, name)
    return parent
