"""The QR codes on a page, read from its picture as a telephone reads them from paper."""

from __future__ import annotations

import io
import os
import subprocess
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from PIL import Image

from tests.billing.sample_documents import (
    SIGNED_QR,
    Sample,
    registered,
    sample_credit_note,
    sample_invoice,
)
from tests.billing.sample_parties import FRENCH, GERMANY, INDIA

pytestmark = pytest.mark.conformance
CHECKED_AT = {"verify_url": "https://billing.example/verify/"}


def codes(sample: Sample, *, resolution: int = 110) -> list[str]:
    """Return what the codes of the document's first page say, at so many dots an inch."""
    pictures = subprocess.run(
        [os.environ["PDFTOPPM"], "-r", str(resolution), "-png", "-singlefile"],
        input=sample.pdf(),
        capture_output=True,
        check=True,
    ).stdout
    found: list[Any] = zxingcpp.read_barcodes(Image.open(io.BytesIO(pictures)))
    return sorted(code.text for code in found)


def test_a_transfer_in_euros_has_the_right_amount_account_and_reference() -> None:
    sample = sample_invoice(seller={**GERMANY, **CHECKED_AT}, buyer=FRENCH)
    transfer, check = codes(sample)

    fields = transfer.split("\n")
    assert fields[0] == "BCD"
    assert fields[4] == "COBADEFFXXX"
    assert fields[5] == "Nordlicht Trust Services GmbH"
    assert fields[6] == "DE89370400440532013000"
    assert fields[7] == f"EUR{sample.document.total.normalize()}"
    assert fields[9] == "RF75INV2026000731"
    assert check == CHECKED_AT["verify_url"]


def test_a_upi_payment_has_the_right_amount_payee_and_number() -> None:
    sample = sample_invoice(seller={**INDIA, **CHECKED_AT})
    check, payment = codes(sample)

    asked = {name: values[0] for name, values in parse_qs(urlsplit(payment).query).items()}
    assert payment.startswith("upi://pay?")
    assert asked["pa"] == "aravalli.trust@examplebank"
    assert asked["am"] == f"{sample.document.total:.2f}"
    assert (asked["cu"], asked["tn"]) == ("INR", "INV/26-27/004218")
    assert check == CHECKED_AT["verify_url"]


def test_a_credit_note_asks_for_no_payment() -> None:
    note = sample_credit_note(sample_invoice(seller={**INDIA, **CHECKED_AT}))
    assert codes(note) == [CHECKED_AT["verify_url"]]


def test_the_portals_code_is_read_beside_those_for_paying_and_checking() -> None:
    sample = registered(sample_invoice(seller={**INDIA, **CHECKED_AT}))

    signed, check, payment = codes(sample, resolution=200)

    assert len(SIGNED_QR) > 900
    assert signed == SIGNED_QR
    assert check == CHECKED_AT["verify_url"]
    assert payment.startswith("upi://pay?")


def test_a_registered_credit_note_bears_the_portals_code() -> None:
    note = sample_credit_note(sample_invoice(seller={**INDIA, **CHECKED_AT}))
    assert codes(registered(note), resolution=200) == [SIGNED_QR, CHECKED_AT["verify_url"]]
