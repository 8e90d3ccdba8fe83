"""Reading texts out of templates and modules."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from certinext.languages import extract
from certinext.languages.extract import in_python, in_template, messages


def test_a_template_gives_its_texts_its_contexts_and_its_plurals() -> None:
    template = """
    {% load i18n %}{# translators: nothing #}
      <p title="{% translate 'A title' %}">100 % {% translate "Order" context "noun" %}</p>
        {% blocktranslate with name=account.name %}Hello {{ name }}, 5 % off{% endblocktranslate %}
    {% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}
    {{ value|default:_("nothing") }}{% comment %}{% translate "hidden" %}{% endcomment %}
    """
    assert list(in_template(template)) == [
        (None, "A title"),
        ("noun", "Order"),
        (None, "Hello %(name)s, 5 %% off"),
        (None, ("%(n)s day", "%(n)s days")),
        (None, "nothing"),
    ]


def test_a_module_gives_its_texts_within_f_strings_too() -> None:
    module = """
text = f"{gettext('Inside')} {value}"
more = _("Joined "
         "text") % {"a": 1}
lazy = pgettext_lazy("noun", "Order"); count = ngettext("%(n)s day", "%(n)s days", n)
unknown = _(error.message)
"""
    assert set(in_python(ast.parse(module))) == {
        ("noun", "Order"),
        (None, ("%(n)s day", "%(n)s days")),
        (None, "Inside"),
        (None, "Joined text"),
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEFINITIONS", {"billing/ordered.py": ("gone",)}),
        ("DEFINITIONS", {"billing/models/charges.py": ("Charge.Gone",)}),
        ("TEMPLATES", ("templates/gone/*.html",)),
    ],
)
def test_a_source_that_is_gone_is_told(
    name: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract, name, value)
    with pytest.raises(LookupError, match=r"no such (file|definition)"):
        messages(Path(__file__).parents[2])
