"""The catalogues of mails and documents: complete, compiled, and with the same places."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from django.conf import settings

from certinext.languages.catalogues import (
    compile_catalogue,
    complaints,
    mo_file,
    po_file,
    read_catalogue,
    update,
)
from certinext.languages.extract import messages

ROOT = Path(settings.BASE_DIR)
LANGUAGES = [code for code, _name in settings.DOCUMENT_LANGUAGES if code != "en"]


def texts(catalog: Catalog) -> dict[object, object]:
    """Return what stands for what; a plural's forms as a tuple."""
    found: dict[object, object] = {}
    for message in catalog:
        if message.id:
            ids = tuple(message.id) if isinstance(message.id, list | tuple) else message.id
            said = message.string
            # A compiled catalogue is read with contexts that are still bytes.
            context: Any = message.context
            context = context.decode() if isinstance(context, bytes) else context
            found[context, ids] = tuple(said) if isinstance(said, list | tuple) else said
    return found


def catalogue(*pairs: tuple[str, str]) -> Catalog:
    """Return a German catalogue."""
    made = Catalog(locale="de")
    for text, said in pairs:
        made.add(text, said)
    return made


@pytest.fixture(scope="module")
def template() -> Catalog:
    """Everything that mails and documents say."""
    return messages(ROOT)


def test_there_is_a_catalogue_for_each_language_of_documents_and_no_other() -> None:
    assert sorted(path.name for path in (ROOT / "locale").iterdir()) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_missing_stale_fuzzy_or_has_other_places(
    language: str, template: Catalog
) -> None:
    assert list(complaints(read_catalogue(ROOT, language), template)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_portal_reads_is_what_was_translated(language: str) -> None:
    with mo_file(ROOT, language).open("rb") as file:
        compiled = read_mo(file)
    written = read_catalogue(ROOT, language)
    assert texts(compiled) == texts(written)
    assert (compiled.num_plurals, compiled.plural_expr) == (
        written.num_plurals,
        written.plural_expr,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_would_change_nothing(language: str, template: Catalog, tmp_path: Path) -> None:
    for file in (po_file(ROOT, language), mo_file(ROOT, language)):
        copy = tmp_path / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    compile_catalogue(tmp_path, language, update(tmp_path, language, template))
    for file in (po_file(ROOT, language), mo_file(ROOT, language)):
        assert (tmp_path / file.relative_to(ROOT)).read_bytes() == file.read_bytes()


def faults() -> Iterator[tuple[Catalog, str]]:
    """Yield catalogues of one text, each with a fault, and what is said of it."""
    text = "Pay %(amount)s in %(days)d days"
    yield catalogue(), "is not in the catalogue"
    yield catalogue((text, "")), "is not translated"
    yield catalogue((text, "Zahlen Sie %(amount)s")), "have other places"
    yield catalogue((text, "Zahlen Sie %(amount)s in %(days)s Tagen")), "have other places"
    yield catalogue((text, f"{text} ")), "other blanks"
    yield catalogue((text, text), ("Gone", "Fort")), "is said nowhere"
    fuzzy = catalogue()
    fuzzy.add(text, text, flags=["fuzzy"])
    yield fuzzy, "is fuzzy"


@pytest.mark.parametrize(("made", "said"), list(faults()))
def test_every_fault_is_found(made: Catalog, said: str) -> None:
    wanted = catalogue(("Pay %(amount)s in %(days)d days", ""))
    (complaint,) = complaints(made, wanted)
    assert said in complaint


def test_a_plural_needs_all_its_forms() -> None:
    made = Catalog(locale="de")
    made.add(("%(n)s day", "%(n)s days"), ("%(n)s Tag", ""))
    assert "is not translated" in next(complaints(made, made))


def test_updating_keeps_what_is_said_and_drops_what_is_not(tmp_path: Path) -> None:
    update(tmp_path, "de", catalogue(("Stays", ""), ("Goes", "")))
    po = po_file(tmp_path, "de")
    po.write_text(
        po.read_text().replace('msgid "Stays"\nmsgstr ""', 'msgid "Stays"\nmsgstr "Bleibt"')
    )
    update(tmp_path, "de", catalogue(("Stays", ""), ("Comes", "")))
    assert texts(read_catalogue(tmp_path, "de")) == {(None, "Stays"): "Bleibt", (None, "Comes"): ""}
