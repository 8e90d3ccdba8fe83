"""What a credit note says: why it was issued, and what is left to pay on its invoice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.billing.sample_documents import sample_credit_note, sample_invoice


def printed(*, reason: str = "Ordered twice.", code: str = "cancelled", **supply: Any) -> str:
    note = sample_credit_note(sample_invoice(), reason=reason)
    note.document.credit_note.reason_code = code
    note.document.supply |= supply
    return note.text()


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (
            "Cancelled on the issuance platform",
            "Order 9433119415 was cancelled on 9 Nov 2026: Cancelled on the issuance platform.",
        ),
        ("Why not?", "Order 9433119415 was cancelled on 9 Nov 2026: Why not?"),
        ("Cancelled", "Order 9433119415 was cancelled on 9 Nov 2026."),
        ("Order 9433119415 was cancelled.", "Order 9433119415 was cancelled on 9 Nov 2026."),
        ("", "Order 9433119415 was cancelled on 9 Nov 2026."),
    ],
)
def test_the_reason_is_one_sentence_with_the_day(reason: str, sentence: str) -> None:
    text = printed(reason=reason)
    assert f" {sentence} From " in text
    assert "Reason" not in text


def test_what_the_buyer_cancelled_was_cancelled_by_you() -> None:
    text = printed(ended_by_buyer=True)
    assert "Order 9433119415 was cancelled by you on 9 Nov 2026: Ordered twice." in text


def test_nobody_of_the_buyer_rejects_an_order() -> None:
    text = printed(code="rejected", ended_by_buyer=True)
    assert "Order 9433119415 was rejected on 9 Nov 2026: Ordered twice." in text


def test_a_note_without_an_order_has_its_reason_alone() -> None:
    note = sample_credit_note(sample_invoice(), reason="Agreed in writing")
    note.document.credit_note.order_number = ""
    assert "Reason: Agreed in writing. From" in note.text()


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("goodwill", "Price correction or goodwill: Agreed in writing."),
        ("billing_error", "Billing error: Agreed in writing."),
        ("other", "Reason: Agreed in writing."),
    ],
)
def test_a_note_that_ends_no_order_says_what_it_puts_right(code: str, sentence: str) -> None:
    text = printed(reason="Agreed in writing", code=code)
    assert f" {sentence} From " in text


@pytest.mark.parametrize(
    ("left", "sentence"),
    [
        ("0.000", "Nothing is left to pay on it."),
        ("10531.500", "Please pay only what is left of it: ₹ 10,531.50."),
        (None, "Please pay only what is left of it."),
        ("1e99", "Please pay only what is left of it."),
    ],
)
def test_a_note_says_what_it_left_of_its_invoice(left: str | None, sentence: str) -> None:
    text = printed(left_on_invoice=left)
    assert f"₹ 10,531.50 is taken off what you owe on that invoice. {sentence} Please rev" in text
