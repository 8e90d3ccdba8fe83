"""Every route, asked by everybody: who is let in, who must sign in, for whom it is not there."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.access.grid import Line
from tests.access.grids import GRIDS, ROUTES, ask
from tests.access.routes import PUBLIC_HOST, TENANT_HOST
from tests.access.walk import ONE_TIME, Answer, Walk

LINES = [
    pytest.param(urlconf, line, id=str(line)) for urlconf, lines in GRIDS.items() for line in lines
]
TENANTS_LINES = GRIDS[TENANT_HOST]
# Whoever has the link or the secret is let in, signed in or not.
FOR_WHOEVER_KNOWS = {"identity:accept_invitation", "gateways:webhook"}
# What differs between two answers that say the same.
ONE_TIME_HEADERS = {"X-Request-Id", "Content-Length"}


@pytest.mark.parametrize("urlconf", GRIDS)
def test_every_route_has_expectations_and_every_expectation_a_route(urlconf: str) -> None:
    assert {line.route for line in GRIDS[urlconf]} == set(ROUTES[urlconf])


@pytest.mark.parametrize("urlconf", GRIDS)
def test_every_route_is_asked_by_both_methods(urlconf: str) -> None:
    asked = defaultdict(set)
    for line in GRIDS[urlconf]:
        asked[line.route].add(line.method)
    assert [route for route, methods in asked.items() if methods != {"GET", "POST"}] == []


@pytest.mark.parametrize("urlconf", GRIDS)
def test_every_route_about_an_object_is_asked_for_an_absent_one(urlconf: str) -> None:
    asked = {line.route for line in GRIDS[urlconf] if line.subject.startswith("absent")}
    assert {key for key, route in ROUTES[urlconf].items() if route.parameters} - asked == set()


def test_every_object_of_a_customer_is_asked_for_by_its_owner_and_by_others() -> None:
    for route in _about_objects():
        words = {
            word
            for line in TENANTS_LINES
            if line.route == route and not line.subject.startswith("absent")
            for word in line.expected.values()
        }
        assert {"404", "sign-in"} < words, f"{route} has no object that is refused and shown"


def _about_objects() -> list[str]:
    return [
        key
        for key, route in ROUTES[TENANT_HOST].items()
        if route.parameters and route.key not in FOR_WHOEVER_KNOWS
    ]


@pytest.mark.parametrize(("urlconf", "line"), LINES)
def test_a_route_answers_each_persona_as_expected(walk: Walk, urlconf: str, line: Line) -> None:
    answers = ask(walk, urlconf, line)
    assert {persona: answer.word for persona, answer in answers.items()} == line.expected


def test_everybody_finds_what_is_theirs_and_nobody_anything_else(walk: Walk) -> None:
    found = defaultdict(set)
    leaks = []
    # An invitation's link shows whom it invites: whoever has it is the one.
    for line in (line for line in TENANTS_LINES if line.route != "identity:accept_invitation"):
        for persona, answer in ask(walk, TENANT_HOST, line).items():
            for marker in answer.markers:
                found[marker].add(persona)
                if persona not in walk.markers.readers[marker]:
                    leaks.append(f"{persona} reads {marker} at {line}")
    assert leaks == []
    assert dict(found) == walk.markers.readers


def test_operators_find_nothing_of_any_customer(walk: Walk) -> None:
    found = {
        (str(line), persona): answer.markers
        for line in GRIDS[PUBLIC_HOST]
        for persona, answer in ask(walk, PUBLIC_HOST, line).items()
        if answer.markers
    }
    assert found == {}


def test_a_foreign_object_is_answered_to_the_letter_like_an_absent_one(walk: Walk) -> None:
    told_apart = []
    for route in _about_objects():
        refusals = defaultdict(set)
        for line in (line for line in TENANTS_LINES if line.route == route):
            for persona, answer in ask(walk, TENANT_HOST, line).items():
                if answer.word == "404":
                    refusals[line.method, persona].add(_alike(answer))
        told_apart += [(route, *key) for key, bodies in refusals.items() if len(bodies) != 1]
    assert told_apart == []


def _alike(answer: Answer) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    headers = {k: v for k, v in answer.headers.items() if k not in ONE_TIME_HEADERS}
    return ONE_TIME.sub(b"", answer.body), tuple(sorted(headers.items()))
