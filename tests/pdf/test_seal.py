"""A seal holds as long as nothing changes, and says whose it is."""

from __future__ import annotations

import io
import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pypdf import PdfReader

from certinext.pdf.keys import KeyRefused, SealingKey, open_pkcs12, short_fingerprint
from certinext.pdf.render import render_pdf
from certinext.pdf.seal import SealRefused, SealReport, read_seal, seal_pdf
from tests.pdf.sealing import NOW, PASSPHRASE, development_key, open_key
from tests.pdf.test_archive import PAGE, XML, catalog


@pytest.fixture(scope="module")
def key() -> SealingKey:
    return open_key()


@pytest.fixture(scope="module")
def plain() -> bytes:
    return render_pdf(PAGE, embedded=[XML], seal_title="Siegel")


@pytest.fixture(scope="module")
def sealed(plain: bytes, key: SealingKey) -> bytes:
    return seal_pdf(plain, key, now=NOW)


def test_a_sealed_file_is_unaltered_and_names_its_certificate(
    sealed: bytes, key: SealingKey
) -> None:
    assert read_seal(sealed) == SealReport(key.fingerprint, unaltered=True)


def test_sealing_changes_no_byte_that_was_there(sealed: bytes, plain: bytes) -> None:
    assert sealed.startswith(plain)
    before, after = catalog(plain)["/Metadata"], catalog(sealed)["/Metadata"]
    assert after.get_data() == before.get_data()
    assert PdfReader(io.BytesIO(sealed)).metadata == PdfReader(io.BytesIO(plain)).metadata


def test_the_seal_is_pades_and_allows_no_changes(sealed: bytes) -> None:
    root = catalog(sealed)
    signature: Any = root["/AcroForm"]["/Fields"][0]["/V"]
    assert str(signature["/SubFilter"]) == "/ETSI.CAdES.detached"
    (reference,) = signature["/Reference"]
    assert reference["/TransformParams"]["/P"] == 1


def test_what_is_seen_of_the_seal_is_the_pages_own_text(sealed: bytes) -> None:
    field = catalog(sealed)["/AcroForm"]["/Fields"][0]
    assert field["/AP"]["/N"].get_data() == b""


def test_any_flipped_bit_shows(sealed: bytes, key: SealingKey) -> None:
    """Also inside the signature's own place, which no signature can cover."""
    places = random.Random(20261120).sample(range(len(sealed)), 60)
    start, length, resumed, _rest = (
        int(number) for number in catalog(sealed)["/AcroForm"]["/Fields"][0]["/V"]["/ByteRange"]
    )
    places += [start + length + 1, start + length + 40, resumed - 40, resumed - 2]
    for place in places:
        changed = bytearray(sealed)
        changed[place] ^= 0x20
        assert read_seal(bytes(changed)) in {None, SealReport(key.fingerprint, unaltered=False)}


def test_what_is_added_later_shows(sealed: bytes, key: SealingKey) -> None:
    later: Any = IncrementalPdfFileWriter(io.BytesIO(sealed))
    later.root["/PageMode"] = later.root.raw_get("/Pages")
    later.update_root()
    grown = io.BytesIO()
    later.write(grown)

    altered = SealReport(key.fingerprint, unaltered=False)
    assert grown.getvalue().startswith(sealed)
    assert read_seal(grown.getvalue()) == altered
    assert read_seal(sealed + b"\n% a remark") == altered


def test_files_without_a_seal_have_none(plain: bytes) -> None:
    for content in (plain, b"", b"%PDF-1.7 nonsense", b"\0" * 1000, b"PK\x03\x04"):
        assert read_seal(content) is None


def test_a_certificate_that_ended_since_does_not_unmake_its_seals(plain: bytes) -> None:
    old = open_key(
        development_key(not_before=NOW - timedelta(days=4000), lasts=timedelta(days=365))
    )
    sealed = seal_pdf(plain, old, now=NOW - timedelta(days=3900))
    assert read_seal(sealed) == SealReport(old.fingerprint, unaltered=True)


@pytest.mark.parametrize("moment", [NOW - timedelta(days=31), NOW + timedelta(days=336)])
def test_a_certificate_that_is_not_valid_seals_nothing(
    plain: bytes, key: SealingKey, moment: datetime
) -> None:
    with pytest.raises(SealRefused, match="valid until 2027-10-21 and cannot seal now"):
        seal_pdf(plain, key, now=moment)


def test_a_page_without_a_field_cannot_be_sealed(key: SealingKey) -> None:
    with pytest.raises(SealRefused, match="cannot be sealed"):
        seal_pdf(render_pdf(PAGE), key, now=NOW)


def test_keys_say_whose_they_are(key: SealingKey) -> None:
    assert key.subject == "Nordlicht Trust Services GmbH"
    assert key.issuer == "Development CA"
    assert short_fingerprint("5f0a91c4" + "0" * 56) == "5F:0A:91:C4"


def test_what_is_no_key_is_refused_in_a_sentence() -> None:
    with pytest.raises(KeyRefused, match="check file and passphrase"):
        open_pkcs12(development_key().pkcs12, b"wrong")
    with pytest.raises(KeyRefused, match="check file and passphrase"):
        open_pkcs12(b"nonsense", PASSPHRASE)
