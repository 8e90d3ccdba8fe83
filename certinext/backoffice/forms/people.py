"""Inviting people, to an account or to the backoffice."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models import Membership


class InviteForm(forms.Form):
    """Whom the mail goes to."""

    full_name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)


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
