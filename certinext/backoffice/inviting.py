"""Inviting people and telling the clerk whether the mail went out."""

from __future__ import annotations

import logging
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.models import Account, InvitedMembership
from billing.models.seller import current_seller
from certinext.backoffice.addresses import invitation_url
from certinext.backoffice.finding import actor_of
from certinext.identity.invite import (
    AlreadyInvited,
    InvitationClosed,
    invite,
    send_invitation,
    withdraw_invitation,
)
from certinext.identity.models import Invitation

logger = logging.getLogger(__name__)


def invite_staff(request: HttpRequest, *, email: str, full_name: str, now: datetime) -> None:
    """Invite somebody to the backoffice; a double click sends one mail. Raises `AlreadyInvited`."""
    by = actor_of(request)
    try:
        invitation = invite(email=email, full_name=full_name, invited_by=by, now=now, is_staff=True)
    except AlreadyInvited:
        sent = Invitation.objects.filter(is_staff=True)
        if not sent.just_sent(email=email, full_name=full_name, invited_by=by, now=now).exists():
            raise
        _say_invited(request, email)
    else:
        _mail(request, invitation)


def invite_member(
    request: HttpRequest, account: Account, *, email: str, full_name: str, role: str, now: datetime
) -> None:
    """Invite somebody to an account, with a role that they get when they accept.

    Raises `AlreadyInvited` while they have an open invitation to it, other than one that the same
    form has made moments ago: whoever sent it by a double click is answered as the first time.
    """
    by = actor_of(request)
    with transaction.atomic():
        # Whoever sends the form a second time waits here, and finds the first one's invitation.
        Account.objects.lock(account)
        there = Invitation.objects.filter(invitedmembership__account=account)
        same = there.filter(invitedmembership__role=role)
        if same.just_sent(email=email, full_name=full_name, invited_by=by, now=now):
            _say_invited(request, email)
            return
        if there.open(now=now).filter(email__iexact=email):
            raise AlreadyInvited
        invitation = invite(email=email, full_name=full_name, invited_by=by, now=now)
        InvitedMembership.objects.create(invitation=invitation, account=account, role=role)
    _mail(request, invitation, language=account.document_language)


def withdraw(request: HttpRequest, invitation: Invitation, *, account_number: str = "") -> None:
    """Take an invitation back, and say so; or why that is too late."""
    try:
        withdraw_invitation(invitation, now=timezone.now(), account_number=account_number)
    except InvitationClosed:
        messages.warning(
            request,
            _("The invitation of %(email)s is closed already: it was used, withdrawn or is over.")
            % {"email": invitation.email},
        )
    else:
        messages.success(
            request,
            _("The invitation of %(email)s was withdrawn: its link lets nobody in any more.")
            % {"email": invitation.email},
        )


def _mail(
    request: HttpRequest, invitation: Invitation, *, language: str = settings.LANGUAGE_CODE
) -> None:
    """Send the link once it is stored; a mail server that fails loses nothing but the mail."""
    url = invitation_url(invitation)
    try:
        send_invitation(
            invitation, url=url, seller_name=current_seller().trade_name, language=language
        )
    except (OSError, SMTPException):
        logger.exception("The invitation of %s could not be mailed.", invitation.email)
        messages.warning(
            request,
            _("The mail to %(email)s could not be sent. Hand over this link: %(url)s")
            % {"email": invitation.email, "url": url},
        )
    else:
        _say_invited(request, invitation.email)


def _say_invited(request: HttpRequest, email: str) -> None:
    messages.success(request, _("%(email)s was invited.") % {"email": email.lower()})
