"""What an accepted invitation brings: the role it promised."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from billing.models import InvitedMembership, Membership
from certinext.identity.invite import invitation_accepted
from certinext.identity.models import Invitation, User


@receiver(invitation_accepted)
def add_membership(invitation: Invitation, user: User, **_kwargs: Any) -> None:
    """Give the person the invited role; a role they hold already is replaced by the new one."""
    invited = InvitedMembership.objects.filter(invitation=invitation).first()
    if invited is not None:
        Membership.objects.update_or_create(
            user=user, account=invited.account, defaults={"role": invited.role}
        )
