"""The View Order page: what an order cost, where it is invoiced, what happened to it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine

from billing.models import Account, Document, Membership, PriceListItem, Seller
from orders.add_names import add_names
from orders.cancel import cancel_order
from orders.costs import Figures
from orders.models import Order
from orders.reject import reject_order
from orders.renew import renew_order
from tests.customers import NOW, Customer, SignIn, fulfilled, invoice_of, named, words
from tests.factories import AccountFactory, MembershipFactory
from tests.orders.helpers import invoices_of

pytestmark = pytest.mark.django_db
LIST = "/orders/"
Role = Membership.Role
TO_INVOICE = "It will be on the invoice for October 2026, issued on 1 November 2026."


def minus(text: str) -> str:
    """Write the true minus sign."""
    return text.replace("-", "\N{MINUS SIGN}")


@pytest.fixture
def customer() -> Customer:
    return Customer()


def test_an_invoiced_order_offers_its_invoice(sign_in: SignIn, customer: Customer) -> None:
    order = customer.order()
    number = invoice_of(order).number
    answer = sign_in(customer.person()).get(f"{LIST}{order}/")
    html, text = answer.content.decode(), words(answer)
    assert f'href="/orders/{order}/invoice.pdf"' in html
    assert "Download Invoice" in text
    assert "Download Credit Note" not in text
    assert f"{number} Invoice for this order 6 Oct 2026 ₹8,925.00 ₹1,606.50 ₹10,531.50" in text
    assert "Remains ₹8,925.00 ₹1,606.50 ₹10,531.50" in text


def test_who_may_not_read_the_invoice_is_told_who_can(sign_in: SignIn, customer: Customer) -> None:
    order = customer.order()
    answer = sign_in(customer.person(Role.STANDARD)).get(f"{LIST}{order}/")
    text = words(answer)
    assert "Download Invoice" not in text
    assert str(invoice_of(order)) not in answer.content.decode()
    assert "administrators and finance managers of the account can download" in text


@time_machine.travel(NOW)
def test_an_invoiced_order_with_more_to_come_offers_the_one_and_names_the_other(
    sign_in: SignIn, customer: Customer
) -> None:
    order = customer.order()
    customer.turn_monthly()
    renew_order(fulfilled(order), term_years=2, extension=1, by="clerk", now=NOW)
    answer = sign_in(customer.person()).get(f"{LIST}{order}/")
    assert f'href="/orders/{order}/invoice.pdf"' in answer.content.decode()
    assert (
        f"Invoice {invoice_of(order)} can be downloaded. Plus ₹16,065.00 before tax on the monthly"
        " invoice for October 2026, dated 1 November 2026."
    ) in words(answer)


def test_each_invoice_of_an_order_says_what_it_is_for(sign_in: SignIn, customer: Customer) -> None:
    named(customer.product)
    order = customer.order()
    add_names(order, names=["a.example.com"], extension=1, by="clerk", now=NOW)
    renew_order(fulfilled(order), term_years=1, extension=1, by="clerk", now=NOW)
    text = words(sign_in(customer.person()).get(f"{LIST}{order}/"))
    for number, what in zip(
        invoices_of(order), ["this order", "added names", "the renewal"], strict=True
    ):
        assert f"{number} Invoice for {what} 6 Oct 2026" in text


@time_machine.travel(NOW)
def test_an_order_that_waits_for_the_month_says_on_which_invoice_it_will_be(
    sign_in: SignIn, customer: Customer
) -> None:
    customer.turn_monthly()
    order = customer.order()
    text = words(sign_in(customer.person()).get(f"{LIST}{order}/"))
    assert TO_INVOICE in text
    assert "Download Invoice" not in text


def test_an_order_of_a_month_that_is_over_says_that_its_invoice_is_being_made(
    sign_in: SignIn, customer: Customer
) -> None:
    customer.turn_monthly()
    order = customer.order()
    with time_machine.travel(datetime(2026, 10, 31, 18, 30, tzinfo=UTC)):
        text = words(sign_in(customer.person()).get(f"{LIST}{order}/"))
    assert "It will be on the invoice for October 2026, which is being made." in text


@time_machine.travel(datetime(2026, 11, 2, 6, 0, tzinfo=UTC))
def test_a_late_order_goes_to_the_first_month_that_is_not_billed_yet(
    sign_in: SignIn, customer: Customer
) -> None:
    customer.turn_monthly()
    customer.order()
    customer.bill_october()
    late = customer.order()
    text = words(sign_in(customer.person()).get(f"{LIST}{late}/"))
    assert "It will be on the invoice for November 2026, issued on 1 December 2026." in text


def test_an_order_that_its_partner_pays_names_the_partner_and_no_number(
    sign_in: SignIn, customer: Customer
) -> None:
    sub = AccountFactory.create(parent=customer.account, bill_to=Account.BillTo.PARENT)
    person = MembershipFactory.create(account=sub).user
    invoiced = customer.order(account=sub)
    answer = sign_in(person).get(f"{LIST}{invoiced}/")
    assert f"It was invoiced to {customer.account}." in words(answer)
    assert str(invoice_of(invoiced)) not in answer.content.decode()
    assert sign_in(person).get(f"{LIST}{invoiced}/invoice.pdf").status_code == 404
    customer.turn_monthly()
    waiting = customer.order(account=sub)
    text = words(sign_in(person).get(f"{LIST}{waiting}/"))
    assert f"It will be invoiced to {customer.account}." in text


def test_an_order_of_a_parked_account_says_what_is_missing(
    sign_in: SignIn, customer: Customer
) -> None:
    Account.objects.filter(pk=customer.account.pk).update(address_line1="")
    customer.account.refresh_from_db()
    order = customer.order()
    text = words(sign_in(customer.person()).get(f"{LIST}{order}/"))
    assert "It cannot be invoiced yet. Billing address missing: enter address" in text


def test_a_draft_says_what_it_will_cost(sign_in: SignIn, customer: Customer) -> None:
    draft = customer.order(save_and_hold=True)
    answer = sign_in(customer.person()).get(f"{LIST}{draft}/")
    text = words(answer)
    assert "Nothing is charged before it is accepted." in text
    assert "At today's prices it will cost ₹8,925.00 before tax." in text.replace("&#x27;", "'")
    assert f'href="/orders/{draft}/proceed/"' in answer.content.decode()


def test_a_cancelled_order_says_who_when_why_and_what_was_given_back(
    sign_in: SignIn, customer: Customer
) -> None:
    person = customer.person()
    order = customer.order(ordered_by=person)
    cancel_order(order, by=person.email, reason="Project ended", now=NOW)
    note = Document.objects.get(kind=Document.Kind.CREDIT_NOTE)
    answer = sign_in(person).get(f"{LIST}{order}/")
    text = words(answer)
    assert f"Cancelled on 6 October 2026 by {person.full_name}. “Project ended”" in text
    assert f"Credit note {note} gives back ₹10,531.50 and lowers invoice" in text
    assert "Nothing is owed for this order." in text
    notice = answer.content.decode().partition('class="notice')[2].partition('class="columns')[0]
    assert f'<a href="/credit-notes/{note}/">{note}</a>' in notice
    invoice = invoice_of(order)
    assert f'<a href="/invoices/{invoice}/">{invoice}</a>' in notice
    assert f'href="/orders/{order}/credit-notes/{note}.pdf"' in answer.content.decode()
    assert "Remains ₹0.00 ₹0.00 ₹0.00" in text


def test_a_line_of_a_longer_invoice_shows_its_share_of_the_tax(
    sign_in: SignIn, customer: Customer
) -> None:
    customer.turn_monthly()
    order = customer.order()
    customer.order(term_years=2)
    invoice = customer.bill_october()
    browser = sign_in(customer.person())
    text = words(browser.get(f"{LIST}{order}/"))
    line = f"{invoice} Line 1 of the invoice for October 2026"
    assert f"{line} 1 Nov 2026 ₹8,925.00 ₹1,606.50 ₹10,531.50" in text
    assert "Remains ₹8,925.00 ₹1,606.50 ₹10,531.50" in text
    assert "tax is computed on the sum of the invoice" in text
    cancel_order(order, by="clerk", reason="Mistake", now=NOW)
    text = words(browser.get(f"{LIST}{order}/"))
    assert f"{line} 1 Nov 2026 ₹8,925.00 ₹1,606.50 ₹10,531.50" in text
    assert minus("-₹8,925.00 -₹1,606.50 -₹10,531.50") in text
    assert "Remains ₹0.00 ₹0.00 ₹0.00" in text


def test_the_share_of_a_credited_line_is_what_the_note_gave_back(
    sign_in: SignIn, customer: Customer
) -> None:
    # 18 % of 0.03 is a paisa, of two such lines one more than of each: the second note has 0.00.
    PriceListItem.objects.filter(term_years=1).update(amount=Decimal("0.03"))
    customer.turn_monthly()
    orders = [customer.order(), customer.order(), customer.order()]
    customer.bill_october()
    browser = sign_in(customer.person())
    for order in orders:
        cancel_order(order, by="clerk", reason="Mistake", now=NOW)
        costs = browser.get(f"{LIST}{order}/").context["costs"]
        (invoiced,), (credited,) = costs.invoices, costs.credit_notes
        assert invoiced.figures == credited.figures
        assert credited.figures.tax == credited.document.tax_total
        assert costs.remaining == Figures()


def test_a_round_off_has_its_own_column_so_that_each_row_adds_up(
    sign_in: SignIn, customer: Customer
) -> None:
    Seller.objects.update(round_to_unit=True)
    order = customer.order()
    browser = sign_in(customer.person())
    text = words(browser.get(f"{LIST}{order}/"))
    assert "Net Tax Round off With tax" in text
    assert "6 Oct 2026 ₹8,925.00 ₹1,606.50 ₹0.50 ₹10,532.00" in text
    assert "Remains ₹8,925.00 ₹1,606.50 ₹0.50 ₹10,532.00" in text
    cancel_order(order, by="clerk", reason="Mistake", now=NOW)
    text = words(browser.get(f"{LIST}{order}/"))
    assert minus("-₹8,925.00 -₹1,606.50 -₹0.50 -₹10,532.00") in text
    assert "Remains ₹0.00 ₹0.00 ₹0.00 ₹0.00" in text


def test_without_a_round_off_there_is_no_column_for_it(sign_in: SignIn, customer: Customer) -> None:
    order = customer.order()
    assert "Round off" not in words(sign_in(customer.person()).get(f"{LIST}{order}/"))


def test_an_order_that_ended_before_it_was_invoiced_owes_nothing(
    sign_in: SignIn, customer: Customer
) -> None:
    customer.turn_monthly()
    order = customer.order()
    reject_order(order, by="clerk@seller.example", reason="No proof", now=NOW)
    text = words(sign_in(customer.person()).get(f"{LIST}{order}/"))
    assert "Rejected on 6 October 2026 by clerk@seller.example. “No proof”" in text
    assert "The charge of ₹8,925.00 before tax was dropped before it was invoiced." in text
    assert "Download Credit Note" not in text


def test_the_timeline_tells_everything_newest_first_in_the_sellers_zone(
    sign_in: SignIn, customer: Customer
) -> None:
    person = customer.person()
    order = customer.order(ordered_by=person)
    answer = sign_in(person).get(f"{LIST}{order}/")
    events = answer.context["events"]
    assert events[0].title == "Invoiced"
    assert events[0].link == invoice_of(order).number
    assert [(event.title, event.text) for event in events[1:]] == [
        ("Charged", "₹8,925.00 net, emSign OV SSL"),
        ("Certificate: Pending for Approver", ""),
        ("Accepted", f"by {person.full_name}"),
        ("Requested", f"Request {order.request_number}, by {person.full_name}"),
    ]
    assert "6 Oct 2026, 17:30" in words(answer)
    assert "Dates and times are in Asia/Kolkata (IST, UTC+5:30)" in words(answer)


def test_names_from_outside_are_text_on_the_order_page(sign_in: SignIn, customer: Customer) -> None:
    order = customer.order()
    Order.objects.update(
        organization_name="<script>alert(1)</script>", tags=["<b>x"], remarks="<img src=x>"
    )
    for url in (LIST, f"{LIST}{order}/"):
        html = sign_in(customer.person()).get(url).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "<b>x" not in html


def test_a_number_that_is_also_another_ones_request_leads_to_the_order(
    sign_in: SignIn, customer: Customer
) -> None:
    order = customer.order()
    other = customer.order()
    Order.objects.filter(pk=other.pk).update(request_number=order.order_number)
    browser = sign_in(customer.person())
    answer = browser.get(f"{LIST}{order.order_number}/")
    assert answer.status_code == 200
    assert answer.context["order"] == order
    assert browser.get(f"{LIST}{order.order_number}/invoice.pdf").status_code == 200
