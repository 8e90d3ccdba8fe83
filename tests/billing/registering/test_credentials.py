"""The seller's access to the portal: from files, read again when they change, never shown."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from billing.registering.credentials import CredentialsMissing, credentials
from billing.registering.registries import registry_client
from billing.registering.registry import RegistryUnavailable
from tests.billing.registering.portal import PASSWORD, public_pem, write_credentials

pytestmark = pytest.mark.django_db
ADDRESS = "https://irp.example"


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.REGISTRY_CREDENTIALS = tmp_path
    return tmp_path


def test_the_access_is_read_from_its_files(folder: Path) -> None:
    write_credentials(folder, f"{ADDRESS}/")
    access = credentials()
    assert (access.address, access.password) == (ADDRESS, PASSWORD)
    assert access.signing_keys == (public_pem("government"),)
    assert credentials() is access


def test_no_secret_is_shown_when_it_is_printed(folder: Path) -> None:
    write_credentials(folder, ADDRESS)
    shown = repr(credentials())
    assert ADDRESS in shown
    assert PASSWORD not in shown
    assert credentials().client_secret not in shown


def test_a_changed_file_is_read_again(folder: Path) -> None:
    write_credentials(folder, ADDRESS)
    before = credentials()
    (folder / "password").write_text("another")
    os.utime(folder / "password", ns=(1, 1))
    assert (before.password, credentials().password) == (PASSWORD, "another")


def test_without_signing_keys_signatures_are_not_verified(folder: Path) -> None:
    write_credentials(folder, ADDRESS, signing_keys=None)
    assert credentials().signing_keys == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"user_name": None}, "alpha.json must name address, client_id"),
        ({"address": "http://irp.example"}, "must begin with https://"),
        ({"public_key": "client"}, "client is no RSA public key"),
        ({"signing_keys": ["client"]}, "client is no RSA public key"),
        ({"password_file": "nowhere"}, "nowhere cannot be read"),
        ({"signing_keys": 7}, "alpha.json must name address"),
    ],
)
def test_a_wrong_description_says_what_is_wrong(
    folder: Path, changes: dict[str, Any], said: str
) -> None:
    write_credentials(folder, ADDRESS, **changes)
    with pytest.raises(CredentialsMissing, match=said):
        credentials()


def test_a_file_that_is_no_description_is_refused(folder: Path) -> None:
    (folder / "alpha.json").write_text("{" * 200_000)
    with pytest.raises(CredentialsMissing, match=r"alpha\.json is no description of access"):
        credentials()


def test_files_outside_of_the_folder_are_not_read(folder: Path) -> None:
    (folder.parent / "password").write_text("elsewhere")
    write_credentials(folder, ADDRESS, password_file="../password")
    assert credentials().password == PASSWORD


def test_another_tenants_access_is_not_taken(folder: Path) -> None:
    write_credentials(folder, ADDRESS, schema="beta")
    with pytest.raises(CredentialsMissing, match=r"alpha\.json cannot be read"):
        credentials()


def test_the_sandbox_is_there_only_where_it_is_allowed(settings: Settings) -> None:
    registry_client("sandbox", gstin="", clock=lambda: None)  # type: ignore[arg-type, return-value]
    settings.SANDBOX_REGISTRY = False
    with pytest.raises(RegistryUnavailable, match="does not allow the sandbox"):
        registry_client("sandbox", gstin="", clock=lambda: None)  # type: ignore[arg-type, return-value]
