"""Subscription plans and their meters."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.forms import inlineformset_factory
from django.utils.translation import gettext_lazy as _

from billing.models import MeterTier, Plan, PlanMeter
from certinext.backoffice.countries import currencies
from certinext.backoffice.forms.amounts import in_minor_units
from certinext.backoffice.forms.figures import FigureField
from certinext.backoffice.forms.product import tax_code
from certinext.backoffice.forms.sections import refuse_unfit_texts
from certinext.backoffice.forms.tiers import TierFields, TierFigures, TierModeField
from certinext.web.forms import PlainModelForm

code = RegexValidator(
    r"\A[A-Za-z0-9._-]+\Z", _("Write letters, digits, dots, dashes and underscores only.")
)
EXTRA_METERS = 2
AMOUNTS = ("monthly_fee", "yearly_fee", "minimum_commitment")


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
        fields = [
            "code",
            "name",
            "description",
            "currency",
            "monthly_fee",
            "yearly_fee",
            "minimum_commitment",
            "tax_code",
        ]
        field_classes = dict.fromkeys(AMOUNTS, FigureField)
        help_texts = {
            **UsedPlanForm.Meta.help_texts,
            "monthly_fee": _(
                "Before tax. A month in which it starts, changes or ends is charged by its days."
            ),
            "yearly_fee": _(
                "Before tax, once for each year of the subscription that begins; never given back."
            ),
            "minimum_commitment": _(
                "Before tax: what monthly fee and usage of a calendar month come to at least."
            ),
            "tax_code": _("4 to 8 digits, printed on the lines of invoices."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["currency"]
        choices.choices = currencies()
        self.fields["code"].validators.append(code)
        self.fields["tax_code"].validators.append(tax_code)
        for name in ("yearly_fee", "minimum_commitment"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Refuse amounts that are finer than their currency. What is left out is nothing."""
        cleaned = super().clean()
        for name in AMOUNTS:
            if name in cleaned and cleaned[name] is None:
                cleaned[name] = Decimal(0)
            refuse_fractions(self, name, cleaned.get("currency"))
        return cleaned


def refuse_fractions(form: forms.BaseForm, name: str, currency: str | None) -> None:
    """Add an error to an amount that is finer than its currency."""
    amount = form.cleaned_data.get(name)
    if amount is None or not currency:
        return
    try:
        in_minor_units(amount, currency)
    except forms.ValidationError as error:
        form.add_error(name, error)


class MeterForm(TierFields, PlainModelForm[PlanMeter]):
    """A meter: what it counts, how many units the fee includes, what further ones cost."""

    tier_mode = TierModeField()
    has_flat_amounts = True

    class Meta:
        model = PlanMeter
        fields = ["code", "name", "included_units", "unit_price", "tier_mode"]
        field_classes = dict.fromkeys(("included_units", "unit_price"), FigureField)
        help_texts = {
            "code": _("As usage files name it."),
            "unit_price": _("Up to 6 decimals; the line is rounded."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].validators.append(code)
        tiers = self.instance.tiers.order_by("above") if self.instance.pk else ()
        self.add_tiers(
            TierFigures(above=tier.above, price=tier.unit_price, flat=tier.flat_amount)
            for tier in tiers
        )

    def clean(self) -> dict[str, Any]:
        """Refuse texts that are not fit for documents, and tiers that are not whole."""
        cleaned = super().clean() or self.cleaned_data
        refuse_unfit_texts(self)
        for row in self.tier_rows():
            if row.flat is not None:
                # The plan's form stands beside this one: its currency is what was typed in there.
                refuse_fractions(self, row.flat.name, self.data.get("currency"))
        cleaned["tiers"] = self.clean_tiers()
        return cleaned

    def save(self, commit: bool = True) -> PlanMeter:
        """Save the meter, and its tiers in place of those that it had."""
        meter = super().save(commit=commit)
        if commit:
            meter.tiers.all().delete()
            MeterTier.objects.bulk_create(
                MeterTier(
                    meter=meter,
                    above=tier.above,
                    unit_price=tier.price,
                    flat_amount=tier.flat,
                )
                for tier in self.cleaned_data["tiers"]
            )
        return meter


MeterFormSet = inlineformset_factory(
    Plan, PlanMeter, form=MeterForm, extra=EXTRA_METERS, can_delete=False
)
