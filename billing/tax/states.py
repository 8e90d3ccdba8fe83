"""The State codes of GST, which begin every GSTIN, with the names that documents print."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class State:
    """A State or union territory. ``levies_utgst``: a territory without a legislature, where
    the local half of the tax is UTGST instead of SGST (UTGST Act, section 1)."""

    code: str
    name: str
    levies_utgst: bool = False


# Place of supply of everything exported (the return forms' "Other Countries").
OTHER_COUNTRIES = "96"

_NAMES = {
    "01": "Jammu and Kashmir",
    "02": "Himachal Pradesh",
    "03": "Punjab",
    "04": "Chandigarh",
    "05": "Uttarakhand",
    "06": "Haryana",
    "07": "Delhi",
    "08": "Rajasthan",
    "09": "Uttar Pradesh",
    "10": "Bihar",
    "11": "Sikkim",
    "12": "Arunachal Pradesh",
    "13": "Nagaland",
    "14": "Manipur",
    "15": "Mizoram",
    "16": "Tripura",
    "17": "Meghalaya",
    "18": "Assam",
    "19": "West Bengal",
    "20": "Jharkhand",
    "21": "Odisha",
    "22": "Chhattisgarh",
    "23": "Madhya Pradesh",
    "24": "Gujarat",
    "26": "Dadra and Nagar Haveli and Daman and Diu",
    "27": "Maharashtra",
    "29": "Karnataka",
    "30": "Goa",
    "31": "Lakshadweep",
    "32": "Kerala",
    "33": "Tamil Nadu",
    "34": "Puducherry",
    "35": "Andaman and Nicobar Islands",
    "36": "Telangana",
    "37": "Andhra Pradesh",
    "38": "Ladakh",
    "97": "Other Territory",
}
_UTGST = frozenset({"04", "26", "31", "35", "38", "97"})

STATES = {code: State(code, name, code in _UTGST) for code, name in _NAMES.items()}

# Codes that older registrations carry: Daman and Diu joined 26 in 2020, and Andhra Pradesh
# moved from 28 to 37 when Telangana was formed.
_MERGED = {"25": "26", "28": "37"}


def find_state(code: str) -> State | None:
    """Return the State of a code, following codes that were merged; None when there is none."""
    return STATES.get(_MERGED.get(code, code))
