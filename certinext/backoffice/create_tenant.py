"""Making a tenant: schema, tables, grants, seller, first person. All of it, or nothing.

One transaction holds everything: PostgreSQL takes tables back too. So a failure, also a killed
process or a broken connection, leaves nothing behind, and no other process sees half a tenant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.validators import validate_email
from django.db import connection, models, transaction
from django.utils.translation import gettext as _
from django_tenants.utils import get_public_schema_name, schema_exists, tenant_context
from psycopg import sql

from billing.models import Seller
from certinext.audit.trail import record
from certinext.identity.invite import invite
from certinext.identity.models import Invitation, User
from certinext.tenancy.models import Domain, Tenant, validate_host, validate_schema_name
from certinext.tenancy.schema import use_public

# Creations wait for each other: the second one then sees what the first has made.
CREATION_LOCK = 7_310_552_001
BY = "create_tenant"
SELLER_FIELDS = [
    name
    for name in (each.name for each in Seller._meta.get_fields() if isinstance(each, models.Field))
    if name != "id"
]


@dataclass(frozen=True, kw_only=True)
class NewTenant:
    """What a tenant is made of. Without a password the first person gets an invitation."""

    schema: str
    host: str
    name: str
    seller: dict[str, Any]
    staff_email: str
    staff_name: str
    staff_password: str = field(default="", repr=False)


@dataclass(frozen=True)
class CreatedTenant:
    """What was made; `invitation` is open unless the first person has a password already."""

    tenant: Tenant
    user: User | None
    invitation: Invitation | None


class InvalidTenant(Exception):
    """What was given cannot be right: a sentence for each option. Nothing was made."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{k}: {' '.join(v)}" for k, v in problems.items()))


class TenantExists(Exception):
    """A tenant with this schema, host or name is there already: the message says which."""


class OwnerRoleNeeded(Exception):
    """The connection's role may not create schemas."""


def create_tenant(
    new: NewTenant, *, now: datetime, progress: Callable[[str], None] = lambda step: None
) -> CreatedTenant:
    """Create the tenant and return it. The connection must be the database owner's.

    Raises `InvalidTenant`, `TenantExists` and `OwnerRoleNeeded` before anything is made.
    """
    use_public()
    validate(new)
    _require_owner()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CREATION_LOCK])
        ensure_public_tenant()
        _refuse_existing(new)
        progress(_("Creating the schema %(schema)s") % {"schema": new.schema})
        _create_schema(new.schema)
        progress(_("Adding the seller and the first person"))
        tenant = Tenant.objects.create(schema_name=new.schema, name=new.name)
        Domain.objects.create(domain=new.host, tenant=tenant, is_primary=True)
        with tenant_context(tenant):
            seller = Seller(id=1, **new.seller)
            seller.full_clean()
            seller.save(force_insert=True)
            record("tenant.created", on=seller, actor=BY, schema=new.schema, host=new.host)
            user, invitation = _first_person(new, now)
    return CreatedTenant(tenant, user, invitation)


def ensure_public_tenant() -> None:
    """Make the row that routes PUBLIC_HOST to the operators' pages, unless it is there."""
    public = get_public_schema_name()
    tenant = Tenant.objects.filter(schema_name=public).first()
    if tenant is None:
        tenant = Tenant.objects.create(schema_name=public, name="Public")
    taken = Domain.objects.filter(domain=settings.PUBLIC_HOST).first()
    if taken is None:
        Domain.objects.create(
            domain=settings.PUBLIC_HOST,
            tenant=tenant,
            is_primary=not Domain.objects.filter(tenant=tenant, is_primary=True).exists(),
        )
    elif taken.tenant_id != tenant.pk:
        raise TenantExists(
            _("PUBLIC_HOST %(host)s belongs to the tenant %(tenant)s: choose another host for it.")
            % {"host": settings.PUBLIC_HOST, "tenant": taken.tenant}
        )


def validate(new: NewTenant) -> None:
    """Refuse everything that can be known to be wrong; raises `InvalidTenant` with all of it."""
    problems: dict[str, list[str]] = {}
    checks: dict[str, Callable[[], object]] = {
        "schema": lambda: validate_schema_name(new.schema),
        "host": lambda: _check_host(new.host),
        "name": lambda: _check_length(new.name, Tenant._meta.get_field("name").max_length),
        "staff_email": lambda: validate_email(new.staff_email),
        "staff_name": lambda: _check_length(
            new.staff_name, User._meta.get_field("full_name").max_length
        ),
        "staff_password_env": lambda: _check_password(new),
    }
    for option, check in checks.items():
        try:
            check()
        except ValidationError as error:
            problems[option] = error.messages
    problems |= _seller_problems(new.seller)
    if problems:
        raise InvalidTenant(problems)


def _require_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_database_privilege(current_database(), 'CREATE')")
        row = cursor.fetchone()
    if not (row and row[0]):
        raise OwnerRoleNeeded(
            _("This needs the role that owns the database: set DATABASE_OWNER_URL.")
        )


def _check_host(host: str) -> None:
    validate_host(host)
    if host == settings.PUBLIC_HOST:
        raise ValidationError(_("Host: this is PUBLIC_HOST, where the operators work."))


def _check_length(text: str, longest: int | None) -> None:
    if not text.strip():
        raise ValidationError(_("Write a name."))
    if longest is not None and len(text) > longest:
        raise ValidationError(_("Write at most %(longest)s characters.") % {"longest": longest})


def _check_password(new: NewTenant) -> None:
    if new.staff_password:
        validate_password(new.staff_password, User(email=new.staff_email, full_name=new.staff_name))


def _seller_problems(given: dict[str, Any]) -> dict[str, list[str]]:
    unknown = sorted(set(given) - set(SELLER_FIELDS))
    if unknown:
        return {name: [_("A seller has no such field.")] for name in unknown}
    try:
        # The row's table does not exist yet: everything but what asks the database.
        Seller(id=1, **given).full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        return dict(error.message_dict)
    return {}


def _refuse_existing(new: NewTenant) -> None:
    if Tenant.objects.filter(schema_name=new.schema).exists():
        raise TenantExists(_("The tenant %(schema)s exists already.") % {"schema": new.schema})
    if Domain.objects.filter(domain=new.host).exists():
        raise TenantExists(_("The host %(host)s belongs to a tenant already.") % {"host": new.host})
    if Tenant.objects.filter(name=new.name).exists():
        raise TenantExists(_("A tenant named %(name)s exists already.") % {"name": new.name})
    if schema_exists(new.schema):
        raise TenantExists(
            _("The database has a schema %(schema)s that is no tenant: choose another name.")
            % {"schema": new.schema}
        )


def _create_schema(schema: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    # The grants for the application's role follow each migration.
    call_command("migrate_schemas", schema_name=schema, verbosity=0, interactive=False)
    use_public()


def _first_person(new: NewTenant, now: datetime) -> tuple[User | None, Invitation | None]:
    if not new.staff_password:
        invitation = invite(
            email=new.staff_email,
            full_name=new.staff_name,
            invited_by=BY,
            now=now,
            is_staff=True,
        )
        return None, invitation
    user = User.objects.create_user(
        new.staff_email, new.staff_password, full_name=new.staff_name, is_staff=True
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    record("staff.added", on=user, label=user.email, actor=BY)
    return user, None
