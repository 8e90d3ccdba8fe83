"""Further prices by quantity: up to three rows in another form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models.fields import TierMode
from certinext.backoffice.forms.figures import FigureField

if TYPE_CHECKING:
    Base = forms.BaseForm
else:
    Base = object

MOST_TIERS = 3


@dataclass(frozen=True, kw_only=True)
class TierRow:
    """A row as it is shown."""

    number: int
    above: BoundField
    price: BoundField
    flat: BoundField | None


@dataclass(frozen=True, kw_only=True)
class TierFigures:
    """A tier as it was typed in."""

    above: Decimal
    price: Decimal
    flat: Decimal


class TierModeField(forms.ChoiceField):
    """Graduated or by volume; what is left out is graduated."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Tiers"),
            choices=TierMode.choices,
            required=False,
            initial=TierMode.GRADUATED,
        )

    def clean(self, value: Any) -> str:
        """Return the mode."""
        return super().clean(value) or TierMode.GRADUATED

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare with the usual mode: an untouched row of a set of forms is an empty one."""
        return (data or TierMode.GRADUATED) != (initial or TierMode.GRADUATED)


class TierFields(Base):
    """A form with rows of tiers. Put it before Django's form class; call `add_tiers` once."""

    has_flat_amounts = False

    def add_tiers(self, tiers: Iterable[TierFigures]) -> None:
        """Add the rows, filled with the tiers that there are, and a row to add another one."""
        for number, tier in enumerate(tiers, 1):
            self.initial[f"tier_{number}_above"] = tier.above
            self.initial[f"tier_{number}_price"] = tier.price
            self.initial[f"tier_{number}_flat"] = tier.flat or None
        for number in range(1, MOST_TIERS + 1):
            self._add_row(number)

    def tier_rows(self) -> list[TierRow]:
        """Return the rows for the template."""
        return [
            TierRow(
                number=number,
                above=self[f"tier_{number}_above"],
                price=self[f"tier_{number}_price"],
                flat=self[f"tier_{number}_flat"] if self.has_flat_amounts else None,
            )
            for number in range(1, MOST_TIERS + 1)
        ]

    @property
    def has_tiers(self) -> bool:
        """Whether a row is filled in, or was: then the rows are shown at once."""
        return any(row.above.value() or row.price.value() for row in self.tier_rows())

    def clean_tiers(self) -> list[TierFigures]:
        """Return the tiers that were typed in; refuse half ones and those that do not rise."""
        tiers: list[TierFigures] = []
        for number in range(1, MOST_TIERS + 1):
            above, price, flat = (
                self.cleaned_data.get(f"tier_{number}_{part}")
                for part in ("above", "price", "flat")
            )
            if above is None and price is None and flat is None:
                continue
            if above is None or price is None:
                self._refuse_half(number, above)
            elif tiers and above <= tiers[-1].above:
                self.add_error(
                    f"tier_{number}_above",
                    _("Write more than %(above)s: each tier begins above the one before it.")
                    % {"above": f"{tiers[-1].above.normalize():f}"},
                )
            else:
                tiers.append(TierFigures(above=above, price=price, flat=flat or Decimal(0)))
        return tiers

    def _refuse_half(self, number: int, above: Decimal | None) -> None:
        for part, is_missing in (("above", above is None), ("price", above is not None)):
            name = f"tier_{number}_{part}"
            if is_missing and name not in self.errors:
                self.add_error(name, _("Fill in the row, or empty it."))

    def _add_row(self, number: int) -> None:
        places = {"max_digits": 15, "decimal_places": 6}
        self.fields[f"tier_{number}_above"] = FigureField(
            label=_("Tier %(number)s: above") % {"number": number},
            required=False,
            min_value=Decimal("0.000001"),
            **places,
        )
        self.fields[f"tier_{number}_price"] = FigureField(
            label=_("Tier %(number)s: price") % {"number": number}, required=False, **places
        )
        if self.has_flat_amounts:
            self.fields[f"tier_{number}_flat"] = FigureField(
                label=_("Tier %(number)s: once") % {"number": number},
                required=False,
                max_digits=15,
                decimal_places=3,
            )
