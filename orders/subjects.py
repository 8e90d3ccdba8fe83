"""Whom or what a certificate names: a domain, a mailbox, or neither."""

from __future__ import annotations

import enum
import re
import unicodedata

from billing.models import Product
from billing.sentences import gettext_noop
from billing.text import UnusableText, clean_line
from orders.errors import InvalidOrder

LONGEST_NAME = 253
LONGEST_LABEL = 63
# A label: letters and digits of any script, hyphens inside. The last one is not a number.
_LABEL = re.compile(r"[^\W_](?:(?:[^\W_]|[·-])*[^\W_])?")
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")


class Subject(enum.Enum):
    """What a product's certificates name, told by the product's category."""

    DOMAIN = "domain"
    MAILBOX = "mailbox"
    ORGANIZATION = "organization"
    ANY = "any"


def subject_of(product: Product) -> Subject:
    """Say what the product's certificates name: the order page asks for that."""
    category = product.category_name.casefold()
    if "s/mime" in category:
        return Subject.MAILBOX
    if "ssl" in category or "tls" in category:
        return Subject.DOMAIN
    if "document sign" in category:
        return Subject.ORGANIZATION
    return Subject.ANY


def clean_subject(text: str, *, product: Product) -> str:
    """Return the domain (or mailbox) in lower case; raises `InvalidOrder` for `domain_name`.

    Domains may begin with the label `*` and be written in any script. Document signers have none.
    """
    subject = subject_of(product)
    try:
        name = clean_line(text, at_most=LONGEST_NAME).casefold().removesuffix(".")
    except UnusableText as error:
        raise InvalidOrder("domain_name", error.message, **error.params) from error
    if subject is Subject.ORGANIZATION and name:
        raise InvalidOrder(
            "domain_name",
            gettext_noop("%(product)s names no domain: leave the field empty."),
            product=product.name,
        )
    if not name and subject in {Subject.DOMAIN, Subject.MAILBOX}:
        raise InvalidOrder(
            "domain_name",
            gettext_noop("%(product)s needs a domain, such as www.example.com."),
            product=product.name,
        )
    if name and not (is_domain(name) or (subject is not Subject.DOMAIN and is_mailbox(name))):
        raise InvalidOrder(
            "domain_name",
            gettext_noop(
                "The domain %(domain)s is not plausible: use letters, digits, hyphens and dots,"
                " such as www.example.com or *.example.com."
            ),
            domain=name,
        )
    _refuse_wildcard(name, product)
    return name


def _refuse_wildcard(name: str, product: Product) -> None:
    """Hold a name to what the catalogue says of wildcards; blank: both are taken."""
    is_wildcard = name.startswith("*.")
    if is_wildcard and product.wildcard == Product.Wildcard.NO:
        raise InvalidOrder(
            "domain_name",
            gettext_noop(
                "%(product)s names no wildcards such as %(name)s: write the name itself, or order"
                " a wildcard product."
            ),
            product=product.name,
            name=name,
        )
    if name and not is_wildcard and product.wildcard == Product.Wildcard.ONLY:
        raise InvalidOrder(
            "domain_name",
            gettext_noop(
                "%(product)s names wildcards only: write *.%(name)s, or order another product."
            ),
            product=product.name,
            name=name,
        )


def is_domain(name: str) -> bool:
    """Say whether a name could be a fully qualified domain: `example.com`, `*.münchen.example`."""
    labels = name.removeprefix("*.").split(".")
    return (
        len(labels) > 1
        and all(_is_label(label) for label in labels)
        and not _as_sent(labels[-1]).isdigit()
        and sum(len(_as_sent(label)) + 1 for label in labels) <= LONGEST_NAME + 1
    )


def is_mailbox(name: str) -> bool:
    """Say whether a name could be an e-mail address."""
    mailbox, at, domain = name.rpartition("@")
    return bool(at and _MAILBOX.fullmatch(mailbox) and "*" not in domain and is_domain(domain))


def _is_label(label: str) -> bool:
    # Marks (the vowel signs of Indic scripts) are no word characters for `re`, joiners neither.
    letters = "".join(
        character
        for character in label
        if unicodedata.category(character) not in {"Mn", "Mc"} and character not in "\u200c\u200d"
    )
    return bool(_LABEL.fullmatch(letters)) and len(_as_sent(label)) <= LONGEST_LABEL


def _as_sent(label: str) -> str:
    """Return the label as the DNS carries it, near enough to measure it (RFC 3492)."""
    return label if label.isascii() else f"xn--{label.encode('punycode').decode()}"
