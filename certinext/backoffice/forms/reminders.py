"""The forms of reminders: stopping them for an account, and the schedule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certinext.backoffice.forms.sections import refuse_unfit_texts
from certinext.web.forms import PlainForm
from invoices.models import Level
from invoices.models_reminders import EARLIEST_STEP, LATEST_STEP

ROWS = 8
BEFORE, AFTER = "before", "after"


class StopForm(PlainForm):
    """Why an account is not reminded for now."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Kept in the audit trail beside your name."),
        max_length=300,
    )

    def clean(self) -> dict[str, Any]:
        """Refuse invisible characters."""
        refuse_unfit_texts(self)
        return self.cleaned_data


class ScheduleForm(PlainForm):
    """The steps, row by row; a row without days is no step."""

    def __init__(self, data: Any = None, *, steps: dict[int, str] | None = None) -> None:
        super().__init__(data)
        known = list((steps or {}).items())
        for row in range(ROWS):
            days, level = known[row] if row < len(known) else (None, Level.OVERDUE)
            self._add_row(row, days, level)

    @property
    def rows(self) -> list[list[forms.BoundField]]:
        """The fields, step by step."""
        return [
            [self[f"{name}_{row}"] for name in ("days", "side", "level")] for row in range(ROWS)
        ]

    def clean(self) -> dict[str, Any]:
        """Collect the steps; refuse two on one day, and words that the day belies."""
        steps: dict[int, str] = {}
        for row in range(ROWS):
            days = self.cleaned_data.get(f"days_{row}")
            if days is None:
                continue
            day = -days if self.cleaned_data.get(f"side_{row}") == BEFORE else days
            level = self.cleaned_data.get(f"level_{row}", "")
            if problem := _problem(day, level, steps):
                self.add_error(f"days_{row}", problem)
            steps[day] = level
        self.cleaned_data["steps"] = steps
        return self.cleaned_data

    def _add_row(self, row: int, days: int | None, level: str) -> None:
        place = {"row": row + 1}
        self.fields[f"days_{row}"] = forms.IntegerField(
            label=_("Days of step %(row)s") % place,
            required=False,
            initial=None if days is None else abs(days),
            validators=[MinValueValidator(0), MaxValueValidator(LATEST_STEP)],
            widget=forms.TextInput(
                attrs={"inputmode": "numeric", "class": "form-control w-auto text-end", "size": "1"}
            ),
        )
        self.fields[f"side_{row}"] = forms.ChoiceField(
            label=_("Before or after, step %(row)s") % place,
            required=False,
            choices=[(BEFORE, _("before")), (AFTER, _("after"))],
            initial=BEFORE if days is not None and days < 0 else AFTER,
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        self.fields[f"level_{row}"] = forms.ChoiceField(
            label=_("Wording of step %(row)s") % place,
            required=False,
            choices=Level.choices,
            initial=level,
            widget=forms.Select(attrs={"class": "form-select"}),
        )


def _problem(day: int, level: str, steps: dict[int, str]) -> str:
    """Return what is wrong with a step, or nothing."""
    if day in steps:
        return _("Another step has this day already: change one of them.")
    if day < EARLIEST_STEP:
        return _("Remind at most %(days)s days before the due date.") % {"days": -EARLIEST_STEP}
    return _belied(day, level)


def _belied(day: int, level: str) -> str:
    """Return why the wording would not be true on that day, or nothing."""
    if not level:
        return _("Choose the wording of this step.")
    if level == Level.DUE_SOON and day > 0:
        return _("After the due date an invoice is not “due soon”: choose another wording.")
    if level != Level.DUE_SOON and day < 0:
        return _("Before the due date only “due soon” is true: choose that wording.")
    if level in {Level.OVERDUE, Level.LAST} and day == 0:
        return _("On the due date nothing is overdue yet: choose another wording.")
    return ""
