"""Adding and ending subscriptions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Account, Plan, Subscription
from certinext.backoffice.forms.days import NEAR, day_field, day_input
from certinext.backoffice.past_start import PastStart, past_start
from certinext.web.forms import PlainForm, PlainModelForm


class SubscriptionForm(PlainModelForm[Subscription]):
    """A plan in the account's currency, from a day on."""

    class Meta:
        model = Subscription
        fields = ["plan", "starts_on"]
        help_texts = {
            "starts_on": gettext_lazy(
                "The month in which it starts is charged by calendar days; days before the account"
                " is billed are not charged."
            )
        }
        widgets = {"starts_on": day_input()}

    def __init__(self, *args: Any, account: Account, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.account = account
        self._now = now
        self.fields["starts_on"].validators.extend(NEAR)
        self.fields["plan"].queryset = Plan.objects.filter(  # type: ignore[attr-defined]  # a ModelChoiceField
            currency=account.currency
        ).order_by("name")

    def clean(self) -> dict[str, Any]:
        """Refuse a plan that the account has on that day or later."""
        super().clean()
        plan, starts_on = self.cleaned_data.get("plan"), self.cleaned_data.get("starts_on")
        if plan and starts_on:
            running = Subscription.objects.filter(
                Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on),
                account=self.instance.account,
                plan=plan,
            )
            if running.exists():
                self.add_error("plan", _("The account has this plan then already."))
        return self.cleaned_data

    @cached_property
    def unconfirmed(self) -> PastStart | None:
        """What the valid form would charge for the past, unless just that was confirmed."""
        past = past_start(self.instance, now=self._now)
        return None if past is None or self.data.get("confirmed") == past.key else past


class EndSubscriptionForm(PlainForm):
    """The first day on which it does not run any more."""

    ends_on = day_field(
        gettext_lazy("Ends on"), help_text=gettext_lazy("The first day without it.")
    )


class ChangePlanForm(PlainForm):
    """Another plan in the account's currency, and its first day."""

    plan = forms.ModelChoiceField(Plan.objects.none(), label=gettext_lazy("New plan"))
    starts_on = day_field(
        gettext_lazy("From"), help_text=gettext_lazy("The first day with the new plan.")
    )

    def __init__(self, *args: Any, subscription: Subscription, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans: Any = self.fields["plan"]
        plans.queryset = (
            Plan.objects.filter(currency=subscription.plan.currency)
            .exclude(pk=subscription.plan_id)
            .order_by("name", "code")
        )
