"""Documents are registered once, at the real wire format, and printed only then."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings

from billing.einvoice.gst import GstInvoice
from billing.einvoice.gst_document import gst_invoice
from billing.einvoice.inv01 import inv01_json
from billing.einvoice.parts import parts_of
from billing.errors import CannotBill
from billing.models import (
    Account,
    Document,
    DocumentFile,
    OutboxMessage,
    RegistrationAttempt,
    RegistrationRequest,
    Seller,
)
from billing.registering.given import AwaitsRegistration
from billing.registering.work_off import try_again, work_off_registrations
from billing.rendering import ensure_file, read_file
from billing.tasks import render_outbox
from certinext.audit.models import AuditEvent
from credit_notes.issue import credit_charges
from invoices import month
from tests.billing.einvoice.scenes import credit, invoice_to
from tests.billing.payments.test_settle import settled
from tests.billing.reading_pdfs import text_of
from tests.billing.registering.portal import FIRST_ACK, Portal, data_in, token_of
from tests.billing.registering.scenes import (
    MYSURU,
    e_invoicing,
    given,
    issued,
    last_attempt,
    request_of,
    work_off,
)
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import NOW, ON, issue_order_invoice
from tests.invoices.monthly import at, bill, granted, invoices_of, revoked

pytestmark = pytest.mark.django_db
REGISTER = "/eicore/v1.03/Invoice"
AUTH = "/eivital/v1.04/auth"
LATER = NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _applies(portal: Portal) -> None:
    e_invoicing()


def due_of(document: Document) -> datetime:
    due = request_of(document).next_attempt_at
    assert due is not None
    return due


def irn_of(document: Document, kind: str = "INV") -> str:
    return hashlib.sha256(f"29AAGCA7421K1ZG2026-27{kind}{document.number}".encode()).hexdigest()


# ── Which documents
def test_an_invoice_to_a_registered_buyer_gets_the_portals_number(portal: Portal) -> None:
    document = issued()

    assert work_off() == 1

    found = given(document)
    assert found is not None
    assert (found.irn, found.ack_number) == (irn_of(document), str(FIRST_ACK))
    assert found.acked_at == datetime(2026, 10, 6, 8, 35, tzinfo=UTC)
    assert found.answer == portal.registered[found.irn]
    assert found.signed_qr == found.answer["SignedQRCode"]
    assert len(found.verified_with) == 64
    assert request_of(document).next_attempt_at is None
    assert AuditEvent.objects.filter(action="document.registered").count() == 1


@pytest.mark.parametrize(
    ("buyer", "kinds"),
    [
        ({"tax_id": MYSURU}, ["INV", "CRN"]),
        ({"tax_id": "27AAHCS5512Q1ZT", "cross_state": True, "is_sez": True}, ["INV", "CRN"]),
        ({"export": True}, ["INV", "CRN"]),
        ({"tax_id": ""}, []),
        ({"tax_id": "", "is_business": False}, []),
    ],
)
def test_sales_to_registered_buyers_and_abroad_are_registered_with_their_notes(
    portal: Portal, buyer: dict[str, Any], kinds: list[str]
) -> None:
    invoice = invoice_to(buyer)
    credit(invoice)

    assert work_off() == len(kinds)

    found = [one["SignedInvoice"] for one in portal.registered.values()]
    assert len(found) == len(kinds) == RegistrationRequest.objects.count()


def test_receipts_are_not_registered() -> None:
    settled(AccountFactory.create(tax_id=MYSURU), "100.00", kind="top_up")
    assert not RegistrationRequest.objects.exists()


def test_documents_of_before_the_day_are_not_registered() -> None:
    Seller.objects.update(einvoicing_from=ON + timedelta(days=1))
    assert not RegistrationRequest.objects.filter(document=issued()).exists()
    account = AccountFactory.create(tax_id=MYSURU)
    charge = ChargeFactory.create(account=account)
    later = issue_order_invoice(account, charge, on=ON + timedelta(days=1)).document
    assert RegistrationRequest.objects.get().document == later


def test_a_credit_note_that_takes_back_no_tax_is_not_registered() -> None:
    invoice = invoice_to({"tax_id": MYSURU})
    credit(invoice, on=ON.replace(year=2028))
    assert RegistrationRequest.objects.get().document == invoice.document


def test_turning_it_off_leaves_what_was_promised() -> None:
    document = issued()
    Seller.objects.update(einvoicing_from=None)
    assert not RegistrationRequest.objects.filter(document=issued()).exists()
    assert work_off() == 1
    assert given(document)


def test_what_the_portal_could_never_take_is_not_issued() -> None:
    with pytest.raises(CannotBill, match="takes rupees, not USD"):
        issue_in_dollars()
    assert not Document.objects.exists()
    Seller.objects.update(einvoicing_from=None)
    issue_in_dollars()


def issue_in_dollars() -> None:
    account = AccountFactory.create(export=True, currency="USD")
    issue_order_invoice(account, ChargeFactory.create(account=account, currency="USD"))


def test_more_items_than_the_portal_takes_are_not_issued() -> None:
    account = AccountFactory.create(tax_id=MYSURU)
    charges = ChargeFactory.create_batch(1001, account=account)
    with pytest.raises(CannotBill, match="1,000 items at most, this document has 1001"):
        issue_order_invoice(account, *charges)
    issue_order_invoice(account, *charges[:1000])


# ── Nothing before
def test_nothing_is_rendered_or_handed_out_before() -> None:
    document = issued()

    render_outbox.run()

    message = OutboxMessage.objects.get(document=document)
    assert (message.attempts, message.error) == (0, "")
    with pytest.raises(AwaitsRegistration, match="being registered"):
        ensure_file(document)
    assert not DocumentFile.objects.exists()

    work_off()
    render_outbox.run()
    printed = text_of(read_file(DocumentFile.objects.get(document=document)))
    assert irn_of(document) in printed.replace("\n", "")
    assert f"Ack No.\n{FIRST_ACK}" in printed or f"Ack No. {FIRST_ACK}" in printed
    assert "6 Oct 2026, 14:05 IST" in printed
    assert "Sandbox" not in printed


def test_others_are_rendered_meanwhile() -> None:
    issued()
    consumer = issued(tax_id="", is_business=False)
    render_outbox.run()
    assert DocumentFile.objects.get().document == consumer


# ── The session
def test_one_session_serves_many_documents(portal: Portal) -> None:
    for _number in range(3):
        issued()
    assert work_off() == 3
    assert portal.count(AUTH) == 1


def test_a_session_that_the_portal_forgot_is_begun_anew(portal: Portal) -> None:
    issued()
    work_off()
    portal.sessions.clear()
    document = issued()
    assert work_off() == 1
    assert given(document)
    assert portal.count(AUTH) == 2


def test_wrong_credentials_are_not_tried_over_and_over(portal: Portal) -> None:
    portal.password = "changed at the portal"
    document = issued()
    for minutes in range(0, 20, 2):
        assert work_off(NOW + timedelta(minutes=minutes)) == 0
    assert portal.count(AUTH) == 1
    found = last_attempt(document)
    assert (found.outcome, found.code) == ("unavailable", "1008")
    assert found.message.endswith("Invalid login credentials")
    work_off(LATER)
    assert portal.count(AUTH) == 2


# ── Errors
def test_what_the_portal_refuses_waits_for_a_clerk(portal: Portal) -> None:
    portal.refuses.append(("3028", "GSTIN - 29AAAAK3309M1ZH is invalid"))
    document = issued()

    assert work_off() == 0
    assert work_off(LATER) == 0

    assert portal.count(REGISTER) == 1
    found = last_attempt(document)
    assert (found.outcome, found.code) == ("refused", "3028")
    assert found.message == "GSTIN - 29AAAAK3309M1ZH is invalid"
    assert request_of(document).next_attempt_at is None

    assert try_again(request_of(document), by="clerk", now=LATER)
    assert not try_again(request_of(document), by="clerk", now=LATER)
    assert work_off(LATER) == 1
    assert given(document)


def test_a_refused_document_stops_no_other(portal: Portal) -> None:
    portal.refuses.append(("2172", "IGST is not applicable"))
    for _number in range(2):
        issued()
    assert work_off() == 1


def test_a_portal_that_is_down_is_asked_again_later_each_time(portal: Portal) -> None:
    portal.http_status = 503
    first, second = issued(), issued()

    waits = []
    now = NOW
    for _round in range(9):
        work_off(now)
        waits.append(due_of(first) - now)
        now = min(due_of(first), due_of(second))
    assert waits[0] == timedelta(minutes=1)
    assert max(waits) <= timedelta(hours=1)
    assert due_of(first) - NOW > timedelta(minutes=15)
    assert last_attempt(first).message == "The portal is out of order (HTTP 503)."
    # One document a round tells that nobody answers.
    assert RegistrationAttempt.objects.count() == 9

    portal.http_status = 0
    assert work_off(now + timedelta(hours=2)) == 2
    assert given(first)
    assert given(second)


def test_a_portal_that_asks_to_try_later_is_asked_later(portal: Portal) -> None:
    portal.refuses.append(("2147", "Unable to sign invoice, Pl try after some time"))
    document = issued()
    assert work_off() == 0
    assert last_attempt(document).outcome == "unavailable"
    assert work_off(LATER) == 1


def test_without_access_documents_wait_and_say_why(settings: Settings) -> None:
    settings.REGISTRY_CREDENTIALS = None
    document = issued()
    assert work_off() == 0
    assert last_attempt(document).message.startswith("REGISTRY_CREDENTIALS names no folder")


def test_what_nobody_foresaw_is_logged_stops_no_other_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    document, other = issued(), issued()

    def fails_for_one(invoice: GstInvoice) -> bytes:
        if invoice.number == document.number:
            raise ZeroDivisionError
        return inv01_json(invoice)

    with monkeypatch.context() as patch:
        patch.setattr("billing.registering.work_off.inv01_json", fails_for_one)
        assert work_off() == 1
    assert given(other)
    found = last_attempt(document)
    assert found.message.startswith("The log names the cause under ")
    assert "ZeroDivisionError" in caplog.text
    assert work_off(LATER) == 1


# ── Once
def test_an_answer_that_was_lost_is_taken_up(portal: Portal) -> None:
    portal.loses_answers = 1
    document = issued()

    assert work_off() == 0
    assert last_attempt(document).message == "The portal does not answer."
    assert work_off(LATER) == 1

    assert len(portal.registered) == 1
    assert portal.count(f"{REGISTER}/irnbydocdetails?doctype=INV&docnum=INV%2F26-27%2F000001") == 1
    assert last_attempt(document).outcome == "taken_up"
    found = given(document)
    assert found is not None
    assert found.ack_number == str(FIRST_ACK)


def test_a_duplicate_is_taken_up(portal: Portal) -> None:
    document = issued()
    # Somebody has typed it in at the portal.
    content = json.loads(inv01_json(gst_invoice(parts_of(document))), parse_float=Decimal)
    portal.register("29AAGCA7421K1ZG", content)

    assert work_off() == 1

    assert len(portal.registered) == 1
    assert last_attempt(document).outcome == "taken_up"
    assert portal.count(f"{REGISTER}/irn/{irn_of(document)}") == 1
    assert given(document)


# ── Answers for something else
def changed(name: str, value: object, *, part: str = "SignedQRCode") -> Callable[[Any], None]:
    def change(answer: dict[str, Any]) -> None:
        data = within = data_in(answer[part])
        *path, last = name.split(".")
        for step in path:
            within = within[step]
        within[last] = value
        answer[part] = token_of(data)

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (changed("SellerGstin", "27AAHCS5512Q1ZT"), "SignedQRCode.SellerGstin is 27AAHCS5512Q1ZT"),
        (changed("BuyerGstin", "27AAHCS5512Q1ZT"), "SignedQRCode.BuyerGstin is 27AAHCS5512Q1ZT"),
        (changed("DocNo", "INV/26-27/000009"), "SignedQRCode.DocNo is INV/26-27/000009"),
        (changed("DocTyp", "CRN"), "SignedQRCode.DocTyp is CRN instead of INV"),
        (changed("DocDt", "07/10/2026"), "SignedQRCode.DocDt is 07/10/2026"),
        (changed("TotInvVal", 10531.51), "SignedQRCode.TotInvVal is 10531.51"),
        (changed("Irn", "ab" * 32), "SignedQRCode.Irn is abab"),
        (changed("Irn", None), "SignedQRCode.Irn is \N{EN DASH} instead of"),
        (changed("TotInvVal", {}), "SignedQRCode.TotInvVal is {} instead of 10531.50"),
        (
            changed("DocDtls.No", "INV/26-27/000009", part="SignedInvoice"),
            "SignedInvoice.DocDtls.No is INV/26-27/000009",
        ),
        (
            changed("ValDtls", "much", part="SignedInvoice"),
            "SignedInvoice.ValDtls.TotInvVal is \N{EN DASH} instead of 10531.50",
        ),
        (changed("AckNo", 1, part="SignedInvoice"), "SignedInvoice.AckNo is 1 instead of"),
        (lambda answer: answer.update(Irn="ab" * 32), "Irn is abab"),
        (lambda answer: answer.update(Status="CNL"), "was cancelled at the portal"),
        (lambda answer: answer.update(SignedQRCode="a.b"), "cannot be read"),
        (lambda answer: answer.update(SignedQRCode="a.é.c"), "cannot be read"),
        (
            lambda answer: answer.update(SignedQRCode=token_of({}, key="somebody")),
            "signature of the portal's answer is not the government's",
        ),
        (
            lambda answer: answer.update(SignedInvoice=token_of({}, algorithm="none")),
            "signed by none instead of RS256",
        ),
    ],
)
def test_an_answer_about_something_else_is_kept_from_the_document(
    portal: Portal, change: Callable[[Any], None], said: str
) -> None:
    portal.answers_with = change
    document = issued()

    assert work_off() == 0

    found = last_attempt(document)
    assert found.outcome == "disagrees"
    assert said in found.message
    assert given(document) is None
    assert request_of(document).next_attempt_at is None
    render_outbox.run()
    assert not DocumentFile.objects.exists()


def test_an_answer_without_a_number_is_none(portal: Portal) -> None:
    portal.answers_with = lambda answer: answer.update(AckDt="soon")
    document = issued()
    assert work_off() == 0
    assert last_attempt(document).outcome == "unavailable"
    portal.answers_with = None
    assert work_off(LATER) == 1


def test_an_order_that_is_cancelled_at_once_has_both_documents_registered(portal: Portal) -> None:
    account = AccountFactory.create(tax_id=MYSURU)
    charge = ChargeFactory.create(account=account)
    issue_order_invoice(account, charge)
    credit_charges(
        charges=[charge],
        reason_code="cancelled",
        reason="Ordered twice",
        order_number=charge.order_number,
        on=ON,
        now=NOW,
        issued_by="test",
    )
    assert work_off() == 2
    assert len(portal.registered) == 2


def test_a_round_ends_before_the_next_one_begins_however_slow_the_portal(portal: Portal) -> None:
    for _number in range(4):
        issued()
    moments = (NOW + timedelta(seconds=10 * step) for step in itertools.count())

    done = work_off_registrations(clock=lambda: next(moments))

    assert 0 < done < 4
    assert work_off(NOW + timedelta(minutes=5)) == 4 - done


def test_whatever_the_portal_says_is_kept_and_shown(portal: Portal) -> None:
    portal.refuses.append(("9999" * 10, "NUL \0 and " + "words " * 400))
    document = issued()

    assert work_off() == 0

    found = last_attempt(document)
    assert found.outcome == "refused"
    assert len(found.code) == 20
    assert "\0" not in found.message


# ── More items than the portal takes
@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> Account:
    """Return an account, invoiced monthly, of more charges than the portal takes in one."""
    monkeypatch.setattr(month, "MOST_ITEMS", 3)
    account: Account = AccountFactory.create(tax_id=MYSURU)
    granted(account)
    ChargeFactory.create_batch(7, account=account)
    return account


def test_a_month_of_more_items_goes_on_further_invoices(portal: Portal, crowded: Account) -> None:
    run = bill("2026-10")

    assert run.items.get().state == "done"
    kinds = [(one.kind, one.document.lines.count()) for one in invoices_of(crowded)]
    assert kinds == [("monthly", 3), ("supplementary", 3), ("supplementary", 1)]
    assert work_off(at("2026-11-01 00:45")) == 3


def test_so_does_the_closing_invoice(portal: Portal, crowded: Account) -> None:
    revoked(crowded, "2026-10-20 12:00")
    assert [one.document.lines.count() for one in invoices_of(crowded)] == [3, 3, 1]
