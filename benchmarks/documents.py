"""A whole document beside the plain PDF of the same page: layout, XML, archive, seal, each a ratio.

Measured are invoices of one line, of sixty lines, and of sixty lines in Hindi with names in Hindi,
whose glyphs get codes of their own. All steps take turns in one run, so that a busy machine slows
them alike; the figures are medians.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certinext.settings")
django.setup()

from weasyprint import CSS, HTML  # noqa: E402
from weasyprint.text.fonts import FontConfiguration  # noqa: E402

from benchmarks.report import Result, report  # noqa: E402
from billing.einvoice.check import checked_invoice  # noqa: E402
from billing.einvoice.cii import cii_xml  # noqa: E402
from billing.einvoice.parts import parts_of  # noqa: E402
from billing.models import Document  # noqa: E402
from billing.printing.branding import brand_sheet  # noqa: E402
from billing.printing.facts import Facts  # noqa: E402
from billing.printing.render import document_html, render_document  # noqa: E402
from billing.rendering import embedded_files  # noqa: E402
from billing.sealing.seal import seal_facts  # noqa: E402
from certinext.pdf.development import make_development_key  # noqa: E402
from certinext.pdf.fetcher import StaticFetcher  # noqa: E402
from certinext.pdf.keys import open_pkcs12  # noqa: E402
from certinext.pdf.render import DOCUMENT_SHEET  # noqa: E402
from certinext.pdf.seal import seal_pdf  # noqa: E402
from certinext.tenancy.models import Tenant  # noqa: E402
from certinext.tenancy.schema import use_tenant  # noqa: E402
from tests.billing.einvoice.scenes import (  # noqa: E402
    EUROPEANS,
    Sold,
    at_the_german_seller,
    invoice_to,
)
from tests.database import connected_to, copy_of_template, make_template  # noqa: E402

ROUNDS = {"1 line": 15, "60 lines": 7, "60 lines in Hindi": 7}
# The issue of the whole document may take this much longer than the plain page.
TARGET = 1.5
NAME_IN_HINDI = "श्री वैद्यनाथ प्रेसिजन इन्स्ट्रुमेंट्स (इंडिया) प्राइवेट लिमिटेड"


def main() -> int:
    """Measure each step on European invoices of several lengths."""
    with copy_of_template(make_template()) as name, connected_to(name):
        use_tenant(Tenant.objects.get(schema_name="beta"))
        at_the_german_seller()
        buyer = EUROPEANS["reverse charge"]
        hindi = {**buyer, "legal_name": NAME_IN_HINDI, "document_language": "hi"}
        sixty, in_hindi = [Sold()] * 60, [Sold(more={"description": NAME_IN_HINDI})] * 60
        documents = {
            "1 line": invoice_to(buyer).document,
            "60 lines": invoice_to(buyer, *sixty).document,
            "60 lines in Hindi": invoice_to(hindi, *in_hindi).document,
        }
        results = [result for named in documents.items() for result in _measure(*named)]
    return report("documents", results)


def _measure(size: str, document: Document) -> list[Result]:
    now = datetime.now(UTC)
    made = make_development_key(
        organisation="Benchmark",
        country="DE",
        passphrase=b"x",
        not_before=now - timedelta(days=1),
    )
    key = open_pkcs12(made.pkcs12, b"x")
    facts, fetcher, fonts = seal_facts(key), StaticFetcher(), FontConfiguration()
    sheet = CSS(url=DOCUMENT_SHEET, font_config=fonts, url_fetcher=fetcher)
    brand = CSS(string=brand_sheet(Facts(document.seller)), url_fetcher=fetcher)

    def plain() -> bytes:
        html = document_html(document, seal=facts)
        page: bytes = HTML(string=html, url_fetcher=fetcher).write_pdf(
            stylesheets=[sheet, brand], font_config=fonts
        )
        return page

    def archive() -> bytes:
        return render_document(document, seal=facts, embedded=embedded_files(document))

    unsealed = archive()
    steps: dict[str, Callable[[], object]] = {
        "plain page": plain,
        "e-invoice (XML)": lambda: cii_xml(checked_invoice(parts_of(document))),
        "archive with XML": archive,
        "seal (P-256)": lambda: seal_pdf(unsealed, key, now=now),
        "whole document": lambda: seal_pdf(archive(), key, now=now),
    }
    rounds = ROUNDS[size]
    taken = _in_turns(steps, rounds)
    base = taken["plain page"]
    print(f"{size}, plain page: {base * 1000:.0f} ms (median of {rounds}, CPU time)")
    return [
        Result(
            f"{size}: {name}, against the plain page",
            seconds / base,
            TARGET if name == "whole document" else None,
        )
        for name, seconds in taken.items()
    ]


def _in_turns(steps: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median CPU seconds of each step; they take turns."""
    taken: dict[str, list[float]] = {name: [] for name in steps}
    for step in steps.values():
        step()
    for _ in range(rounds):
        for name, step in steps.items():
            started = time.process_time()
            step()
            taken[name].append(time.process_time() - started)
    return {name: statistics.median(times) for name, times in taken.items()}


if __name__ == "__main__":
    sys.exit(main())
