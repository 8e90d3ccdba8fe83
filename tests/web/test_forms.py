"""What a form says of a field names it and the fix."""

from __future__ import annotations

import pytest
from django import forms
from django.core.validators import RegexValidator

from certinext.web.forms import PlainForm
from certinext.web.templatetags.portal import error_summary


class Sheet(PlainForm):
    """Every kind of field that our forms have."""

    name = forms.CharField(label="Name", max_length=5)
    share = forms.IntegerField(label="Share in %", min_value=1, required=False)
    fee = forms.DecimalField(
        label="Fee", max_digits=4, decimal_places=2, max_value=50, required=False
    )
    day = forms.DateField(label="Day", required=False)
    kind = forms.ChoiceField(label="Kind, 5 %", choices=[("a", "A")], required=False)
    email = forms.EmailField(label="E-mail", required=False)
    number = forms.CharField(
        validators=[RegexValidator(r"\A[0-9]{3}\Z", "Write 3 digits.")], required=False
    )
    reason = forms.CharField(error_messages={"required": "Say why."}, initial="x")


def said(name: str, value: str) -> str:
    form = Sheet({"name": "Ada", "reason": "because", name: value})
    assert set(form.errors) == {name}
    return str(form.errors[name][0])


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("name", "", "Fill in “Name”."),
        ("name", "Ada Lovelace", "“Name” has 12 characters and room for 5: shorten it."),
        ("name", "A\0", "“Name” holds an invisible character: write it anew."),
        ("share", "x", "“Share in %” is no whole number: write digits only, such as 30."),
        ("share", "0", "“Share in %” is 1 at least: write a larger number."),
        ("fee", "x", "“Fee” is no number: write digits and a point, such as 1250.50."),
        ("fee", "1.234", "“Fee” has more than 2 decimals: round it."),
        ("fee", "51", "“Fee” is 50 at most: write a smaller number."),
        ("day", "tomorrow", "“Day” is no day: write one such as 2026-11-30."),
        ("kind", "b", "Choose “Kind, 5 %” from the list: this is not on it."),
        ("email", "ada", "“E-mail” is no e-mail address: write one such as name@example.com."),
    ],
)
def test_an_error_names_the_field_and_the_fix(name: str, value: str, words: str) -> None:
    assert said(name, value) == words


def test_a_fields_own_words_stay() -> None:
    assert said("number", "12") == "Write 3 digits."
    assert said("reason", "") == "Say why."


def test_the_summary_names_a_field_once() -> None:
    form = Sheet({"name": "", "reason": ""})
    texts = [problem["text"] for problem in error_summary(form)["problems"]]
    assert texts == ["Fill in “Name”.", "Reason: Say why."]
