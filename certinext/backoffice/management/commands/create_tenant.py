"""`manage.py create_tenant`: a new seller with a schema, a host and a first person."""

from __future__ import annotations

import json
import os
from pathlib import Path
from smtplib import SMTPException
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import models
from django.utils import timezone
from django_tenants.utils import tenant_context

from billing.models import Seller
from certinext.audit.command import RecordedCommand
from certinext.backoffice.addresses import invitation_url, site_url
from certinext.backoffice.create_tenant import (
    BY,
    SELLER_FIELDS,
    CreatedTenant,
    InvalidTenant,
    NewTenant,
    OwnerRoleNeeded,
    TenantExists,
    create_tenant,
)
from certinext.identity.invite import send_invitation

OWN_OPTIONS = {
    "schema": "The schema's name: lower-case letters, digits and _.",
    "host": "The host name under which the tenant answers, without port.",
    "name": "What operators call the tenant.",
    "staff_email": "E-mail address of the first person of the backoffice.",
    "staff_name": "Name of the first person of the backoffice.",
}


class Command(RecordedCommand):
    """Parse, create, report."""

    actor = BY
    help = (
        "Create a tenant. The seller's legal data come from a JSON file (--seller), from options "
        "such as --legal-name and --gstin, or both: an option counts more."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the tenant's own options and one for each field of the seller."""
        for name, help_text in OWN_OPTIONS.items():
            parser.add_argument(_flag(name), required=True, help=help_text)
        parser.add_argument("--seller", help="JSON file with the seller's fields.")
        parser.add_argument(
            "--staff-password-env",
            metavar="VARIABLE",
            help="Take the first person's password from this environment variable, and send no "
            "invitation.",
        )
        group = parser.add_argument_group("the seller")
        for name in SELLER_FIELDS:
            group.add_argument(_flag(name), dest=f"seller_{name}", help=_help(name))

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the tenant; every refusal is one line that names its option."""
        new = NewTenant(
            **{name: options[name].strip() for name in OWN_OPTIONS},
            seller=_seller(options),
            staff_password=_password(options["staff_password_env"]),
        )
        try:
            created = create_tenant(new, now=timezone.now(), progress=self.stdout.write)
        except InvalidTenant as error:
            lines = [f"{_flag(k)}: {text}" for k, v in error.problems.items() for text in v]
            raise CommandError("\n".join(lines)) from error
        except (TenantExists, OwnerRoleNeeded) as error:
            raise CommandError(str(error)) from error
        with tenant_context(created.tenant):
            self._report(created, new)

    def _report(self, created: CreatedTenant, new: NewTenant) -> None:
        self.stdout.write(self.style.SUCCESS(f"{new.name} answers at {site_url()}/"))
        if created.invitation is None:
            self.stdout.write(f"{new.staff_email} can sign in with the given password.")
            return
        url = invitation_url(created.invitation)
        try:
            send_invitation(
                created.invitation, url=url, seller_name=new.seller.get("trade_name", new.name)
            )
        except (OSError, SMTPException) as error:
            # The tenant is made: what is missing is only the mail.
            self.stderr.write(f"The invitation could not be mailed ({error}). Hand over {url}")
        else:
            self.stdout.write(f"{new.staff_email} got an invitation: {url}")


def _seller(options: dict[str, Any]) -> dict[str, Any]:
    given = _read(options["seller"]) if options["seller"] else {}
    for name in SELLER_FIELDS:
        if options[f"seller_{name}"] is not None:
            given[name] = options[f"seller_{name}"]
    return {name: _value(name, value) for name, value in given.items()}


def _read(path: str) -> dict[str, Any]:
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"--seller: {path} cannot be read as JSON: {error}") from error
    if not isinstance(found, dict):
        raise CommandError(f"--seller: {path} must hold one JSON object with the seller's fields.")
    return found


def _value(name: str, value: Any) -> Any:
    """Read yes and no, which the model's own conversion does not know."""
    if name in SELLER_FIELDS and isinstance(Seller._meta.get_field(name), models.BooleanField):
        words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
        if isinstance(value, str) and value.lower() in words:
            return words[value.lower()]
    return value


def _password(variable: str | None) -> str:
    if variable is None:
        return ""
    password = os.environ.get(variable, "")
    if not password:
        raise CommandError(f"--staff-password-env: the variable {variable} is not set.")
    return password


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _help(name: str) -> str:
    described = Seller._meta.get_field(name)
    text = f"{described.verbose_name}. {described.help_text}".strip()  # type: ignore[union-attr]  # fields only
    if isinstance(described, models.BooleanField):
        text += " yes or no."
    return text.replace("%", "%%")
