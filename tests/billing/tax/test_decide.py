from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billing.tax.decide import decide_tax
from billing.tax.decision import TaxDecision
from billing.tax.errors import NoTaxRule
from billing.tax.notices import NOTICES
from billing.tax.parties import TaxBuyer, TaxSeller

KARNATAKA = TaxSeller(country="IN", state_code="29", gstin="29AAGCA7421K1ZG")
LUT = replace(KARNATAKA, export_under_lut=True)
GERMANY = TaxSeller(country="DE", vat_id="DE123456788")
OSS = replace(GERMANY, oss_registered=True)
TODAY = date(2026, 10, 31)
IN_KARNATAKA = "29AAAAK3309M1ZH"
IN_MAHARASHTRA = "27AAHCS5512Q1ZT"


def decide(seller: TaxSeller, on: date = TODAY, **buyer: object) -> TaxDecision:
    return decide_tax(
        seller=seller,
        buyer=TaxBuyer(**buyer),  # type: ignore[arg-type]  # each test names only what counts
        on=on,
        product_tax_code="998319",
    )


def taxes(decision: TaxDecision) -> list[str]:
    return [f"{component.name} {component.rate}" for component in decision.components]


def refusal(seller: TaxSeller, on: date = TODAY, **buyer: object) -> NoTaxRule:
    with pytest.raises(NoTaxRule) as caught:
        decide(seller, on, **buyer)
    return caught.value


def test_a_registered_buyer_in_the_same_state_pays_cgst_and_sgst() -> None:
    decision = decide(KARNATAKA, country="IN", tax_id=IN_KARNATAKA)
    assert decision.rule == "in-intra-state"
    assert decision.category == "S"
    assert taxes(decision) == ["CGST 9", "SGST 9"]
    assert decision.rate == 18
    assert (decision.place_of_supply_code, decision.place_of_supply_name) == ("29", "Karnataka")
    assert not decision.reverse_charge
    assert not decision.export


def test_a_registered_buyer_in_another_state_pays_igst() -> None:
    decision = decide(KARNATAKA, country="IN", tax_id=IN_MAHARASHTRA)
    assert decision.rule == "in-inter-state"
    assert taxes(decision) == ["IGST 18"]
    assert decision.place_of_supply_code == "27"


def test_the_state_of_the_gstin_wins_over_the_address() -> None:
    decision = decide(KARNATAKA, country="IN", state_code="29", tax_id=IN_MAHARASHTRA)
    assert (decision.rule, decision.place_of_supply_code) == ("in-inter-state", "27")


def test_a_gstin_counts_however_it_is_written() -> None:
    decision = decide(KARNATAKA, country="in", tax_id=" 27aahcs5512q 1zt ")
    assert decision.place_of_supply_code == "27"


@pytest.mark.parametrize(
    ("state_code", "rule", "place"),
    [("29", "in-intra-state", "29"), ("27", "in-inter-state", "27"), ("", "in-intra-state", "29")],
)
def test_an_unregistered_buyer_is_where_the_address_is_else_where_the_supplier_is(
    state_code: str, rule: str, place: str
) -> None:
    decision = decide(KARNATAKA, country="IN", state_code=state_code)
    assert (decision.rule, decision.place_of_supply_code) == (rule, place)


@pytest.mark.parametrize("tax_id", ["0717UNO00157UNO", "AAPFU0939F"])
def test_a_uin_or_a_pan_registers_nobody(tax_id: str) -> None:
    decision = decide(KARNATAKA, country="IN", state_code="07", tax_id=tax_id)
    assert (decision.rule, decision.place_of_supply_name) == ("in-inter-state", "Delhi")


@pytest.mark.parametrize(
    ("code", "local"), [("04", "UTGST"), ("26", "UTGST"), ("38", "UTGST"), ("07", "SGST")]
)
def test_territories_without_a_legislature_levy_utgst(code: str, local: str) -> None:
    seller = TaxSeller(country="IN", gstin=gstin_of_state(code))
    assert taxes(decide(seller, country="IN", state_code=code)) == ["CGST 9", f"{local} 9"]


@pytest.mark.parametrize(
    ("seller", "rule", "category", "tax", "notice"),
    [
        (LUT, "in-export-lut", "G", "IGST 0", "WITHOUT PAYMENT OF INTEGRATED TAX"),
        (KARNATAKA, "in-export-igst", "S", "IGST 18", "ON PAYMENT OF INTEGRATED TAX"),
    ],
)
def test_a_foreign_buyer_makes_it_an_export(
    seller: TaxSeller, rule: str, category: str, tax: str, notice: str
) -> None:
    decision = decide(seller, country="US", state_code="CA", tax_id="12-3456789")
    assert (decision.rule, decision.category, taxes(decision)) == (rule, category, [tax])
    assert decision.export
    assert (decision.place_of_supply_country, decision.place_of_supply_code) == ("US", "96")
    assert decision.notice.startswith("SUPPLY MEANT FOR EXPORT")
    assert decision.notice.endswith(notice)


