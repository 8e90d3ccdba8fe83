"""GST e-invoice as JSON: form INV-01, schema version 1.1 (CGST Rule 48(4))."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from billing.einvoice.gst import GstInvoice, GstLine, GstParty, GstPayment
from billing.einvoice.xml import figure, xml_text
from billing.money import ZERO

VERSION = "1.1"
_PAISE = Decimal("0.01")
LONGEST_DESCRIPTION = 300
LONGEST_NAME = 100
LONGEST_LOCATION = 50
LONGEST_INFORMATION = 1000
LONGEST_PHONE = 12
SHORTEST = 3
# Neither may stand in any text of the schema.
_UNWRITABLE = str.maketrans({'"': "'", "\\": "/"})


def inv01_json(invoice: GstInvoice) -> bytes:
    """Return the document as the portal takes it: the same bytes for the same document."""
    content = {
        "Version": VERSION,
        "TranDtls": {
            "TaxSch": "GST",
            "SupTyp": invoice.supply_type,
            "RegRev": _flag(invoice.reverse_charge),
            "IgstOnIntra": "N",
        },
        "DocDtls": {
            "Typ": invoice.document_type,
            "No": invoice.number,
            "Dt": written_day(invoice.issue_date),
        },
        "SellerDtls": _party(invoice.seller),
        "BuyerDtls": {**_party(invoice.buyer), "Pos": invoice.place_of_supply},
        "ItemList": [_item(line) for line in invoice.lines],
        "ValDtls": _values(invoice),
        "PayDtls": _payment(invoice.payment) if invoice.payment else None,
        "RefDtls": _references(invoice),
        "AddlDocDtls": _information(invoice),
        "ExpDtls": {"CntCode": invoice.export_country} if invoice.export_country else None,
    }
    return f"{_written(_without_empty(content))}\n".encode()


def written_day(day: date) -> str:
    """Write a day as the schema wants it: 31/10/2026."""
    return f"{day:%d/%m/%Y}"


def _party(party: GstParty) -> dict[str, Any]:
    additional = _text(party.additional_address, LONGEST_NAME)
    phone = "".join(character for character in party.phone if character.isdigit())
    return {
        "Gstin": party.gstin,
        "LglNm": _text(party.legal_name, LONGEST_NAME),
        "TrdNm": _text(party.trade_name, LONGEST_NAME),
        "Addr1": _text(party.address, LONGEST_NAME),
        "Addr2": additional if len(additional) >= SHORTEST else "",
        "Loc": _text(party.location, LONGEST_LOCATION),
        "Pin": party.pin,
        "Stcd": party.state_code,
        "Ph": phone if 6 <= len(phone) <= LONGEST_PHONE else "",
        "Em": party.email if 6 <= len(party.email) <= LONGEST_NAME else "",
    }


def _item(line: GstLine) -> dict[str, Any]:
    return {
        "SlNo": str(line.position),
        "PrdDesc": _text(line.description, LONGEST_DESCRIPTION),
        "IsServc": _flag(line.is_service),
        "HsnCd": line.code,
        "Qty": line.quantity,
        "Unit": line.unit,
        "UnitPrice": line.unit_price,
        "TotAmt": _amount(line.net),
        "Discount": _amount(ZERO),
        "AssAmt": _amount(line.net),
        "GstRt": line.rate,
        "IgstAmt": _amount(line.igst),
        "CgstAmt": _amount(line.cgst),
        "SgstAmt": _amount(line.sgst),
        "TotItemVal": _amount(line.total),
    }


def _values(invoice: GstInvoice) -> dict[str, Any]:
    totals = invoice.totals
    return {
        "AssVal": _amount(totals.assessable),
        "CgstVal": _amount(totals.cgst),
        "SgstVal": _amount(totals.sgst),
        "IgstVal": _amount(totals.igst),
        "RndOffAmt": _amount(totals.rounding),
        "TotInvVal": _amount(totals.total),
    }


def _payment(payment: GstPayment) -> dict[str, Any]:
    return {
        "Nm": _text(payment.payee, LONGEST_NAME),
        "AccDet": payment.account,
        "Mode": "Credit transfer",
        "FinInsBr": payment.ifsc,
        "CrDay": payment.days,
    }


def _references(invoice: GstInvoice) -> dict[str, Any]:
    period, preceding = invoice.period, invoice.preceding
    return {
        "InvRm": _remark(invoice),
        "DocPerdDtls": {
            "InvStDt": written_day(period.start),
            "InvEndDt": written_day(period.end),
        }
        if period
        else None,
        "PrecDocDtls": [{"InvNo": preceding.number, "InvDt": written_day(preceding.issue_date)}]
        if preceding
        else None,
        "ContrDtls": [{"PORefr": _text(invoice.purchase_order, 16)}]
        if invoice.purchase_order
        else None,
    }


def _remark(invoice: GstInvoice) -> str:
    """Return the first remark, ended at a word where it is longer than the field."""
    return _shortened(invoice.remarks[0], LONGEST_NAME) if invoice.remarks else ""


def _information(invoice: GstInvoice) -> list[dict[str, str]]:
    """Return all remarks in full, unless the field for the first one says everything already."""
    everything = _shortened(" ".join(invoice.remarks), LONGEST_INFORMATION)
    return [{"Info": everything}] if everything not in {"", _remark(invoice)} else []


def _shortened(text: str, limit: int) -> str:
    """Return a text that the field holds, ended at a word; one that is too short is left out."""
    written = _text(text, None)
    if len(written) > limit:
        cut = written[: limit - 1]
        kept = cut.rpartition(" ")[0].rstrip(",;:") or cut
        written = f"{kept}\N{HORIZONTAL ELLIPSIS}"
    return written if len(written) >= SHORTEST else ""


def _text(text: str, limit: int | None) -> str:
    return xml_text(text).translate(_UNWRITABLE)[:limit].strip()


def _flag(yes: bool) -> str:
    return "Y" if yes else "N"


def _amount(value: Decimal) -> Decimal:
    """Return an amount with its two decimals; the paise are there already."""
    return value.quantize(_PAISE)


def _without_empty(value: Any) -> Any:
    """Leave out what has nothing to say: the schema refuses empty texts."""
    if isinstance(value, Mapping):
        cleaned = {key: _without_empty(part) for key, part in value.items()}
        return {key: part for key, part in cleaned.items() if part not in (None, "", {}, [])}
    if isinstance(value, list):
        return [_without_empty(part) for part in value]
    return value


def _written(value: Any, indent: str = "") -> str:
    """Write JSON; amounts go from Decimal to digits without ever being floats."""
    deeper = f"{indent}  "
    if isinstance(value, Mapping):
        members = [f"{deeper}{json.dumps(k)}: {_written(v, deeper)}" for k, v in value.items()]
        return "{\n" + ",\n".join(members) + f"\n{indent}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        members = [f"{deeper}{_written(part, deeper)}" for part in value]
        return "[\n" + ",\n".join(members) + f"\n{indent}]"
    if isinstance(value, Decimal):
        return f"{value:f}" if value.as_tuple().exponent == -2 else figure(value)
    return json.dumps(value, ensure_ascii=False)
