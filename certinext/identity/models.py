"""Users and invitations."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from certinext.tenancy.grants import KEPT


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person; without a password they cannot sign in until they set one."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create an operator; meant for the public schema, where Django admin is routed."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a person by address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an e-mail address.

    In a tenant's schema `is_staff` means the seller's backoffice; in the public one, an operator.
    What a customer may see is said by memberships, in `billing`.
    """

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    full_name = models.CharField(_("name"), max_length=120)
    is_staff = models.BooleanField(_("backoffice"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    application_rights = KEPT

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def initials(self) -> str:
        """Two letters for the user menu."""
        words = (self.full_name or self.email).split()
        return "".join(word[0] for word in words[:2]).upper()


def new_token() -> str:
    """Return 256 random bits for a link."""
    return secrets.token_urlsafe(32)


# A form that comes a second time within this is one that was sent twice by accident.
SAME_SUBMIT = timedelta(seconds=30)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Questions about invitations."""

    def open(self, *, now: datetime) -> InvitationQuerySet:
        """Those whose link still works."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now)

    def just_sent(
        self, *, email: str, full_name: str, invited_by: str, now: datetime
    ) -> InvitationQuerySet:
        """Those that the same person sent with the same words moments ago: a double click's."""
        return self.open(now=now).filter(
            email__iexact=email.strip(),
            full_name=full_name.strip(),
            invited_by=invited_by,
            created_at__gt=now - SAME_SUBMIT,
        )


class Invitation(models.Model):
    """A link by e-mail with which a person sets a password and comes in, once, for some days.

    `is_staff` invites to the backoffice, one address once at a time. Customers' roles hang on it
    from `billing`.
    """

    email = models.EmailField(_("e-mail address"), max_length=254)
    full_name = models.CharField(_("name"), max_length=120)
    is_staff = models.BooleanField(_("backoffice"), default=False)
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    invited_by = models.CharField(_("invited by"), max_length=254)
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)

    objects = InvitationQuerySet.as_manager()

    application_rights = KEPT

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(is_staff=True, accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_to_backoffice_once",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def is_open(self, *, now: datetime) -> bool:
        """Say whether the link still works."""
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at
