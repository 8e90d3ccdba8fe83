"""Turning e-invoicing on and off: what documents issued from then on will wait for."""

from __future__ import annotations

from datetime import date

from billing.models import Registry, Seller
from billing.registering.credentials import credentials
from billing.registering.registries import allowed_registries
from billing.sentences import SentenceError, gettext_noop
from certinext.audit.trail import record

INDIA = "IN"


class CannotSwitch(SentenceError):
    """E-invoicing cannot be set so; `field` is where to mend it."""

    def __init__(self, message: str, *, field: str, **params: object) -> None:
        self.field = field
        super().__init__(message, **params)


def refuse_switch(
    seller: Seller, *, since: date | None, registry: str, before: date | None, today: date
) -> None:
    """Raise `CannotSwitch` unless e-invoicing can apply to the seller so.

    `before` is the day from which it applied until now, `today` a day in the seller's zone: what is
    issued already stays what it is. Raises `CredentialsMissing` without access to the portal.
    """
    if since is None:
        return
    if seller.country != INDIA or not seller.gstin:
        raise CannotSwitch(
            gettext_noop("E-invoicing is for sellers in India with a GSTIN: leave the day empty."),
            field="einvoicing_from",
        )
    if since != before and since < today:
        raise CannotSwitch(
            gettext_noop("Choose today or a later day: what is issued already stays as it is."),
            field="einvoicing_from",
        )
    if registry not in allowed_registries():
        raise CannotSwitch(
            gettext_noop("This installation does not allow the sandbox."), field="registry"
        )
    if registry == Registry.IRP:
        credentials()


def set_einvoicing(seller: Seller, *, since: date | None, registry: str, today: date) -> None:
    """Have e-invoicing apply from a day on, or not at all; on the record.

    Documents that wait already go on waiting. Raises `CannotSwitch` and `CredentialsMissing`.
    """
    refuse_switch(
        seller, since=since, registry=registry, before=seller.einvoicing_from, today=today
    )
    if (seller.einvoicing_from, seller.registry) == (since, registry):
        return
    seller.einvoicing_from, seller.registry = since, Registry(registry)
    fields = ["einvoicing_from", "registry"]
    seller.save(update_fields=fields)
    record("seller.changed", on=seller, fields=fields)
