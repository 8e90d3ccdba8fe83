"""Every form of document against the reference validators, before and after its seal."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import pytest

from billing.printing.render import render_document
from billing.printing.trust import SealFacts
from certinext.pdf.keys import SealingKey, short_fingerprint
from certinext.pdf.logo import safe_logo
from certinext.pdf.seal import seal_pdf
from tests.billing.sample_documents import (
    Sample,
    Sold,
    registered,
    sample_credit_note,
    sample_invoice,
)
from tests.billing.sample_parties import BUYER, FRENCH, GERMANY, INDIA
from tests.conformance.verapdf import violations
from tests.pdf.names import NAMED_IN_THE_TREE, NAMES
from tests.pdf.pictures import alpha_logo, png
from tests.pdf.sealing import NOW, open_key
from tests.pdf.test_archive import CSV, XML

pytestmark = pytest.mark.conformance


@cache
def key() -> SealingKey:
    return open_key()


@dataclass(frozen=True)
class Written:
    """A document's PDF without and with its seal."""

    plain: bytes
    sealed: bytes


def written(sample: Sample) -> Written:
    """Print a sample as it is printed for its seal, with files in it, and seal it."""
    facts = SealFacts(key().subject, key().issuer, short_fingerprint(key().fingerprint))
    plain = render_document(
        sample.document,
        lines=sample.lines,
        taxes=sample.taxes,
        seal=facts,
        registration=sample.registration,
        embedded=[XML, CSV],
    )
    return Written(plain, seal_pdf(plain, key(), now=NOW))


HOSTILE = "شركة الشهادات الرقمية ابن سينا — מפעלי אמון בע״מ <b>&amp;"
ONE = [Sold()]
SIXTY = [Sold(description=f"OV SSL {number}") for number in range(60)]
EVERY_SCRIPT = [Sold(description=name) for name in (NAMES | NAMED_IN_THE_TREE).values()]
PICTURE = safe_logo(png(alpha_logo()))
ISSUED: dict[str, Callable[[], Sample]] = {
    "an Indian invoice": lambda: sample_invoice(seller=INDIA),
    "an Indian invoice of 60 lines": lambda: sample_invoice(seller=INDIA, sold=SIXTY),
    "an invoice in Hindi": lambda: sample_invoice(
        seller=INDIA,
        buyer={**BUYER, "legal_name": NAMES["Hindi"]},
        sold=EVERY_SCRIPT,
        language="hi",
    ),
    "a European invoice": lambda: sample_invoice(seller=GERMANY, buyer=FRENCH),
    "a European invoice of 60 lines": lambda: sample_invoice(
        seller=GERMANY, buyer=FRENCH, sold=SIXTY
    ),
    "names from right to left": lambda: sample_invoice(
        seller=INDIA,
        buyer={**BUYER, "legal_name": HOSTILE},
        sold=[replace(Sold(), description=HOSTILE)],
    ),
    "more lines than its pages hold": lambda: sample_invoice(seller=INDIA, sold=ONE * 401),
    "a transparent picture as logo": lambda: sample_invoice(seller={**INDIA, "logo": PICTURE}),
    "a transparent picture as logo over several pages": lambda: sample_invoice(
        seller={**GERMANY, "logo": PICTURE}, buyer=FRENCH, sold=SIXTY
    ),
}


def credited(invoice: Sample) -> Sample:
    """Return the credit note over the whole of an invoice, in its language."""
    positions = [line.position for line in invoice.lines]
    return sample_credit_note(invoice, positions=positions, language=invoice.document.language)


SAMPLES: dict[str, Callable[[], Sample]] = {
    **ISSUED,
    "an Indian invoice that is registered": lambda: registered(sample_invoice(seller=INDIA)),
    "a credit note of the sandbox in Hindi": lambda: registered(
        credited(sample_invoice(seller=INDIA, language="hi")), "sandbox"
    ),
    **{
        f"a credit note for {form}": partial(lambda made: credited(made()), made)
        for form, made in ISSUED.items()
    },
}


@pytest.fixture(scope="module", params=SAMPLES)
def document(request: pytest.FixtureRequest) -> Written:
    """Return each form, set once."""
    return written(SAMPLES[request.param]())


@pytest.mark.parametrize("flavour", ["3a", "ua1"])
def test_a_document_keeps_the_standards_before_and_after_its_seal(
    document: Written, flavour: str
) -> None:
    assert violations(document.plain, flavour) == []
    assert violations(document.sealed, flavour) == []


def test_another_reader_finds_the_seal_valid_over_the_whole_file(
    document: Written, tmp_path: Path
) -> None:
    assert "Signature is Valid." in _read_elsewhere(document.sealed, tmp_path)
    assert "Total document signed" in _read_elsewhere(document.sealed, tmp_path)


def test_another_reader_sees_a_flipped_byte(document: Written, tmp_path: Path) -> None:
    changed = bytearray(document.sealed)
    changed[len(document.plain) // 2] ^= 1
    assert "Signature is Valid." not in _read_elsewhere(bytes(changed), tmp_path)


def test_the_validator_does_find_what_is_wrong() -> None:
    import weasyprint

    plain = weasyprint.HTML(string="<p>Neither tagged nor titled").write_pdf()
    assert violations(plain, "3a")
    assert violations(plain, "ua1")


def _read_elsewhere(pdf: bytes, folder: Path) -> str:
    file = folder / "document.pdf"
    file.write_bytes(pdf)
    done = subprocess.run([os.environ["PDFSIG"], file], capture_output=True, text=True, check=False)
    return done.stdout
