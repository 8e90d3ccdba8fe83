"""The sandbox answers as the portal does, and what it touches says that it is worthless."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from pytest_django import Settings

from billing.models import Document
from billing.registering.signed import BadToken, data_of
from billing.registering.via_sandbox import SandboxRegistry
from billing.rendering import ensure_file, read_file
from certinext.launch import paths
from certinext.launch.variables import production_variables
from tests.billing.einvoice.scenes import credit, invoice_to
from tests.billing.reading_pdfs import text_of
from tests.billing.registering.portal import data_in, public_pem
from tests.billing.registering.scenes import e_invoicing, given, issued, last_attempt, work_off
from tests.invoices.helpers import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("buyer", [{"tax_id": "29AAAAK3309M1ZH"}, {"export": True}])
def test_its_answers_have_the_portals_shape(buyer: dict[str, Any]) -> None:
    e_invoicing("sandbox")
    note = credit(invoice_to(buyer))
    assert work_off() == 2
    found = given(note.document)
    assert found is not None
    assert found.is_sandbox
    code, invoice = data_in(found.signed_qr), data_in(found.signed_invoice)
    assert code["Irn"] == invoice["Irn"] == found.irn
    assert (code["DocTyp"], code["DocNo"], code["ItemCnt"]) == ("CRN", str(note.document), 1)
    assert code["TotInvVal"] == float(note.document.total)
    assert str(invoice["AckNo"]) == found.ack_number
    assert invoice["ItemList"][0]["HsnCd"] == code["MainHsnCode"]
    assert found.acked_at == NOW


def test_its_signature_is_not_the_governments() -> None:
    e_invoicing("sandbox")
    document = issued()
    work_off()
    found = given(document)
    assert found is not None
    with pytest.raises(BadToken, match="not the government's"):
        data_of(found.signed_qr, keys=(public_pem("government"),))
    keys = SandboxRegistry(clock=lambda: NOW).signing_keys
    assert data_of(found.signed_qr, keys=keys)[1] == found.verified_with


def test_its_documents_say_that_they_are_not_valid_for_tax() -> None:
    e_invoicing("sandbox")
    document = issued()
    work_off()
    printed = text_of(read_file(ensure_file(document)))
    assert "Sandbox registration" in printed
    assert "Not valid for tax: no government's portal has seen this document." in printed
    assert "Registered at the Invoice Registration Portal" not in printed


def test_taken_away_again_it_registers_nothing(settings: Settings) -> None:
    e_invoicing("sandbox")
    document = issued()
    settings.SANDBOX_REGISTRY = False
    assert work_off() == 0
    assert last_attempt(document).message == "This installation does not allow the sandbox."
    assert not Document.objects.filter(registration__isnull=False).exists()


@pytest.mark.parametrize(
    ("variables", "is_allowed"),
    [
        ({"SANDBOX_REGISTRY": "0", "DEBUG": "1"}, False),
        ({"SANDBOX_REGISTRY": "", "DEBUG": "0"}, False),
        ({"SANDBOX_REGISTRY": "1"}, True),
    ],
)
def test_an_installation_has_to_ask_for_it(
    variables: dict[str, str], is_allowed: bool, tmp_path: Any
) -> None:
    code = "from certinext import settings; print(settings.SANDBOX_REGISTRY)"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=paths.ROOT,
        env={**os.environ, **production_variables(tmp_path), **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == str(is_allowed)
