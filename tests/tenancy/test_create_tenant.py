"""Making and dropping tenants: all of it, or nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client, override_settings
from django_tenants.utils import schema_exists, tenant_context
from pytest_django import DjangoDbBlocker, Settings

from billing.models import Seller
from certinext.audit.models import AuditEvent
from certinext.backoffice import create_tenant as verb
from certinext.identity.models import Invitation, User
from certinext.tenancy.models import Domain, Tenant
from certinext.tenancy.schema import use_public, use_tenant
from invoices.models import Invoice
from tests.database import connected_to, copy_of_template, owner_conninfo
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import issue_order_invoice

SELLER = {
    "legal_name": "Meridian Trust Services Private Limited",
    "trade_name": "Meridian Trust",
    "address_line1": "29 Residency Road",
    "city": "Bengaluru",
    "postal_code": "560025",
    "country": "IN",
    "state_code": "29",
    "gstin": "29AAGCA7421K1ZG",
    "email": "billing@meridian.example",
    "time_zone": "Asia/Kolkata",
    "currency": "INR",
    "financial_year_start": 4,
}
OPTIONS = {
    "schema": "meridian",
    "host": "meridian.testserver",
    "name": "Meridian",
    "staff_email": "meera@meridian.example",
    "staff_name": "Meera Iyer",
}


@pytest.fixture
def owner(own_database: str) -> Iterator[str]:
    """A database of one's own, with Django connected as its owner and no tenant active."""
    with connected_to(own_database, role="owner"):
        yield own_database


@pytest.fixture
def seller_file(tmp_path: Path) -> str:
    """The seller's data as a file."""
    path = tmp_path / "seller.json"
    path.write_text(json.dumps(SELLER), encoding="utf-8")
    return str(path)


