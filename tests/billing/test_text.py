"""Single lines of text: what is refused in them."""

from __future__ import annotations

import pytest

from billing.text import UnusableText, clean_line


@pytest.mark.parametrize("code", [0x00AD, 0x200B, 0x200E, 0x202E, 0x2060, 0xFEFF, 0xE0041])
def test_what_nobody_sees_is_refused_by_its_code(code: int) -> None:
    with pytest.raises(UnusableText) as refused:
        clean_line(f"Kaveri{chr(code)} Bank", at_most=60)
    assert refused.value.params == {"code": f"U+{code:04X}"}


@pytest.mark.parametrize("text", ["\u0915\u094d\u200d\u0937", "\u0915\u094d\u200c\u0937"])
def test_the_joiners_of_indic_scripts_are_kept(text: str) -> None:
    assert clean_line(text, at_most=60) == text
