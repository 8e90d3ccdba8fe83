"""A seller with a folder of keys."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from billing.models import Seller
from billing.models.seller import current_seller
from certinext.pdf.development import DevelopmentKey, make_development_key

PASSPHRASE = "for tests"


def key_valid(since: datetime, *, days: int = 365, name: str = "Aravalli Trust") -> DevelopmentKey:
    """Return a new key."""
    return make_development_key(
        organisation=name,
        country="IN",
        passphrase=PASSPHRASE.encode(),
        not_before=since,
        lasts=timedelta(days=days),
    )


def store_key(folder: Path, made: DevelopmentKey, *, schema: str = "alpha") -> None:
    """Put a key where the portal looks for it."""
    folder.mkdir(exist_ok=True)
    (folder / f"{schema}.p12").write_bytes(made.pkcs12)
    (folder / f"{schema}.pass").write_text(PASSPHRASE + "\n")
    said = {"pkcs12": f"{schema}.p12", "passphrase_file": f"{schema}.pass"}
    (folder / f"{schema}.json").write_text(json.dumps(said))


def sealing_seller() -> Seller:
    """Return the seller, who wants documents sealed."""
    Seller.objects.update(seals_documents=True)
    return current_seller()