def create(seller_file: str, **changes: Any) -> str:
    """Run the command as the shell would; return what it said."""
    out = StringIO()
    given = {**OPTIONS, "seller": seller_file, **changes}
    arguments = [f"--{name.replace('_', '-')}={value}" for name, value in given.items() if value]
    call_command("create_tenant", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def nothing_was_made() -> bool:
    use_public()
    rows = Tenant.objects.filter(schema_name="meridian").exists()
    return not (rows or schema_exists("meridian") or Domain.objects.filter(domain=OPTIONS["host"]))


@dataclass(frozen=True)
class Made:
    """A tenant that was made once for several tests, and what the command said and mailed."""

    database: str
    said: str
    mailed: str


@pytest.fixture(scope="module")
def meridian(
    template_database: str,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Made]:
    """Make the tenant in a database of its own; making one takes seconds."""
    path = tmp_path_factory.mktemp("meridian") / "seller.json"
    path.write_text(json.dumps(SELLER), encoding="utf-8")
    mails = "django.core.mail.backends.locmem.EmailBackend"
    with (
        django_db_blocker.unblock(),
        copy_of_template(template_database) as name,
        override_settings(EMAIL_BACKEND=mails, SITE_SCHEME="https", SITE_PORT=""),
    ):
        mail.outbox = []
        with connected_to(name, role="owner"):
            said = create(str(path), trade_name="Meridian", round_to_unit="yes")
        yield Made(name, said, str(mail.outbox[0].body))


@pytest.fixture
def in_meridian(meridian: Made, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Work in the new tenant, as the application."""
    with django_db_blocker.unblock(), connected_to(meridian.database):
        use_tenant(Tenant.objects.get(schema_name="meridian"))
        yield
        use_public()


def test_a_tenant_has_schema_host_seller_and_its_place_in_the_trail(in_meridian: None) -> None:
    assert Domain.objects.get(tenant__schema_name="meridian").domain == "meridian.testserver"
    seller = Seller.objects.get()
    assert (seller.pk, seller.gstin, seller.zone.key) == (1, "29AAGCA7421K1ZG", "Asia/Kolkata")
    assert AuditEvent.objects.get(action="tenant.created").actor == "create_tenant"


def test_the_first_person_is_invited_at_the_new_host(meridian: Made, in_meridian: None) -> None:
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.is_staff) == ("meera@meridian.example", True)
    link = f"https://meridian.testserver/invitations/{invitation.token}/"
    assert link in meridian.mailed
    assert link in meridian.said
    assert not User.objects.exists()


def test_an_option_counts_more_than_the_file(in_meridian: None) -> None:
    seller = Seller.objects.get()
    assert (seller.trade_name, seller.round_to_unit) == ("Meridian", True)


def test_the_application_can_work_in_the_new_tenant_and_own_nothing(in_meridian: None) -> None:
    account = AccountFactory.create()
    invoice = issue_order_invoice(account, ChargeFactory.create(account=account))
    assert invoice.document.number == "INV/26-27/000001"
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM billing_document")


def test_the_first_person_can_sign_in_at_once_with_a_given_password(
    owner: str, seller_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRST_PASSWORD", "a long enough passphrase")
    create(seller_file, staff_password_env="FIRST_PASSWORD")
    with tenant_context(Tenant.objects.get(schema_name="meridian")):
        found = authenticate(username="meera@meridian.example", password="a long enough passphrase")
        assert isinstance(found, User)
        assert found.is_staff
        assert EmailAddress.objects.get(user=found).verified
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("schema", "Meridian", "--schema: Schema name: use 2 to 40 lower-case letters"),
        ("schema", "pg_meridian", "--schema: Schema name: this name is reserved"),
        ("host", "https://meridian", "--host: Host: write a host name such as"),
        ("host", "localhost", "--host: Host: this is PUBLIC_HOST"),
        ("name", " ", "--name: Write a name."),
        ("staff_email", "meera", "--staff-email: Enter a valid email address."),
        ("staff_name", "x" * 121, "--staff-name: Write at most 120 characters."),
        ("gstin", "29AAGCA7421K1ZX", "--gstin: The GSTIN 29AAGCA7421K1ZX fails its own check"),
        ("time_zone", "Mars/Olympus", "--time-zone: Write a zone's name"),
        ("currency", "rupees", "--currency: Ensure this value has at most 3 characters"),
        ("invoice_number_format", "INVOICE/{fy}/{number:9}", "--invoice-number-format: This"),
        ("credit_note_number_format", "INV/{fy}/{number:6}", "--credit-note-number-format: Di"),
        ("round_to_unit", "maybe", "--round-to-unit: “maybe” value must be either True or"),
        ("financial_year_start", "13", "--financial-year-start: Ensure this value is less"),
        ("accent_colour", "red", "--accent-colour: Write a colour such as #2b50c8."),
    ],
)
def test_what_cannot_be_right_is_refused_by_its_option_before_anything_is_made(
    db: None, seller_file: str, option: str, value: str, sentence: str
) -> None:
    with pytest.raises(CommandError) as refused:
        create(seller_file, **{option: value})
    assert sentence in str(refused.value)
    assert nothing_was_made()


def test_every_mistake_is_named_at_once(db: None, seller_file: str) -> None:
    with pytest.raises(CommandError) as refused:
        create(seller_file, schema="X", gstin="1", staff_email="meera")
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == [
        "--schema",
        "--staff-email",
        "--gstin",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "--seller: "),
        ("[]", "must hold one JSON object"),
        ('{"legal_nam": "X"}', "--legal-nam: A seller has no such field."),
    ],
)
def test_a_file_that_is_no_seller_is_refused(
    db: None, tmp_path: Path, text: str, sentence: str
) -> None:
    path = tmp_path / "seller.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=sentence):
        create(str(path))
    with pytest.raises(CommandError, match=r"--seller: .* cannot be read"):
        create(str(tmp_path / "absent.json"))


def test_a_weak_or_absent_password_is_refused(
    db: None, seller_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match="the variable FIRST_PASSWORD is not set"):
        create(seller_file, staff_password_env="FIRST_PASSWORD")
    monkeypatch.setenv("FIRST_PASSWORD", "password")
    with pytest.raises(CommandError, match="--staff-password-env: This password is too short"):
        create(seller_file, staff_password_env="FIRST_PASSWORD")
    assert nothing_was_made()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"schema": "alpha"}, "The tenant alpha exists already."),
        ({"host": "alpha.testserver"}, "The host alpha.testserver belongs to a tenant already."),
        ({"name": "Alpha"}, "A tenant named Alpha exists already."),
    ],
)
def test_making_a_tenant_again_says_that_it_exists(
    owner: str, seller_file: str, changes: dict[str, str], sentence: str
) -> None:
    with pytest.raises(CommandError) as refused:
        create(seller_file, **changes)
    assert str(refused.value) == sentence
    assert nothing_was_made()


def test_a_schema_of_somebody_else_is_left_alone(owner: str, seller_file: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA meridian CREATE TABLE theirs (id int)")
    with pytest.raises(CommandError, match="a schema meridian that is no tenant"):
        create(seller_file)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM meridian.theirs")


@pytest.mark.parametrize("error", [RuntimeError("disk full"), KeyboardInterrupt()])
def test_a_migration_that_fails_leaves_nothing_behind(
    owner: str, seller_file: str, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        assert schema_exists("meridian")
        raise error

    monkeypatch.setattr(verb, "call_command", fail)
    with pytest.raises(type(error)):
        create(seller_file)
    assert nothing_was_made()


def test_a_failure_after_the_host_was_noted_leaves_nothing_behind(
    owner: str, seller_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without tables the seller's row cannot be written.
    monkeypatch.setattr(verb, "call_command", lambda *_args, **_options: None)
    with pytest.raises(ProgrammingError, match="billing_seller"):
        create(seller_file)
    assert nothing_was_made()


def test_the_application_role_is_refused(db: None, seller_file: str) -> None:
    with pytest.raises(CommandError, match="set DATABASE_OWNER_URL"):
        create(seller_file)
    assert nothing_was_made()


def test_the_public_host_gets_its_row_once(owner: str, settings: Settings) -> None:
    settings.PUBLIC_HOST = "portal.testserver"
    verb.ensure_public_tenant()
    verb.ensure_public_tenant()
    public = Domain.objects.get(domain="portal.testserver")
    assert public.tenant.schema_name == "public"
    assert Tenant.objects.filter(schema_name="public").count() == 1


def test_the_public_host_is_no_tenants(owner: str, settings: Settings) -> None:
    settings.PUBLIC_HOST = "alpha.testserver"
    with pytest.raises(verb.TenantExists, match=r"alpha\.testserver belongs to the tenant Alpha"):
        verb.ensure_public_tenant()


def test_two_creations_at_once_make_one_tenant(owner: str) -> None:
    new = verb.NewTenant(**OPTIONS, seller=SELLER)
    outcomes: list[str] = []

    def run() -> None:
        try:
            verb.create_tenant(new, now=datetime(2026, 11, 1, tzinfo=UTC))
            outcomes.append("created")
        except verb.TenantExists:
            outcomes.append("exists")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["created", "exists"]
    assert Tenant.objects.filter(schema_name="meridian").count() == 1


def test_dropping_needs_the_whole_sentence(db: None) -> None:
    with pytest.raises(CommandError, match="--yes-delete-everything"):
        call_command("drop_tenant", schema="alpha")
    assert schema_exists("alpha")


@pytest.mark.parametrize("schema", ["public", "nobody"])
def test_only_a_tenant_can_be_dropped(owner: str, schema: str) -> None:
    with pytest.raises(CommandError, match=f"there is no tenant {schema}"):
        call_command("drop_tenant", schema=schema, yes_delete_everything=True)


def test_dropping_a_tenant_removes_schema_host_and_files(owner: str, settings: Settings) -> None:
    folder = Path(settings.MEDIA_ROOT) / "alpha"
    folder.mkdir(parents=True)
    (folder / "one.pdf").write_bytes(b"%PDF")
    call_command("drop_tenant", schema="alpha", yes_delete_everything=True, stdout=StringIO())
    assert not schema_exists("alpha")
    assert not folder.exists()
    assert Client(HTTP_HOST="alpha.testserver").get("/account/login/").status_code == 404
    assert Client(HTTP_HOST="beta.testserver").get("/account/login/").status_code == 200


def test_dropping_one_tenant_leaves_the_others_exclusion_constraints(owner: str) -> None:
    """The extension behind them lives in public, not in a tenant's schema."""
    call_command("drop_tenant", schema="alpha", yes_delete_everything=True, stdout=StringIO())
    with connected_to(owner):
        use_tenant(Tenant.objects.get(schema_name="beta"))
        account = AccountFactory.create(german=True)
        first, second = (
            issue_order_invoice(account, ChargeFactory.create(account=account)) for _ in range(2)
        )
        october = DateTimeTZRange(
            datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
        )
        with psycopg.connect(owner_conninfo(owner), autocommit=True) as forger:
            forger.execute("SET search_path = beta, public")
            forger.execute("ALTER TABLE invoices_invoice DISABLE TRIGGER USER")
            statement = (
                "UPDATE invoices_invoice SET kind = 'monthly', period = %s WHERE document_id = %s"
            )
            forger.execute(statement, [october, first.pk])
            with pytest.raises(psycopg.errors.ExclusionViolation, match="no_overlap"):
                forger.execute(statement, [october, second.pk])
        assert Invoice.objects.filter(kind="monthly").count() == 1
        with pytest.raises(IntegrityError), transaction.atomic():
            AccountFactory.create(account_number=account.account_number)
        use_public()
