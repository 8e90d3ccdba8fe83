"""The switch of e-invoicing, the list of registrations, and the pages of what still waits."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from billing.models import Document, RegistrationAttempt, RegistrationRequest, Seller
from billing.registering.switch import CannotSwitch, set_einvoicing
from certinext.audit.models import AuditEvent
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_tenant
from tests.backoffice.conftest import NOW
from tests.backoffice.test_seller import seller_form
from tests.billing.einvoice.scenes import credit
from tests.billing.registering.portal import write_credentials
from tests.billing.registering.scenes import e_invoicing, given, issued, request_of, work_off
from tests.customers import SignIn, words
from tests.factories import MembershipFactory

SELLER, LIST, HOME = "/backoffice/seller/", "/backoffice/registrations/", "/backoffice/"
TODAY = NOW.date()


def refused(code: str = "3028", said: str = "GSTIN is invalid", **buyer: Any) -> Document:
    """Issue a document that the portal refuses."""
    document = issued(**buyer)
    RegistrationRequest.objects.filter(pk=document.pk).update(attempts=1, next_attempt_at=None)
    RegistrationAttempt.objects.create(
        request_id=document.pk, at=NOW, outcome="refused", code=code, message=said
    )
    return document


def address(document: Document) -> str:
    return f"/backoffice/invoices/{quote(str(document.number))}"


# ── The switch
def test_e_invoicing_is_off_until_somebody_turns_it_on_on_the_record(staff: Client) -> None:
    assert "E-invoicing does not apply" in words(staff.get(LIST))
    answer = staff.post(
        SELLER, seller_form(einvoicing_from=TODAY.isoformat(), registry="sandbox"), follow=True
    )
    assert "Saved." in words(answer)
    seller = Seller.objects.get()
    assert (seller.einvoicing_from, seller.registry) == (TODAY, "sandbox")
    event = AuditEvent.objects.filter(action="seller.changed").latest("id")
    assert event.details["changes"]["einvoicing_from"] == ["", "2026-11-10"]
    assert event.details["changes"]["registry"] == ["irp", "sandbox"]
    assert "documents of 10 November 2026 and later" in words(staff.get(LIST))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"einvoicing_from": "2026-11-09", "registry": "sandbox"},
            "Choose today or a later day: what is issued already stays as it is.",
        ),
        (
            {"einvoicing_from": "2026-11-10", "registry": "sandbox", "gstin": ""},
            "E-invoicing is for sellers in India with a GSTIN",
        ),
        ({"einvoicing_from": "2026-11-10", "registry": "irp"}, "names no folder"),
        ({"einvoicing_from": "2026-11-10", "registry": "other"}, "this is not on it"),
        ({"einvoicing_from": "10.11.2026", "registry": "sandbox"}, "is no day: write one such as"),
    ],
)
def test_a_switch_that_cannot_be_is_refused(
    staff: Client, changes: dict[str, str], said: str
) -> None:
    answer = staff.post(SELLER, seller_form(**changes))
    assert said in words(answer)
    assert Seller.objects.get().einvoicing_from is None


def test_without_the_sandbox_it_is_not_offered(staff: Client, settings: Settings) -> None:
    assert "Sandbox, not valid for tax" in staff.get(SELLER).content.decode()
    settings.SANDBOX_REGISTRY = False
    assert "Sandbox, not valid for tax" not in staff.get(SELLER).content.decode()


def test_with_access_the_real_portal_can_be_chosen(
    staff: Client, tmp_path: Path, settings: Settings
) -> None:
    settings.REGISTRY_CREDENTIALS = tmp_path
    write_credentials(tmp_path, "https://irp.example")
    staff.post(SELLER, seller_form(einvoicing_from=TODAY.isoformat(), registry="irp"))
    assert Seller.objects.get().einvoicing_from == TODAY


def test_a_day_that_holds_already_may_stay(staff: Client) -> None:
    e_invoicing("sandbox")
    staff.post(SELLER, seller_form(trade_name="Aravalli"))
    assert Seller.objects.get().trade_name == "Aravalli"


@pytest.mark.django_db
def test_the_switch_is_for_sellers_in_india() -> None:
    use_tenant(Tenant.objects.get(schema_name="beta"))
    with pytest.raises(CannotSwitch, match="sellers in India"):
        set_einvoicing(Seller.objects.get(), since=TODAY, registry="sandbox", today=TODAY)


@pytest.mark.django_db
def test_the_switch_is_recorded_once() -> None:
    for _time in range(2):
        set_einvoicing(Seller.objects.get(), since=TODAY, registry="sandbox", today=TODAY)
    assert AuditEvent.objects.filter(action="seller.changed").count() == 1


# ── The list
def test_the_list_shows_what_was_given_refused_and_still_waits(staff: Client) -> None:
    e_invoicing("sandbox")
    registered = issued(display_name="Konkan Foods")
    work_off()
    refused(display_name="Himgiri University")
    waits = issued()
    page = words(staff.get(LIST))
    found = given(registered)
    assert found is not None
    assert f"{registered} 6 Oct 2026" in page
    assert found.irn in page
    assert "Ack No. " + found.ack_number in page
    assert "Refused 3028: GSTIN is invalid 1 attempt" in page
    assert "1 document waits for you" in page
    for view, there in {"stopped": 0, "waiting": 1, "registered": 0}.items():
        assert (str(waits) in words(staff.get(LIST, {"view": view}))) == bool(there)
    assert "Konkan Foods" in words(staff.get(LIST, {"q": found.irn.upper()}))
    assert "Konkan Foods" not in words(staff.get(LIST, {"q": "Himgiri"}))


def test_a_refused_document_is_asked_for_again_once(staff: Client) -> None:
    e_invoicing("sandbox")
    document = refused()
    for _press in range(2):
        answer = staff.post(f"{LIST}{document.pk}/retry/", follow=True)
    assert "waits for no clerk: nothing was done" in words(answer)
    assert request_of(document).next_attempt_at == NOW
    event = AuditEvent.objects.get(action="registration.retried")
    assert (event.actor, event.object_label) == ("meera@aravalli.example", str(document))
    assert work_off(NOW + timedelta(minutes=1)) == 1


def test_the_overview_counts_what_needs_a_person(staff: Client) -> None:
    e_invoicing("sandbox")
    for number in range(6):
        document = refused(said=f"Reason {number}")
    page = words(staff.get(HOME))
    assert f"{document} 3028: Reason 5" in page
    assert "All 6 refused registrations" in page
    late = issued()
    RegistrationRequest.objects.filter(pk=late.pk).update(attempts=3)
    assert "1 document waits for the government's portal" in words(staff.get(HOME))


def test_the_list_asks_as_many_questions_of_many_rows_as_of_few(staff: Client) -> None:
    e_invoicing("sandbox")

    def questions() -> int:
        staff.get(LIST)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            staff.get(LIST)
        return len(asked)

    issued()
    work_off()
    few = questions()
    for _number in range(5):
        refused()
        issued()
    assert questions() == few


# ── Pages of documents
def test_a_document_that_waits_says_so_and_is_handed_out_in_no_form(staff: Client) -> None:
    e_invoicing("sandbox")
    document = issued()
    page = staff.get(f"{address(document)}/")
    assert "Being registered at the government's portal" in words(page)
    assert f"{address(document)}.pdf" not in page.content.decode()
    for suffix in ("pdf", "json", "jwt"):
        answer = staff.get(f"{address(document)}.{suffix}")
        assert answer.status_code == 503
        assert "is issued and is being registered" in words(answer)
    assert not AuditEvent.objects.filter(action="invoice.downloaded").exists()


def test_a_registered_document_shows_its_number_and_hands_out_what_was_signed(
    staff: Client,
) -> None:
    e_invoicing("sandbox")
    document = issued()
    note = credit(document.invoice).document
    work_off()
    for one, below in ((document, "invoices"), (note, "credit-notes")):
        page = staff.get(f"/backoffice/{below}/{quote(str(one.number))}/")
        found = given(one)
        assert found is not None
        assert found.irn in words(page)
        assert "Sandbox: not valid for tax" in words(page)
        signed = staff.get(f"/backoffice/{below}/{quote(str(one.number))}.jwt")
        assert signed.content.decode() == found.signed_invoice
        assert signed["Content-Type"] == "application/jwt"
        assert staff.get(f"/backoffice/{below}/{quote(str(one.number))}.json").status_code == 200


@pytest.mark.django_db
def test_a_customer_reads_the_same(sign_in: SignIn) -> None:
    e_invoicing("sandbox")
    document = issued()
    customer = sign_in(MembershipFactory.create(account=document.account).user)
    page = words(customer.get(f"/invoices/{quote(str(document.number))}/"))
    assert "Being registered at the government's portal" in page
    assert customer.get(f"/invoices/{quote(str(document.number))}.pdf").status_code == 503
    work_off()
    assert customer.get(f"/invoices/{quote(str(document.number))}.pdf").status_code == 200


def test_only_indian_sellers_have_the_page_in_their_navigation(
    staff: Client,
) -> None:
    assert LIST in staff.get(HOME).content.decode()
    Seller.objects.update(country="DE", gstin="")
    assert LIST not in staff.get(HOME).content.decode()
