"""Cancelling, rejecting and proceeding from the customer's pages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Document, DocumentBalance, Membership, Product
from certinext.web.formatting import money
from orders.add_names import add_names
from orders.consequences import what_will_happen
from orders.ending import preview_settlement
from orders.models import CertificateStatus, Order, OrderStatus
from tests.customers import NOW, Customer, SignIn, invoice_of, named, words
from tests.factories import MembershipFactory, OrderFactory
from tests.orders.helpers import charges_of, credit_notes_of

pytestmark = pytest.mark.django_db
Role = Membership.Role


@pytest.fixture
def customer() -> Customer:
    return Customer()


def inr(amount: Decimal) -> str:
    return money(amount, "INR")


def test_cancelling_says_first_what_happens_to_an_invoiced_order(
    sign_in: SignIn, customer: Customer
) -> None:
    order = customer.order()
    text = words(sign_in(customer.person()).get(f"/orders/{order}/cancel/"))
    assert (
        "A credit note of ₹10,531.50 (net ₹8,925.00 + tax ₹1,606.50) is issued on invoice"
        f" {invoice_of(order)}. It lowers what is open on that invoice by ₹10,531.50, from"
        " ₹10,531.50 to ₹0.00." in text
    )
    order.refresh_from_db()
    assert order.order_status == OrderStatus.ACCEPTED


def test_cancelling_says_that_an_open_charge_is_dropped(
    sign_in: SignIn, customer: Customer
) -> None:
    customer.turn_monthly()
    order = customer.order()
    text = words(sign_in(customer.person()).get(f"/orders/{order}/cancel/"))
    assert "The open charge of ₹8,925.00 before tax is dropped: it will not be invoiced." in text


def test_what_is_said_before_the_click_is_what_happens(sign_in: SignIn, customer: Customer) -> None:
    """On a monthly invoice of three orders whose tax was rounded on the sum."""
    customer.turn_monthly()
    customer.product.prices.filter(term_years=1).update(amount=Decimal("99.97"))
    first, second, third = (customer.order() for _ in range(3))
    invoice = customer.bill_october().document
    browser = sign_in(customer.person())
    for order in (first, second, third):
        text = words(browser.get(f"/orders/{order}/cancel/"))
        owed = DocumentBalance.objects.get(document=invoice).open_amount
        browser.post(f"/orders/{order}/cancel/", {"reason": "Mistake"})
        note = credit_notes_of(order)[0]
        left = DocumentBalance.objects.get(document=invoice).open_amount
        assert (
            f"A credit note of {inr(note.total)} (net {inr(note.net_total)} + tax"
            f" {inr(note.tax_total)}) is issued on invoice {invoice}. It lowers what is open on"
            f" that invoice by {inr(owed - left)}, from {inr(owed)} to {inr(left)}." in text
        )
    assert left == 0


@pytest.mark.parametrize(
    ("owed", "said"),
    [
        (
            "500.00",
            (
                "It lowers what is open on that invoice by ₹500.00, from ₹500.00 to ₹0.00."
                " ₹10,031.50 becomes the account's credit."
            ),
        ),
        ("0.00", "₹10,531.50 becomes the account's credit."),
    ],
)
def test_what_is_paid_already_becomes_credit(customer: Customer, owed: str, said: str) -> None:
    order = customer.order()
    reader = MembershipFactory.create(account=customer.account)
    settlement = preview_settlement(order, by="clerk", now=NOW)
    note = settlement.notes[0]
    note.still_owed = note.applied = Decimal(owed)
    note.kept_as_credit = note.document.total - note.applied
    assert what_will_happen(settlement, reader) == [
        (
            "A credit note of ₹10,531.50 (net ₹8,925.00 + tax ₹1,606.50) is issued on invoice"
            f" {invoice_of(order)}. {said}"
        )
    ]


def test_a_reader_who_may_not_open_the_invoice_learns_nothing_of_it(
    sign_in: SignIn, customer: Customer
) -> None:
    customer.turn_monthly()
    order = customer.order()
    invoice = customer.bill_october().document
    text = words(sign_in(customer.person(Role.STANDARD)).get(f"/orders/{order}/cancel/"))
    assert "It was invoiced: a credit note gives back ₹8,925.00 and its tax." in text
    assert str(invoice) not in text


def test_an_order_that_cost_nothing_has_nothing_to_credit(
    sign_in: SignIn, customer: Customer
) -> None:
    customer.product.prices.update(amount=0)
    order = customer.order()
    text = words(sign_in(customer.person()).get(f"/orders/{order}/cancel/"))
    assert "There is nothing to credit." in text


def test_the_page_asks_as_often_for_a_long_invoice_as_for_a_short_one(
    sign_in: SignIn, customer: Customer
) -> None:
    named(customer.product)
    customer.turn_monthly()
    short, long = customer.order(), customer.order()
    for extension in (1, 2, 3):
        names = [f"{extension}.example.com"]
        add_names(long, names=names, extension=extension, by="clerk", now=NOW)
    customer.bill_october()
    browser = sign_in(customer.person())
    browser.get(f"/orders/{short}/cancel/")
    counts = []
    for order in (short, long):
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"/orders/{order}/cancel/")
        counts.append(len(queries))
    assert counts == [21, 21]


def test_a_customer_cancels_with_a_reason_and_the_money_follows(
    sign_in: SignIn, customer: Customer
) -> None:
    order = customer.order()
    person = customer.person()
    browser = sign_in(person)
    answer = browser.post(f"/orders/{order}/cancel/", {"reason": "Wrong domain"})
    assert answer.url == f"/orders/{order}/"
    order = Order.objects.get(pk=order.pk)
    assert order.order_status == OrderStatus.CANCELLED
    assert order.cancellation.cancelled_by == person.email
    assert order.cancellation.reason == "Wrong domain"
    assert DocumentBalance.objects.get(document=invoice_of(order)).open_amount == 0
    assert f"Order {order} is Cancelled." in words(browser.get(answer.url))


@pytest.mark.parametrize("reason", ["", "   ", "\x00", "x" * 301, "a\u202eb"])
def test_a_reason_that_cannot_be_printed_is_an_error_and_changes_nothing(
    sign_in: SignIn, customer: Customer, reason: str
) -> None:
    order = customer.order()
    answer = sign_in(customer.person()).post(f"/orders/{order}/cancel/", {"reason": reason})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["reason"]
    order.refresh_from_db()
    assert order.order_status == OrderStatus.ACCEPTED


def test_cancelling_twice_says_that_it_is_too_late(sign_in: SignIn, customer: Customer) -> None:
    order = customer.order()
    browser = sign_in(customer.person())
    for _ in range(2):
        browser.post(f"/orders/{order}/cancel/", {"reason": "Mistake"})
    assert Document.objects.filter(kind=Document.Kind.CREDIT_NOTE).count() == 1
    text = words(browser.get(f"/orders/{order}/"))
    assert f"{order} is Cancelled: this cannot be done any more." in text


def test_a_fulfilled_order_is_not_the_customers_to_cancel(
    sign_in: SignIn, customer: Customer
) -> None:
    order = customer.order()
    Order.objects.update(order_status=OrderStatus.FULFILLED)
    browser = sign_in(customer.person())
    assert "/cancel/" not in browser.get(f"/orders/{order}/").content.decode()
    browser.post(f"/orders/{order}/cancel/", {"reason": "Mistake"})
    order.refresh_from_db()
    assert order.order_status == OrderStatus.FULFILLED


def test_an_accepted_order_whose_certificate_is_there_is_not_the_customers_to_cancel(
    sign_in: SignIn, customer: Customer
) -> None:
    order = customer.order()
    Order.objects.update(certificate_status=CertificateStatus.GENERATED)
    browser = sign_in(customer.person())
    for page in ("/orders/", f"/orders/{order}/"):
        assert "/cancel/" not in browser.get(page).content.decode()
    answer = browser.post(f"/orders/{order}/cancel/", {"reason": "Mistake"}, follow=True)
    assert (
        f"Order {order} is Accepted: its certificate has been issued. Ask the seller to cancel it."
        in words(answer)
    )
    order.refresh_from_db()
    assert order.order_status == OrderStatus.ACCEPTED
    assert not Document.objects.filter(kind=Document.Kind.CREDIT_NOTE).exists()


def test_a_paused_order_whose_certificate_is_there_is_not_the_customers_to_reject(
    sign_in: SignIn, customer: Customer
) -> None:
    order = customer.order()
    Order.objects.update(
        order_status=OrderStatus.ON_HOLD, certificate_status=CertificateStatus.GENERATED
    )
    browser = sign_in(customer.person())
    assert "/reject/" not in browser.get(f"/orders/{order}/").content.decode()
    browser.post(f"/orders/{order}/reject/", {"reason": "Mistake"})
    order.refresh_from_db()
    assert order.order_status == OrderStatus.ON_HOLD


@pytest.mark.parametrize("role", [Role.BASIC, Role.FINANCE_MANAGER])
def test_who_may_not_order_may_not_end_orders(
    sign_in: SignIn, customer: Customer, role: str
) -> None:
    order, draft = customer.order(), customer.order(save_and_hold=True)
    browser = sign_in(customer.person(role))
    assert browser.post(f"/orders/{order}/cancel/", {"reason": "x"}).status_code == 404
    assert browser.post(f"/orders/{draft}/reject/", {"reason": "x"}).status_code == 404
    assert browser.post(f"/orders/{draft}/proceed/").status_code == 404
    assert browser.get("/orders/place/").status_code == 404


def test_a_draft_proceeds_and_is_invoiced(sign_in: SignIn, customer: Customer) -> None:
    draft = customer.order(save_and_hold=True)
    browser = sign_in(customer.person())
    page = browser.get(f"/orders/{draft}/proceed/")
    assert "Price ₹8,925.00 " in words(page)
    assert "Place order for ₹10,531.50" in words(page)
    answer = browser.post(f"/orders/{draft}/proceed/", {"shown": page.context["shown"]})
    order = Order.objects.get(pk=draft.pk)
    assert order.order_status == OrderStatus.ACCEPTED
    assert answer.url == f"/orders/{order.order_number}/"
    assert invoice_of(order).total > 0


def test_a_draft_is_not_charged_another_amount_than_was_read(
    sign_in: SignIn, customer: Customer
) -> None:
    draft = customer.order(save_and_hold=True)
    browser = sign_in(customer.person())
    shown = browser.get(f"/orders/{draft}/proceed/").context["shown"]
    customer.product.prices.update(amount=9000)

    for data in ({"shown": shown}, {}):
        answer = browser.post(f"/orders/{draft}/proceed/", data)
        assert answer.url == f"/orders/{draft}/proceed/"

    page = browser.get(answer.url)
    assert "Read what the order costs today, and confirm it." in words(page)
    assert "Place order for ₹10,620.00" in words(page)
    assert charges_of(draft) == []


def test_a_draft_without_a_price_today_does_not_proceed(
    sign_in: SignIn, customer: Customer
) -> None:
    draft = customer.order(save_and_hold=True)
    customer.product.prices.all().delete()
    browser = sign_in(customer.person())
    for ask in (browser.get, browser.post):
        answer = ask(f"/orders/{draft}/proceed/", follow=True)
        assert answer.redirect_chain[0][0] == f"/orders/{draft}/"
    assert charges_of(draft) == []


def test_a_draft_that_its_product_does_not_fit_any_more_says_so(
    sign_in: SignIn, customer: Customer
) -> None:
    draft = customer.order(save_and_hold=True)
    Product.objects.update(wildcard="only")
    browser = sign_in(customer.person())
    for ask in (browser.get, browser.post):
        answer = ask(f"/orders/{draft}/proceed/", follow=True)
        assert "names wildcards only" in words(answer)
    assert charges_of(draft) == []


def test_a_draft_that_is_accepted_twice_is_charged_once(
    sign_in: SignIn, customer: Customer
) -> None:
    draft = customer.order(save_and_hold=True)
    browser = sign_in(customer.person())
    shown = browser.get(f"/orders/{draft}/proceed/").context["shown"]
    for _ in range(2):
        browser.post(f"/orders/{draft}/proceed/", {"shown": shown})
    assert len(charges_of(draft)) == 1


def test_a_draft_of_the_platform_does_not_proceed_here(sign_in: SignIn, customer: Customer) -> None:
    draft = OrderFactory.create(
        account=customer.account,
        product=customer.product,
        order_number=None,
        order_status=OrderStatus.ON_HOLD,
        source=Order.Source.IMPORT,
    )
    browser = sign_in(customer.person())
    assert "/proceed/" not in browser.get(f"/orders/{draft}/").content.decode()
    answer = browser.post(f"/orders/{draft}/proceed/", follow=True)
    assert "is on hold at the platform" in words(answer)


def test_a_draft_is_rejected_with_a_reason(sign_in: SignIn, customer: Customer) -> None:
    draft = customer.order(save_and_hold=True)
    browser = sign_in(customer.person())
    assert "Nothing was charged for this order." in words(browser.get(f"/orders/{draft}/reject/"))
    browser.post(f"/orders/{draft}/reject/", {"reason": "Not needed"})
    draft = Order.objects.get(pk=draft.pk)
    assert (draft.order_status, draft.rejection.reason) == (OrderStatus.REJECTED, "Not needed")


def test_an_accepted_order_is_not_the_customers_to_reject(
    sign_in: SignIn, customer: Customer
) -> None:
    order = customer.order()
    sign_in(customer.person()).post(f"/orders/{order}/reject/", {"reason": "x"})
    order.refresh_from_db()
    assert order.order_status == OrderStatus.ACCEPTED
