"""Turning sealing on and off: what documents issued from then on will be."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from billing.models import Seller
from billing.sealing.keys import SealingKeyMissing, sealing_key
from certinext.audit.trail import record


def refuse_without_key(*, now: datetime) -> None:
    """Raise `SealingKeyMissing` unless the tenant has a key that can seal at this moment."""
    key = sealing_key()
    if not key.covers(now):
        raise SealingKeyMissing(
            _("The certificate of the seal is valid until %(last)s: renew the key first.")
            % {"last": f"{key.not_after:%Y-%m-%d}"}
        )


def set_sealing(seller: Seller, *, on: bool, now: datetime) -> None:
    """Turn sealing on or off; on the record. Raises `SealingKeyMissing` when on without a key.

    Documents issued before stay what they were promised to be.
    """
    if on:
        refuse_without_key(now=now)
    if seller.seals_documents == on:
        return
    seller.seals_documents = on
    seller.save(update_fields=["seals_documents"])
    record("seller.changed", on=seller, fields=["seals_documents"])
