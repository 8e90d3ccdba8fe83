"""What forms say about a field: its name, and how to put it right.

Django's own sentences ("This field is required.") name neither. Words that a field brings itself
stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.db.models import Model
from django.forms.utils import pretty_name
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

if TYPE_CHECKING:
    Base = forms.BaseForm
else:
    Base = object
ModelT = TypeVar("ModelT", bound=Model)


class PlainWords(Base):
    """A form whose fields' errors name the field and the fix. Put it before Django's form class."""

    def full_clean(self) -> None:
        """Give the fields their words, in the reader's language, before anything is judged."""
        for name, field in self.fields.items():
            _speak(field, str(field.label or pretty_name(name)))
        super().full_clean()


class PlainForm(PlainWords, forms.Form):
    """A form of its own fields."""


class PlainModelForm(PlainWords, forms.ModelForm[ModelT]):
    """A form of a model's fields."""


def _speak(field: forms.Field, label: str) -> None:
    own = _class_defaults(field)
    for code, sentence in _sentences(field, label).items():
        if field.error_messages.get(code) == own.get(code):
            field.error_messages[code] = sentence


def _class_defaults(field: forms.Field) -> dict[str, Any]:
    """Return the sentences of Django's field classes."""
    found: dict[str, Any] = {}
    for part in reversed(type(field).__mro__):
        found |= getattr(part, "default_error_messages", {})
    return found


def _sentences(field: forms.Field, label: str) -> dict[str, str]:
    found = {
        "required": _required(field) % {"label": label},
        "unique": _("“%(label)s” is taken: write a different one.") % {"label": label},
    }
    kind = next((kind for kind in _BY_KIND if isinstance(field, kind)), forms.Field)
    for code, text in _BY_KIND.get(kind, {}).items():
        is_filled_in = code not in _AS_IT_STANDS or kind is forms.EmailField
        shown = label.replace("%", "%%") if is_filled_in else label
        found[code] = _(text).replace("%(label)s", shown)
    return found


def _required(field: forms.Field) -> str:
    if isinstance(field, forms.FileField):
        return _("Choose a file for “%(label)s”.")
    if isinstance(field, forms.BooleanField):
        return _("Tick “%(label)s”.")
    if isinstance(field, forms.ChoiceField | forms.DateField):
        return _("Choose “%(label)s”.")
    return _("Fill in “%(label)s”.")


# Django fills in the other sentences once more, with what was judged.
_AS_IT_STANDS = {"invalid", "missing", "empty"}
_TEXT = {
    "max_length": gettext_noop(
        "“%(label)s” has %(show_value)d characters and room for %(limit_value)d: shorten it."
    ),
    "null_characters_not_allowed": gettext_noop(
        "“%(label)s” holds an invisible character: write it anew."
    ),
}
_BOUNDS = {
    "min_value": gettext_noop("“%(label)s” is %(limit_value)s at least: write a larger number."),
    "max_value": gettext_noop("“%(label)s” is %(limit_value)s at most: write a smaller number."),
}
# The first kind that fits: a decimal field is an integer field too, an e-mail field a text field.
_BY_KIND: dict[type[forms.Field], dict[str, str]] = {
    forms.DecimalField: {
        **_BOUNDS,
        "invalid": gettext_noop(
            "“%(label)s” is no number: write digits and a point, such as 1250.50."
        ),
        "max_digits": gettext_noop("“%(label)s” has more than %(max)s digits: shorten it."),
        "max_decimal_places": gettext_noop("“%(label)s” has more than %(max)s decimals: round it."),
        "max_whole_digits": gettext_noop(
            "“%(label)s” has more than %(max)s digits before the point: write a smaller number."
        ),
    },
    forms.IntegerField: {
        **_BOUNDS,
        "invalid": gettext_noop("“%(label)s” is no whole number: write digits only, such as 30."),
    },
    forms.DateField: {
        "invalid": gettext_noop("“%(label)s” is no day: write one such as 2026-11-30.")
    },
    forms.ChoiceField: {
        "invalid_choice": gettext_noop("Choose “%(label)s” from the list: this is not on it.")
    },
    forms.FileField: {
        "invalid": gettext_noop("Choose a file for “%(label)s”: none has arrived."),
        "missing": gettext_noop("Choose a file for “%(label)s”: none has arrived."),
        "empty": gettext_noop("The file for “%(label)s” is empty: choose another one."),
    },
    forms.EmailField: {
        **_TEXT,
        "invalid": gettext_noop(
            "“%(label)s” is no e-mail address: write one such as name@example.com."
        ),
    },
    forms.CharField: _TEXT,
}
