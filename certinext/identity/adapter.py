"""How allauth behaves here."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import override

from certinext.identity.languages import language_of
from certinext.identity.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is by invitation only: who may buy is the seller's decision."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Keep open sign-up off."""
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """People have no user name besides their address."""

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell `send_mail` whom it is about: a changed address is nobody's any more."""
        super().send_notification_mail(
            template_prefix, user, context={"user": user, **(context or {})}, email=email
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write to a person in their own language, whatever the page speaks."""
        user = context.get("user") or User.objects.filter(email__iexact=email).first()
        with override(language_of(user)):
            super().send_mail(template_prefix, email, context)
