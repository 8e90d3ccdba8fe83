"""Inviting people, to an account or to the backoffice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models import Account, Membership
from certinext.backoffice.forms.sections import refuse_unfit_texts
from certinext.identity.models import User
from certinext.web.forms import PlainForm


class InviteForm(PlainForm):
    """Whom the mail goes to."""

    full_name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)

    def clean(self) -> dict[str, Any]:
        """Refuse a name that could pass for another one."""
        super().clean()
        refuse_unfit_texts(self)
        return self.cleaned_data

    def refuse_second(self) -> None:
        """Say that the address has a link already: this form was sent twice, or by two clerks."""
        self.add_error(
            "email",
            _(
                "This address was invited already and its link still works, so nothing was sent"
                " again. Withdraw that invitation to send a new one."
            ),
        )


class InviteStaffForm(InviteForm):
    """Who gets access to the backoffice."""

    def clean_email(self) -> str:
        """Refuse somebody who has it."""
        email: str = self.cleaned_data["email"]
        if User.objects.filter(email__iexact=email, is_staff=True).exists():
            raise forms.ValidationError(_("This person works in the backoffice already."))
        return email


class InviteMemberForm(InviteForm):
    """Whom, and what they may do in the account."""

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._account = account

    def clean_email(self) -> str:
        """Refuse somebody who acts for the account already."""
        email: str = self.cleaned_data["email"]
        if self._account.memberships.filter(user__email__iexact=email).exists():
            raise forms.ValidationError(_("This person acts for the account already."))
        return email

    role = forms.ChoiceField(
        label=_("Role"),
        choices=Membership.Role.choices,
        help_text=_(
            "Administrators and finance managers see all documents, managers and standard users"
            " those of their own orders, basic users none."
        ),
    )
