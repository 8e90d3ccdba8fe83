"""Whether what the portal signed is about the document that it was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from billing.einvoice.gst import GstInvoice
from billing.einvoice.inv01 import written_day
from billing.einvoice.irn import invoice_reference_number
from billing.registering.registry import Answer
from billing.registering.signed import data_of
from billing.sentences import SentenceError, gettext_noop

_SHOWN = 80


class Disagrees(SentenceError):
    """The answer is about something else than the document: nothing of it may be printed."""


@dataclass(frozen=True)
class _Fact:
    """A fact by the schema's name: what was found, and what the document says."""

    name: str
    found: object
    wanted: object

    @property
    def agrees(self) -> bool:
        """Amounts are compared as amounts, texts without regard to case, as the portal does."""
        if isinstance(self.wanted, Decimal):
            return _amount(self.found) == self.wanted
        return str(self.found).strip().upper() == str(self.wanted).upper()


def expected_irn(invoice: GstInvoice) -> str:
    """Return the number that the document has to get: anybody can compute it."""
    return invoice_reference_number(
        gstin=invoice.seller.gstin,
        issue_date=invoice.issue_date,
        kind=invoice.document_type,
        number=invoice.number,
    )


def refuse_unless_agrees(answer: Answer, invoice: GstInvoice, *, keys: tuple[bytes, ...]) -> str:
    """Raise `Disagrees` or `BadToken` unless the answer is of this document and signed rightly.

    Returns the SHA-256 of the key that the code's signature was verified with, empty without keys.
    """
    if answer.is_cancelled:
        raise Disagrees(
            gettext_noop("The document's IRN was cancelled at the portal: it cannot be used again.")
        )
    code, verified_with = data_of(answer.signed_qr, keys=keys)
    registered, _signer = data_of(answer.signed_invoice, keys=keys)
    for fact in _facts(answer, code, registered, invoice):
        if not fact.agrees:
            raise Disagrees(
                gettext_noop(
                    "The portal's answer does not fit the document: %(name)s is %(found)s instead"
                    " of %(wanted)s."
                ),
                name=fact.name,
                found=_shown(fact.found),
                wanted=_shown(fact.wanted),
            )
    return verified_with


def _facts(
    answer: Answer,
    code: Mapping[str, Any],
    registered: Mapping[str, Any],
    invoice: GstInvoice,
) -> Iterator[_Fact]:
    irn, day = expected_irn(invoice), written_day(invoice.issue_date)
    yield _Fact("Irn", answer.irn, irn)
    yield _Fact("SignedQRCode.Irn", code.get("Irn"), irn)
    yield _Fact("SignedQRCode.SellerGstin", code.get("SellerGstin"), invoice.seller.gstin)
    yield _Fact("SignedQRCode.BuyerGstin", code.get("BuyerGstin"), invoice.buyer.gstin)
    yield _Fact("SignedQRCode.DocNo", code.get("DocNo"), invoice.number)
    yield _Fact("SignedQRCode.DocTyp", code.get("DocTyp"), invoice.document_type)
    yield _Fact("SignedQRCode.DocDt", code.get("DocDt"), day)
    yield _Fact("SignedQRCode.TotInvVal", code.get("TotInvVal"), invoice.totals.total)
    yield _Fact("SignedInvoice.Irn", registered.get("Irn"), irn)
    yield _Fact("SignedInvoice.AckNo", registered.get("AckNo"), answer.ack_number)
    seller, buyer = _part(registered, "SellerDtls"), _part(registered, "BuyerDtls")
    yield _Fact("SignedInvoice.SellerDtls.Gstin", seller.get("Gstin"), invoice.seller.gstin)
    yield _Fact("SignedInvoice.BuyerDtls.Gstin", buyer.get("Gstin"), invoice.buyer.gstin)
    document, values = _part(registered, "DocDtls"), _part(registered, "ValDtls")
    yield _Fact("SignedInvoice.DocDtls.No", document.get("No"), invoice.number)
    yield _Fact("SignedInvoice.DocDtls.Typ", document.get("Typ"), invoice.document_type)
    yield _Fact("SignedInvoice.DocDtls.Dt", document.get("Dt"), day)
    yield _Fact("SignedInvoice.ValDtls.TotInvVal", values.get("TotInvVal"), invoice.totals.total)


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}


def _amount(found: object) -> Decimal | None:
    try:
        return Decimal(str(found))
    except InvalidOperation:
        return None


def _shown(value: object) -> str:
    return str(value)[:_SHOWN] if value is not None and value != "" else "\N{EN DASH}"
