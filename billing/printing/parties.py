"""From whom, to whom, and under which facts of supply."""

from __future__ import annotations

from dataclasses import dataclass

from babel import Locale
from django.utils.translation import get_language, gettext, pgettext, to_locale

from billing.models import Document
from billing.printing.facts import LONGEST_NUMBER, Facts
from certinext.pdf.text import clean_text

# Above this many characters the country gets a line of its own.
_ADDRESS_WIDTH = 36


@dataclass(frozen=True)
class Pair:
    """A label and what stands beside it."""

    label: str
    value: str


@dataclass(frozen=True)
class Party:
    """Seller or buyer as printed: name, address, and the ids that the law asks for."""

    name: str
    address: tuple[str, ...]
    ids: tuple[str, ...]


def seller_party(seller: Facts) -> Party:
    """Return the seller's cell (CGST Rule 46(a), Directive 2006/112/EC Article 226(3), (5))."""
    ids = [
        _labelled("GSTIN", seller.text("gstin")),
        _labelled("PAN", seller.text("pan")),
        _labelled(pgettext("tax id", "VAT"), seller.text("vat_id")),
        seller.text("registration"),
    ]
    return Party(
        name=seller.text("legal_name"),
        address=(*_address(seller),),
        ids=tuple(line for line in ids if line),
    )


def buyer_party(buyer: Facts, *, gst: bool) -> Party:
    """Return the buyer's cell (Rule 46(d) to (f), Article 226(4), (5))."""
    label = {"VAT": pgettext("tax id", "VAT"), "": gettext("Tax id")}
    tax_id_label = buyer.text("tax_id_label")
    tax_id = _labelled(label.get(tax_id_label, tax_id_label), buyer.text("tax_id"))
    if gst and not tax_id and buyer.text("country") == "IN":
        tax_id = gettext("Not registered for GST")
    ids = [tax_id, _labelled("PAN", buyer.text("pan"))]
    address = (buyer.text("contact_name"), *_address(buyer))
    return Party(
        name=buyer.text("legal_name"),
        address=tuple(line for line in address if line),
        ids=tuple(line for line in ids if line),
    )


def supply_facts(document: Document, *, order_number: str, gst: bool) -> tuple[Pair, ...]:
    """Return the third cell: place of supply, reverse charge, order and account.

    Rule 46(n) and (p): place of supply with its State, and whether tax is on reverse charge.
    """
    seller, buyer, supply = Facts(document.seller), Facts(document.buyer), Facts(document.supply)
    export = _is_export(document)
    pairs = [Pair(gettext("Place of supply"), _place_of_supply(document, gst=gst))]
    if gst:
        answer = gettext("Yes") if supply.flag("reverse_charge") else gettext("No")
        pairs.append(Pair(gettext("Reverse charge"), answer))
        pairs.append(Pair(gettext("Destination"), supply.text("destination_country")))
        pairs.append(Pair(gettext("LUT"), seller.text("lut_number") if export else ""))
    pairs += [
        Pair(gettext("Account"), buyer.text("account_number", limit=LONGEST_NUMBER)),
        Pair(pgettext("certificate", "Order"), clean_text(order_number)),
        Pair(gettext("Your order"), supply.text("po_number", limit=60)),
    ]
    return tuple(pair for pair in pairs if pair.value)


def country_name(code: str) -> str:
    """Return a country's name in the active language, or the code where there is none."""
    locale = Locale.parse(to_locale(get_language() or "en"))
    return str(locale.territories.get(code, code))


def _is_export(document: Document) -> bool:
    """Tell whether the supply is zero-rated under the letter of undertaking (also to an SEZ)."""
    return Facts(document.tax_decision).text("rule").endswith("-lut")


def _place_of_supply(document: Document, *, gst: bool) -> str:
    """Return the place; in the EU only where it is not the seller's own country."""
    printed = Facts(document.supply).text("place_of_supply")
    if gst:
        return printed
    country = Facts(document.tax_decision).part("place_of_supply").text("country")
    if country == Facts(document.seller).text("country"):
        return ""
    return printed or country_name(country)


def _address(party: Facts) -> list[str]:
    """Return the address with State, State code and country below it, or the country beside it."""
    state = party.text("state_name")
    land = party.text("country_line") or _country_line(party, state)
    lines = [line for line in party.texts("address") if line != land]
    if lines and not state and len(lines[-1]) + len(land) < _ADDRESS_WIDTH:
        return [*lines[:-1], f"{lines[-1]}, {land}"]
    return [*lines, land]


def _country_line(party: Facts, state: str) -> str:
    country = party.text("country_name") or country_name(party.text("country"))
    return f"{state} ({party.text('state_code')}), {country}" if state else country


def _labelled(label: str, value: str) -> str:
    return f"{label} {value}" if value else ""
