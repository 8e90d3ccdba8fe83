"""Customers pay on their pages: who may, what is asked, and what happens once."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from billing.models import Document, Membership, Payment
from billing.payments.from_credits import adjust_credits
from billing.payments.owed import position_of
from billing.payments.words import nothing_new
from certinext.audit.models import AuditEvent
from tests.billing.gateways.scenes import NOW, bodies, delivered, online, sandbox_account
from tests.billing.payments.test_settle import invoiced, settled, state_of
from tests.customers import Customer, SignIn, store_pdf, words
from tests.factories import AccountFactory, MembershipFactory

pytestmark = pytest.mark.django_db
PAY, LIST = "/payments/pay/", "/payments/"
Role = Membership.Role


@pytest.fixture
def customer() -> Customer:
    sandbox_account()
    return Customer()


def chosen(account: Any, *invoices: Document, way: str = "sandbox", **more: str) -> dict[str, Any]:
    return {
        "account": account.account_number,
        "invoices": [str(invoice) for invoice in invoices],
        "way": way,
        "amount": "",
        **more,
    }


def summary(browser: Any, data: dict[str, Any]) -> Any:
    return browser.get(PAY, {**data, "step": "summary"})


def paid(browser: Any, data: dict[str, Any]) -> Any:
    """Read the summary, and press its button."""
    page = summary(browser, data).content.decode()
    found = re.search(r'name="reference" value="(P\w{10})"', page)
    assert found
    return browser.post(PAY, {**data, "reference": found[1]})


def test_everything_that_is_owed_is_ticked(sign_in: SignIn, customer: Customer) -> None:
    invoices = [invoiced(customer.account) for _ in range(2)]
    answer = sign_in(customer.person()).get(PAY)
    assert answer.context["form"].chosen == {str(invoice) for invoice in invoices}
    assert "₹21,063.00" in words(answer)

    one = sign_in(customer.person()).get(PAY, {"invoice": str(invoices[1])})
    assert one.context["form"].chosen == {str(invoices[1])}


def test_the_summary_says_what_will_be_settled(sign_in: SignIn, customer: Customer) -> None:
    first, second = (invoiced(customer.account) for _ in range(2))
    answer = summary(
        sign_in(customer.person()), chosen(customer.account, first, second, amount="12000")
    )
    said = words(answer)
    assert f"{first} due 21 Oct 2026 ₹10,531.50 ₹10,531.50" in said
    assert "₹1,468.50" in said
    assert "₹9,063.00 stays owed" in said
    assert not Payment.objects.exists()


def test_an_online_payment_is_begun_and_leads_on(sign_in: SignIn, customer: Customer) -> None:
    invoice = invoiced(customer.account)
    browser = sign_in(customer.person())

    answer = paid(browser, chosen(customer.account, invoice))

    payment = Payment.objects.get()
    assert answer["Location"] == f"/payments/{payment}/"
    assert (payment.state, payment.amount) == ("initiated", Decimal("10531.50"))
    page = browser.get(answer["Location"])
    assert f'href="{payment.checkout.url}"' in page.content.decode()
    assert state_of(invoice) == ("issued", "10531.50")


def test_credits_pay_at_once_and_only_what_they_cover(sign_in: SignIn, customer: Customer) -> None:
    invoice = invoiced(customer.account)
    settled(customer.account, "600.00", kind=Payment.Kind.TOP_UP)
    browser = sign_in(customer.person())

    refused = summary(browser, chosen(customer.account, invoice, way="credits"))
    assert "The credits of ₹600.00 do not cover ₹10,531.50" in words(refused)
    assert not Payment.objects.filter(method="credits").exists()

    paid(browser, chosen(customer.account, invoice, way="credits", amount="600.00"))
    assert state_of(invoice) == ("partially_paid", "9931.50")
    assert position_of(customer.account).credits == 0


def test_a_summary_that_is_sent_twice_pays_once(sign_in: SignIn, customer: Customer) -> None:
    invoice = invoiced(customer.account)
    settled(customer.account, "600.00", kind=Payment.Kind.TOP_UP)
    browser = sign_in(customer.person())
    data = {
        **chosen(customer.account, invoice, way="credits", amount="200.00"),
        "reference": "PABCDEFGH23",
    }

    locations = [browser.post(PAY, data)["Location"] for _ in range(3)]

    assert locations == ["/payments/PABCDEFGH23/"] * 3
    assert position_of(customer.account).credits == Decimal("400.00")


@pytest.mark.parametrize("change", [{"amount": "100.00"}, {"way": "transfer"}, {"invoices": []}])
def test_a_summary_that_is_sent_again_with_other_contents_says_so(
    sign_in: SignIn, customer: Customer, change: dict[str, Any]
) -> None:
    invoice = invoiced(customer.account)
    settled(customer.account, "600.00", kind=Payment.Kind.TOP_UP)
    browser = sign_in(customer.person())
    data = {
        **chosen(customer.account, invoice, way="credits", amount="200.00"),
        "reference": "PABCDEFGH23",
    }
    browser.post(PAY, data)

    page = words(browser.post(PAY, {**data, **change}))

    assert "sent before, with other contents: payment PABCDEFGH23 over ₹200.00 stands" in page
    assert position_of(customer.account).credits == Decimal("400.00")


def test_all_that_was_owed_sent_twice_is_one_payment(sign_in: SignIn, customer: Customer) -> None:
    invoice = invoiced(customer.account)
    settled(customer.account, "20000.00", kind=Payment.Kind.TOP_UP)
    browser = sign_in(customer.person())
    data = {**chosen(customer.account, invoice, way="credits"), "reference": "PABCDEFGH23"}
    locations = [browser.post(PAY, data)["Location"] for _ in range(2)]
    assert locations == ["/payments/PABCDEFGH23/"] * 2


def test_another_accounts_number_on_the_form_pays_nothing(
    sign_in: SignIn, customer: Customer
) -> None:
    other = AccountFactory.create()
    theirs = settled(other, "10.00", kind=Payment.Kind.TOP_UP)
    invoice = invoiced(customer.account)
    answer = sign_in(customer.person()).post(
        PAY,
        {**chosen(customer.account, invoice, way="transfer"), "reference": theirs.reference},
    )
    assert "This page is too old" in words(answer)
    assert Payment.objects.count() == 1


def test_a_transfer_shows_where_to_and_what_to_quote(sign_in: SignIn, customer: Customer) -> None:
    invoice = invoiced(customer.account)
    browser = sign_in(customer.person())

    answer = paid(browser, chosen(customer.account, invoice, way="transfer"))

    payment = Payment.objects.get()
    said = words(browser.get(answer["Location"]))
    assert payment.state == "pending_approval"
    assert f"Quote {payment.reference}" in said
    assert "50200071442186" in said
    assert state_of(invoice) == ("issued", "10531.50")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"invoices": []}, "Tick at least one invoice."),
        ({"invoices": ["INV/26-27/999999"]}, "Choose “Invoices” from the list"),
        ({"amount": "NaN"}, "Write the amount with plain digits"),
        ({"amount": "Infinity"}, "Write the amount with plain digits"),
        ({"amount": "1E+999999999"}, "Write the amount with plain digits"),
        ({"amount": "\u0661\u0660"}, "Write the amount with plain digits"),
        ({"amount": "10,5"}, "Write the amount with plain digits"),
        ({"amount": "0.005"}, "INR has 2 decimals"),
        ({"amount": "0"}, "above zero and of at most ₹10,531.50"),
        ({"amount": "-1"}, "above zero and of at most ₹10,531.50"),
        ({"amount": "10531.51"}, "above zero and of at most ₹10,531.50"),
        ({"amount": "9" * 41}, "shorten it"),
        ({"way": "cash"}, "Choose “Pay with” from the list"),
        ({"way": "stripe"}, "Choose “Pay with” from the list"),
        ({"way": ""}, "Choose “Pay with”"),
    ],
)
def test_what_cannot_be_paid_is_named_and_nothing_is_written(
    sign_in: SignIn, customer: Customer, change: dict[str, Any], said: str
) -> None:
    data = {**chosen(customer.account, invoiced(customer.account)), **change}
    browser = sign_in(customer.person())
    assert said in words(summary(browser, data))
    assert said in words(browser.post(PAY, {**data, "reference": "PABCDEFGH23"}))
    assert not Payment.objects.exists()


@pytest.mark.parametrize("role", [Role.MANAGER, Role.STANDARD, Role.BASIC])
def test_only_administrators_and_finance_managers_pay(
    sign_in: SignIn, customer: Customer, role: str
) -> None:
    payment = settled(customer.account, "10.00", kind=Payment.Kind.TOP_UP)
    browser = sign_in(customer.person(role))
    for path in (PAY, LIST, f"{LIST}{payment}/", f"{LIST}{payment}/receipt.pdf"):
        assert browser.get(path).status_code == 404
    assert browser.post(PAY, {"way": "sandbox"}).status_code == 404
    assert browser.post(f"{LIST}{payment}/recheck/").status_code == 404


def test_a_partner_pays_for_its_sub_account_and_never_the_other_way_round(
    sign_in: SignIn, customer: Customer
) -> None:
    sub = AccountFactory.create(parent=customer.account)
    of_sub, of_partner = invoiced(sub), invoiced(customer.account)
    partner = sign_in(customer.person())
    assert sub.display_name in words(partner.get(PAY))

    paid(partner, chosen(sub, of_sub, way="transfer"))
    assert Payment.objects.get().account == sub

    browser = sign_in(MembershipFactory.create(account=sub).user)
    assert browser.get(PAY, {"account": customer.account.account_number}).status_code == 404
    mixed = chosen(sub, of_partner, way="transfer")
    assert "from the list" in words(summary(browser, mixed))


def test_the_receipt_is_downloaded_beside_the_invoice(sign_in: SignIn, customer: Customer) -> None:
    invoice = invoiced(customer.account)
    payment = settled(customer.account, "10531.50", invoices=[invoice])
    store_pdf(payment.receipt.document)
    browser = sign_in(customer.person())

    page = browser.get(f"/invoices/{invoice}/").content.decode()
    assert f"/payments/{payment}/receipt.pdf" in page
    answer = browser.get(f"/payments/{payment}/receipt.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert AuditEvent.objects.filter(action="receipt.downloaded").exists()
    waiting = online(customer.account, "5.00", kind=Payment.Kind.TOP_UP)
    assert browser.get(f"/payments/{waiting}/receipt.pdf").status_code == 404


def test_rechecking_settles_what_no_message_told(sign_in: SignIn, customer: Customer) -> None:
    with time_machine.travel(NOW, tick=False):
        payment = online(customer.account, "20.00", kind=Payment.Kind.TOP_UP)
        browser = sign_in(customer.person())
        url = f"/payments/{payment}/recheck/"
        assert "knows of no payment yet" in words(browser.post(url, follow=True))
        bodies(payment, "pay_later")
        assert "₹20.00 received on 8 October 2026" in words(browser.post(url, follow=True))
        assert "Nothing new: it is paid already." in words(browser.post(url, follow=True))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("initiated", "the gateway knows of no payment yet."),
        ("pending_approval", "it is held until the seller has decided."),
        ("succeeded", "it is paid already."),
        ("failed", "it has failed."),
        ("rejected", "the seller has rejected it."),
    ],
)
def test_a_recheck_without_news_says_how_the_payment_stands(state: str, said: str) -> None:
    payment = Payment(kind=Payment.Kind.INVOICES, state=state)
    assert nothing_new(payment) == f"Nothing new: {said}"


def test_a_recheck_of_a_refund_without_news_speaks_of_the_refund() -> None:
    refund = Payment(kind=Payment.Kind.REFUND, state=Payment.State.INITIATED)
    assert "not confirmed the refund yet" in nothing_new(refund)
    refund.state = Payment.State.SUCCEEDED
    assert "given back already" in nothing_new(refund)


def test_the_list_is_searched_and_filtered(sign_in: SignIn, customer: Customer) -> None:
    invoice = invoiced(customer.account)
    first = settled(customer.account, "31.00", invoices=[invoice])
    later = online(customer.account, "20.00", kind=Payment.Kind.TOP_UP, now=NOW + timedelta(days=2))
    settled(AccountFactory.create(), "10.00", kind=Payment.Kind.TOP_UP)
    browser = sign_in(customer.person())

    def seen(query: str = "") -> list[Payment]:
        return [row.payment for row in browser.get(LIST + query).context["rows"]]

    assert seen() == [later, first]
    assert seen("?state=succeeded") == [first]
    assert seen("?mode=gateway") == [later]
    assert seen(f"?q={invoice}") == [first]
    assert seen(f"?q={first.receipt.document}") == [first]
    assert seen("?begun_from=2026-10-09") == [later]
    assert seen("?begun_until=2026-10-09") == [first]
    assert seen("?q=nothing") == []


def test_the_list_takes_as_many_queries_for_fifty_as_for_two(
    sign_in: SignIn, customer: Customer, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    invoices = [invoiced(customer.account) for _ in range(2)]
    browser = sign_in(customer.person())

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            browser.get(f"{LIST}?size=50")
        return len(captured)

    for _ in range(2):
        settled(customer.account, "1.00", invoices=invoices)
    few = queries()
    for _ in range(20):
        settled(customer.account, "1.00", invoices=invoices)
    assert queries() == few


def test_an_earlier_balance_is_settled_before_the_invoices(
    sign_in: SignIn, customer: Customer
) -> None:
    from billing.payments.from_credits import open_balance

    invoice = invoiced(customer.account)
    open_balance(
        customer.account, owed=Decimal("700.00"), currency="INR", source="Old", by="a", now=NOW
    )
    browser = sign_in(customer.person())
    assert "Earlier balance" in words(browser.get(PAY))
    refused = summary(browser, {**chosen(customer.account), "opening": "on"})
    assert "tick all of them too" in words(refused)

    adjust_credits(
        customer.account, amount=Decimal("1000"), currency="INR", reason="Gift", by="c", now=NOW
    )
    data = chosen(customer.account, invoice, way="credits", amount="1000.00", opening="on")
    paid(browser, data)

    assert position_of(customer.account).opening == 0
    assert state_of(invoice) == ("partially_paid", "10231.50")


def test_the_sandboxs_page_pays_for_those_who_may(sign_in: SignIn, customer: Customer) -> None:
    with time_machine.travel(NOW, tick=False):
        invoice = invoiced(customer.account)
        payment = online(customer.account, "10531.50", invoices=[invoice])
        url = payment.checkout.url
        stranger = MembershipFactory.create().user
        assert sign_in(stranger).get(url).status_code == 404
        assert sign_in(stranger).post(url, {"how": "pay"}).status_code == 404
        browser = sign_in(customer.person())
        assert "₹10,531.50" in words(browser.get(url))

        assert browser.post(url, {"how": "steal"}).status_code == 200
        assert browser.post(url, {"how": "pay"}).status_code == 302
        assert state_of(invoice) == ("paid", "0.00")
        assert "This checkout is over" in words(browser.get(url))
        assert delivered(bodies(payment, "pay")[0]).outcome == "applied"
