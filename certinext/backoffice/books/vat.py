"""European VAT: by country and rate, the recapitulative statement, and the one-stop shop.

Directive 2006/112/EC: Articles 250 (return), 262 (recapitulative statement) and 369g (one-stop
shop, whose corrections of earlier quarters are declared apart, without rate).
"""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, Sum
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import TruncQuarter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Document, DocumentTax, Seller
from billing.periods import Month
from billing.tax.decision import VAT
from certinext.backoffice.books.periods import Period, quarter_of
from certinext.backoffice.books.sheets import (
    ALWAYS,
    FILES,
    MONEY,
    PERCENT,
    Column,
    Rows,
    Sheet,
    signed,
)

OSS = "eu-oss-destination"
REVERSE = "eu-reverse-charge"
TAXABLE = Column("taxable", gettext_lazy("Taxable"), MONEY, total=True, at=ALWAYS)
TAX = Column("vat", gettext_lazy("VAT"), MONEY, total=True)
RATE = Column("rate", gettext_lazy("Rate"), PERCENT)
CURRENCY = Column("currency", gettext_lazy("Currency"), at=FILES)


def eu_vat(_seller: Seller) -> list[Sheet]:
    """Return the sheets; credit notes lower what they correct."""
    return [
        Sheet(
            "vat",
            gettext_lazy("VAT by country and rate"),
            [
                Column("rule", gettext_lazy("Supply"), shown=_supply, at=ALWAYS),
                Column("place", gettext_lazy("Country"), at=ALWAYS),
                RATE,
                TAXABLE,
                TAX,
                CURRENCY,
            ],
            _by_rate,
        ),
        Sheet(
            "recapitulative",
            gettext_lazy("Recapitulative statement"),
            [
                Column("tax_id", gettext_lazy("Country"), shown=lambda tax_id: tax_id[:2]),
                Column(
                    "number", gettext_lazy("VAT id"), shown=lambda tax_id: tax_id[2:], at=ALWAYS
                ),
                Column("buyer", gettext_lazy("Buyer")),
                TAXABLE,
                CURRENCY,
            ],
            _by_buyer,
        ),
        Sheet(
            "oss",
            gettext_lazy("One-stop shop"),
            [
                Column("place", gettext_lazy("Member state"), at=ALWAYS),
                RATE,
                TAXABLE,
                TAX,
                CURRENCY,
            ],
            _one_stop_shop,
        ),
        Sheet(
            "oss-corrections",
            gettext_lazy("One-stop shop, earlier quarters"),
            [
                Column("quarter", gettext_lazy("Of"), shown=_quarter, at=ALWAYS),
                Column("place", gettext_lazy("Member state"), at=ALWAYS),
                TAX,
                CURRENCY,
            ],
            _corrections,
        ),
    ]


def _taxes(period: Period) -> Rows:
    verdict = KeyTransform("place_of_supply", "document__tax_decision")
    return DocumentTax.objects.filter(
        component=VAT,
        document__kind__in=[Document.Kind.INVOICE, Document.Kind.CREDIT_NOTE],
        document__number__isnull=False,
        document__issue_date__range=(period.first, period.last),
    ).annotate(
        rule=KeyTextTransform("rule", "document__tax_decision"),
        place=KeyTextTransform("country", verdict),
        currency=F("document__currency"),
        quarter=TruncQuarter("document__credit_note__invoice__document__issue_date"),
    )


def _summed(rows: Rows, *keys: str) -> Rows:
    return (
        rows.order_by(*keys, "currency")
        .values(*keys, "currency")
        .annotate(
            taxable=Sum(signed("taxable_amount", kind="document__kind")),
            vat=Sum(signed("tax_amount", kind="document__kind")),
        )
    )


def _by_rate(period: Period, _seller: Seller) -> Rows:
    return _summed(_taxes(period), "rule", "place", "rate")


def _by_buyer(period: Period, _seller: Seller) -> Rows:
    rows = _taxes(period).filter(rule=REVERSE)
    named = rows.annotate(
        tax_id=KeyTextTransform("tax_id", "document__buyer"),
        number=KeyTextTransform("tax_id", "document__buyer"),
        buyer=KeyTextTransform("legal_name", "document__buyer"),
    )
    return _summed(named, "tax_id", "number", "buyer")


def _one_stop_shop(period: Period, _seller: Seller) -> Rows:
    return _summed(_taxes(period).filter(Q(rule=OSS), ~_of_earlier_quarter()), "place", "rate")


def _corrections(period: Period, _seller: Seller) -> Rows:
    return _summed(_taxes(period).filter(_of_earlier_quarter(), rule=OSS), "quarter", "place")


def _of_earlier_quarter() -> Q:
    """Say which notes correct an invoice of an earlier calendar quarter than their own."""
    return Q(quarter__isnull=False, quarter__lt=TruncQuarter("document__issue_date"))


def _quarter(value: Any) -> str:
    return quarter_of(Month.of(value)).key


def _supply(rule: str) -> str:
    return {
        "eu-domestic": _("Domestic"),
        "eu-consumer-home": _("Consumers in other member states, at home's rate"),
        OSS: _("One-stop shop"),
        REVERSE: _("Reverse charge"),
        "eu-outside-scope": _("Outside the EU"),
    }.get(rule, rule)
