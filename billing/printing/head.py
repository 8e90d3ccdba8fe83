"""What every paper begins with, and the head of papers that are not numbered documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from billing.models import Account
from billing.printing.branding import logo, name_beside, printed_name
from billing.printing.facts import LONGEST_NUMBER, Facts
from certinext.pdf.text import clean_text


@dataclass(frozen=True, kw_only=True)
class Head:
    """The context of `documents/_page.html`, all of it text."""

    language: str
    paper: str
    title: str
    subject: str
    author: str
    issued_at: str
    heading: str
    number: str
    copy: str
    running_head: str
    logo: SafeString | None
    name_beside: str
    seller_name: str


def html_language(language: str, *, gst: bool) -> str:
    """Return the language's tag with the country of the form: a screen reader says lakhs for it."""
    return f"{language}-IN" if gst else language


def unnumbered_head(
    account: Account, *, seller: Facts, buyer: str, heading: str, days: str, copy: str, on: date
) -> dict[str, Any]:
    """Return the parts of a `Head` for a paper that is told by its days, printed on a local day."""
    title = f"{heading} {days}"
    number = clean_text(account.account_number, limit=LONGEST_NUMBER)
    return {
        "language": html_language(account.document_language, gst=seller.text("country") == "IN"),
        "paper": account.paper_size,
        "title": title,
        "subject": gettext("%(document)s for %(buyer)s") % {"document": title, "buyer": buyer},
        "author": seller.text("legal_name"),
        "issued_at": f"{on.isoformat()}T00:00:00Z",
        "heading": heading,
        "number": days,
        "copy": copy,
        "running_head": f"{title} · {gettext('Account %(number)s') % {'number': number}}",
        "logo": logo(seller),
        "name_beside": name_beside(seller),
        "seller_name": printed_name(seller),
    }
