"""Electronic addresses: which are taken, and which a party has without giving one."""

from __future__ import annotations

import pytest

from billing.einvoice.endpoints import (
    InvalidEndpoint,
    normalise_endpoint,
    normalise_legal_id,
    usual_endpoint,
)


@pytest.mark.parametrize(
    ("scheme", "identifier", "kept"),
    [
        ("", " ", ("", "")),
        ("0088", "4012345500004", ("0088", "4012345500004")),
        ("0204", "04011000-1234512345-06", ("0204", "04011000-1234512345-06")),
        ("9930", "DE 123456788", ("9930", "DE123456788")),
        ("em", "ap@example.com", ("EM", "ap@example.com")),
        ("0106", "71450982", ("0106", "71450982")),
    ],
)
def test_addresses_are_kept_in_one_form(
    scheme: str, identifier: str, kept: tuple[str, str]
) -> None:
    assert normalise_endpoint(scheme, identifier) == kept


@pytest.mark.parametrize(
    ("scheme", "identifier", "field", "sentence"),
    [
        ("", "123", "scheme", "Choose what kind"),
        ("0088", "", "identifier", "Enter the electronic address"),
        ("0000", "123", "scheme", "0000 is no kind of electronic address"),
        ("0088", "4012345500005", "identifier", "not valid as 0088 GLN"),
        ("9930", "FR40303265045", "identifier", "not valid as 9930"),
        ("EM", "nobody", "identifier", "not valid as EM"),
        ("0204", "a b\u202e", "identifier", "not valid as 0204"),
    ],
)
def test_wrong_addresses_are_refused_with_field_and_fix(
    scheme: str, identifier: str, field: str, sentence: str
) -> None:
    with pytest.raises(InvalidEndpoint, match=sentence) as refused:
        normalise_endpoint(scheme, identifier)
    assert refused.value.field == field


def test_a_registration_number_needs_no_register_but_a_register_its_number() -> None:
    assert normalise_legal_id("", "HRB 98765 B") == ("", "HRB 98765 B")
    assert normalise_legal_id("0106", "71450982") == ("0106", "71450982")
    for scheme, number, field in (
        ("0106", "", "identifier"),
        ("HRB", "98765", "scheme"),
        ("0106", "7145098", "identifier"),
    ):
        with pytest.raises(InvalidEndpoint) as refused:
            normalise_legal_id(scheme, number)
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("vat_id", "email", "usual"),
    [
        ("DE123456788", "a@b.example", ("9930", "DE123456788")),
        ("FR40303265045", "", ("9957", "FR40303265045")),
        ("EL094259216", "", ("9933", "EL094259216")),
        ("", "a@b.example", ("EM", "a@b.example")),
        ("", "", ("", "")),
    ],
)
def test_the_usual_address_is_the_vat_id_and_else_the_e_mail(
    vat_id: str, email: str, usual: tuple[str, str]
) -> None:
    assert usual_endpoint(vat_id=vat_id, email=email) == usual
