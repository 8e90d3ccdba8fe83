"""The pages of automatic top-ups: keeping a method, reading the text, agreeing, turning off."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from billing.auto_top_up.page import consent_text
from billing.auto_top_up.tasks import top_up_credits
from billing.auto_top_up.terms import in_force, kept_method
from billing.models import AutoTopUp, Mandate, Membership, Payment, WebhookDelivery
from billing.payments.owed import position_of
from tests.billing.auto_top_up.scenes import NOW, agreed, change, charged, kept, top_ups, work
from tests.customers import Customer, SignIn, words
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox")]
URL = "/credits/auto-top-up/"
TERMS = {"threshold": "1000.00", "amount": "5000.00", "monthly_limit": "12000.00"}


@pytest.fixture
def customer(sandbox: None) -> Customer:
    return Customer()


def keep(browser: Any, how: str = "pays") -> Any:
    """Keep a method on the sandbox's page; return the page that one comes back to."""
    away = browser.post(f"{URL}method/", {"provider": "sandbox"})
    assert away.url.startswith("/sandbox/method/sbm_")
    assert "Keep a card that pays" in words(browser.get(away.url))
    return browser.post(away.url, {"how": how}, follow=True)


def read(browser: Any, **changes: str) -> Any:
    """Fill in the amounts; return the page with the text."""
    shown = browser.get(URL).context["form"]["method"].value()
    return browser.post(URL, {**TERMS, "method": shown, "act": "review", **changes})


def agree_to(browser: Any, page: Any, **changes: str) -> Any:
    """Agree to the text of a page as its form would."""
    sent = {name: page.context["form"][name].value() for name in (*TERMS, "method")}
    sent |= {"consent": page.context["consent"], "agreed": "yes", "act": "agree"}
    return browser.post(URL, sent | changes, follow=True)


def test_a_finance_manager_keeps_a_method_reads_agrees_and_is_topped_up(
    sign_in: SignIn, customer: Customer
) -> None:
    change(customer.account, "1500")
    browser = sign_in(customer.person(Membership.Role.FINANCE_MANAGER))
    assert "Credits are not topped up by themselves." in words(browser.get("/credits/"))

    page = words(keep(browser))
    assert "Sandbox •••• 4242 is kept." in page
    assert "Kept at Sandbox since" in page
    delivery = WebhookDelivery.objects.get()
    assert (delivery.kind, delivery.outcome) == ("keeping", "applied")

    page = read(browser)
    text = words(page)
    assert "Each time less than ₹1,000.00 of the credits of" in text
    assert "charges ₹5,000.00 to Sandbox •••• 4242 at Sandbox" in text
    assert "at most ₹12,000.00 in a calendar month (Asia/Kolkata time)" in text
    assert not AutoTopUp.objects.exists()

    page = agree_to(browser, page)
    assert "Automatic top-up is on." in words(page)
    found = in_force(customer.account)
    assert found is not None
    assert "₹5,000.00 to Sandbox •••• 4242" in found.consent
    assert found.set_by == page.context["user"].email

    change(customer.account, "-600")
    work()
    page = browser.get(URL)
    (payment,) = top_ups(customer.account)
    assert f"{payment.reference}" in words(page)
    assert "of ₹12,000.00 at most" in words(page)
    credits_page = words(browser.get("/credits/"))
    assert "Below ₹1,000.00 credits are topped up by ₹5,000.00" in credits_page
    assert "Credits added in the sandbox, no money moved" in credits_page
    assert browser.get(f"/payments/{payment.reference}/").status_code == 200


def test_an_order_paid_from_credits_crosses_the_threshold_and_the_worker_tops_up(
    sign_in: SignIn, customer: Customer, django_capture_on_commit_callbacks: Any
) -> None:
    change(customer.account, "11000")
    agreed(customer.account, kept(customer.account))
    browser = sign_in(customer.person())
    order = {
        "product": customer.product.product_code,
        "term_years": "1",
        "domain_name": "www.example.com",
        "act": "review",
    }
    page = browser.post("/orders/place/", order, follow=True)
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        placed = browser.post(
            "/orders/place/",
            {**order, "act": "place", "token": page.context["token"], "pay": "credits"},
        )
    assert placed.status_code == 302
    # The order's own transaction charged nothing.
    assert (charged(), top_ups(customer.account)) == ([], [])
    assert position_of(customer.account).credits < 1000
    assert callbacks

    top_up_credits()

    assert charged() == [500000]
    assert [payment.state for payment in top_ups(customer.account)] == ["succeeded"]
    statement = words(browser.get("/statement/"))
    assert "₹5,000.00" in statement


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"threshold": "0"}, "threshold"),
        ({"amount": "999.99"}, "amount"),
        ({"amount": "1e4"}, "amount"),
        ({"monthly_limit": "100"}, "monthly_limit"),
        ({"monthly_limit": ""}, "monthly_limit"),
        ({"threshold": "१०"}, "threshold"),
    ],
)
def test_what_cannot_be_agreed_to_is_refused_at_its_field(
    sign_in: SignIn, customer: Customer, changes: dict[str, str], field: str
) -> None:
    browser = sign_in(customer.person())
    keep(browser)
    page = read(browser, **changes)
    assert page.context["form"].errors[field]
    assert page.context["consent"] == ""


@pytest.mark.parametrize(
    "changes", [{"consent": "Charge nothing."}, {"method": "MANOTHER234"}, {"agreed": ""}]
)
def test_only_what_was_read_and_ticked_is_agreed_to(
    sign_in: SignIn, customer: Customer, changes: dict[str, str]
) -> None:
    browser = sign_in(customer.person())
    keep(browser)
    page = agree_to(browser, read(browser), **changes)
    assert "Read what will be charged" in words(page)
    assert not AutoTopUp.objects.exists()


