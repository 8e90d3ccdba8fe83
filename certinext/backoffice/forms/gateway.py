"""Setting up a gateway: its keys go in and never come out again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import GatewayAccount, Provider
from certinext.backoffice.forms.sections import refuse_unfit_texts
from certinext.web.forms import PlainForm

KEPT = gettext_lazy("One is stored. Leave it empty to keep it.")
NAMES = {
    Provider.STRIPE: (gettext_lazy("Publishable key"), gettext_lazy("Secret key")),
    Provider.RAZORPAY: (gettext_lazy("Key id"), gettext_lazy("Key secret")),
}


class GatewayForm(PlainForm):
    """A gateway's settings."""

    enabled = forms.BooleanField(label=gettext_lazy("Customers may pay with it"), required=False)
    publishable_key = forms.CharField(max_length=200, required=False)
    secret = forms.CharField(
        max_length=400,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    webhook_secret = forms.CharField(
        label=gettext_lazy("Webhook secret"),
        max_length=400,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self, data: Mapping[str, Any] | None, *, provider: Provider, account: GatewayAccount
    ) -> None:
        initial = {"enabled": account.enabled, "publishable_key": account.publishable_key}
        super().__init__(data, initial=initial)
        self._account, self._is_sandbox = account, provider == Provider.SANDBOX
        if self._is_sandbox:
            for name in ("publishable_key", "secret", "webhook_secret"):
                del self.fields[name]
            return
        self.fields["publishable_key"].label, self.fields["secret"].label = NAMES[provider]
        self.fields["secret"].help_text = KEPT if account.sealed_secret else ""
        self.fields["webhook_secret"].help_text = KEPT if account.sealed_webhook_secret else ""

    def clean(self) -> dict[str, Any]:
        """Refuse to switch on what is not complete."""
        cleaned = super().clean() or self.cleaned_data
        refuse_unfit_texts(self)
        if not self._is_sandbox and cleaned.get("enabled"):
            stored = {
                "publishable_key": "",
                "secret": self._account.sealed_secret,
                "webhook_secret": self._account.sealed_webhook_secret,
            }
            for name, there in stored.items():
                if name not in self.errors and not (cleaned.get(name) or there):
                    self.add_error(
                        name,
                        _("Fill in “%(label)s” before customers may pay with it.")
                        % {"label": self.fields[name].label},
                    )
        return cleaned
