"""The confirmation of voiding a charge."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models import ChargeVoid
from certinext.backoffice.forms.sections import refuse_unfit_texts
from certinext.web.forms import PlainForm


class VoidForm(PlainForm):
    """Why a charge will never be invoiced."""

    reason = forms.CharField(
        label=_("Reason"),
        error_messages={"required": _("Say why, in a few words.")},
        help_text=_("Kept with the charge and in the audit trail."),
        max_length=ChargeVoid._meta.get_field("reason").max_length,
    )

    def clean(self) -> dict[str, Any]:
        """Trim the reason and refuse invisible characters in it."""
        cleaned = super().clean() or self.cleaned_data
        refuse_unfit_texts(self)
        return cleaned
