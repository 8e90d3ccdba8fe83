"""What a document was given by the registry, and whether it still waits for it."""

from __future__ import annotations

from billing.models import Document, Registration, RegistrationRequest
from billing.printing.facts import Facts


class AwaitsRegistration(Exception):
    """The document is to be registered and is not yet: nobody may have it before."""


def registration_of(document: Document) -> Registration | None:
    """Return what the registry gave, or None for a document that is not to be registered.

    Raises `AwaitsRegistration`.
    """
    if not Facts(document.seller).part("einvoicing").text("from"):
        return None
    request = (
        RegistrationRequest.objects.filter(document=document)
        .select_related("document__registration")
        .first()
    )
    if request is None:
        return None
    given: Registration | None = getattr(request.document, "registration", None)
    if given is None:
        raise AwaitsRegistration(f"{document} is being registered: nobody may have it before.")
    return given
