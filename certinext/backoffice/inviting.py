"""Inviting people and telling the clerk whether the mail went out."""

from __future__ import annotations

import logging
from datetime import datetime
from smtplib import SMTPException

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from billing.models import Account, InvitedMembership
from billing.models.seller import current_seller
from certinext.backoffice.addresses import invitation_url
from certinext.backoffice.finding import actor_of
from certinext.identity.invite import invite, send_invitation
from certinext.identity.models import Invitation

logger = logging.getLogger(__name__)


def invite_staff(request: HttpRequest, *, email: str, full_name: str, now: datetime) -> None:
    """Invite somebody to the backoffice."""
    invitation = invite(
        email=email, full_name=full_name, invited_by=actor_of(request), now=now, is_staff=True
    )
    _mail(request, invitation)


def invite_member(
    request: HttpRequest, account: Account, *, email: str, full_name: str, role: str, now: datetime
) -> None:
    """Invite somebody to an account, with a role that they get when they accept."""
    with transaction.atomic():
        invitation = invite(email=email, full_name=full_name, invited_by=actor_of(request), now=now)
        InvitedMembership.objects.create(invitation=invitation, account=account, role=role)
    _mail(request, invitation)


def _mail(request: HttpRequest, invitation: Invitation) -> None:
    """Send the link once it is stored; a mail server that fails loses nothing but the mail."""
    url = invitation_url(invitation)
    try:
        send_invitation(invitation, url=url, seller_name=current_seller().trade_name)
    except (OSError, SMTPException):
        logger.exception("The invitation of %s could not be mailed.", invitation.email)
        messages.warning(
            request,
            _("The mail to %(email)s could not be sent. Hand over this link: %(url)s")
            % {"email": invitation.email, "url": url},
        )
    else:
        messages.success(request, _("%(email)s was invited.") % {"email": invitation.email})
