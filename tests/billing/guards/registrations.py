"""Cases of what belongs to registration at the government's portal."""

from __future__ import annotations

from billing.models import (
    Document,
    Registration,
    RegistrationAttempt,
    RegistrationRequest,
    Seller,
)
from tests.billing.guards.registry import refuses, table
from tests.billing.guards.scenes import file_of, issued
from tests.billing.rows import draft_document
from tests.invoices.helpers import NOW, ON

IRN = "5e" * 32


def request(document: Document | None = None, **changes: object) -> RegistrationRequest:
    """Ask for an issued document's registration."""
    values: dict[str, object] = {"registry": "irp", "next_attempt_at": NOW, **changes}
    return RegistrationRequest.objects.create(document=document or issued().document, **values)


def attempt(**changes: object) -> RegistrationAttempt:
    """Note that nobody answered."""
    values: dict[str, object] = {"outcome": "unavailable", "message": "No answer.", **changes}
    return RegistrationAttempt.objects.create(request=request(), at=NOW, **values)


def registration(document: Document | None = None, **changes: object) -> Registration:
    """Note what the portal gave for a document that was asked for."""
    document = document or request().document
    values: dict[str, object] = {
        "registry": "irp",
        "irn": IRN,
        "ack_number": "112610000002315",
        "acked_at": NOW,
        "signed_qr": "a.b.c",
        "signed_invoice": "a.b.c",
        "answer": {},
        "received_at": NOW,
        **changes,
    }
    return Registration.objects.create(document=document, **values)


table(
    {
        ("billing_registration_irn_key", "one number twice"): lambda: (
            registration(),
            registration(),
        ),
        ("billing_registrationrequest_attempts_check", "-1"): lambda: request(attempts=-1),
        ("registration_ack_form", "letters"): lambda: registration(ack_number="ACK"),
        ("registration_irn_form", "capital letters"): lambda: registration(irn="5E" * 32),
        ("registration_is_signed", "no code"): lambda: registration(signed_qr=""),
        ("registration_is_signed", "no invoice"): lambda: registration(signed_invoice=""),
        ("registration_failure_has_reason", "refused"): lambda: attempt(
            outcome="refused", message=""
        ),
        ("registration_registry_known", "another"): lambda: request(registry="other"),
        ("seller_registry_known", "another"): lambda: Seller.objects.update(registry="other"),
        ("seller_einvoicing_in_india", "elsewhere"): lambda: Seller.objects.update(
            einvoicing_from=ON, country="DE"
        ),
        ("seller_einvoicing_in_india", "no GSTIN"): lambda: Seller.objects.update(
            einvoicing_from=ON, gstin=""
        ),
    }
)


@refuses("file_awaits_registration", "a file too early")
def _file_too_early() -> None:
    file_of(request().document)


@refuses("registration_was_asked_for", "of what nobody asked for")
def _unasked() -> None:
    registration(issued().document)


@refuses("registration_was_asked_for", "by another registry")
def _by_another() -> None:
    registration(registry="sandbox")


@refuses("registration_was_asked_for", "of a draft")
def _of_a_draft() -> None:
    registration(request(draft_document()).document)
