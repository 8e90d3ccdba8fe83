"""The seal on a PDF: a PAdES signature in the field that the page keeps for it.

Sealing appends to the file (an incremental update) and changes no byte that was there. A seal says
that nobody may change anything afterwards: readers then warn of every later change.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import parser
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import UnacceptableSignerError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko.stamp import BaseStampStyle
from pyhanko_certvalidator import ValidationContext

from certinext.pdf.finish import FIELD_NAME
from certinext.pdf.keys import SealingKey, fingerprint

# A token's session takes one signature at a time.
_one_at_a_time = threading.Lock()


class SealRefused(Exception):
    """The document was not sealed; the message says why, in one sentence."""


@dataclass(frozen=True)
class SealReport:
    """What a PDF's seal says. `fingerprint` (SHA-256 of the certificate) tells whose it is.

    `unaltered`: the signature fits the certificate, covers the whole file, and nothing was added
    after it. That says nothing about whom the certificate belongs to: compare the fingerprint.
    """

    fingerprint: str
    unaltered: bool


def seal_pdf(pdf: bytes, key: SealingKey, *, now: datetime, reason: str = "") -> bytes:
    """Return the PDF with its field signed (PAdES baseline B, SHA-256, no changes allowed).

    Raises `SealRefused` when the certificate is not valid now or the PDF has no field for it.
    """
    if not key.covers(now):
        raise SealRefused(
            f"The certificate of {key.subject} is valid until {key.not_after:%Y-%m-%d}"
            " and cannot seal now."
        )
    signer = PdfSigner(
        PdfSignatureMetadata(
            field_name=FIELD_NAME,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            reason=reason or None,
        ),
        signer=key.signer,
        stamp_style=_PageAppearance(),
    )
    try:
        with _one_at_a_time:
            sealed = signer.sign_pdf(_Writer(io.BytesIO(pdf)), existing_fields_only=True)
    except (UnacceptableSignerError, PdfReadError, ValueError, RuntimeError) as error:
        # RuntimeError: what a token that holds the key may say.
        raise SealRefused(f"The PDF cannot be sealed: {error}") from error
    written: bytes = sealed.getvalue()
    return written


def read_seal(pdf: bytes) -> SealReport | None:
    """Return what the PDF's seal says, or None where there is none that can be read.

    The file may come from anybody: nothing is fetched, no chain is built, and whatever cannot be
    read is no seal.
    """
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if not signatures:
            return None
        signature = signatures[0]
        certificate = signature.signer_cert
        status = validate_pdf_signature(signature, _only(certificate))
    except SignatureValidationError:
        return SealReport(_digest(certificate), unaltered=False)
    except Exception:
        # A parser of other people's bytes: every way in which it stumbles means the same.
        return None
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    good = status.intact and status.valid and whole and len(signatures) == 1
    return SealReport(_digest(certificate), unaltered=bool(good and _is_tidy(pdf, signature)))


def _is_tidy(pdf: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Tell whether the signature's own place holds nothing but it, written as we write it.

    These bytes are the only ones that a signature cannot cover.
    """
    start, length, resumed, _rest = (int(number) for number in signature.byte_range)
    written = pdf[start + length : resumed]
    content = signature.pkcs7_content
    digits = content[: parser.peek(content)].hex().upper()
    return written == b"<" + digits.encode().ljust(len(written) - 2, b"0") + b">"


class _Writer(IncrementalPdfFileWriter):
    """Leaves XMP and document information alone: they are what PDF/A and Factur-X go by."""

    def _update_meta(self) -> None:
        pass


@dataclass(frozen=True)
class _PageAppearance(BaseStampStyle):
    """Draws nothing: what is to be seen of the seal is printed on the page."""

    def create_stamp(self, writer: object, box: object, text_params: object) -> None:
        """Keep the field's own, empty appearance."""


def _only(certificate: asn1_x509.Certificate) -> ValidationContext:
    """Trust this certificate alone, as of the day on which it became valid: whose it is, is asked
    elsewhere, and a certificate that has ended since does not unmake its seals."""
    return ValidationContext(
        trust_roots=[certificate],
        allow_fetching=False,
        moment=certificate.not_valid_before.astimezone(UTC),
    )


def _digest(certificate: asn1_x509.Certificate) -> str:
    return fingerprint(x509.load_der_x509_certificate(certificate.dump()))
