"""What every answer carries: no page is kept on its way, framed, or made to run scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.access.grids import GRIDS, ask
from tests.access.routes import TENANT_HOST
from tests.access.walk import Answer, Walk

OURS = (
    "base-uri 'none'; connect-src 'self'; default-src 'none'; font-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; img-src 'self' data:; script-src 'self'; style-src 'self'"
)
# The seller's logo, looked at by itself: shapes with styles of their own; nothing can run.
DRAWING = "default-src 'none'; sandbox; style-src 'unsafe-inline'"
INLINE = re.compile(rb"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\ssrc=)|javascript:")


def answers(walk: Walk) -> Iterator[tuple[str, Answer]]:
    """Everything that was ever answered, on both kinds of host."""
    for urlconf, lines in GRIDS.items():
        for line in lines:
            for answer in ask(walk, urlconf, line).values():
                yield f"{answer.persona}: {line}", answer


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)
def test_every_answer_carries(walk: Walk, header: str, value: str) -> None:
    assert [what for what, answer in answers(walk) if answer.headers.get(header) != value] == []


def test_every_answer_names_its_request(walk: Walk) -> None:
    assert [what for what, answer in answers(walk) if not answer.headers.get("X-Request-Id")] == []


def test_no_policy_allows_what_is_written_into_a_page_or_comes_from_elsewhere(walk: Walk) -> None:
    policies = {policy_of(answer) for _what, answer in answers(walk)}
    assert policies == {OURS, DRAWING}


def policy_of(answer: Answer) -> str:
    """Return the policy with its directives in alphabetical order."""
    return "; ".join(sorted(answer.headers.get("Content-Security-Policy", "").split("; ")))


def test_nobody_keeps_a_page_but_the_reader_the_look_of_the_portal(walk: Walk) -> None:
    kept = {
        (line.route, answer.headers["Cache-Control"])
        for line in GRIDS[TENANT_HOST]
        for answer in ask(walk, TENANT_HOST, line).values()
        if "no-store" not in answer.headers["Cache-Control"]
    }
    assert kept == {
        ("billing:branding", "max-age=300, private"),
        ("billing:logo", "max-age=300, private"),
    }


def test_no_cache_on_the_way_keeps_anything(walk: Walk) -> None:
    assert [what for what, a in answers(walk) if "private" not in a.headers["Cache-Control"]] == []


# What documents are downloaded as.
DOWNLOADS = {"application/pdf", "application/xml", "application/json"}


def test_downloads_are_attachments_that_nobody_keeps(walk: Walk) -> None:
    downloads = [
        answer for _what, answer in answers(walk) if answer.headers.get("Content-Type") in DOWNLOADS
    ]
    assert len(downloads) > 40
    assert {answer.headers["Cache-Control"] for answer in downloads} == {"private, no-store"}
    for answer in downloads:
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="')
        assert answer.word == "200"


def test_no_page_of_ours_holds_anything_inline(walk: Walk) -> None:
    inline = [
        f"{answer.persona}: {line}"
        for line in GRIDS[TENANT_HOST]
        for answer in ask(walk, TENANT_HOST, line).values()
        if INLINE.search(answer.body) and b"<html" in answer.body
    ]
    assert inline == []
