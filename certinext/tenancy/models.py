"""The only tables that all tenants share: who they are and under which host they answer."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from certinext.tenancy.grants import READ_ONLY

SCHEMA_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
RESERVED_SCHEMAS = {"public", "information_schema", "template", "postgres"}
HOST_NAME = re.compile(
    r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
)


def validate_schema_name(name: str) -> None:
    """Refuse what PostgreSQL or another tenant could mistake for something else."""
    if not SCHEMA_NAME.fullmatch(name):
        raise ValidationError(
            _("Schema name: use 2 to 40 lower-case letters, digits or _, beginning with a letter.")
        )
    if name in RESERVED_SCHEMAS or name.startswith("pg_"):
        raise ValidationError(_("Schema name: this name is reserved, choose another."))


def validate_host(host: str) -> None:
    """Refuse anything that is not a host name in lower case (no port, no underscore)."""
    if not HOST_NAME.fullmatch(host):
        raise ValidationError(
            _("Host: write a host name such as billing.example.com, in lower case, without port.")
        )


class Tenant(TenantMixin):
    """A seller: a certificate authority's region or a reseller, with a schema of its own."""

    name = models.CharField(_("name"), max_length=120)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    # The application's role cannot create schemas; the owner's command does it.
    auto_create_schema = False
    auto_drop_schema = False

    application_rights = READ_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], name="tenant_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Domain(DomainMixin):
    """A host name under which a tenant answers."""

    application_rights = READ_ONLY

    def __str__(self) -> str:
        return str(self.domain)
