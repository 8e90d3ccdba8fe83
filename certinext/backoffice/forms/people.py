"""Inviting people, to an account or to the backoffice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models import Membership
from certinext.backoffice.forms.sections import refuse_unfit_texts


class InviteForm(forms.Form):
    """Whom the mail goes to."""

    full_name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)

    def clean(self) -> dict[str, Any]:
        """Refuse a name that could pass for another one."""
        super().clean()
        refuse_unfit_texts(self)
        return self.cleaned_data


class InviteMemberForm(InviteForm):
    """Whom, and what they may do in the account."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=Membership.Role.choices,
        help_text=_(
            "Administrators and finance managers see all documents, managers and standard users"
            " those of their own orders, basic users none."
        ),
    )
