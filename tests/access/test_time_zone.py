"""A time of day says nothing without its zone: no page shows one without the other."""

from __future__ import annotations

import html
import re

from tests.access.grids import GRIDS, ask
from tests.access.routes import TENANT_HOST
from tests.access.walk import Answer, Walk

TAGS = re.compile(r"<[^>]*>")
TIME_OF_DAY = re.compile(r"(?<![\d:+])(?:[01]\d|2[0-3]):[0-5]\d(?![\d:])")
# Those of the two sellers.
ZONES = {"beta": "Europe/Berlin (CET, UTC+1; CEST, UTC+2)", "": "Asia/Kolkata (IST, UTC+5:30)"}
# What is known to show times: the walk has to meet them there.
WITH_TIMES = {
    "orders:list",
    "orders:detail",
    "backoffice:account",
    "backoffice:audit",
    "backoffice:gaps",
    "backoffice:import",
    "backoffice:imports",
    "backoffice:order",
    "backoffice:orders",
    "backoffice:run",
    "backoffice:staff",
}


def test_every_page_with_a_time_of_day_names_its_zone(walk: Walk) -> None:
    met, nameless = set(), []
    for line in GRIDS[TENANT_HOST]:
        for persona, answer in ask(walk, TENANT_HOST, line).items():
            text = _text_of(answer)
            if TIME_OF_DAY.search(text):
                met.add(line.route)
                zone = ZONES["beta" if persona.startswith("beta_") else ""]
                if f"Dates and times are in {zone}" not in text:
                    nameless.append(f"{persona}: {line}")
    assert nameless == []
    assert met >= WITH_TIMES, f"No time was met at {sorted(WITH_TIMES - met)}"


def _text_of(answer: Answer) -> str:
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return ""
    return html.unescape(TAGS.sub(" ", answer.body.decode()))
