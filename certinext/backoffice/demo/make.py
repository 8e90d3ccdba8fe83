"""Making the demo: tenants as the owner, everything in them as the application."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django_tenants.utils import tenant_context

from billing.models.seller import current_seller
from billing.sealing.development import ensure_development_key
from billing.sealing.switch import set_sealing
from certinext.audit.models import AuditEvent
from certinext.audit.trail import record
from certinext.backoffice.create_tenant import NewTenant, create_tenant
from certinext.backoffice.demo.load import load
from certinext.backoffice.demo.people import ensure_operator
from certinext.backoffice.demo.plans import SellerPlan
from certinext.backoffice.demo.sellers import PASSWORD, SELLERS
from certinext.environment import database_settings
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_public

STARTED = "demo.started"
FINISHED = "demo.finished"
BY = "demo"
_KEY_AGE = timedelta(days=365)
_ROLE_SETTINGS = ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")


class NotTheDemo(Exception):
    """A tenant with the demo's name exists that the demo did not make: it is left alone."""


def make_demo(
    *,
    now: datetime,
    say: Callable[[str], object] = lambda line: None,
    sellers: tuple[SellerPlan, ...] = SELLERS,
) -> None:
    """Make what is missing of the demo; the connection must be the database owner's.

    Each seller's data goes in within one transaction, so that a killed demo leaves a seller either
    complete or empty, and running it again completes it. Raises `NotTheDemo`, `InvalidTenant`,
    `TenantExists` and `OwnerRoleNeeded`.
    """
    for seller in sellers:
        _ensure_tenant(seller, now, say)
    with as_application():
        use_public()
        ensure_operator()
        for seller in sellers:
            with tenant_context(Tenant.objects.get(schema_name=seller.schema)):
                _ensure_data(seller, now, say)


def is_finished() -> bool:
    """Say whether the active tenant holds the whole demo."""
    return AuditEvent.objects.filter(action=FINISHED).exists()


@contextmanager
def as_application() -> Iterator[None]:
    """Work under the application's role, which can change nothing that is frozen."""
    wanted = {
        name: value
        for name, value in database_settings(role="application").items()
        if name in _ROLE_SETTINGS
    }
    before = {name: connection.settings_dict[name] for name in wanted}
    connection.close()
    connection.settings_dict.update(wanted)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
        use_public()


def _ensure_tenant(seller: SellerPlan, now: datetime, say: Callable[[str], object]) -> None:
    use_public()
    tenant = Tenant.objects.filter(schema_name=seller.schema).first()
    if tenant is not None:
        with tenant_context(tenant):
            if not AuditEvent.objects.filter(action=STARTED).exists():
                raise NotTheDemo(
                    f"The tenant {seller.schema} exists and is not the demo's: it stays as it is."
                )
        return
    say(f"{seller.schema}: creating the tenant at {seller.host}")
    clerk = next(person for person in seller.people if person.is_staff)
    # The mark belongs to the creation: without it nothing of the tenant would be there.
    with transaction.atomic():
        created = create_tenant(
            NewTenant(
                schema=seller.schema,
                host=seller.host,
                name=seller.name,
                seller=dict(seller.legal),
                staff_email=clerk.email,
                staff_name=clerk.name,
                staff_password=PASSWORD,
            ),
            now=now,
        )
        with tenant_context(created.tenant):
            record(STARTED, actor=BY)


def _ensure_data(seller: SellerPlan, now: datetime, say: Callable[[str], object]) -> None:
    if is_finished():
        say(f"{seller.schema}: complete already")
        return
    with transaction.atomic():
        _ensure_seal(now)
        load(seller, now=now, say=say)
        record(FINISHED, actor=BY)


def _ensure_seal(now: datetime) -> None:
    """Have the demo's documents sealed, with a key of its own that nobody else trusts."""
    if settings.SEALING_KEYS is None:
        return
    seller = current_seller()
    # Its documents are dated back: the key is as old as their first month.
    ensure_development_key(seller, Path(settings.SEALING_KEYS), since=now - _KEY_AGE)
    set_sealing(seller, on=True, now=now)
