"""Registering what waits: each document once, however often it is begun.

An attempt is counted and its wait begins, both committed, before the portal is asked. The
request's row is locked meanwhile, so that no document is asked for twice at once. Whoever died
after the portal had answered leaves a count behind: the next one first asks what the portal has for
the document, and what it has is taken up. A duplicate, which the portal refuses, is taken up
likewise.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from billing.einvoice.check import checked_gst_invoice
from billing.einvoice.errors import NoElectronicInvoice
from billing.einvoice.gst import GstInvoice
from billing.einvoice.inv01 import inv01_json
from billing.einvoice.parts import parts_of
from billing.models import Registration, RegistrationAttempt, RegistrationRequest
from billing.outbox import wake_after_commit
from billing.registering.agree import Disagrees, expected_irn, refuse_unless_agrees
from billing.registering.registries import registry_client
from billing.registering.registry import (
    Answer,
    DocumentKey,
    RegisteredAlready,
    RegistryClient,
    RegistryRefused,
    RegistryUnavailable,
)
from billing.registering.signed import BadToken
from billing.tasks import render_outbox
from billing.text import printable
from billing.unforeseen import note_unforeseen
from certinext.audit.trail import record

logger = logging.getLogger(__name__)

# A round ends well before the next one begins a minute later, however slowly the portal answers.
LONGEST_ROUND = timedelta(seconds=45)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
Outcome = RegistrationAttempt.Outcome
Clock = Callable[[], datetime]
_SUCCESSES = (Outcome.REGISTERED, Outcome.TAKEN_UP)


@dataclass(frozen=True)
class _Ended:
    """How an attempt ended, in the registry's code and words."""

    outcome: Outcome
    code: str = ""
    message: str = ""
    # Whether the others would only wait for the same.
    is_outage: bool = False


def work_off_registrations(*, clock: Clock, limit: int = 500) -> int:
    """Register what is due, one transaction each; return how many succeeded.

    Where the registry does not answer, the round ends: the others would only wait for the same.
    """
    done, ends = 0, clock() + LONGEST_ROUND
    for _attempt in range(limit):
        now = clock()
        claimed = _claim(now) if now < ends else None
        if claimed is None:
            break
        ended = _attempt_at(claimed, clock)
        if ended is None:
            continue
        if ended.is_outage:
            break
        done += ended.outcome in _SUCCESSES
    return done


@transaction.atomic
def try_again(request: RegistrationRequest, *, by: str, now: datetime) -> bool:
    """Have a refused document asked for again, at a clerk's word; say whether it was refused.

    Safe to press twice.
    """
    # Whoever holds it is asking just now.
    rows = RegistrationRequest.objects.select_for_update(no_key=True, skip_locked=True)
    found = rows.filter(pk=request.pk).first()
    if found is None:
        return False
    request = found
    if not RegistrationRequest.objects.stopped().filter(pk=request.pk).exists():
        return False
    request.next_attempt_at = now
    request.save(update_fields=["next_attempt_at"])
    document = request.document
    number = document.account.account_number
    record("registration.retried", on=document, by=by, account_number=number)
    return True


@transaction.atomic
def _claim(now: datetime) -> RegistrationRequest | None:
    request = (
        RegistrationRequest.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(next_attempt_at__lte=now)
        .order_by("next_attempt_at", "pk")
        .first()
    )
    if request is not None:
        wait = min(FIRST_WAIT * 2 ** min(request.attempts, 10), LONGEST_WAIT)
        request.attempts += 1
        request.next_attempt_at = now + wait
        request.save(update_fields=["attempts", "next_attempt_at"])
    return request


@transaction.atomic
def _attempt_at(claimed: RegistrationRequest, clock: Clock) -> _Ended | None:
    """Ask for one document under its lock; None where somebody else is at it or it is done."""
    request = (
        RegistrationRequest.objects.unanswered()
        .select_for_update(no_key=True, skip_locked=True, of=("self",))
        .select_related("document__account")
        .filter(pk=claimed.pk)
        .first()
    )
    if request is None:
        return None
    ended = _ask(request, clock)
    RegistrationAttempt.objects.create(
        request=request,
        at=clock(),
        outcome=ended.outcome,
        code=printable(ended.code, at_most=20),
        message=printable(ended.message, at_most=1000),
    )
    if ended.outcome != Outcome.UNAVAILABLE:
        request.next_attempt_at = None
        request.save(update_fields=["next_attempt_at"])
    return ended


def _ask(request: RegistrationRequest, clock: Clock) -> _Ended:
    """Ask the registry for one document and keep what it gives; say how that ended."""
    try:
        with transaction.atomic():
            return _Ended(_register(request, clock))
    except RegistryUnavailable as error:
        return _Ended(Outcome.UNAVAILABLE, error.code, str(error), is_outage=True)
    except RegistryRefused as error:
        return _Ended(Outcome.REFUSED, error.code, error.words)
    except (Disagrees, BadToken) as error:
        return _Ended(Outcome.DISAGREES, "", str(error))
    except NoElectronicInvoice as error:
        return _Ended(Outcome.REFUSED, "INV-01", str(error))
    except Exception:
        what = f"Registering {request.document} failed."
        reference = note_unforeseen(logger, what)
        return _Ended(Outcome.UNAVAILABLE, "", f"The log names the cause under {reference}.")


def _register(request: RegistrationRequest, clock: Clock) -> Outcome:
    invoice = checked_gst_invoice(parts_of(request.document))
    client = registry_client(request.registry, gstin=invoice.seller.gstin, clock=clock)
    answer, outcome = _answer_for(invoice, client, asked_before=request.attempts > 1)
    verified_with = refuse_unless_agrees(answer, invoice, keys=client.signing_keys)
    document = request.document
    Registration.objects.create(
        document=document,
        registry=request.registry,
        irn=expected_irn(invoice),
        ack_number=answer.ack_number,
        acked_at=answer.acked_at,
        signed_qr=answer.signed_qr,
        signed_invoice=answer.signed_invoice,
        answer=dict(answer.raw),
        verified_with=verified_with,
        received_at=clock(),
    )
    record(
        "document.registered",
        on=document,
        account_number=document.account.account_number,
        registry=request.registry,
        irn=answer.irn,
        ack_number=answer.ack_number,
    )
    wake_after_commit(render_outbox)
    return outcome


def _answer_for(
    invoice: GstInvoice, client: RegistryClient, *, asked_before: bool
) -> tuple[Answer, Outcome]:
    key = DocumentKey(
        kind=invoice.document_type, number=invoice.number, issue_date=invoice.issue_date
    )
    if asked_before and (known := _known(key, client)) is not None:
        return known, Outcome.TAKEN_UP
    try:
        return client.register(inv01_json(invoice)), Outcome.REGISTERED
    except RegisteredAlready as error:
        return client.by_irn(error.irn), Outcome.TAKEN_UP


def _known(key: DocumentKey, client: RegistryClient) -> Answer | None:
    """Return what the registry has for a document; where it will not say, registering tells."""
    try:
        return client.by_document(key)
    except RegistryRefused:
        return None
