"""Adding and editing accounts."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import Account
from billing.payments.from_credits import open_balance
from certinext.audit.models import AuditEvent
from certinext.backoffice.countries import currencies
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import NOW
from tests.invoices.monthly import granted


def fields(**changes: Any) -> dict[str, Any]:
    """What a browser sends for an ordinary account."""
    return {
        "display_name": "Konkan Retail Bank",
        "legal_name": "Konkan Retail Bank Limited",
        "kind": "enterprise",
        "address_line1": "1 Marine Drive",
        "postal_code": "400020",
        "city": "Mumbai",
        "country": "IN",
        "state_code": "27",
        "is_business": "on",
        "currency": "INR",
        "document_language": "en",
        "paper_size": "a4",
        "bill_to": "self",
        **changes,
    }


def errors(html: str) -> list[str]:
    found = re.findall(r'<p class="field-error">.*?<span>(.*?)</span>', html, re.DOTALL)
    return [text.replace("&#x27;", "'") for text in found]


def edit(client: Client, account: Account, **changes: Any) -> list[str]:
    """Post the form of an account as it is but for the changes; return the errors."""
    url = f"/backoffice/accounts/{account.account_number}/edit/"
    same = {
        "display_name": account.display_name,
        "legal_name": account.legal_name,
        "kind": account.kind,
        "state_code": account.state_code,
        "country": account.country,
        "currency": account.currency,
        "bill_to": account.bill_to,
        "partner_number": account.parent.account_number if account.parent else "",
    }
    answer = client.post(url, fields(**{**same, **changes}))
    assert answer.status_code in {200, 302}
    return errors(answer.content.decode())


def test_a_new_account_gets_a_free_number_of_ten_digits(staff: Client) -> None:
    answer = staff.post("/backoffice/accounts/add/", fields())
    account = Account.objects.get()
    assert re.fullmatch(r"[0-9]{10}", account.account_number)
    assert answer["Location"] == f"/backoffice/accounts/{account.account_number}/"
    event = AuditEvent.objects.get(action="account.added")
    assert (event.actor, event.account_number) == (
        "meera@aravalli.example",
        account.account_number,
    )


def test_a_new_account_takes_the_platforms_number(staff: Client) -> None:
    staff.post("/backoffice/accounts/add/", fields(account_number="3108842834"))
    assert Account.objects.get().account_number == "3108842834"


def test_a_form_that_is_sent_twice_adds_one_account(staff: Client) -> None:
    drawn = re.search(
        r'name="free_number" value="([0-9]{10})"',
        staff.get("/backoffice/accounts/add/").content.decode(),
    )
    assert drawn is not None
    sent = fields(free_number=drawn[1])
    staff.post("/backoffice/accounts/add/", sent)
    account = Account.objects.get()
    assert account.account_number == drawn[1]
    again = staff.post("/backoffice/accounts/add/", sent).content.decode()
    assert f"This form was sent before and added {account}, account {drawn[1]}:" in again
    assert Account.objects.get() == account


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("3108842834", "Konkan Bank has this number already."),
        ("310884283", "Write 10 digits."),
        ("31088428a4", "Write 10 digits."),
    ],
)
def test_a_number_that_is_taken_or_malformed_is_refused(
    staff: Client, number: str, sentence: str
) -> None:
    AccountFactory.create(account_number="3108842834", display_name="Konkan Bank")
    html = staff.post("/backoffice/accounts/add/", fields(account_number=number)).content.decode()
    assert errors(html) == [sentence]
    assert Account.objects.count() == 1


@pytest.mark.parametrize(
    ("country", "state", "written", "stored"),
    [
        ("IN", "29", " 29aagca7421k1zg ", "29AAGCA7421K1ZG"),
        ("FR", "", "40 303 265 045", "FR40303265045"),
        ("US", "", "12-3456789", "12-3456789"),
    ],
)
def test_a_tax_id_is_stored_in_its_countrys_form(
    staff: Client, country: str, state: str, written: str, stored: str
) -> None:
    changes = fields(country=country, state_code=state, tax_id=written)
    staff.post("/backoffice/accounts/add/", changes)
    assert Account.objects.get().tax_id == stored


def test_a_tax_id_with_a_typing_error_is_refused_at_its_field(staff: Client) -> None:
    account = AccountFactory.create()
    assert edit(staff, account, tax_id="29AAGCA7421K1ZX") == [
        "The GSTIN 29AAGCA7421K1ZX fails its own check digit: look for a typing error."
    ]


def test_an_electronic_address_is_stored_in_one_form(staff: Client) -> None:
    account = AccountFactory.create()
    changes = {"endpoint_scheme": "0088", "endpoint_id": " 4012345500004 ", "legal_id": "U72900"}
    assert edit(staff, account, **changes, buyer_reference="04011000-1234512345-06") == []
    account.refresh_from_db()
    assert (account.endpoint_scheme, account.endpoint_id) == ("0088", "4012345500004")
    assert (account.legal_id, account.buyer_reference) == ("U72900", "04011000-1234512345-06")


def test_a_wrong_electronic_address_is_refused_at_its_field(staff: Client) -> None:
    account = AccountFactory.create()
    assert edit(staff, account, endpoint_scheme="0088", endpoint_id="4012345500005") == [
        "4012345500005 is not valid as 0088 GLN: check it."
    ]
    assert edit(staff, account, endpoint_id="4012345500004") == [
        "Choose what kind of electronic address this is."
    ]
    assert edit(staff, account, legal_id_scheme="0106") == [
        "Enter the number in the register, or take the register out."
    ]


def test_the_currency_stays_once_something_was_charged(staff: Client) -> None:
    account = AccountFactory.create(currency="INR")
    assert edit(staff, account, currency="EUR") == []
    account.refresh_from_db()
    assert account.currency == "EUR"
    ChargeFactory.create(account=account)
    assert edit(staff, account, currency="INR") == [
        "The account has charges in EUR: its currency cannot change."
    ]


def test_the_currency_stays_once_money_came_in(staff: Client) -> None:
    account = AccountFactory.create(currency="INR")
    open_balance(
        account, owed=Decimal("-5.00"), currency="INR", source="Earlier books", by="test", now=NOW
    )
    assert edit(staff, account, currency="EUR") == [
        "The account has paid in INR: its currency cannot change."
    ]


def test_only_a_partner_has_sub_accounts(staff: Client) -> None:
    plain = AccountFactory.create()
    account = AccountFactory.create()
    number = plain.account_number
    assert edit(staff, account, partner_number=number) == ["This account is no partner."]
    assert edit(staff, account, partner_number="1234567890") == [
        "There is no account with this number."
    ]


def test_partners_never_stand_in_a_circle(staff: Client) -> None:
    above = AccountFactory.create(kind="partner")
    below = AccountFactory.create(kind="partner", parent=above)
    sentence = "This account stands below the one you are changing."
    assert edit(staff, above, partner_number=below.account_number) == [sentence]
    assert edit(staff, above, partner_number=above.account_number) == [sentence]


def test_a_partner_with_sub_accounts_stays_a_partner(staff: Client) -> None:
    partner = AccountFactory.create(kind="partner")
    AccountFactory.create(parent=partner)
    assert edit(staff, partner, kind="retail") == ["It has sub-accounts: only a partner can."]


def test_invoices_go_to_a_partner_only_where_there_is_one(staff: Client) -> None:
    account = AccountFactory.create()
    assert edit(staff, account, bill_to="parent") == [
        "Only a sub-account's invoices can go to its partner."
    ]


def test_an_account_with_monthly_invoicing_pays_itself(staff: Client) -> None:
    partner = AccountFactory.create(kind="partner")
    account = AccountFactory.create(parent=partner)
    granted(account, "2026-11-01 09:00")
    assert edit(staff, account, bill_to="parent") == [
        "Turn off this account's monthly invoicing first."
    ]


def test_payers_are_one_step_away(staff: Client) -> None:
    top = AccountFactory.create(kind="partner")
    middle = AccountFactory.create(kind="partner", parent=top)
    AccountFactory.create(parent=middle, bill_to="parent")
    assert edit(staff, middle, bill_to="parent") == [
        "Other accounts are invoiced through this one."
    ]
    other = AccountFactory.create(kind="partner", parent=top, bill_to="parent")
    account = AccountFactory.create(parent=other)
    assert edit(staff, account, bill_to="parent") == [
        "The partner is itself invoiced through another account."
    ]


def test_who_is_invoiced_through_a_partner_has_its_currency(staff: Client) -> None:
    partner = AccountFactory.create(kind="partner", display_name="Vindhya", currency="EUR")
    account = AccountFactory.create(parent=partner, currency="INR")
    sentence = (
        "Its invoices go to Vindhya, which is billed in EUR, and nothing is converted: choose EUR"
        " here, or let this account pay for itself."
    )
    assert edit(staff, account, bill_to="parent") == [sentence]
    new = fields(partner_number=partner.account_number, bill_to="parent")
    assert errors(staff.post("/backoffice/accounts/add/", new).content.decode()) == [sentence]
    assert edit(staff, account, bill_to="parent", currency="EUR") == []


def test_a_payers_currency_is_that_of_whom_it_pays_for(staff: Client) -> None:
    partner = AccountFactory.create(kind="partner", currency="INR")
    AccountFactory.create(parent=partner, currency="INR")
    paid = AccountFactory.create(parent=partner, bill_to="parent", display_name="Konkan")
    sentence = (
        "Konkan is invoiced through this account and billed in INR, and nothing is converted. Let"
        " it and the others like it pay for themselves, then change the currency here and there."
    )
    assert edit(staff, partner, currency="EUR") == [sentence]
    Account.objects.filter(pk=paid.pk).update(bill_to="self")
    assert edit(staff, partner, currency="EUR") == []


def test_a_state_belongs_to_an_address_in_india(staff: Client) -> None:
    account = AccountFactory.create()
    assert edit(staff, account, country="FR", state_code="27") == [
        "Only addresses in India have a State of this list: take it out."
    ]
    assert edit(staff, account, country="IN", state_code="27", region="Goa") == [
        "In India the State is chosen from the list: leave this empty."
    ]


def test_an_address_in_india_needs_its_state(staff: Client) -> None:
    account = AccountFactory.create()
    needed = "Choose the State: an address in India is not complete without it."
    html = staff.get(f"/backoffice/accounts/{account.account_number}/edit/").content.decode()
    assert html.count("(required in India)") == 2
    assert edit(staff, account, state_code="") == [needed]
    assert edit(staff, account, billing_line1="PO Box 1", billing_country="IN") == [needed]
    assert edit(staff, account, country="US", state_code="", region="MN") == []
    account.refresh_from_db()
    assert (account.country, account.state_code, account.region) == ("US", "", "MN")


def test_a_billing_address_has_a_first_line_and_may_be_in_another_country(staff: Client) -> None:
    account = AccountFactory.create()
    assert edit(staff, account, billing_city="Austin") == [
        "Enter its first line, or leave the whole billing address empty."
    ]
    abroad = {"billing_line1": "PO Box 1", "billing_city": "Austin", "billing_region": "TX"}
    assert edit(staff, account, **abroad, billing_country="US") == []
    html = staff.get(f"/backoffice/accounts/{account.account_number}/").content.decode()
    assert "PO Box 1<br>Austin, TX<br>United States</dd>" in html


def test_a_change_is_audited_with_old_and_new(staff: Client) -> None:
    account = AccountFactory.create(display_name="Konkan", city="Mumbai")
    edit(staff, account, city="Pune", address_line1="1 Marine Drive")
    event = AuditEvent.objects.get(action="account.changed")
    assert event.details["changes"]["city"] == ["Mumbai", "Pune"]
    assert event.account_number == account.account_number


def test_saving_without_a_change_leaves_no_trace(staff: Client) -> None:
    account = AccountFactory.create()
    edit(staff, account)
    before = AuditEvent.objects.filter(action="account.changed").count()
    edit(staff, Account.objects.get())
    assert AuditEvent.objects.filter(action="account.changed").count() == before


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\n", "\x07"])
def test_a_name_holds_no_sign_that_turns_or_hides_text(staff: Client, sign: str) -> None:
    html = staff.post("/backoffice/accounts/add/", fields(legal_name=f"Kon{sign}kan"))
    assert "invisible character" in html.content.decode()
    assert not Account.objects.exists()


def test_names_are_trimmed_and_composed(staff: Client) -> None:
    staff.post("/backoffice/accounts/add/", fields(display_name="  Cafe\u0301  "))
    assert Account.objects.get().display_name == "Caf\u00e9"


def test_a_failed_form_keeps_what_was_entered_and_says_error_first(staff: Client) -> None:
    html = staff.post("/backoffice/accounts/add/", fields(display_name="", city="Pune"))
    text = html.content.decode()
    assert "<title>Error: Add account" in text
    assert 'value="Pune"' in text


def test_an_unknown_account_is_not_found(staff: Client) -> None:
    assert staff.get("/backoffice/accounts/0000000000/").status_code == 404
    assert staff.get("/backoffice/accounts/0000000000/edit/").status_code == 404


def test_no_currency_is_offered_whose_amounts_have_four_decimals() -> None:
    codes = {code for code, _name in currencies()}
    assert {"INR", "EUR", "JPY", "KWD"} <= codes
    assert not {"CLF", "UYW"} & codes


def test_what_invoices_need_is_not_called_optional(staff: Client) -> None:
    html = staff.get("/backoffice/accounts/add/").content.decode()
    assert html.count("(needed for invoices)") == 3
    for name in ("address_line1", "city", "country"):
        label = html.split(f'<label class="form-label" for="id_{name}">')[1].split("</label>")[0]
        assert "(needed for invoices)" in label
        assert "(optional)" not in label


def test_a_partner_that_is_chosen_is_locked_with_the_account(staff: Client) -> None:
    partner = AccountFactory.create(kind=Account.Kind.PARTNER)
    account = AccountFactory.create()
    with CaptureQueriesContext(connection) as asked:
        edit(staff, account, partner_number=partner.account_number)
    account.refresh_from_db()
    assert account.parent == partner
    (locking,) = (q["sql"] for q in asked.captured_queries if "FOR NO KEY UPDATE" in q["sql"])
    assert f"IN ({partner.pk})" in locking