@pytest.mark.parametrize(
    ("seller", "rule", "category", "tax"),
    [(LUT, "in-sez-lut", "G", "IGST 0"), (KARNATAKA, "in-sez-igst", "S", "IGST 18")],
)
def test_a_special_economic_zone_in_the_same_state_is_still_inter_state(
    seller: TaxSeller, rule: str, category: str, tax: str
) -> None:
    decision = decide(seller, country="IN", tax_id=IN_KARNATAKA, is_sez=True)
    assert (decision.rule, decision.category, taxes(decision)) == (rule, category, [tax])
    assert decision.place_of_supply_code == "29"
    assert not decision.export
    assert decision.notice.startswith("SUPPLY TO SEZ UNIT")


def test_an_indian_supply_is_refused_with_the_field_and_the_fix() -> None:
    wrong = refusal(KARNATAKA, country="IN", tax_id="27AAHCS5512Q1ZS")
    assert (wrong.reason_code, wrong.field) == ("buyer-tax-id-invalid", "buyer.tax_id")
    assert "27AAHCS5512Q1ZS fails its own check digit" in str(wrong)
    state = refusal(KARNATAKA, country="IN", state_code="99")
    assert (state.reason_code, state.field) == ("buyer-state-unknown", "buyer.state_code")
    zone = refusal(KARNATAKA, country="IN", is_sez=True)
    assert (zone.reason_code, zone.field) == ("buyer-state-missing", "buyer.tax_id")
    abroad = refusal(LUT, country="US", tax_id=IN_MAHARASHTRA)
    assert (abroad.reason_code, abroad.field) == ("buyer-gstin-abroad", "buyer.country")
    seller = refusal(replace(KARNATAKA, gstin=""), country="IN")
    assert (seller.reason_code, seller.field) == ("seller-gstin-missing", "seller.gstin")
    seller = refusal(replace(KARNATAKA, gstin="29X"), country="IN")
    assert (seller.reason_code, seller.field) == ("seller-gstin-invalid", "seller.gstin")


def test_there_was_no_gst_before_july_2017() -> None:
    assert decide(KARNATAKA, date(2017, 7, 1), country="IN").rate == 18
    refused = refusal(KARNATAKA, date(2017, 6, 30), country="IN")
    assert refused.reason_code == "rate-unknown"
    assert "2017-06-30" in str(refused)


@pytest.mark.parametrize("tax_id", ["", "DE136695976", "not looked at"])
def test_a_buyer_in_the_sellers_member_state_pays_its_vat(tax_id: str) -> None:
    decision = decide(OSS, country="DE", tax_id=tax_id, is_business=bool(tax_id))
    assert (decision.rule, decision.category, taxes(decision)) == ("eu-domestic", "S", ["VAT 19"])
    assert decision.place_of_supply_country == "DE"
    assert decision.notice == ""


@pytest.mark.parametrize(
    ("country", "tax_id", "place"),
    [
        ("FR", "FR40303265045", "FR"),
        ("FR", "40303265045", "FR"),
        ("GR", "EL094259216", "GR"),
        ("EL", "GR 094259216", "GR"),
        ("MC", "FR40303265045", "FR"),
    ],
)
def test_a_business_in_another_member_state_owes_the_vat_itself(
    country: str, tax_id: str, place: str
) -> None:
    decision = decide(OSS, country=country, tax_id=tax_id, is_business=True)
    assert (decision.rule, decision.category) == ("eu-reverse-charge", "AE")
    assert taxes(decision) == ["VAT 0"]
    assert decision.reverse_charge
    assert decision.exemption_code == "VATEX-EU-AE"
    assert decision.place_of_supply_country == place
    assert decision.notice.startswith("Reverse charge")
    assert "Article 196" in decision.notice


@pytest.mark.parametrize("is_business", [False, True])
def test_who_gives_no_vat_id_pays_the_vat_of_the_own_country_through_oss(
    is_business: bool,
) -> None:
    decision = decide(OSS, country="FI", is_business=is_business)
    assert (decision.rule, taxes(decision)) == ("eu-oss-destination", ["VAT 25.5"])
    assert decision.place_of_supply_country == "FI"


