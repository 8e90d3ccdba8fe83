"""What a credit note says besides its lines and totals, in the invoice's language."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.models import Document
from billing.printing.wording import price


def notices_of(invoice: Document, *, too_late: bool) -> list[str]:
    """Return the invoice's own notices, and why no tax is credited where it is too late."""
    notices = list(invoice.notices)
    if too_late:
        notices.append(
            _(
                "Financial credit note without tax: the time to credit tax under Section 34(2) of"
                " the CGST Act is over."
            )
        )
    return notices


def round_off_notice(invoice: Document, amount: Decimal) -> list[str]:
    """Say why a note over a part of a rounded invoice is not rounded, and when the rest comes.

    `amount` is what no note has taken of the invoice's round-off; nothing is said of none.
    """
    if not amount:
        return []
    with override(invoice.language):
        sentence = _(
            "This note is not rounded: the round-off of %(amount)s on invoice %(number)s comes with"
            " the note that credits the rest."
        )
        return [sentence % {"amount": price(amount, invoice.currency), "number": invoice.number}]
