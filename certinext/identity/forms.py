"""Forms for people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from certinext.identity.models import User


class AcceptInvitationForm(forms.Form):
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
