"""The mails that allauth sends."""

from __future__ import annotations

from certinext.identity.adapter import AccountAdapter


def test_a_subject_names_no_host() -> None:
    assert AccountAdapter().format_email_subject("Your code") == "Your code"
