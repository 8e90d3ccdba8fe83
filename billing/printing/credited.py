"""Which line of an invoice a credit note's line takes back, and how much of it."""

from __future__ import annotations

from django.utils.translation import gettext

from billing.models import DocumentLine
from billing.printing.wording import price
from certinext.web.formatting import quantity


def credited_text(line: DocumentLine, origin: DocumentLine) -> str:
    """Return it in one sentence (Article 219: specifically and unambiguously): the whole line,
    so many of its units, or so much of its amount. Both lines' documents are those they stand on.
    """
    facts: dict[str, object] = {"number": origin.document.number, "position": origin.position}
    if line.net_amount == origin.net_amount:
        return gettext("Invoice %(number)s, line %(position)s, credited in full") % facts
    if line.credits_amount:
        currency = origin.document.currency
        facts |= {
            "part": price(line.net_amount, currency),
            "whole": price(origin.net_amount, currency),
        }
        return (
            gettext("Invoice %(number)s, line %(position)s: %(part)s of %(whole)s credited") % facts
        )
    facts |= {"part": quantity(line.quantity), "whole": quantity(origin.quantity)}
    return gettext("Invoice %(number)s, line %(position)s: %(part)s of %(whole)s credited") % facts
