"""The box for seal or signature, and where to check the document."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, override

from billing.models import Document
from billing.printing.codes import drawing_of
from billing.printing.facts import Facts
from certinext.web.formatting import stamped

# Lines of the box: two of bold letters, or one of small ones.
_SUPPLIER_WIDTH = 84
_SIGNATORY_WIDTH = 48
_ADDRESS_WIDTH = 120


@dataclass(frozen=True)
class SealFacts:
    """What is printed of the certificate that is about to seal: whose it is, and which it is."""

    subject: str
    issuer: str
    short_fingerprint: str


@dataclass(frozen=True)
class Check:
    """Where anybody may check the document: the address, in words and as a code."""

    address: str
    code: SafeString


@dataclass(frozen=True)
class Trust:
    """What stands in the box (the first line is set bold), and where to check it."""

    title: str
    lines: tuple[str, ...]
    quiet: str = ""
    check: Check | None = None


def trust_of(document: Document, seal: SealFacts | None, *, gst: bool) -> Trust:
    """Return the box. Unsealed documents say so; nothing is made up.

    CGST Rule 46(q) asks for the supplier's or its representative's signature, or their digital
    one; Article 226 for none.
    """
    seller = Facts(document.seller)
    check = _check(seller.raw("verify_url"))
    if seal is not None:
        lines = _sealed_lines(document, seller, seal, gst=gst)
        return Trust(gettext("Digital seal"), lines, check=check)
    unsealed = gettext("Not sealed")
    if gst:
        return Trust(gettext("Signature"), _signature_lines(seller), unsealed, check)
    return Trust(gettext("Digital seal"), (), unsealed, check)


def seal_title(document: Document, seal: SealFacts) -> str:
    """Return what screen readers call the field with the seal, in the document's language."""
    with override(document.language):
        return gettext("Digital seal of %(holder)s") % {"holder": seal.subject}


def _sealed_lines(
    document: Document, seller: Facts, seal: SealFacts, *, gst: bool
) -> tuple[str, ...]:
    by = gettext("Sealed by %(holder)s") % {"holder": seal.subject[:_SUPPLIER_WIDTH]}
    when = stamped(document.issued_at) if document.issued_at else ""
    signatory = seller.text("signatory", limit=_SIGNATORY_WIDTH) if gst else ""
    role = gettext("for %(signatory)s, authorised signatory") % {"signatory": signatory}
    certificate = gettext("Certificate %(number)s, %(issuer)s") % {
        "number": seal.short_fingerprint,
        "issuer": seal.issuer[:_SIGNATORY_WIDTH],
    }
    return tuple(line for line in (by, when, role if signatory else "", certificate) if line)


def _signature_lines(seller: Facts) -> tuple[str, ...]:
    supplier = seller.text("legal_name", limit=_SUPPLIER_WIDTH)
    signatory = seller.text("signatory", limit=_SIGNATORY_WIDTH)
    role = (signatory, gettext("Authorised signatory")) if signatory else ()
    return (gettext("For %(seller)s") % {"seller": supplier}, *role)


def _check(address: str) -> Check | None:
    if not address.startswith(("https://", "http://")) or len(address) > _ADDRESS_WIDTH:
        return None
    shown = address.partition("://")[2].rstrip("/")
    drawing = drawing_of(
        segno.make_qr(address, error="m"),
        title=gettext("QR code: check this document at %(address)s") % {"address": shown},
    )
    # segno draws the code and escapes its title.
    return Check(shown, mark_safe(drawing))  # noqa: S308
