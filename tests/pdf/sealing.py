"""Keys for tests: made once, valid around now or around a day of the past."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

from certinext.pdf.development import DevelopmentKey, make_development_key
from certinext.pdf.keys import SealingKey, open_pkcs12

PASSPHRASE = b"for tests"
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@cache
def development_key(
    organisation: str = "Nordlicht Trust Services GmbH",
    not_before: datetime = NOW - timedelta(days=30),
    lasts: timedelta = timedelta(days=365),
) -> DevelopmentKey:
    """Return a key's file."""
    return make_development_key(
        organisation=organisation,
        country="DE",
        passphrase=PASSPHRASE,
        not_before=not_before,
        lasts=lasts,
    )


def open_key(made: DevelopmentKey | None = None) -> SealingKey:
    """Return the key, opened."""
    return open_pkcs12((made or development_key()).pkcs12, PASSPHRASE)
