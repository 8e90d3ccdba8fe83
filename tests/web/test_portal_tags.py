from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.timezone import override as zone

from certinext.web.templatetags.portal import domain, initials, status, when


def rendered(source: str, **context: Any) -> str:
    return Template("{% load portal %}" + source).render(Context(context))


class Order(forms.Form):
    domains = forms.CharField(widget=forms.Textarea, help_text="One per line.")
    po_number = forms.CharField(label="PO number", required=False, max_length=3)
    term = forms.ChoiceField(widget=forms.RadioSelect, choices=[("1", "1 year"), ("2", "2 years")])
    product = forms.ChoiceField(choices=[("ov", "OV SSL")])
    renew = forms.BooleanField(required=False, label="Renew")
    key = forms.CharField(widget=forms.HiddenInput)


def test_a_domain_may_wrap_after_its_dots() -> None:
    assert domain("*.grid.example") == "*.<wbr>grid.<wbr>example"


def test_a_hostile_domain_is_escaped_and_may_wrap_anywhere() -> None:
    assert domain("<b>.x") == "&lt;b&gt;.<wbr>x"
    assert max(len(run) for run in domain("a" * 10_000).split("<wbr>")) == 32


@pytest.mark.parametrize("sign", ["\u202e", "\x00", "\u200b", "\ud800"])
def test_a_domain_shows_what_would_deceive(sign: str) -> None:
    assert domain(f"a{sign}b") == "a\N{REPLACEMENT CHARACTER}b"


def test_initials_are_of_the_first_and_the_last_name() -> None:
    assert initials("Ananya Deshpande") == "AD"
    assert initials("Jan van der Berg") == "JB"
    assert initials("ops@example.net") == "O"
    assert initials("  ") == ""


def test_a_date_is_a_time_element() -> None:
    assert when(date(2026, 8, 4)) == '<time datetime="2026-08-04">4 Aug 2026</time>'
    assert when(None) == '<span class="muted">\N{EN DASH}</span>'


def test_a_moment_carries_its_zone() -> None:
    with zone(ZoneInfo("Asia/Kolkata")):
        html = when(datetime(2026, 8, 4, 3, 42, tzinfo=UTC))
    assert html == '<time datetime="2026-08-04T09:12:00+05:30">4 Aug 2026, 09:12</time>'


def test_a_status_is_a_word_with_a_meaning() -> None:
    html = rendered('{% status word "danger" %}', word="Overdue <b>")
    assert html.strip() == '<span class="status status-danger">Overdue &lt;b&gt;</span>'
    assert rendered('{% status "Draft" %}').strip() == '<span class="status">Draft</span>'
    with pytest.raises(ValueError, match="A status is one of"):
        status("Overdue", "red")


def test_a_field_ties_label_hint_and_input_together() -> None:
    html = rendered("{% field form.domains %}", form=Order())
    assert '<label class="form-label" for="id_domains">Domains</label>' in html
    assert '<div class="form-text" id="id_domains_helptext">One per line.</div>' in html
    assert 'class="form-control"' in html
    assert 'aria-describedby="id_domains_helptext"' in html
    assert "has-error" not in html


def test_a_wrong_field_says_so_to_eyes_and_ears() -> None:
    html = rendered("{% field form.po_number %}", form=Order({"po_number": "<b>long"}))
    assert '<div class="field has-error">' in html
    assert '<div id="id_po_number_error"><p class="field-error">' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_po_number_error"' in html
    assert 'value="&lt;b&gt;long"' in html
    assert "(optional)" in html


def test_choices_are_a_group_with_a_legend() -> None:
    html = rendered("{% field form.term %}", form=Order({}))
    assert '<fieldset class="field has-error" aria-describedby="id_term_error">' in html
    assert "<legend>Term</legend>" in html
    assert '<label class="choice" for="id_term_1">' in html
    assert html.count('class="form-check-input"') == 2


def test_a_switch_stands_before_its_label() -> None:
    html = rendered("{% field form.renew %}", form=Order())
    assert html.index("form-check-input") < html.index("form-check-label")
    assert "(optional)" not in html


def test_a_select_and_a_hidden_field_need_no_help() -> None:
    assert 'class="form-select"' in rendered("{% field form.product %}", form=Order())
    hidden = rendered("{% field form.key %}", form=Order())
    assert 'type="hidden"' in hidden
    assert "label" not in hidden


def test_a_page_may_word_a_field_its_own_way() -> None:
    html = rendered(
        '{% field form.po_number label="Order" hint=hint css="mono" placeholder="PO" %}',
        form=Order(),
        hint="As <i>agreed",
    )
    assert ">Order <" in html
    assert "As &lt;i&gt;agreed" in html
    assert 'class="form-control mono"' in html
    assert 'placeholder="PO"' in html


def test_the_error_summary_links_to_the_fields() -> None:
    form = Order({"po_number": "long"})
    form.add_error(None, "The account is <closed>.")
    html = rendered("{% error_summary form %}", form=form)
    assert "There are 6 problems" in html
    assert "<li>The account is &lt;closed&gt;.</li>" in html
    assert '<a href="#id_domains">Domains: This field is required.</a>' in html
    assert '<a href="#id_term_0">Term: This field is required.</a>' in html
    assert "<li>Key: This field is required.</li>" in html


def test_a_form_without_problems_has_no_summary() -> None:
    assert rendered("{% error_summary form %}", form=Order()).strip() == ""


def test_a_whole_form_shows_every_field_once() -> None:
    html = rendered('{% include "_form.html" %}', form=Order({}))
    for name in Order.base_fields:
        assert f'name="{name}"' in html
    assert html.index("error-summary") < html.index("id_domains_helptext")


@pytest.mark.parametrize(
    ("query", "default", "order", "link"),
    [
        ("", "-issued", "descending", "?sort=issued"),
        ("", "", None, "?sort=issued"),
        ("sort=issued", "-issued", "ascending", "?sort=-issued"),
        ("sort=-issued&page=3", "", "descending", "?sort=issued"),
        ("sort=due&q=x", "-issued", None, "?q=x&amp;sort=issued"),
    ],
)
def test_a_head_sorts_up_and_down(query: str, default: str, order: str | None, link: str) -> None:
    html = rendered(
        '{% sort_head "Issued" "issued" css="wide" default=default %}',
        request=RequestFactory().get(f"/?{query}"),
        default=default,
    )
    assert f'<a href="{link}">Issued' in html
    assert (f'aria-sort="{order}"' in html) if order else ("aria-sort" not in html)
