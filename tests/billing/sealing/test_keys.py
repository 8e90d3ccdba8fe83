"""Where a tenant's key comes from, and what is said when there is none that can seal."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from billing.errors import CannotBill
from billing.models.seller import current_seller
from billing.sealing.keys import SealingKeyMissing, refuse_unsealable, sealing_key
from billing.sealing.switch import set_sealing
from certinext.audit.models import AuditEvent
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_tenant
from tests.billing.sealing.keys import key_valid, sealing_seller, store_key
from tests.invoices.helpers import NOW, ON

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.SEALING_KEYS = tmp_path / "keys"
    (tmp_path / "keys").mkdir()
    return tmp_path / "keys"


def test_a_key_is_opened_once_and_again_when_it_was_replaced(folder: Path) -> None:
    store_key(folder, key_valid(NOW))
    first = sealing_key()
    assert sealing_key() is first

    store_key(folder, key_valid(NOW))
    renewed = sealing_key()
    assert renewed.fingerprint != first.fingerprint


def test_each_tenant_has_its_own_key(folder: Path) -> None:
    store_key(folder, key_valid(NOW))
    use_tenant(Tenant.objects.get(schema_name="beta"))
    with pytest.raises(SealingKeyMissing, match=r"beta\.json cannot be read"):
        sealing_key()


def test_without_a_folder_there_are_no_keys(settings: Settings) -> None:
    settings.SEALING_KEYS = None
    with pytest.raises(SealingKeyMissing, match="SEALING_KEYS names no folder"):
        sealing_key()


@pytest.mark.parametrize(
    "said",
    [
        "not json",
        "[]",
        '{"pkcs12": "alpha.p12"}',
        '{"pkcs11": {"module": "x.so"}}',
        '{"pkcs12": 7, "passphrase_file": "alpha.pass"}',
    ],
)
def test_a_description_that_names_no_key_says_what_it_must_name(folder: Path, said: str) -> None:
    (folder / "alpha.json").write_text(said)
    with pytest.raises(SealingKeyMissing, match="must name pkcs12 and passphrase_file"):
        sealing_key()


def test_a_description_cannot_reach_outside_its_folder(folder: Path, tmp_path: Path) -> None:
    store_key(folder, key_valid(NOW))
    (folder / "alpha.p12").rename(tmp_path / "alpha.p12")
    said = {"pkcs12": "../alpha.p12", "passphrase_file": "alpha.pass"}
    (folder / "alpha.json").write_text(json.dumps(said))
    with pytest.raises(SealingKeyMissing, match=r"alpha\.p12 cannot be read"):
        sealing_key()


def test_a_token_that_is_not_there_is_a_sentence(folder: Path) -> None:
    token = {"module": "/nowhere/token.so", "token": "x", "certificate": "seal", "key": "seal"}
    (folder / "alpha.json").write_text(json.dumps({"pkcs11": {**token, "pin_file": "pin"}}))
    (folder / "pin").write_text("1234")
    with pytest.raises(SealingKeyMissing, match="The token 'x' gives no key"):
        sealing_key()


def test_a_wrong_passphrase_is_a_sentence(folder: Path) -> None:
    store_key(folder, key_valid(NOW))
    (folder / "alpha.pass").write_text("wrong")
    with pytest.raises(SealingKeyMissing, match="check file and passphrase"):
        sealing_key()


def test_who_does_not_seal_needs_no_key(folder: Path) -> None:
    refuse_unsealable(current_seller(), on=ON)


def test_who_seals_issues_nothing_without_a_key(folder: Path) -> None:
    with pytest.raises(CannotBill) as refused:
        refuse_unsealable(sealing_seller(), on=ON)
    assert refused.value.code == "seal-key-missing"


@pytest.mark.parametrize(
    ("on", "is_refused"),
    [
        (date(2026, 10, 5), True),
        (date(2026, 10, 6), False),
        # Until 10:00 in India: the day still counts.
        (date(2026, 10, 16), False),
        (date(2026, 10, 17), True),
    ],
)
def test_a_certificate_seals_from_its_first_to_its_last_day(
    folder: Path, on: date, is_refused: bool
) -> None:
    store_key(folder, key_valid(NOW - timedelta(hours=3, minutes=30), days=10))
    if not is_refused:
        refuse_unsealable(sealing_seller(), on=on)
        return
    with pytest.raises(CannotBill, match="valid from 2026-10-06 to 2026-10-16: renew") as refused:
        refuse_unsealable(sealing_seller(), on=on)
    assert refused.value.code == "seal-expired"


def test_sealing_is_turned_on_only_with_a_key_that_is_valid_and_stands_in_the_trail(
    folder: Path,
) -> None:
    seller = current_seller()
    with pytest.raises(SealingKeyMissing):
        set_sealing(seller, on=True, now=NOW)
    store_key(folder, key_valid(NOW - timedelta(days=100), days=10))
    with pytest.raises(SealingKeyMissing, match="renew the key first"):
        set_sealing(seller, on=True, now=NOW)
    store_key(folder, key_valid(NOW))
    assert not current_seller().seals_documents

    set_sealing(seller, on=True, now=NOW)
    set_sealing(seller, on=True, now=NOW)

    assert current_seller().seals_documents
    assert AuditEvent.objects.filter(action="seller.changed").count() == 1


def test_the_command_makes_a_key_for_development_and_shows_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match=r"alpha\.json cannot be read"):
        call_command("sealing_key", tenant="alpha")
    call_command("sealing_key", tenant="alpha", make_development_key=True, on=True)
    assert "Sealing is on." in capsys.readouterr().out
    made = (folder / "alpha.p12").read_bytes()
    call_command("sealing_key", tenant="alpha", make_development_key=True, off=True)

    out = capsys.readouterr().out
    assert "Sealing is off." in out
    assert "issued by Development CA" in out
    assert (folder / "alpha.p12").read_bytes() == made
    assert {file.stat().st_mode & 0o077 for file in folder.iterdir()} == {0}
