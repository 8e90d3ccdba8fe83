"""Uploading the platform's files."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from billing.models import Account, ImportRun, Product
from certinext.audit.models import AuditEvent
from certinext.backoffice.forms import uploads
from certinext.identity.models import User
from orders.models import Order
from tests.customers import priced_product
from tests.factories import AccountFactory

UPLOAD = "/backoffice/imports/upload/"


@pytest.fixture
def konkan(db: None) -> Account:
    account: Account = AccountFactory.create(account_number="3108842834")
    return account


def row(number: str = "9433110001", **changes: Any) -> dict[str, Any]:
    return {
        "orderNumber": number,
        "requestNumber": f"79{number[2:]}",
        "productCode": "711",
        "groupNumber": "",
        "orderDate": "2026-11-02 23:30:00",
        "orderStatus": "Order Accepted",
        "certificateStatus": "Pending for Approver",
        "domainName": "www.konkan.example",
        "tags": [],
        "customFields": [],
        **changes,
    }


def upload(client: Client, content: str, kind: str = "orders", **fields: Any) -> Any:
    file = SimpleUploadedFile("report.json", content.encode(), "application/json")
    data = {"file": file, "account": "3108842834", "term_years": "1", **fields}
    return client.post(f"{UPLOAD}?kind={kind}", data, follow=True)


def test_a_row_that_ends_an_order_leads_to_its_credit_note(staff: Client, konkan: Account) -> None:
    priced_product()
    upload(staff, json.dumps({"content": [row()]}))
    html = upload(staff, json.dumps({"content": [row(orderStatus="Order Cancelled")]}))
    link = 'Credit note <a class="key" href="/backoffice/credit-notes/CN/26-27/000001/">'
    assert link in html.content.decode()


def test_a_report_goes_in_and_its_rows_are_shown(staff: Client, konkan: Account) -> None:
    priced_product()
    rows = [row(), row("9433110002", productCode="999")]
    html = upload(staff, json.dumps({"content": rows})).content.decode()
    run = ImportRun.objects.get()
    assert run.counts == {"created": 1, "failed": 1}
    assert (run.imported_by, run.file_name) == ("meera@aravalli.example", "report.json")
    assert 'href="/backoffice/orders/9433110001/"' in html
    assert "1 row did not go in; the others did." in html
    assert 'Invoice <a class="key" href="/backoffice/invoices/INV/26-27/000001/">' in html
    failed = staff.get(f"/backoffice/imports/{run.pk}/?view=failed").content.decode()
    assert "9433110002" in failed
    assert "9433110001" not in failed


def test_what_an_upload_does_was_done_by_who_uploaded_it(
    staff: Client, meera: User, konkan: Account
) -> None:
    priced_product()
    upload(staff, json.dumps({"content": [row()]}))
    upload(staff, json.dumps({"content": [row(orderStatus="Order Cancelled")]}))
    actions = ["orders.imported", "invoice.issued", "order.cancelled", "credit_note.issued"]
    events = AuditEvent.objects.filter(action__in=actions)
    assert set(events.values_list("action", flat=True)) == set(actions)
    assert set(events.values_list("actor", "actor_id")) == {(meera.email, str(meera.pk))}
    requests = {event.request_id for event in events}
    assert [len(each) for each in requests] == [32, 32]


def test_zone_and_term_are_options(staff: Client, konkan: Account) -> None:
    priced_product()
    upload(staff, json.dumps({"content": [row()]}), zone="America/New_York", term_years="2")
    order = Order.objects.get()
    assert order.ordered_at.isoformat() == "2026-11-03T04:30:00+00:00"
    assert (order.term_years, order.term_assumed) == (2, True)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"zone": "Mars/Olympus"}, "Write a zone&#x27;s name, such as Asia/Kolkata."),
        ({"account": "0000000000"}, "There is no account with this number."),
        ({"account": "12"}, "Write 10 digits."),
        ({"term_years": "7"}, "from the list: this is not on it."),
    ],
)
def test_a_wrong_option_imports_nothing(
    staff: Client, konkan: Account, fields: dict[str, str], sentence: str
) -> None:
    html = upload(staff, json.dumps({"content": [row()]}), **fields).content.decode()
    assert sentence in html
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "The file is empty: download the report again."),
        ("{", "The file ends in the middle"),
        ("<html>", "The file is no JSON any more"),
        ('{"rows": []}', "The file holds no list"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_in_words(
    staff: Client, konkan: Account, content: str, sentence: str
) -> None:
    assert sentence in upload(staff, content).content.decode()
    assert not Order.objects.exists()


def test_a_file_that_is_too_large_is_refused_with_the_limit(
    staff: Client, konkan: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 100)
    html = upload(staff, json.dumps({"content": [row()]})).content.decode()
    assert "The file has 1 MB and the limit is 20 MB" in html
    assert not ImportRun.objects.exists()


def test_the_catalogue_is_uploaded_too(staff: Client) -> None:
    catalogue = {
        "products": [
            {
                "categoryID": "3",
                "categoryName": "SSL/TLS Certificates",
                "currencyType": "INR",
                "products": [
                    {
                        "productCode": "711",
                        "productName": "emSign OV SSL",
                        "productTypeID": "1",
                        "subscriptionPrice": {"1 Year": {"cost": "8925.0"}},
                    }
                ],
            }
        ]
    }
    upload(staff, json.dumps(catalogue), kind="products")
    assert Product.objects.get().name == "emSign OV SSL"
    assert ImportRun.objects.get().kind == "products"


def test_groups_and_usage_have_their_forms(staff: Client, konkan: Account) -> None:
    groups = {"groups": [{"groupNumber": "3168600001", "groupName": "Sales"}]}
    upload(staff, json.dumps(groups), kind="groups")
    assert konkan.groups.get().name == "Sales"
    upload(staff, json.dumps({"usage": []}), kind="usage")
    assert set(ImportRun.objects.values_list("kind", flat=True)) == {"groups", "usage"}


@pytest.mark.parametrize("content", ["[]", '{"content": []}'])
def test_a_file_without_rows_says_so(staff: Client, konkan: Account, content: str) -> None:
    html = upload(staff, content).content.decode()
    assert "Nothing went in." in html
    assert "The file holds no rows." in html


def test_a_file_that_breaks_before_its_first_row_says_that_nothing_went_in(
    staff: Client, konkan: Account
) -> None:
    picture = SimpleUploadedFile("logo.png", b"\x89PNG\r\n\x1a\n\x00\xff")
    data = {"file": picture, "account": "3108842834", "term_years": "1"}
    html = staff.post(f"{UPLOAD}?kind=orders", data, follow=True).content.decode()
    assert "Nothing went in." in html
    assert "nothing was imported." in html
    assert "was imported: " not in html
    assert "what came before" not in html
    assert "the others did" not in html


GROUP = {"groupNumber": "7000000001", "groupName": "Payments", "isDefaultGroup": "1"}
LEDGER = {"bookedOn": "2026-11-02", "amount": "12.00"}


@pytest.mark.parametrize(
    ("kind", "content", "sentence"),
    [
        ("orders", [GROUP], "This looks like “Groups” and not like “Orders”: choose that kind."),
        ("orders", {"groups": [GROUP]}, "This looks like “Groups” and not like “Orders”"),
        ("groups", {"content": [row()]}, "This looks like “Orders” and not like “Groups”"),
        ("usage", [row(), row("9433110002")], "This looks like “Orders” and not like “Usage”"),
        ("products", {"content": [row()]}, "This looks like “Orders” and not like “Products"),
        ("usage", [LEDGER] * 70, "No row has any of idempotency_key, meter, quantity"),
        ("orders", {"content": [LEDGER]}, "the file is no report of the kind “Orders”"),
    ],
)
def test_a_file_of_another_kind_is_one_sentence(
    staff: Client, konkan: Account, kind: str, content: Any, sentence: str
) -> None:
    html = upload(staff, json.dumps(content), kind=kind).content.decode()
    assert sentence in html
    assert "Nothing went in." in html
    assert ImportRun.objects.get().counts == {"failed": 1}
