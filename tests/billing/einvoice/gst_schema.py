"""A JSON schema of INV-01 1.1 for what this portal writes, and a checker of the few words it uses.

Field names, lengths, patterns and limits are those of the schema that the GST Council notified.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from billing.einvoice.gst import GstInvoice
from billing.einvoice.gst_document import gst_invoice
from billing.einvoice.inv01 import inv01_json
from billing.einvoice.parts import parts_of
from billing.models import Document

Schema = dict[str, Any]
NO_QUOTES = r'[^"\\]*'
DAY = r"[0-3][0-9]/[0-1][0-9]/20[0-9]{2}"
NUMBER = r"[a-zA-Z1-9][a-zA-Z0-9/-]{0,15}"


def text(shortest: int, longest: int, pattern: str = NO_QUOTES) -> Schema:
    return {"type": "text", "min": shortest, "max": longest, "pattern": pattern}


def number(most: str, decimals: int = 2, least: str = "0") -> Schema:
    return {"type": "number", "least": least, "most": most, "decimals": decimals}


def form(required: str, **fields: Schema) -> Schema:
    return {"type": "object", "required": required.split(), "fields": fields}


def listed(of: Schema, most: int) -> Schema:
    return {"type": "array", "of": of, "most": most}


AMOUNT = number("99999999999999.99")
FLAG = text(1, 1, "[YN]")
PARTY = {
    "LglNm": text(3, 100),
    "TrdNm": text(3, 100),
    "Addr1": text(1, 100),
    "Addr2": text(3, 100),
    "Loc": text(3, 100),
    "Pin": number("999999", 0, "100000"),
    "Stcd": text(1, 2, "[0-9]{1,2}"),
    "Ph": text(6, 12, "[0-9]*"),
    "Em": text(6, 100, r"[^@]+@[^@]+"),
}
SELLER = form(
    "Gstin LglNm Addr1 Loc Pin Stcd",
    Gstin=text(15, 15, "[0-9]{2}[0-9A-Z]{13}"),
    **{**PARTY, "Loc": text(3, 50)},
)
BUYER = form(
    "Gstin LglNm Pos Addr1 Loc Pin Stcd",
    Gstin=text(3, 15, "[0-9]{2}[0-9A-Z]{13}|URP"),
    Pos=text(1, 2, "[0-9]{1,2}"),
    **PARTY,
)
ITEM = form(
    "SlNo IsServc HsnCd UnitPrice TotAmt AssAmt GstRt TotItemVal",
    SlNo=text(1, 6, "[0-9]*"),
    PrdDesc=text(3, 300),
    IsServc=FLAG,
    HsnCd=text(4, 8, "[0-9]{4}|[0-9]{6}|[0-9]{8}"),
    Qty=number("9999999999.999", 3),
    Unit=text(3, 8, "NOS|OTH"),
    UnitPrice=number("999999999999.999", 3),
    TotAmt=AMOUNT,
    Discount=AMOUNT,
    AssAmt=AMOUNT,
    GstRt=number("999.999", 3),
    IgstAmt=AMOUNT,
    CgstAmt=AMOUNT,
    SgstAmt=AMOUNT,
    TotItemVal=AMOUNT,
)
INV_01 = form(
    "Version TranDtls DocDtls SellerDtls BuyerDtls ItemList ValDtls",
    Version=text(1, 6, r"1\.1"),
    TranDtls=form(
        "TaxSch SupTyp",
        TaxSch=text(3, 10, "GST"),
        SupTyp=text(3, 10, "B2B|SEZWP|SEZWOP|EXPWP|EXPWOP|DEXP"),
        RegRev=FLAG,
        IgstOnIntra=FLAG,
    ),
    DocDtls=form(
        "Typ No Dt", Typ=text(3, 3, "INV|CRN|DBN"), No=text(1, 16, NUMBER), Dt=text(10, 10, DAY)
    ),
    SellerDtls=SELLER,
    BuyerDtls=BUYER,
    ItemList=listed(ITEM, 1000),
    ValDtls=form(
        "AssVal TotInvVal",
        AssVal=AMOUNT,
        CgstVal=AMOUNT,
        SgstVal=AMOUNT,
        IgstVal=AMOUNT,
        RndOffAmt=number("99.99", least="-99.99"),
        TotInvVal=AMOUNT,
    ),
    PayDtls=form(
        "",
        Nm=text(1, 100),
        AccDet=text(1, 18),
        Mode=text(1, 18),
        FinInsBr=text(1, 11),
        CrDay=number("9999", 0),
    ),
    RefDtls=form(
        "",
        InvRm=text(3, 100),
        DocPerdDtls=form("InvStDt InvEndDt", InvStDt=text(10, 10, DAY), InvEndDt=text(10, 10, DAY)),
        PrecDocDtls=listed(
            form("InvNo InvDt", InvNo=text(1, 16, NUMBER), InvDt=text(10, 10, DAY)), 1
        ),
        ContrDtls=listed(form("", PORefr=text(1, 16)), 1),
    ),
    AddlDocDtls=listed(form("", Url=text(3, 100), Docs=text(3, 1000), Info=text(3, 1000)), 1),
    ExpDtls=form("", CntCode=text(2, 2, "[A-Z]{2}")),
)


def problems(value: Any, schema: Schema = INV_01, where: str = "") -> list[str]:
    """Return what in a JSON value the schema refuses."""
    found: list[str] = _CHECKS[schema["type"]](value, schema, where)
    return found


def _object(value: Any, schema: Schema, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where} is no object"]
    found = [f"{where}.{name} is missing" for name in schema["required"] if name not in value]
    for name, part in value.items():
        if name not in schema["fields"]:
            found.append(f"{where}.{name} is unknown")
        else:
            found += problems(part, schema["fields"][name], f"{where}.{name}")
    return found


def _array(value: Any, schema: Schema, where: str) -> list[str]:
    if not isinstance(value, list) or not 0 < len(value) <= schema["most"]:
        return [f"{where} has the wrong length"]
    return [problem for part in value for problem in problems(part, schema["of"], where)]


def _text(value: Any, schema: Schema, where: str) -> list[str]:
    fits = isinstance(value, str) and schema["min"] <= len(value) <= schema["max"]
    if not fits or not re.fullmatch(schema["pattern"], value):
        return [f"{where} is {value!r}"]
    return []


def _number(value: Any, schema: Schema, where: str) -> list[str]:
    if not isinstance(value, Decimal | int) or isinstance(value, bool):
        return [f"{where} is {value!r}"]
    figure = Decimal(value)
    inside = Decimal(schema["least"]) <= figure <= Decimal(schema["most"])
    fine = figure == round(figure, schema["decimals"])
    return [] if inside and fine else [f"{where} is {value}"]


_CHECKS: dict[str, Any] = {"object": _object, "array": _array, "text": _text, "number": _number}


def read(content: bytes) -> dict[str, Any]:
    """Read JSON with its amounts as decimals."""
    loaded: dict[str, Any] = json.loads(content, parse_float=Decimal)
    return loaded


def checked(document: Document) -> tuple[GstInvoice, dict[str, Any]]:
    """Return a document's e-invoice, neutral and as JSON that the schema takes."""
    gst = gst_invoice(parts_of(document))
    content = read(inv01_json(gst))
    assert problems(content) == []
    return gst, content
