"""GST on the services of a seller in India (IGST Act, sections 7, 8, 12, 13 and 16)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from billing.sentences import gettext_noop
from billing.tax import notices
from billing.tax.decision import (
    CGST,
    EXPORT,
    IGST,
    SGST,
    STANDARD,
    UTGST,
    TaxComponent,
    TaxDecision,
)
from billing.tax.errors import InvalidTaxId, NoTaxRule
from billing.tax.ids import (
    is_gstin,
    normalise_gstin,
    normalise_tax_id,
    state_of_gstin,
)
from billing.tax.parties import TaxBuyer, TaxSeller
from billing.tax.rates import gst_rate
from billing.tax.states import OTHER_COUNTRIES, State, find_state


def decide(seller: TaxSeller, buyer: TaxBuyer, on: date, tax_code: str) -> TaxDecision:
    """Return the GST of a supply; countries are normalised. Raises `NoTaxRule`."""
    home = _seller_state(seller)
    rate = gst_rate(tax_code, on)
    if buyer.country != "IN":
        _refuse_gstin_abroad(buyer)
        return _export(seller, buyer, rate)
    place = _place_of_supply(buyer, home)
    if buyer.is_sez:
        return _sez(seller, place, rate)
    if place == home:
        return _same_state(place, rate)
    return TaxDecision(
        rule="in-inter-state",
        category=STANDARD,
        components=(TaxComponent(IGST, rate),),
        place_of_supply_country="IN",
        place_of_supply_code=place.code,
        place_of_supply_name=place.name,
    )


def _same_state(place: State, rate: Decimal) -> TaxDecision:
    local = UTGST if place.levies_utgst else SGST
    half = rate / 2
    return TaxDecision(
        rule="in-intra-territory" if place.levies_utgst else "in-intra-state",
        category=STANDARD,
        components=(TaxComponent(CGST, half), TaxComponent(local, half)),
        place_of_supply_country="IN",
        place_of_supply_code=place.code,
        place_of_supply_name=place.name,
    )


def _sez(seller: TaxSeller, place: State, rate: Decimal) -> TaxDecision:
    # Zero-rated like an export, but the place stays in India (IGST Act, sections 7(5)(b) and 16).
    lut = seller.export_under_lut
    return TaxDecision(
        rule="in-sez-lut" if lut else "in-sez-igst",
        category=EXPORT if lut else STANDARD,
        components=(TaxComponent(IGST, Decimal(0) if lut else rate),),
        place_of_supply_country="IN",
        place_of_supply_code=place.code,
        place_of_supply_name=place.name,
        notice_key=notices.SEZ_LUT if lut else notices.SEZ_IGST,
    )


def _export(seller: TaxSeller, buyer: TaxBuyer, rate: Decimal) -> TaxDecision:
    lut = seller.export_under_lut
    return TaxDecision(
        rule="in-export-lut" if lut else "in-export-igst",
        category=EXPORT if lut else STANDARD,
        components=(TaxComponent(IGST, Decimal(0) if lut else rate),),
        place_of_supply_country=buyer.country,
        place_of_supply_code=OTHER_COUNTRIES,
        export=True,
        notice_key=notices.EXPORT_LUT if lut else notices.EXPORT_IGST,
    )


def _seller_state(seller: TaxSeller) -> State:
    if not seller.gst_registered:
        raise NoTaxRule(
            "seller-gstin-missing",
            gettext_noop("The seller has no GSTIN: enter it in the seller's legal data."),
            field="seller.gstin",
        )
    try:
        return state_of_gstin(normalise_gstin(seller.gstin))
    except InvalidTaxId as error:
        raise NoTaxRule(
            "seller-gstin-invalid", error.message, field="seller.gstin", **error.params
        ) from error


def _place_of_supply(buyer: TaxBuyer, home: State) -> State:
    """Registered: the State of the GSTIN; otherwise the address on record, else the supplier's
    State (IGST Act, section 12(2))."""
    tax_id = _tax_id(buyer)
    if is_gstin(tax_id):
        return state_of_gstin(tax_id)
    if not buyer.state_code:
        if buyer.is_sez:
            raise NoTaxRule(
                "buyer-state-missing",
                gettext_noop(
                    "The buyer is in a special economic zone but has neither a GSTIN nor a State:"
                    " enter the GSTIN."
                ),
                field="buyer.tax_id",
            )
        return home
    state = find_state(buyer.state_code)
    if state is None:
        raise NoTaxRule(
            "buyer-state-unknown",
            gettext_noop(
                "%(code)s is no GST State code: choose the State of the buyer's billing address."
            ),
            field="buyer.state_code",
            code=buyer.state_code,
        )
    return state


def _tax_id(buyer: TaxBuyer) -> str:
    """Return the GSTIN, UIN or PAN in one form. Only a GSTIN makes a registered person."""
    try:
        return normalise_tax_id(buyer.tax_id, "IN")
    except InvalidTaxId as error:
        raise NoTaxRule(
            "buyer-tax-id-invalid", error.message, field="buyer.tax_id", **error.params
        ) from error


def _refuse_gstin_abroad(buyer: TaxBuyer) -> None:
    # A registration in India makes the supply domestic; an address abroad makes it an export
    # without tax. Somebody has to say which of the two is wrong.
    if is_gstin(buyer.tax_id):
        raise NoTaxRule(
            "buyer-gstin-abroad",
            gettext_noop(
                "The buyer has the Indian GSTIN %(gstin)s but an address in %(country)s: correct"
                " the country or remove the GSTIN."
            ),
            field="buyer.country",
            gstin=buyer.tax_id,
            country=buyer.country,
        )
