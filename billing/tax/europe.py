"""VAT on the electronic services of a seller in the EU (Directive 2006/112/EC)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from billing.sentences import gettext_noop
from billing.tax import notices
from billing.tax.countries import vat_country
from billing.tax.decision import (
    OUTSIDE_SCOPE,
    REVERSE_CHARGE,
    STANDARD,
    VAT,
    TaxComponent,
    TaxDecision,
)
from billing.tax.errors import InvalidTaxId, NoTaxRule
from billing.tax.ids import normalise_vat_id
from billing.tax.parties import TaxBuyer, TaxSeller
from billing.tax.rates import eu_standard_rate

_NOTHING = (TaxComponent(VAT, Decimal(0)),)


def decide(seller: TaxSeller, buyer: TaxBuyer, on: date) -> TaxDecision:
    """Return the VAT of a supply; countries are normalised. Raises `NoTaxRule`."""
    home = seller.country
    _require_vat_id(seller)
    place = vat_country(buyer.country, buyer.postcode)
    if not place:
        return _outside_scope(buyer)
    if place == home:
        return _standard("eu-domestic", home, on, place_of_supply=home)
    if _is_taxable_person(buyer):
        return TaxDecision(
            rule="eu-reverse-charge",
            category=REVERSE_CHARGE,
            components=_NOTHING,
            place_of_supply_country=place,
            reverse_charge=True,
            exemption_code="VATEX-EU-AE",
            notice_key=notices.REVERSE_CHARGE,
        )
    if seller.oss_registered:
        return _standard("eu-oss-destination", place, on, place_of_supply=place)
    # Below the yearly threshold of Article 59c a seller may stay with its home rate; one that
    # is above it registers for the one-stop shop.
    return _standard("eu-consumer-home", home, on, place_of_supply=home)


def _standard(rule: str, member: str, on: date, *, place_of_supply: str) -> TaxDecision:
    return TaxDecision(
        rule=rule,
        category=STANDARD,
        components=(TaxComponent(VAT, eu_standard_rate(member, on)),),
        place_of_supply_country=place_of_supply,
    )


def _outside_scope(buyer: TaxBuyer) -> TaxDecision:
    return TaxDecision(
        rule="eu-outside-scope",
        category=OUTSIDE_SCOPE,
        components=_NOTHING,
        place_of_supply_country=buyer.country,
        export=True,
        exemption_code="VATEX-EU-O",
        notice_key=notices.OUTSIDE_SCOPE,
    )


def _is_taxable_person(buyer: TaxBuyer) -> bool:
    """Tell whether the buyer owes the VAT itself. Who gives no VAT id is charged like a consumer
    (Implementing Regulation 282/2011, Article 18(2)); a wrong one is refused, not ignored."""
    if not buyer.tax_id.strip():
        return False
    try:
        normalise_vat_id(buyer.tax_id, country=buyer.country)
    except InvalidTaxId as error:
        raise NoTaxRule(
            "buyer-vat-id-invalid", error.message, field="buyer.tax_id", **error.params
        ) from error
    return True


def _require_vat_id(seller: TaxSeller) -> None:
    if not seller.vat_id:
        raise NoTaxRule(
            "seller-vat-id-missing",
            gettext_noop("The seller has no VAT id: enter it in the seller's legal data."),
            field="seller.vat_id",
        )
