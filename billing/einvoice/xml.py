"""Building XML with lxml: names by prefix, text that XML can hold, the same bytes each time."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import cast

from lxml import etree

from billing.money import decimals_of

# EN 16931 knows amounts of two decimals at most (BR-DEC).
MOST_DECIMALS = 2
# What the Char production of XML 1.0 leaves out; a lone surrogate cannot even be encoded.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Tree:
    """A tree of elements whose tags are written `prefix:Name`."""

    def __init__(self, root: str, namespaces: dict[str | None, str], *, of: str) -> None:
        """Make the root element `root` in the namespace `of`."""
        self._names = namespaces
        # The stubs do not know that None is the default namespace's prefix.
        self.root = etree.Element(f"{{{of}}}{root}", nsmap=cast(dict[str, str], namespaces))

    def add(
        self, parent: etree._Element, tag: str, text: object = None, **attributes: str
    ) -> etree._Element:
        """Append an element and return it."""
        prefix, _, name = tag.partition(":")
        cleaned = {key: xml_text(value) for key, value in attributes.items()}
        element = etree.SubElement(parent, f"{{{self._names[prefix]}}}{name}", cleaned)
        if text is not None:
            element.text = xml_text(str(text))
        return element

    def put(
        self, parent: etree._Element, tag: str, text: object, **attributes: str
    ) -> etree._Element | None:
        """Append an element unless its text is empty: empty elements are refused everywhere."""
        return self.add(parent, tag, text, **attributes) if text not in {None, ""} else None

    def bytes(self) -> bytes:
        """Return the document in UTF-8, indented."""
        written: bytes = etree.tostring(
            self.root, xml_declaration=True, encoding="UTF-8", pretty_print=True
        )
        return written


def xml_text(text: str) -> str:
    """Return the text without the characters that no XML document may hold."""
    return _NO_XML.sub("", text)


def amount(value: Decimal, currency: str) -> str:
    """Write an amount: two decimals, none in currencies without a minor unit."""
    return f"{value:.{min(decimals_of(currency), MOST_DECIMALS)}f}"


def figure(value: Decimal) -> str:
    """Write a quantity, price or rate plainly, without trailing zeros and exponents."""
    plain = format(value.normalize(), "f")
    return "0" if plain == "-0" else plain


def compact_day(day: date) -> str:
    """Write a day as CII does: 20261120."""
    return f"{day:%Y%m%d}"
