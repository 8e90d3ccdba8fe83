"""The confirmation of switching monthly invoicing."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from certinext.backoffice.accounts import OFF, ON
from certinext.web.forms import PlainForm


class SwitchForm(PlainForm):
    """Which way, and why.

    The way is sent along, so that a page that is older than somebody else's switch cannot turn it
    back by accident.
    """

    turn = forms.ChoiceField(choices=[(ON, ON), (OFF, OFF)], widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept in the audit trail beside your name."),
        max_length=300,
        required=False,
    )
