"""The tax decision: from the facts about seller, buyer and day to the tax of a supply.

The seller's country decides the form. Everything sold is a service supplied electronically.
Sellers in India and in the EU have rules; others get `NoTaxRule`, and nobody is billed by a guess.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

from billing.sentences import gettext_noop
from billing.tax import europe, india
from billing.tax.countries import EU_MEMBERS, normalise_country
from billing.tax.decision import TaxComponent, TaxDecision
from billing.tax.errors import NoTaxRule
from billing.tax.parties import TaxBuyer, TaxSeller

__all__ = ["NoTaxRule", "TaxComponent", "TaxDecision", "decide_tax"]


def decide_tax(
    *, seller: TaxSeller, buyer: TaxBuyer, on: date, product_tax_code: str | None = None
) -> TaxDecision:
    """Return the tax that a supply bears on a day; raises `NoTaxRule`, naming field and fix.

    ``on`` is the date of supply in the seller's zone, ``product_tax_code`` an HSN or SAC code.
    Rules: IGST Act, sections 7, 8, 12, 13 and 16; Directive 2006/112/EC, Articles 44, 58, 59, 196.
    """
    inputs: dict[str, str | bool] = {
        **{f"seller_{name}": value for name, value in asdict(seller).items()},
        **{f"buyer_{name}": value for name, value in asdict(buyer).items()},
        "on": on.isoformat(),
        "product_tax_code": product_tax_code or "",
    }
    seller = replace(seller, country=_country(seller.country, of="seller"))
    buyer = replace(buyer, country=_country(buyer.country, of="buyer"))
    return replace(_decide(seller, buyer, on, product_tax_code or ""), inputs=inputs)


def _decide(seller: TaxSeller, buyer: TaxBuyer, on: date, tax_code: str) -> TaxDecision:
    if seller.country == "IN":
        return india.decide(seller, buyer, on, tax_code)
    if seller.country in EU_MEMBERS:
        return europe.decide(seller, buyer, on)
    raise NoTaxRule(
        "unsupported",
        gettext_noop(
            "There are no tax rules for sellers in %(country)s: the seller's country must be India"
            " or a member state of the EU."
        ),
        field="seller.country",
        country=seller.country,
    )


def _country(code: str, *, of: str) -> str:
    country = normalise_country(code)
    if country:
        return country
    if of == "seller":
        message = gettext_noop(
            "The seller's country is missing or unknown: enter it in the seller's legal data."
        )
    else:
        message = gettext_noop(
            "The buyer's country is missing or unknown: enter it in the billing address."
        )
    raise NoTaxRule(f"{of}-country-missing", message, field=f"{of}.country")
