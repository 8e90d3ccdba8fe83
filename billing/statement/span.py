"""From which day to which day a statement goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.lists import EARLIEST, LATEST, RangeForm
from billing.periods import Month

FIRST, LAST = "from", "until"
_QUARTER = 3


@dataclass(frozen=True)
class Span:
    """Local days in the seller's zone, both included."""

    first: date
    last: date

    @classmethod
    def of_months(cls, first: Month, last: Month) -> Span:
        """Return whole months."""
        return cls(first.first_day, last.last_day)

    def ageing_day(self, today: date) -> date:
        """The day at whose end the ageing is told: the last one, or today where it is to come."""
        return min(self.last, today)

    @property
    def query(self) -> str:
        """What an address says to ask for these days."""
        return f"{FIRST}={self.first.isoformat()}&{LAST}={self.last.isoformat()}"


@dataclass(frozen=True)
class Preset:
    """A span that one click asks for."""

    label: str
    span: Span
    is_current: bool


def _day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )


class SpanForm(RangeForm):
    """The range that a statement is asked for. What cannot be read is an error at its field."""

    ranges = [(FIRST, LAST)]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # "from" is a word of Python's: the fields are named here.
        self.fields[FIRST] = _day_field(gettext_lazy("From"))
        self.fields[LAST] = _day_field(gettext_lazy("Until"))


def usual_span(today: date) -> Span:
    """Return what is shown unasked: the month before and this one."""
    month = Month.of(today)
    return Span.of_months(month.previous(), month)


def chosen_span(request: HttpRequest, *, today: date) -> tuple[Span, SpanForm]:
    """Return the days that the address asks for, and the form that shows them.

    A day left out is the usual one's, or the other day where it would lie beyond it. Of a range
    that cannot be read nothing is taken.
    """
    usual = usual_span(today)
    asked = {name: request.GET[name] for name in (FIRST, LAST) if request.GET.get(name)}
    form = SpanForm({FIRST: usual.first, LAST: usual.last, **asked})
    if not form.is_valid():
        return usual, form
    first, last = form.cleaned_data[FIRST], form.cleaned_data[LAST]
    return Span(first, last), form


def presets(span: Span, *, today: date) -> list[Preset]:
    """Return this month, last month and this quarter of the calendar."""
    month = Month.of(today)
    quarter = month.plus(-((month.month - 1) % _QUARTER))
    offered = [
        (_("This month"), Span.of_months(month, month)),
        (_("Last month"), Span.of_months(month.previous(), month.previous())),
        (_("This quarter"), Span.of_months(quarter, quarter.plus(_QUARTER - 1))),
    ]
    return [Preset(label, offer, offer == span) for label, offer in offered]
