"""What keeps a document from being a Peppol BIS Billing 3.0 one: it is EN 16931 all the same.

Nothing here parks an account. A UBL file says Peppol only where these hold.
"""

from __future__ import annotations

from billing.einvoice.endpoints import EMAIL
from billing.einvoice.model import ElectronicInvoice, TradeParty
from billing.einvoice.rules import Mends, Rule, when
from billing.sentences import gettext_noop

_Rule = Rule[ElectronicInvoice]
_DUTCH = "NL"
_DUTCH_REGISTERS = {"0106", "0190"}
_DUTCH_MEANS = {"30", "48", "49", "57", "58", "59"}
# Countries whose own rules in Peppol this portal does not fulfil, by the seller's.
_OWN_RULES = frozenset({"DK", "GR", "IS", "IT", "NO", "SE"})


def _is_unreachable(party: TradeParty) -> bool:
    return party.electronic_address is None or party.electronic_address.scheme == EMAIL


def _is_unregistered(party: TradeParty) -> bool:
    address = party.address
    lives = address.country == _DUTCH
    return lives and not (
        party.legal_id_scheme in _DUTCH_REGISTERS
        and address.street
        and address.city
        and address.post_code
    )


PEPPOL: tuple[_Rule, ...] = (
    Rule(
        "PEPPOL-EN16931-R003",
        Mends.NOBODY,
        gettext_noop(
            "The buyer gave no reference: enter the buyer reference or the purchase order on the"
            " account."
        ),
        lambda i: when(not (i.buyer_reference or i.purchase_order)),
    ),
    Rule(
        "PEPPOL-EN16931-R010",
        Mends.NOBODY,
        gettext_noop("The buyer has no Peppol address: enter it on the account."),
        lambda i: when(_is_unreachable(i.buyer)),
    ),
    Rule(
        "PEPPOL-EN16931-R020",
        Mends.NOBODY,
        gettext_noop("The seller has no Peppol address: enter it in the seller's legal data."),
        lambda i: when(_is_unreachable(i.seller)),
    ),
    Rule(
        "PEPPOL-EN16931-R110",
        Mends.NOBODY,
        gettext_noop("Line %(line)s lies outside the document's period."),
        lambda i: [
            {"line": line.identifier}
            for line in i.lines
            if i.period
            and line.period
            and not i.period.start <= line.period.start <= line.period.end <= i.period.end
        ],
    ),
    Rule(
        "NL-R-003",
        Mends.NOBODY,
        gettext_noop(
            "A Dutch seller gives its KvK number (register 0106) or OIN (0190), street, city and"
            " post code: enter them in the seller's legal data."
        ),
        lambda i: when(_is_unregistered(i.seller)),
    ),
    Rule(
        "NL-R-005",
        Mends.NOBODY,
        gettext_noop(
            "Between Dutch companies the buyer's KvK number (register 0106) or OIN (0190), street,"
            " city and post code are given too: enter them on the account."
        ),
        lambda i: when(i.seller.address.country == _DUTCH and _is_unregistered(i.buyer)),
    ),
    Rule(
        "NL-R-008",
        Mends.NOBODY,
        gettext_noop("A Dutch seller is paid by transfer: enter its IBAN."),
        lambda i: when(
            i.seller.address.country == _DUTCH
            and i.payment is not None
            and i.payment.means_code not in _DUTCH_MEANS
        ),
    ),
    Rule(
        "PEPPOL-NATIONAL",
        Mends.NOBODY,
        gettext_noop("Peppol has rules of its own for sellers in %(country)s."),
        lambda i: when(i.seller.address.country in _OWN_RULES, country=i.seller.address.country),
    ),
)
