"""`{% load portal %}`: amounts, dates, icons, form fields and table heads as the look has them."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, RadioSelect, Select
from django.forms.widgets import CheckboxSelectMultiple, Widget
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from certinext.web import formatting, icons
from certinext.web.pages import url_with

register = template.Library()

# Filters answer plain text that the template escapes.
register.filter("money", formatting.money)
register.filter("amount", formatting.amount)
register.filter("quantity", formatting.quantity)
register.filter("percent", formatting.percent)
register.filter("day", formatting.day)
register.filter("full_day", formatting.full_day)
register.filter("month", formatting.month)
register.filter("clock", formatting.clock)
register.filter("moment", formatting.moment)
register.filter("period", formatting.period)

STATUS_KINDS = {"positive", "warning", "danger", "info", "neutral"}
# Longer runs of text than this may break in the middle, so that they push no column away.
LONGEST_RUN = 32
JOINERS = "\u200c\u200d"  # belong to names in Persian and in Indian scripts


@register.filter
def domain(value: object) -> SafeString:
    """A domain name that may wrap after its dots: `www.<wbr>example`.

    What would turn the direction of writing or is invisible is shown as a replacement sign:
    a name must not look like another one.
    """
    parts = "".join(_visible(sign) for sign in str(value)).split(".")
    pieces = [part + "." for part in parts[:-1]] + parts[-1:]
    short = [
        piece[start : start + LONGEST_RUN]
        for piece in pieces
        for start in range(0, len(piece), LONGEST_RUN)
    ]
    return format_html_join(SafeString("<wbr>"), "{}", ((piece,) for piece in short))


@register.filter
def initials(value: object) -> str:
    """The first letters of the first and the last word: `Ananya Deshpande` is `AD`."""
    words = [word for word in str(value).split() if word[0].isalnum()]
    return "".join(word[0].upper() for word in (words if len(words) < 2 else [words[0], words[-1]]))


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """A drawing beside a word: hidden from readers, in the colour of the text around it."""
    return format_html(
        '<svg width="{0}" height="{0}" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">'
        "{1}</svg>",
        size,
        SafeString(icons.shapes(name)),
    )


@register.simple_tag
def when(value: date | None) -> SafeString:
    """A `<time>`: a date as `4 Aug 2026`, a moment as `4 Aug 2026, 09:12` in the active zone."""
    if value is None:
        return format_html('<span class="muted">{}</span>', formatting.ABSENT)
    if isinstance(value, datetime):
        exact = timezone.localtime(value).isoformat(timespec="seconds")
        return format_html('<time datetime="{}">{}</time>', exact, formatting.moment(value))
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formatting.day(value))


@register.simple_tag
def active_zone() -> str:
    """The zone that the page's dates and times are told in."""
    return formatting.zone(timezone.now())


@register.inclusion_tag("_status.html")
def status(word: str, kind: str = "neutral") -> dict[str, str]:
    """A status word on its soft ground. `kind` says what the colour means."""
    if kind not in STATUS_KINDS:
        raise ValueError(f"A status is one of {sorted(STATUS_KINDS)}, not {kind!r}.")
    return {"word": word, "kind": kind}


@register.inclusion_tag("_sort_head.html", takes_context=True)
def sort_head(
    context: Context, label: str, name: str, *, css: str = "", default: str = ""
) -> dict[str, str]:
    """A table head that sorts by `?sort=name`, and by `?sort=-name` when pressed again.

    `default` is the order of a list whose address names none, such as `-issued`.
    """
    request = context["request"]
    current = request.GET.get("sort") or default
    descends = current == f"-{name}"
    order = {name: "ascending", f"-{name}": "descending"}.get(current, "")
    return {
        "label": label,
        "css": css,
        "order": order,
        "url": url_with(request, sort=name if descends or not order else f"-{name}"),
    }


@register.inclusion_tag("_field.html")
def field(bound: BoundField, **options: Any) -> dict[str, Any]:
    """Label, hint, error and input of one form field, tied together for screen readers.

    Options: `label`, `hint`, `placeholder`, `autocomplete`, `css` (more classes for the
    input), `aside_url` with `aside` (a link at the end of the label's line).
    """
    widget = bound.field.widget
    if "hint" in options:
        bound.help_text = options["hint"]
    kind = _kind(widget)
    label = options.get("label", bound.label)
    _dress(widget, kind, label=label, options=options)
    return {
        "field": bound,
        "kind": kind,
        "label": label,
        "optional": not bound.field.required and kind != "check",
        "needed_for": getattr(bound.form, "needed_for", {}).get(bound.name, ""),
        "aside": options.get("aside", ""),
        "aside_url": options.get("aside_url", ""),
    }


@register.inclusion_tag("_error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """What is wrong with the forms of a page, each problem a link to its field."""
    problems = [problem for form in forms for problem in _problems(form)]
    return {"problems": problems, "count": len(problems)}


def _visible(sign: str) -> str:
    hidden = unicodedata.category(sign) in {"Cc", "Cf", "Cs"} and sign not in JOINERS
    return "\N{REPLACEMENT CHARACTER}" if hidden else sign


def _kind(widget: Widget) -> str:
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    return "check" if isinstance(widget, CheckboxInput) else "control"


def _dress(widget: Widget, kind: str, *, label: object, options: dict[str, Any]) -> None:
    """Give the input its classes. Safe: a form's widgets are copies of their own."""
    base = "form-select" if isinstance(widget, Select) else "form-control"
    classes = [base if kind == "control" else "form-check-input", options.get("css", "")]
    widget.attrs["class"] = " ".join(filter(None, classes))
    if "autocomplete" in options:
        widget.attrs["autocomplete"] = options["autocomplete"]
    placeholder = options.get("placeholder", widget.attrs.get("placeholder", ""))
    if not placeholder or placeholder == label:
        # A placeholder that repeats the label says nothing.
        widget.attrs.pop("placeholder", None)
    else:
        widget.attrs["placeholder"] = placeholder


def _problems(form: BaseForm) -> list[dict[str, str]]:
    found = [{"text": str(text), "target": ""} for text in form.non_field_errors()]
    for bound in form:
        target = "" if bound.is_hidden else _focus_target(bound)
        found += [{"text": _named(bound, str(text)), "target": target} for text in bound.errors]
    return found


def _named(bound: BoundField, text: str) -> str:
    """Put the field's name before a sentence that does not say it."""
    return text if f"“{bound.label}”" in text else f"{bound.label}: {text}"


def _focus_target(bound: BoundField) -> str:
    """The id of the element that takes the focus: the first choice of a group."""
    suffix = "_0" if _kind(bound.field.widget) == "choices" else ""
    return f"{bound.auto_id}{suffix}" if bound.auto_id else ""