def test_without_oss_a_consumer_abroad_pays_the_sellers_vat() -> None:
    decision = decide(GERMANY, country="FI")
    assert (decision.rule, taxes(decision)) == ("eu-consumer-home", ["VAT 19"])
    assert decision.place_of_supply_country == "DE"


@pytest.mark.parametrize(
    ("country", "postcode"),
    [
        ("US", ""),
        ("GB", ""),
        ("XI", "BT1 1AA"),
        ("CH", "8001"),
        ("ES", "35001"),
        ("ES", "38 002"),
        ("DE", "27498"),
        ("DE", "78266"),
        ("FI", "FI-22100"),
        ("IT", "23041"),
        ("GR", "630 86"),
        ("RE", "97400"),
    ],
)
def test_outside_the_vat_territory_no_vat_is_charged(country: str, postcode: str) -> None:
    decision = decide(OSS, country=country, postcode=postcode, tax_id="GB123456789")
    assert (decision.rule, decision.category) == ("eu-outside-scope", "O")
    assert taxes(decision) == ["VAT 0"]
    assert decision.exemption_code == "VATEX-EU-O"
    assert "Articles 44 and 59" in decision.notice


def test_a_postcode_inside_the_vat_territory_changes_nothing() -> None:
    assert decide(OSS, country="ES", postcode="28001").rule == "eu-oss-destination"
    assert decide(OSS, country="AT", postcode="3500").rule == "eu-oss-destination"


def test_a_european_supply_is_refused_with_the_field_and_the_fix() -> None:
    wrong = refusal(OSS, country="FR", tax_id="FR12345678901")
    assert (wrong.reason_code, wrong.field) == ("buyer-vat-id-invalid", "buyer.tax_id")
    assert "FR12345678901 is not a valid VAT id" in str(wrong)
    other = refusal(OSS, country="FR", tax_id="DE136695976")
    assert "DE136695976 is not from FR" in str(other)
    seller = refusal(replace(OSS, vat_id=""), country="DE")
    assert (seller.reason_code, seller.field) == ("seller-vat-id-missing", "seller.vat_id")
    old = refusal(OSS, date(2020, 12, 31), country="DE")
    assert (old.reason_code, old.field) == ("rate-unknown", "date")


@pytest.mark.parametrize("country", ["", " ", "ZZ", "Germany", "1N"])
def test_a_buyer_without_a_known_country_is_not_billed(country: str) -> None:
    refused = refusal(LUT, country=country)
    assert (refused.reason_code, refused.field) == ("buyer-country-missing", "buyer.country")
    assert "enter it in the billing address" in str(refused)


def test_a_seller_without_rules_is_refused() -> None:
    refused = refusal(TaxSeller(country="US"), country="US")
    assert (refused.reason_code, refused.field) == ("unsupported", "seller.country")
    assert refusal(TaxSeller(country=""), country="US").reason_code == "seller-country-missing"


def test_the_decision_is_kept_with_its_inputs_as_json() -> None:
    decision = decide(KARNATAKA, country="IN", state_code="29", tax_id=IN_MAHARASHTRA)
    kept = json.loads(json.dumps(decision.as_json()))
    assert kept["rule"] == "in-inter-state"
    assert kept["components"] == [{"name": "IGST", "rate": "18"}]
    assert kept["place_of_supply"] == {"country": "IN", "code": "27", "name": "Maharashtra"}
    assert kept["inputs"] == {
        "seller_country": "IN",
        "seller_state_code": "29",
        "seller_gstin": "29AAGCA7421K1ZG",
        "seller_vat_id": "",
        "seller_export_under_lut": False,
        "seller_oss_registered": False,
        "buyer_country": "IN",
        "buyer_state_code": "29",
        "buyer_tax_id": IN_MAHARASHTRA,
        "buyer_is_business": False,
        "buyer_is_sez": False,
        "buyer_postcode": "",
        "on": "2026-10-31",
        "product_tax_code": "998319",
    }
    assert decision.explanation == "The place of supply is in another State: IGST."


def test_every_notice_is_a_sentence_of_its_own() -> None:
    assert len(set(NOTICES.values())) == len(NOTICES)


def test_the_whole_rate_is_the_components_together() -> None:
    assert decide(OSS, country="FI").rate == Decimal("25.5")


def gstin_of_state(code: str) -> str:
    """Build a GSTIN of any State: the check character is Luhn's, modulo 36."""
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    body = f"{code}AAGCA7421K1Z"
    total = 0
    for position, character in enumerate(body):
        product = alphabet.index(character) * (1 + position % 2)
        total += product // 36 + product % 36
    return body + alphabet[-total % 36]
