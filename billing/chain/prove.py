"""Proving the chain: every document as it was issued, in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from billing.chain.heads import Head
from billing.models import ChainLink

# Each link is computed anew from its document and from the stored hash before it, so that an
# altered document is named itself, and not all that came after it.
_BROKEN = """
WITH placed AS (
    SELECT d.id, d.number, s.prefix, link.hash,
        lag(link.hash) OVER (PARTITION BY d.series_id ORDER BY d.sequence) AS previous
    FROM billing_document d
    JOIN billing_numberseries s ON s.id = d.series_id
    LEFT JOIN billing_chainlink link
        ON link.document_id = d.id AND link.series_id = d.series_id AND link.sequence = d.sequence
    WHERE d.number IS NOT NULL
)
SELECT number, hash IS NULL FROM placed
WHERE hash IS DISTINCT FROM chain_hash(coalesce(previous, prefix), document_content(id))
ORDER BY number
"""


@dataclass(frozen=True)
class Broken:
    """A document, or a head of the chain, that is not what it was; `what` is one sentence."""

    number: str
    what: str


def broken_links() -> Iterator[Broken]:
    """Yield the documents that no longer are what was issued, or have no place in the chain.

    One query; a document whose neighbour before it was taken away is named too.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BROKEN)
        for number, is_missing in cursor.fetchall():
            yield Broken(
                number,
                "has no place in the chain"
                if is_missing
                else "differs from what was issued, or the document before it does",
            )


def broken_heads(heads: Sequence[Head]) -> Iterator[Broken]:
    """Yield the heads, exported at another time, that today's chain does not lead through.

    Whoever rewrites documents with their whole chain cannot rewrite what lies elsewhere.
    """
    stored = {
        (link.series.prefix, link.sequence): link.hash
        for link in ChainLink.objects.select_related("series").filter(
            series__prefix__in={head.prefix for head in heads},
            sequence__in={head.sequence for head in heads},
        )
    }
    for head in heads:
        found = stored.get((head.prefix, head.sequence))
        if found is None:
            yield Broken(head.number, "was the head of its series and is not there any more")
        elif found != head.hash:
            yield Broken(head.number, "or a document before it was altered since the export")
