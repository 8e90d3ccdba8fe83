"""Forms for people."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from certinext.identity.models import User
from certinext.web.forms import PlainForm


class AcceptInvitationForm(PlainForm):
    """The password of somebody who was invited."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. If you have a password here already, enter that one."),
    )

    def __init__(self, *args: Any, email: str, full_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = User(email=email, full_name=full_name)

    def clean_password(self) -> str:
        """Refuse weak passwords; a person who has one already set it under the same rules."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self._person)
        return password


class OperatorSignInForm(AdminAuthenticationForm):
    """The sign-in of Django's admin, with the limits on guessing that every other sign-in has."""

    def clean(self) -> dict[str, Any]:
        """Let the portal's adapter judge: it counts failures by address and by e-mail."""
        email = self.cleaned_data.get("username")
        password = self.cleaned_data.get("password")
        if email and password:
            user = get_adapter(self.request).authenticate(
                self.request, email=email, password=password
            )
            if user is None:
                raise self.get_invalid_login_error()
            self.confirm_login_allowed(user)
            self.user_cache = user
        return self.cleaned_data
