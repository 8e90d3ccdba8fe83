from __future__ import annotations

import re

import pytest

from certinext.pdf.css import css_string, readable_colour

# Letters, digits, blanks, and escapes that each end in a blank: nothing that could end the string.
STRING = re.compile(r'"((?:[A-Za-z0-9 ]|\\[0-9a-f]{1,6} )*)"')
ESCAPE = re.compile(r"\\([0-9a-f]{1,6}) ")


def said(css: str) -> str:
    """Return what a browser reads in a CSS string (CSS Syntax Level 3, 4.3.7)."""
    found = STRING.fullmatch(css)
    assert found, css
    return ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), found[1])


@pytest.mark.parametrize(
    "text",
    [
        'quote " and \\ backslash',
        "'; } @page { content: url(file:///etc/passwd) } \"",
        "</style><img src=x>",
        "CIN U72900KA · +91 80 5550",
        "a" * 300,
        "ends with \\",
        "श्री 😀",
    ],
)
def test_a_text_stays_one_string_of_the_sheet_and_says_the_same(text: str) -> None:
    assert said(css_string(text)) == text


def test_line_breaks_and_controls_do_not_end_the_string() -> None:
    assert said(css_string('a\n"b\x00\f\u202ec')) == 'a "bc'


@pytest.mark.parametrize(
    ("colour", "printed"),
    [
        ("#0f6b5c", "#0f6b5c"),
        ("#343A9E", "#343a9e"),
        ("red; } * { display: none", "#2b50c8"),
        ("#fff;}", "#2b50c8"),
        ("", "#2b50c8"),
        ("#0f6b5c\n}", "#2b50c8"),
    ],
)
def test_a_colour_is_six_digits_or_the_default(colour: str, printed: str) -> None:
    assert readable_colour(colour, default="#2b50c8") == printed


def test_a_pale_colour_is_darkened_until_it_can_be_read() -> None:
    assert readable_colour("#ffe14d", default="#2b50c8") == "#7a6c25"
    assert readable_colour("#ffffff", default="#2b50c8") == "#6e6e6e"