@pytest.mark.parametrize(
    ("provider", "when"),
    [("sandbox", "within minutes,"), ("razorpay", "within two days, because your bank")],
)
def test_the_text_says_how_soon_a_fall_is_charged(
    customer: Customer, provider: str, when: str
) -> None:
    mandate = kept(customer.account)
    mandate.provider = provider
    terms = {name: Decimal(value) for name, value in TERMS.items()}
    text = consent_text(customer.account, mandate, {**terms, "currency": "INR"})
    assert f"once for each fall, {when}" in text


def test_sending_it_twice_agrees_once(sign_in: SignIn, customer: Customer) -> None:
    browser = sign_in(customer.person())
    keep(browser)
    page = read(browser)
    for _ in range(2):
        agree_to(browser, page)
    assert AutoTopUp.objects.count() == 1


def test_it_is_turned_off_and_the_method_removed(sign_in: SignIn, customer: Customer) -> None:
    agreed(customer.account, kept(customer.account))
    browser = sign_in(customer.person())

    page = browser.post(f"{URL}switch/", {"act": "turn_off"}, follow=True)
    assert "Nothing more is charged." in words(page)
    assert "Turned off by" in words(page)
    assert browser.get(URL).context["form"]["amount"].value() is not None

    page = browser.post(f"{URL}method/", {"act": "remove"}, follow=True)
    assert "First, keep a payment method" in words(page)
    assert kept_method(customer.account) is None


def test_a_pause_is_shown_and_let_go_on(sign_in: SignIn, customer: Customer) -> None:
    agreed(customer.account, kept(customer.account))
    AutoTopUp.objects.update(paused_at=NOW)
    browser = sign_in(customer.person())
    page = words(browser.get(URL))
    assert "Paused" in page
    assert "3 top-ups in a row were declined" in page

    page = browser.post(f"{URL}switch/", {"act": "go_on"}, follow=True)
    assert "Automatic top-up goes on." in words(page)
    assert AutoTopUp.objects.get().paused_at is None


def test_a_declined_page_keeps_nothing_and_one_left_open_waits(
    sign_in: SignIn, customer: Customer
) -> None:
    browser = sign_in(customer.person())
    away = browser.post(f"{URL}method/", {"provider": "sandbox"}).url
    again = browser.post(f"{URL}method/", {"provider": "sandbox"}).url
    assert away == again
    back = f"{URL}method/{Mandate.objects.get().reference}/back/"
    assert "has not said yet" in words(browser.get(back, follow=True))
    assert "I have done it: check now" in words(browser.get(URL))

    page = browser.post(away, {"how": "decline"}, follow=True)
    assert "No payment method was kept." in words(page)
    assert browser.post(f"{URL}method/", {"provider": "stripe"}, follow=True).status_code == 200
    assert Mandate.objects.get().state == "failed"


def test_another_accounts_method_is_not_there(sign_in: SignIn, customer: Customer) -> None:
    stranger = sign_in(Customer(product=customer.product).person())
    browser = sign_in(customer.person())
    away = browser.post(f"{URL}method/", {"provider": "sandbox"}).url
    mandate = Mandate.objects.get()
    for address in (away, f"{URL}method/{mandate.reference}/back/", f"{URL}method/absent/back/"):
        assert stranger.get(address).status_code == 404


def test_an_automatic_charge_has_no_page_at_the_sandbox(
    sign_in: SignIn, customer: Customer
) -> None:
    change(customer.account, "1500")
    agreed(customer.account, kept(customer.account))
    change(customer.account, "-600")
    work()
    (payment,) = top_ups(customer.account)
    browser = sign_in(customer.person())
    assert browser.get(f"/sandbox/{payment.session_ref}/").status_code == 404


def test_the_letters_link_fills_in_the_amount(sign_in: SignIn, customer: Customer) -> None:
    page = sign_in(customer.person()).get("/credits/add/?amount=5000.00")
    assert 'value="5000.00"' in page.content.decode()


def test_staff_see_it_and_turn_it_off_with_a_reason(sign_in: SignIn, customer: Customer) -> None:
    change(customer.account, "1500")
    agreed(customer.account, kept(customer.account, "declines"))
    change(customer.account, "-600")
    work()
    clerk = sign_in(UserFactory.create(is_staff=True))
    url = f"/backoffice/accounts/{customer.account.account_number}/"
    page = words(clerk.get(url))
    assert "Tops up ₹5,000.00 below ₹1,000.00 from Sandbox •••• 0341" in page

    page = words(clerk.get(f"{url}credits/auto-top-up/"))
    assert "Charge it." in page
    mails = page.partition("Latest e-mails")[2]
    assert "Sent" in mails
    assert customer.account.billing_email in mails
    assert clerk.post(f"{url}credits/auto-top-up/", {"reason": ""}).status_code == 200
    assert in_force(customer.account) is not None

    clerk.post(f"{url}credits/auto-top-up/", {"reason": "The card was stolen."})
    assert in_force(customer.account) is None
    page = words(sign_in(customer.person()).get(URL))
    assert "The card was stolen." in page


def test_the_page_asks_as_often_for_many_as_for_few(
    sign_in: SignIn, customer: Customer, django_assert_max_num_queries: Any
) -> None:
    change(customer.account, "1500")
    mandate = kept(customer.account)
    agreed(customer.account, mandate)
    browser = sign_in(customer.person())
    for _ in range(2):
        change(customer.account, f"{900 - position_of(customer.account).credits}")
        work()
    assert Payment.objects.filter(auto_top_up__isnull=False).count() == 2
    with django_assert_max_num_queries(25):
        assert browser.get(URL).status_code == 200
