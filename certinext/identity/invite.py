"""Inviting people by e-mail, and their coming in."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.dispatch import Signal
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from certinext.audit.trail import record
from certinext.identity.models import Invitation, User

# Sent inside the accepting transaction with `invitation` and `user`: upper layers add what the
# invitation promised (a role in an account).
invitation_accepted = Signal()


class InvitationClosed(Exception):
    """The link was used already, was withdrawn, or its days are over."""


class AlreadyInvited(Exception):
    """This address has a link to the backoffice that still works."""


@transaction.atomic
def invite(
    *, email: str, full_name: str, invited_by: str, now: datetime, is_staff: bool = False
) -> Invitation:
    """Write an invitation; `send_invitation` mails its link.

    An address has one open invitation to the backoffice at a time: raises `AlreadyInvited`.
    """
    email = email.strip().lower()
    if is_staff:
        # One whose days are over makes room; its link says that they are.
        Invitation.objects.filter(
            is_staff=True, email=email, accepted_at=None, withdrawn_at=None, expires_at__lte=now
        ).update(withdrawn_at=now)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                email=email,
                full_name=full_name.strip(),
                is_staff=is_staff,
                invited_by=invited_by,
                expires_at=now + timedelta(days=settings.INVITATION_DAYS),
            )
    except IntegrityError as error:
        if "invitation_to_backoffice_once" not in str(error):
            raise
        raise AlreadyInvited from error
    record("invitation.sent", on=invitation, label=invitation.email, backoffice=is_staff)
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, now: datetime, account_number: str = "") -> None:
    """Close an invitation that nobody has accepted, audited. Raises `InvitationClosed`."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not invitation.is_open(now=now):
        raise InvitationClosed
    invitation.withdrawn_at = now
    invitation.save(update_fields=["withdrawn_at"])
    record(
        "invitation.withdrawn",
        on=invitation,
        label=invitation.email,
        account_number=account_number,
        backoffice=invitation.is_staff,
    )


def send_invitation(
    invitation: Invitation, *, url: str, seller_name: str, language: str = settings.LANGUAGE_CODE
) -> None:
    """Mail the link, in the language of the account that the person is invited to.

    `url` is absolute, at the tenant's own host.
    """
    context = {"invitation": invitation, "url": url, "seller_name": seller_name}
    with override(language):
        subject = _("Your access to %(seller)s") % {"seller": seller_name}
        body = render_to_string("identity/invitation.txt", context)
    # A line break in a name must not write headers.
    send_mail(" ".join(subject.split()), body, None, [invitation.email])


@transaction.atomic
def accept_invitation(invitation: Invitation, *, password: str, now: datetime) -> User:
    """Create the person (or find them), set the password, and let upper layers add the role.

    Raises `InvitationClosed` when the link is used or over, `ValidationError` when the address
    belongs to somebody who has a password already and is not asked for one here.
    """
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not invitation.is_open(now=now):
        raise InvitationClosed
    user = User.objects.filter(email__iexact=invitation.email).first()
    if user is None:
        user = User.objects.create_user(invitation.email, password, full_name=invitation.full_name)
    elif user.has_usable_password() and not user.check_password(password):
        raise ValidationError(
            _("You have a password here already: enter that one to accept the invitation.")
        )
    elif not user.has_usable_password():
        user.set_password(password)
    user.is_staff = user.is_staff or invitation.is_staff
    user.save()
    # The link came by mail to this address: that proves it.
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    invitation.accepted_at, invitation.user = now, user
    invitation.save(update_fields=["accepted_at", "user"])
    invitation_accepted.send(sender=Invitation, invitation=invitation, user=user)
    record("invitation.accepted", on=invitation, label=invitation.email, actor=user.email)
    return user
