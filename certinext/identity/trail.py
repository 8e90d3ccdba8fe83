"""Sign-ins and password changes enter the audit trail."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from certinext.audit.trail import record
from certinext.identity.models import User


@receiver(user_logged_in)
def record_sign_in(user: User, **_kwargs: Any) -> None:
    """Somebody came in."""
    record("user.signed_in", on=user, label=user.email, actor=user.email)


@receiver(user_logged_out)
def record_sign_out(user: User | None, **_kwargs: Any) -> None:
    """Somebody left; an expired session has no user any more."""
    if user is not None:
        record("user.signed_out", on=user, label=user.email, actor=user.email)


@receiver(user_login_failed)
def record_failed_sign_in(credentials: dict[str, Any], **_kwargs: Any) -> None:
    """Somebody tried a wrong address or password. The password is never kept."""
    tried = str(credentials.get("email") or credentials.get("username") or "")
    record("user.sign_in_failed", label=tried, actor="anonymous")


@receiver(password_changed)
@receiver(password_reset)
def record_password(user: User, **_kwargs: Any) -> None:
    """A password is new."""
    record("user.password_changed", on=user, label=user.email, actor=user.email)
