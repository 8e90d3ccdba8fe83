"""The verdict of the tax rules, in a form that a document stores beside its totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from billing.sentences import gettext_noop
from billing.tax.notices import NOTICES

VAT = "VAT"
CGST = "CGST"
SGST = "SGST"
UTGST = "UTGST"
IGST = "IGST"

# Categories of EN 16931 (UNCL 5305).
STANDARD = "S"
REVERSE_CHARGE = "AE"
EXPORT = "G"
OUTSIDE_SCOPE = "O"
ZERO_RATED = "Z"

EXPLANATIONS = {
    "in-intra-state": gettext_noop(
        "Seller and place of supply are in the same State: half the rate as CGST, half as SGST."
    ),
    "in-intra-territory": gettext_noop(
        "Seller and place of supply are in the same union territory: half the rate as CGST, half"
        " as UTGST."
    ),
    "in-inter-state": gettext_noop("The place of supply is in another State: IGST."),
    "in-sez-lut": gettext_noop(
        "A special economic zone counts as inter-State and is zero-rated under the letter of"
        " undertaking."
    ),
    "in-sez-igst": gettext_noop("A special economic zone counts as inter-State: IGST."),
    "in-export-lut": gettext_noop(
        "The buyer is outside India: an export without IGST under the letter of undertaking."
    ),
    "in-export-igst": gettext_noop("The buyer is outside India: an export with IGST paid."),
    "eu-domestic": gettext_noop("Seller and buyer are in the same member state: its own VAT."),
    "eu-reverse-charge": gettext_noop(
        "The buyer is a business with a VAT id of another member state and owes the VAT there."
    ),
    "eu-oss-destination": gettext_noop(
        "The buyer gave no VAT id and is in another member state: VAT of that state through the"
        " one-stop shop."
    ),
    "eu-consumer-home": gettext_noop(
        "The buyer gave no VAT id and is in another member state; the seller is not in the"
        " one-stop shop: VAT of the seller's country."
    ),
    "eu-outside-scope": gettext_noop("The place of supply is outside the EU: no EU VAT."),
}


@dataclass(frozen=True)
class TaxComponent:
    """One tax on a line, such as CGST at 9 per cent or VAT at 0."""

    name: str
    rate: Decimal

    @property
    def grouped_by_code(self) -> bool:
        """Whether documents show and round this tax per HSN or SAC code: GST yes, VAT no."""
        return self.name != VAT


@dataclass(frozen=True, kw_only=True)
class TaxDecision:
    """Which tax a supply bears, by which rule, from which facts.

    ``category`` is EN 16931's; ``components`` is never empty (a zero rate is a component too).
    ``place_of_supply_code`` is a GST State code (96 for exports) or empty in the EU;
    ``place_of_supply_name`` is the State's name, empty where the country says it all.
    ``exemption_code`` is a VATEX code or empty; ``notice_key`` finds the sentence that the
    document must carry, empty when none. ``inputs`` can be stored as JSON.
    """

    rule: str
    category: str
    components: tuple[TaxComponent, ...]
    place_of_supply_country: str
    place_of_supply_code: str = ""
    place_of_supply_name: str = ""
    reverse_charge: bool = False
    export: bool = False
    exemption_code: str = ""
    notice_key: str = ""
    inputs: Mapping[str, str | bool] = field(default_factory=dict)

    @property
    def rate(self) -> Decimal:
        """The whole rate: the components' rates added."""
        return sum((component.rate for component in self.components), Decimal(0))

    @property
    def notice(self) -> str:
        """The sentence the document must carry (for gettext where it is European), or ""."""
        return NOTICES.get(self.notice_key, "")

    @property
    def explanation(self) -> str:
        """Why this rule applies, in one sentence for gettext."""
        return EXPLANATIONS[self.rule]

    def as_json(self) -> dict[str, object]:
        """Return rule, inputs and verdict as JSON types, for the document's record."""
        return {
            "rule": self.rule,
            "category": self.category,
            "components": [
                {"name": component.name, "rate": str(component.rate)}
                for component in self.components
            ],
            "place_of_supply": {
                "country": self.place_of_supply_country,
                "code": self.place_of_supply_code,
                "name": self.place_of_supply_name,
            },
            "reverse_charge": self.reverse_charge,
            "export": self.export,
            "exemption_code": self.exemption_code,
            "notice_key": self.notice_key,
            "inputs": dict(self.inputs),
        }
