"""What the government's portal gave for a document: number, acknowledgement and its signed code."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from billing.models import Registration
from billing.printing.codes import drawing_of
from billing.printing.parties import Pair
from certinext.web.formatting import stamped


@dataclass(frozen=True)
class RegisteredBlock:
    """The block with the portal's code; `warning` says where it is not valid for tax."""

    title: str
    pairs: tuple[Pair, ...]
    code: SafeString
    hint: str
    warning: str


def registered_block(registration: Registration) -> RegisteredBlock:
    """Return the block, in the active language and zone. Everything in it is the portal's."""
    title = gettext("QR code signed by the Invoice Registration Portal, IRN %(irn)s")
    drawing = drawing_of(
        # A long token: the least of correction keeps its modules large enough for a telephone.
        segno.make_qr(registration.signed_qr, error="l"),
        title=title % {"irn": registration.irn},
    )
    sandbox = registration.is_sandbox
    return RegisteredBlock(
        title=gettext("Sandbox registration")
        if sandbox
        else gettext("Registered at the Invoice Registration Portal"),
        pairs=(
            Pair(gettext("IRN"), registration.irn),
            Pair(gettext("Ack No."), registration.ack_number),
            Pair(gettext("Ack date"), stamped(registration.acked_at)),
        ),
        # segno draws the code and escapes its title.
        code=mark_safe(drawing),  # noqa: S308
        hint=gettext("The code is signed by the sandbox with a key that nobody trusts.")
        if sandbox
        else gettext("The code is signed by the portal: its own app for QR codes verifies it."),
        warning=gettext("Not valid for tax: no government's portal has seen this document.")
        if sandbox
        else "",
    )
