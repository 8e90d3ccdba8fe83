"""The heads of the chain: the last hash of each series, kept where the database cannot reach."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from billing.models import ChainLink, Seller
from billing.models.seller import current_seller
from billing.periods import local_date
from certinext.audit.trail import record

_SUFFIX = ".json"


class NoHeads(ValueError):
    """The file is no export of heads; the message says what it must be, in one sentence."""


@dataclass(frozen=True)
class Head:
    """The last document of a series with the hash that stands for it and all before it."""

    prefix: str
    sequence: int
    number: str
    hash: str


def chain_heads() -> list[Head]:
    """Return the head of each series of the active tenant, by prefix."""
    links = (
        ChainLink.objects.order_by("series_id", "-sequence")
        .distinct("series_id")
        .select_related("series", "document")
    )
    heads = [
        Head(link.series.prefix, link.sequence, str(link.document), link.hash) for link in links
    ]
    return sorted(heads, key=lambda head: head.prefix)


def export_heads(*, now: datetime) -> str | None:
    """Write today's heads to a file of their own and mail them; return the file's name.

    Once a day of the seller's zone: None when it was done already, or there is nothing yet. The
    file comes last, so that a mail that could not be handed over is tried again.
    """
    seller = current_seller()
    today = local_date(now, seller.zone)
    name = f"chain/{today.isoformat()}{_SUFFIX}"
    heads = chain_heads()
    if not heads or default_storage.exists(name):
        return None
    content = heads_json(heads, seller=seller, on=today)
    if seller.chain_email:
        _mail(content, seller=seller, on=today)
    stored: str = default_storage.save(name, ContentFile(content))
    record("chain.exported", label=stored, heads=len(heads), mailed_to=seller.chain_email)
    return stored


def heads_json(heads: list[Head], *, seller: Seller, on: date) -> bytes:
    """Return the export: whose heads, of which day, and the heads."""
    said = {
        "seller": seller.legal_name,
        "day": on.isoformat(),
        "heads": [asdict(head) for head in heads],
    }
    return json.dumps(said, indent=2, ensure_ascii=False).encode() + b"\n"


def read_heads(content: bytes) -> list[Head]:
    """Return the heads of an export; raises `NoHeads`."""
    try:
        return [
            Head(str(head["prefix"]), int(head["sequence"]), str(head["number"]), str(head["hash"]))
            for head in json.loads(content)["heads"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise NoHeads(
            "The file must be an export of the chain's heads, as it was written."
        ) from error


def _mail(content: bytes, *, seller: Seller, on: date) -> None:
    words = {"seller": seller.legal_name, "day": on.isoformat()}
    message = EmailMessage(
        subject=_("Heads of the document chain of %(seller)s, %(day)s") % words,
        body=_(
            "Attached is the last hash of each series of documents of %(seller)s on %(day)s. Keep"
            " it: `manage.py verify_documents --heads` proves with it that no document issued until"
            " then was altered or removed afterwards."
        )
        % words,
        to=[seller.chain_email],
    )
    message.attach(f"chain-{on.isoformat()}{_SUFFIX}", content, "application/json")
    message.send()
