"""A reason that the customer reads, as one field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certinext.backoffice.forms.sections import refuse_unfit_texts
from certinext.web.forms import PlainForm


class ReasonForm(PlainForm):
    """Why something is turned off for a customer."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The customer reads it on the page, and it is kept in the audit trail."),
        max_length=300,
    )

    def clean(self) -> dict[str, Any]:
        """Refuse invisible characters."""
        refuse_unfit_texts(self)
        return self.cleaned_data
