"""Words and amounts that occur once in the world, and who may read them."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from tests.access.world import World

OWN = {"basic", "standard", "finance", "admin"}
ALPHA = OWN | {"sub", "rival", "nobody", "twofold", "staff", "anonymous"}
BETA = {"beta_admin", "beta_staff"}
# Numbers that both sellers have given: seeing one at the other's host proves nothing.
COMMON = BETA
IN_BOTH = {"admins", "standards", "cancelled", "held"}
OF_STANDARD = {"standards", "cancelled"}

# Who is to find each of these somewhere, and nobody else.
WORDS: dict[str, set[str]] = {
    # The sellers: everybody at their host, and nobody at the other's.
    "Aravalli Trust": ALPHA,
    "Nordlicht Trust": BETA,
    # Accounts. A sub-account knows who its partner is; two memberships are chosen from by name.
    "Amberwood": OWN | {"sub", "twofold", "staff"},
    "Sandpiper": OWN | {"sub", "staff"},
    "Briarstone": {"rival", "twofold", "staff"},
    "Xylander": BETA,
    # Domains and people's addresses: order pages of the account, and of the partner above.
    "amberwood.example": OWN | {"staff"},
    "sandpiper.example": OWN | {"sub", "staff"},
    "briarstone.example": {"rival", "staff"},
    "xylander.example": BETA,
    # Prices: not the read-only role's business; a sub-account whose partner pays sees the contract.
    "8,123.00": {"standard", "finance", "admin", "sub", "staff"},
    "15,321.00": {"standard", "finance", "admin", "sub", "staff"},
    "7,777.00": {"rival", "staff"},
    "14,141.00": {"rival", "staff"},
    # An added name's: of those who order.
    "4,117.00": {"standard", "admin", "sub", "staff"},
    "4,337.00": {"rival", "staff"},
    "3,991.00": BETA,
    # Totals of documents: the partner's two-year order, its monthly invoice, the rival's orders.
    "18,078.78": {"finance", "admin", "staff"},
    "28,755.42": {"finance", "admin", "staff"},
    "9,176.86": {"rival", "staff"},
    "6,321.00": BETA,
    "12,055.00": BETA,
}


def readers(world: World) -> dict[str, set[str]]:
    """Return every marker with those who are to find it."""
    found = {word: set(who) for word, who in WORDS.items()}
    for name, subject in world.subjects.items():
        kind, _, rest = name.partition("_")
        if kind in _READERS:
            found.setdefault(subject["number"], set()).update(_READERS[kind](rest))
    for name, house in world.houses.items():
        found.setdefault(house.account.account_number, set()).update(_ACCOUNTS[name])
    return found


def _order_readers(name: str) -> set[str]:
    if name.startswith("rival_"):
        return {"rival", "staff"}
    if name.startswith("sub_"):
        return OWN | {"sub", "staff"}
    return OWN | {"staff"} | (COMMON if name in IN_BOTH else set())


def _document_readers(name: str) -> set[str]:
    if name.startswith("rival_"):
        return {"rival", "staff"}
    everybody = {"admin", "finance", "staff"} | (COMMON if name in IN_BOTH else set())
    return everybody | ({"standard"} if name in OF_STANDARD else set())


_READERS = {"order": _order_readers, "invoice": _document_readers, "note": _document_readers}
_ACCOUNTS = {
    "amber": OWN | {"twofold", "staff"} | COMMON,
    "xylander": OWN | {"twofold", "staff"} | COMMON,
    "sub": OWN | {"sub", "staff"},
    "rival": {"rival", "twofold", "staff"},
}


class Markers:
    """Finds the world's markers in an answer, however they are escaped there."""

    def __init__(self, world: World) -> None:
        self.readers = readers(world)
        # A document's number stands in file names with other separators.
        self._spellings = {word.replace("/", "-"): word for word in self.readers}
        words = sorted({*self.readers, *self._spellings}, key=len, reverse=True)
        self._pattern = re.compile("|".join(re.escape(word) for word in words))

    def found_in(self, body: bytes, headers: Mapping[str, str]) -> frozenset[str]:
        """Return the markers of an answer's body and of the file name it gives."""
        text = f"{body.decode(errors='replace')} {headers.get('Content-Disposition', '')}"
        found = self._pattern.findall(html.unescape(unquote(text)))
        return frozenset(self._spellings.get(word, word) for word in found)
