"""What breaks a rule is not issued: its account is parked, and the others go on."""

from __future__ import annotations

from typing import Any

import pytest

from billing.einvoice.attachment import electronic_attachment
from billing.models import Account, Charge, Document, ParkedAccount, Seller
from credit_notes.errors import CannotCredit
from credit_notes.models import CreditNote
from invoices.models import Invoice
from invoices.per_order import invoice_open_orders
from tests.billing.einvoice.scenes import (
    EUROPEANS,
    INDIANS,
    at_the_german_seller,
    credit,
    invoice_to,
)
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import NOW, ON

pytestmark = pytest.mark.django_db


def billed(account: Account) -> list[Invoice]:
    return invoice_open_orders(account=account, on=ON, now=NOW, issued_by="test")


@pytest.mark.parametrize(
    ("changes", "rule", "sentence"),
    [
        (
            {"postal_code": ""},
            "INV-01 BuyerDtls.Pin",
            (
                "The buyer's PIN code is missing or has not six digits: enter it as the postal"
                " code on the account. (Rule INV-01 BuyerDtls.Pin)"
            ),
        ),
        ({"postal_code": "05700"}, "INV-01 BuyerDtls.Pin", "six digits"),
        ({"city": "My"}, "INV-01 BuyerDtls.Loc", "write it out on the account"),
        ({"legal_name": "KB"}, "INV-01 BuyerDtls.LglNm", "fewer than 3 characters"),
    ],
)
def test_an_indian_account_is_parked_with_the_rule_and_the_fix(
    changes: dict[str, str], rule: str, sentence: str
) -> None:
    bad = AccountFactory.create(**INDIANS["same State"], **changes)
    good = AccountFactory.create(**INDIANS["same State"])
    for account in (bad, good):
        ChargeFactory.create(account=account)

    assert billed(bad) == []
    assert len(billed(good)) == 1
    parked = ParkedAccount.objects.get()
    assert (parked.account, parked.reason_code) == (bad, rule)
    assert sentence in parked.reason
    assert Charge.objects.open().get().account == bad


def test_once_it_is_mended_it_is_billed() -> None:
    account = AccountFactory.create(**INDIANS["same State"], postal_code="")
    ChargeFactory.create(account=account)
    billed(account)
    Account.objects.update(postal_code="570001")

    assert len(billed(account)) == 1
    assert not ParkedAccount.objects.exists()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"tax_id": "DE123456789"}, "BR-CO-09"),
        ({"endpoint_scheme": "0000", "endpoint_id": "1"}, "BR-CL-25"),
        ({"legal_id": "1", "legal_id_scheme": "HRB"}, "BR-CL-11"),
        ({"legal_name": "\u202e\u200b"}, "BR-07"),
    ],
)
def test_a_european_account_is_parked_with_the_rule(changes: dict[str, str], rule: str) -> None:
    at_the_german_seller()
    account = AccountFactory.create(**{**EUROPEANS["domestic"], **changes})
    ChargeFactory.create(account=account)

    assert billed(account) == []
    assert ParkedAccount.objects.get().reason_code == rule
    assert not Document.objects.exists()


def test_a_sellers_wrong_iban_parks_everybody_until_it_is_mended() -> None:
    at_the_german_seller(iban="DE89370400440532013001")
    account = AccountFactory.create(**EUROPEANS["domestic"])
    ChargeFactory.create(account=account)

    assert billed(account) == []
    assert ParkedAccount.objects.get().reason_code == "BR-61"
    Seller.objects.update(iban="")
    assert len(billed(account)) == 1


@pytest.mark.parametrize(
    "buyer",
    [
        {"postal_code": "", "city": "My"},
        {"export": True, "currency": "USD", "postal_code": ""},
    ],
)
def test_who_has_no_e_invoice_is_billed_whatever_it_would_lack(buyer: dict[str, Any]) -> None:
    document = invoice_to(buyer).document
    assert document.number
    assert electronic_attachment(document) is None


def test_dinars_have_three_decimals_and_so_a_pdf_only() -> None:
    at_the_german_seller()
    buyer = {"export": True, "country": "KW", "city": "Kuwait City", "currency": "KWD"}
    assert electronic_attachment(invoice_to(buyer).document) is None


def test_a_credit_note_that_breaks_a_rule_is_not_issued_and_nothing_is_written() -> None:
    at_the_german_seller()
    invoice = invoice_to(EUROPEANS["domestic"])
    Seller.objects.update(legal_name="\u202e")

    with pytest.raises(CannotCredit, match="legal name is missing") as refused:
        credit(invoice)

    assert "BR-06" in str(refused.value)
    assert not CreditNote.objects.exists()


def test_a_document_from_before_has_none_and_can_still_be_credited() -> None:
    at_the_german_seller()
    invoice = invoice_to(EUROPEANS["domestic"])
    document = invoice.document
    for party in (document.seller, document.buyer):
        for name in ("postal", "endpoint_id", "endpoint_scheme", "legal_id", "legal_id_scheme"):
            party.pop(name)

    assert electronic_attachment(document) is None
    assert credit(invoice).document.buyer == document.buyer
