"""Sign-ins and password changes enter the audit trail."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import (
    email_added,
    email_changed,
    email_removed,
    password_changed,
    password_reset,
    password_set,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import Signal, receiver

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
@receiver(password_set)
def record_password(user: User, **_kwargs: Any) -> None:
    """A password is new."""
    record("user.password_changed", on=user, label=user.email, actor=user.email)


@receiver(email_added)
@receiver(email_removed)
def record_address(user: User, email_address: EmailAddress, signal: Signal, **_kwargs: Any) -> None:
    """Somebody wrote down another address of theirs, or took one away."""
    action = "user.address_added" if signal is email_added else "user.address_removed"
    record(action, on=user, label=user.email, actor=user.email, email=email_address.email)


@receiver(email_changed)
def record_new_address(
    user: User,
    from_email_address: EmailAddress | None,
    to_email_address: EmailAddress,
    **_kwargs: Any,
) -> None:
    """Somebody signs in with another address from now on; the trail names people by it."""
    old = from_email_address.email if from_email_address else ""
    record(
        "user.address_changed",
        on=user,
        label=to_email_address.email,
        actor=old or user.email,
        old=old,
        new=to_email_address.email,
    )
