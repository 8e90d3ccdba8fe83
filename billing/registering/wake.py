"""Waking whoever goes on with issued documents: registering first, then rendering."""

from __future__ import annotations

from collections.abc import Iterable

from billing.models import Document
from billing.outbox import wake_after_commit
from billing.registering.needed import is_needed
from billing.registering.tasks import register_documents
from billing.tasks import render_outbox


def wake_for_issued(documents: Iterable[Document]) -> None:
    """Have what was issued registered and rendered once the transaction is committed."""
    if any(map(is_needed, documents)):
        wake_after_commit(register_documents)
    wake_after_commit(render_outbox)
