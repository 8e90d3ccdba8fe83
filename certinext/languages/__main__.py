"""`python3 run.py translations`: bring the catalogues up to date and compile them."""

from __future__ import annotations

import sys
from pathlib import Path

from certinext.languages.catalogues import compile_catalogue, complaints, po_file, update
from certinext.languages.extract import messages

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Update, compile and look over every catalogue; return 1 while something is missing."""
    template = messages(ROOT)
    wrong = 0
    for language in sorted(path.name for path in (ROOT / "locale").iterdir()):
        catalog = update(ROOT, language, template)
        compile_catalogue(ROOT, language, catalog)
        found = list(complaints(catalog, template))
        wrong += len(found)
        summary = f"{len(catalog)} texts, {len(found)} to be mended"
        lines = [f"{po_file(ROOT, language).relative_to(ROOT)}: {summary}", *found]
        sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
