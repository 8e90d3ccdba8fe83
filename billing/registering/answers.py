"""Reading what the portal gave for a document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from billing.registering.registry import Answer, RegistryUnavailable
from billing.sentences import gettext_noop

# The portal's clock; it writes no zone.
ZONE = ZoneInfo("Asia/Kolkata")
MOMENT = "%Y-%m-%d %H:%M:%S"
_IRN = re.compile(r"[0-9A-Fa-f]{64}")
_ACK_NUMBER = re.compile(r"[0-9]{1,20}")


def read_answer(data: Mapping[str, Any]) -> Answer:
    """Return the answer; raises `RegistryUnavailable` when it lacks what makes it one."""
    irn, ack_number = str(data.get("Irn", "")), str(data.get("AckNo", ""))
    code, invoice = data.get("SignedQRCode"), data.get("SignedInvoice")
    try:
        acked_at = moment_of(data.get("AckDt"))
        whole = _IRN.fullmatch(irn) and _ACK_NUMBER.fullmatch(ack_number) and code and invoice
    except ValueError:
        whole = None
    if not whole:
        raise RegistryUnavailable(
            gettext_noop("The portal's answer lacks the IRN or what belongs to it.")
        )
    return Answer(
        irn=irn.lower(),
        ack_number=ack_number,
        acked_at=acked_at,
        signed_qr=str(code),
        signed_invoice=str(invoice),
        is_cancelled=data.get("Status") == "CNL",
        raw=dict(data),
    )


def moment_of(text: object) -> datetime:
    """Return a moment that the portal wrote (2026-11-27 17:23:45, India's time), aware.

    Raises `ValueError`.
    """
    return datetime.strptime(str(text), MOMENT).replace(tzinfo=ZONE)
