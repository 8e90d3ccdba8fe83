"""What a certificate names: domains of any script, mailboxes, or nothing."""

from __future__ import annotations

import pytest

from billing.models import Product
from orders.errors import InvalidOrder
from orders.subjects import Subject, clean_subject, subject_of


def product(category: str = "SSL/TLS Certificates") -> Product:
    """Return a product of a category; no database is asked."""
    return Product(name="A certificate", category_name=category)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("www.example.com", "www.example.com"),
        ("  WWW.Example.COM. ", "www.example.com"),
        ("*.example.com", "*.example.com"),
        ("münchen.example", "münchen.example"),
        ("विद्युत.भारत", "विद्युत.भारत"),
        ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
        ("a-b.c1.example", "a-b.c1.example"),
    ],
)
def test_domains_are_kept_in_lower_case(typed: str, stored: str) -> None:
    assert clean_subject(typed, product=product()) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "example",
        "example..com",
        "-a.example.com",
        "a-.example.com",
        "www.*.example.com",
        "*.*.example.com",
        "portal_x.example.com",
        "http://example.com",
        "www.example.com/path",
        "192.168.0.1",
        "a b.example.com",
        "admin@example.com",
        f"{'a' * 64}.example.com",
        f"{'a.' * 126}com",
        "www.example.com\x00",
        "www.exam\nple.com",
        "www.\u202eexample.com",
        "www.\ud800example.com",
        "<img src=x>.com",
    ],
)
def test_what_cannot_be_a_domain_is_refused(typed: str) -> None:
    with pytest.raises(InvalidOrder) as refused:
        clean_subject(typed, product=product())
    assert refused.value.field == "domain_name"


@pytest.mark.parametrize(
    ("category", "subject"),
    [
        ("SSL/TLS Certificates", Subject.DOMAIN),
        ("S/MIME Certificates", Subject.MAILBOX),
        ("Document Signing", Subject.ORGANIZATION),
        ("Code Signing", Subject.ANY),
        ("", Subject.ANY),
    ],
)
def test_the_category_says_what_is_named(category: str, subject: Subject) -> None:
    assert subject_of(product(category)) is subject


def test_a_mail_certificate_names_a_mailbox_or_a_domain() -> None:
    for name in ("ada@example.com", "example.com"):
        assert clean_subject(name, product=product("S/MIME Certificates")) == name
    for name in ("", "ada@", "@example.com", "a b@example.com", "ada@*.example.com"):
        with pytest.raises(InvalidOrder):
            clean_subject(name, product=product("S/MIME Certificates"))


def test_a_document_signer_names_no_domain() -> None:
    assert clean_subject("", product=product("Document Signing")) == ""
    with pytest.raises(InvalidOrder, match="names no domain"):
        clean_subject("www.example.com", product=product("Document Signing"))


def test_a_product_of_another_kind_may_name_a_domain() -> None:
    for name in ("", "example.com", "ada@example.com"):
        assert clean_subject(name, product=product("Code Signing")) == name
