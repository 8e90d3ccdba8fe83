"""Files that travel inside a PDF/A-3, and what the PDF says about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

FACTUR_X_NAME = "factur-x.xml"


@dataclass(frozen=True)
class EmbeddedFile:
    """A file inside the PDF. `relationship` is PDF/A-3's AFRelationship.

    "Alternative": the same invoice in another form; "Data": figures that the page was made from;
    "Supplement": what does not fit on the pages. `moment` (aware) is when the content was made.
    `profile` is the conformance level of a Factur-X invoice, such as "EN 16931", empty elsewhere.
    """

    name: str
    mime_type: str
    content: bytes
    description: str
    relationship: str
    moment: datetime
    profile: str = ""
