"""No tenant's data appears in another's, though both use the same primary keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client

from billing.models import Account, Document, NumberSeries
from certinext.audit.models import AuditEvent
from certinext.identity.models import User
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_public, use_tenant
from tests.billing.guards.scenes import invoice_row, whole_draft
from tests.database import TENANTS
from tests.factories import AccountFactory, ChargeFactory, UserFactory
from tests.invoices.helpers import issue_order_invoice

pytestmark = pytest.mark.django_db


def enter(schema: str) -> None:
    use_tenant(Tenant.objects.get(schema_name=schema))


def in_beta() -> Account:
    """Make account 1 of both tenants, with an invoice each; return beta's."""
    for schema, name in (("alpha", "Kaveri Bank"), ("beta", "Elbe Werft")):
        enter(schema)
        account = AccountFactory(
            pk=1,
            account_number="1000000001",
            display_name=name,
            **({} if schema == "alpha" else {"german": True}),
        )
        issue_order_invoice(account, ChargeFactory(account=account, order_number="9433110001"))
    return account


def test_the_same_key_is_another_row_in_each_tenant() -> None:
    in_beta()

    found = {}
    for schema in TENANTS:
        enter(schema)
        found[schema] = [account.display_name for account in Account.objects.all()]
    assert found == {"alpha": ["Kaveri Bank"], "beta": ["Elbe Werft"]}


def test_each_tenant_counts_its_own_numbers() -> None:
    in_beta()

    found = {}
    for schema in TENANTS:
        enter(schema)
        found[schema] = [d.number for d in Document.objects.all()]
    assert found == {"alpha": ["INV/26-27/000001"], "beta": ["INV/2026/000001"]}


def test_a_function_works_on_its_own_tenant_whatever_the_search_path_says() -> None:
    draft = whole_draft()
    invoice_row(draft)
    enter("beta")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT alpha.issue_documents(ARRAY[%s]::bigint[], 'invoice', '26-27', 'T/', 6)",
            [draft.pk],
        )

    assert not NumberSeries.objects.exists()
    enter("alpha")
    assert Document.objects.get().number == "T/000001"


def test_each_tenant_has_its_own_trail() -> None:
    in_beta()
    enter("alpha")
    assert AuditEvent.objects.get().object_label == "INV/26-27/000001"
    enter("beta")
    assert AuditEvent.objects.get().object_label == "INV/2026/000001"


def test_the_public_schema_has_no_tables_of_tenants() -> None:
    use_public()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename ~ '^(billing|orders|invoices|credit_notes)_'"
        )
        assert cursor.fetchone() == (0,)


# ── People
def test_one_address_is_two_people_in_two_tenants() -> None:
    UserFactory(email="anu@example.com", full_name="Anu Rao")
    enter("beta")
    assert not User.objects.filter(email="anu@example.com").exists()
    UserFactory(email="anu@example.com", full_name="Anu Schulz")
    enter("alpha")

    assert User.objects.get(email="anu@example.com").full_name == "Anu Rao"


def test_a_session_of_one_tenant_opens_nothing_at_another(
    sign_in: Callable[..., Client],
) -> None:
    staff = UserFactory(is_staff=True)
    enter("beta")
    UserFactory(pk=staff.pk, is_staff=True)
    enter("alpha")
    browser = sign_in(staff)
    assert browser.get("/backoffice/").status_code == 200

    elsewhere = browser.get("/backoffice/", headers={"host": TENANTS["beta"]})

    assert elsewhere.status_code == 302
    assert "/account/login/" in elsewhere["Location"]


# ── Cache and files
def test_the_cache_keeps_the_tenants_apart() -> None:
    cache.set("greeting", "namaste")
    enter("beta")
    assert cache.get("greeting") is None
    cache.set("greeting", "moin")
    enter("alpha")

    assert cache.get("greeting") == "namaste"
    assert cache.make_key("greeting").startswith("alpha:")


def test_files_lie_below_their_tenants_folder(settings: object) -> None:
    name = default_storage.save("documents/2026/1.pdf", ContentFile(b"alpha's"))

    assert Path(default_storage.path(name)).parts[-4:-1] == ("alpha", "documents", "2026")
    enter("beta")
    assert not default_storage.exists(name)
    with pytest.raises(FileNotFoundError):
        default_storage.open(name)


@pytest.mark.parametrize("name", ["../beta/1.pdf", "a/../../beta/1.pdf", "/etc/passwd"])
def test_a_name_that_leaves_the_tenants_folder_is_refused(name: str) -> None:
    with pytest.raises(SuspiciousFileOperation):
        default_storage.open(name)


def test_no_file_is_stored_without_a_tenant() -> None:
    use_public()
    with pytest.raises(SuspiciousFileOperation, match="none is active"):
        default_storage.save("1.pdf", ContentFile(b""))
