from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.tax.errors import InvalidTaxId
from billing.tax.ids import (
    is_gstin,
    is_uin,
    member_of_vat_id,
    normalise_gstin,
    normalise_pan,
    normalise_tax_id,
    normalise_vat_id,
    pan_of_gstin,
    state_of_gstin,
)


def test_a_gstin_is_kept_in_one_form() -> None:
    assert normalise_gstin(" 29aagca7421k1zg ") == "29AAGCA7421K1ZG"
    assert normalise_gstin("29-AAGCA7421K-1ZG") == "29AAGCA7421K1ZG"


def test_a_gstin_tells_the_state_and_the_pan() -> None:
    assert state_of_gstin("29AAGCA7421K1ZG").name == "Karnataka"
    assert pan_of_gstin("29AAGCA7421K1ZG") == "AAGCA7421K"
    with pytest.raises(InvalidTaxId):
        state_of_gstin("99AAGCA7421K1ZG")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("29AAGCA7421K1Z", "15 characters"),
        ("29AAGCA7421K1ZGG", "15 characters"),
        ("29AAGCA7421K0ZG", "15 characters"),
        ("2\N{FULLWIDTH DIGIT NINE}AAGCA7421K1ZG", "15 characters"),
        ("40AAGCA7421K1ZG", "begins with 40, which is no State's code"),
        ("29AAGCA7421K1ZH", "check digit"),
        ("29AAGCA7412K1ZG", "check digit"),
    ],
)
def test_a_wrong_gstin_is_refused_with_what_is_wrong(text: str, sentence: str) -> None:
    with pytest.raises(InvalidTaxId, match=sentence):
        normalise_gstin(text)
    assert not is_gstin(text)


def test_an_embassys_uin_is_no_gstin() -> None:
    assert is_uin("0717UNO00157UNO")
    assert not is_gstin("0717UNO00157UNO")
    assert not is_uin("29AAGCA7421K1ZG")


def test_a_pan_is_kept_in_one_form() -> None:
    assert normalise_pan("aapfu0939f") == "AAPFU0939F"
    with pytest.raises(InvalidTaxId, match="ABCDE1234F"):
        normalise_pan("AAPFU0939")


@pytest.mark.parametrize(
    ("text", "country", "kept"),
    [
        ("de 123 456 788", "DE", "DE123456788"),
        ("123456788", "DE", "DE123456788"),
        ("FR 40 303 265 045", "", "FR40303265045"),
        ("GR094259216", "GR", "EL094259216"),
        ("094259216", "EL", "EL094259216"),
        ("IE6388047V", "IE", "IE6388047V"),
        ("NL004495445B01", "NL", "NL004495445B01"),
        ("ATU57194903", "AT", "ATU57194903"),
        ("XI110305878", "", "XI110305878"),
        ("FR40303265045", "MC", "FR40303265045"),
    ],
)
def test_a_vat_id_is_kept_with_its_prefix(text: str, country: str, kept: str) -> None:
    assert normalise_vat_id(text, country=country) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "DE",
        "DE123456789",
        "DE12345678\N{FULLWIDTH DIGIT EIGHT}",
        "EU372000041",
        "IM3720000041",
        "US123",
    ],
)
def test_a_wrong_vat_id_is_refused(text: str) -> None:
    with pytest.raises(InvalidTaxId, match="not a valid VAT id"):
        normalise_vat_id(text)


def test_a_vat_id_fits_the_country_of_the_address() -> None:
    with pytest.raises(InvalidTaxId, match="correct the VAT id or the country"):
        normalise_vat_id("DE123456788", country="FR")


def test_greek_vat_ids_begin_with_el() -> None:
    assert member_of_vat_id("EL094259216") == "GR"
    assert member_of_vat_id("XI110305878") == ""


@pytest.mark.parametrize(
    ("text", "country", "kept"),
    [
        ("", "IN", ""),
        ("  ", "DE", ""),
        ("29aagca7421k1zg", "IN", "29AAGCA7421K1ZG"),
        ("0717uno00157uno", "IN", "0717UNO00157UNO"),
        ("aapfu0939f", "IN", "AAPFU0939F"),
        ("123456788", "DE", "DE123456788"),
        (" 12-3456789 ", "US", "12-3456789"),
        ("che-123.456.788 mwst", "CH", "CHE-123.456.788 MWST"),
    ],
)
def test_a_tax_id_follows_the_rules_of_its_country(text: str, country: str, kept: str) -> None:
    assert normalise_tax_id(text, country) == kept


@pytest.mark.parametrize("text", ["<script>", "1" * 33, "12\x003", "é1"])
def test_a_foreign_tax_id_is_short_and_plain(text: str) -> None:
    with pytest.raises(InvalidTaxId, match="32 letters"):
        normalise_tax_id(text, "US")


@given(st.text(max_size=40), st.sampled_from(["IN", "DE", "FR", "GR", "US", ""]))
def test_any_text_is_a_plain_tax_id_or_refused(text: str, country: str) -> None:
    try:
        kept = normalise_tax_id(text, country)
    except InvalidTaxId:
        return
    assert kept.isascii()
    assert normalise_tax_id(kept, country) == kept
