"""Operators see the tenants on the public host and change none of them."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from certinext.identity.models import User
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_public

TENANTS = "/admin/tenancy/tenant/"


@pytest.fixture
def operator(db: None) -> Client:
    """An operator's browser at the public host."""
    use_public()
    person = User.objects.create_superuser("olga@example.com", "x", full_name="Olga")
    browser = Client(HTTP_HOST="localhost")
    browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return browser


def test_operators_see_tenants_and_their_hosts(operator: Client) -> None:
    assert "alpha" in operator.get(TENANTS).content.decode()
    alpha = Tenant.objects.get(schema_name="alpha")
    html = operator.get(f"{TENANTS}{alpha.pk}/change/").content.decode()
    assert "alpha.testserver" in html
    assert 'name="_save"' not in html


def test_operators_neither_add_nor_change_nor_delete_tenants(operator: Client) -> None:
    alpha = Tenant.objects.get(schema_name="alpha")
    assert operator.get(f"{TENANTS}add/").status_code == 403
    assert operator.post(f"{TENANTS}{alpha.pk}/change/", {"name": "X"}).status_code == 403
    assert operator.post(f"{TENANTS}{alpha.pk}/delete/", {"post": "yes"}).status_code == 403
    alpha.refresh_from_db()
    assert alpha.name == "Alpha"


def test_a_tenants_host_routes_no_admin(client: Client, db: None) -> None:
    assert client.get("/admin/").status_code == 404
    assert client.get(TENANTS).status_code == 404
