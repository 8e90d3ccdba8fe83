"""Subscription plans and their meters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.forms import inlineformset_factory
from django.utils.translation import gettext_lazy as _

from billing.models import Plan, PlanMeter
from certinext.backoffice.countries import currencies
from certinext.backoffice.forms.amounts import in_minor_units
from certinext.backoffice.forms.product import tax_code
from certinext.backoffice.forms.sections import refuse_unfit_texts
from certinext.web.forms import PlainModelForm

code = RegexValidator(
    r"\A[A-Za-z0-9._-]+\Z", _("Write letters, digits, dots, dashes and underscores only.")
)
EXTRA_METERS = 2


class UsedPlanForm(PlainModelForm[Plan]):
    """What may change of a plan that a subscription uses: how it is called, not what it costs."""

    class Meta:
        model = Plan
        fields = ["name", "description"]
        help_texts = {"description": _("Printed below the monthly fee.")}

    def clean(self) -> dict[str, Any]:
        """Refuse texts that are not fit for documents."""
        cleaned = super().clean() or self.cleaned_data
        refuse_unfit_texts(self)
        return cleaned


class PlanForm(UsedPlanForm):
    """A plan that nobody has yet."""

    currency = forms.ChoiceField(label=_("Currency"))

    class Meta(UsedPlanForm.Meta):
        fields = ["code", "name", "description", "currency", "monthly_fee", "tax_code"]
        help_texts = {
            **UsedPlanForm.Meta.help_texts,
            "monthly_fee": _("Before tax, for each calendar month."),
            "tax_code": _("4 to 8 digits, printed on the lines of invoices."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["currency"]
        choices.choices = currencies()
        self.fields["code"].validators.append(code)
        self.fields["tax_code"].validators.append(tax_code)

    def clean(self) -> dict[str, Any]:
        """Refuse a fee that is finer than its currency."""
        cleaned = super().clean()
        fee, currency = cleaned.get("monthly_fee"), cleaned.get("currency")
        if fee is not None and currency:
            try:
                in_minor_units(fee, currency)
            except forms.ValidationError as error:
                self.add_error("monthly_fee", error)
        return cleaned


class MeterForm(PlainModelForm[PlanMeter]):
    """A meter: what it counts, how many units the fee includes, what a further one costs."""

    class Meta:
        model = PlanMeter
        fields = ["code", "name", "included_units", "unit_price"]
        help_texts = {
            "code": _("As usage files name it."),
            "unit_price": _("Up to 6 decimals; the line is rounded."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].validators.append(code)

    def clean(self) -> dict[str, Any]:
        """Refuse texts that are not fit for documents."""
        cleaned = super().clean() or self.cleaned_data
        refuse_unfit_texts(self)
        return cleaned


MeterFormSet = inlineformset_factory(
    Plan, PlanMeter, form=MeterForm, extra=EXTRA_METERS, can_delete=False
)
