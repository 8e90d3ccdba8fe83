"""The monthly-invoicing switch: nothing changes before it is confirmed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from billing.models import Account
from certinext.audit.models import AuditEvent
from invoices.models import Invoice
from invoices.per_order import invoice_open_orders
from invoices.permission import grant, has_monthly_permission, revoke
from tests.backoffice.conftest import NOW
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    MembershipFactory,
    SubscriptionFactory,
)
from tests.invoices.monthly import granted

HTMX = {"HX-Request": "true"}


@pytest.fixture
def konkan(db: None) -> Account:
    account: Account = AccountFactory.create(
        display_name="Konkan Retail Bank", account_number="3108842834"
    )
    return account


def url(account: Account) -> str:
    return f"/backoffice/accounts/{account.account_number}/monthly/"


def test_asking_says_what_moves_when_and_what_stays_and_changes_nothing(
    staff: Client, konkan: Account
) -> None:
    ChargeFactory.create(account=konkan)
    ChargeFactory.create(account=konkan)
    html = staff.get(url(konkan)).content.decode()
    assert "Turn on monthly invoicing for Konkan Retail Bank?" in html
    assert "2 open charges, <strong>₹17,850.00</strong> before tax, move to the invoice" in html
    assert "for November 2026." in html
    assert "issued on <strong>1 December 2026</strong>" in html
    assert not has_monthly_permission(konkan)


def test_turning_it_on_for_a_parked_account_warns_and_leaves_it_parked(
    staff: Client, konkan: Account
) -> None:
    ChargeFactory.create(account=konkan)
    Account.objects.filter(pk=konkan.pk).update(address_line1="")
    invoice_open_orders(account=konkan, on=NOW.date(), now=NOW, issued_by="test")
    html = staff.get(url(konkan)).content.decode()
    assert "Its invoice cannot be made: Billing address missing" in html
    assert "Once that is mended, it is issued on <strong>1 December 2026</strong>" in html
    staff.post(url(konkan), {"turn": "on", "reason": ""})
    page = f"/backoffice/accounts/{konkan.account_number}/"
    html = staff.get(page).content.decode()
    assert "Billing address missing" in html
    assert "then the next monthly run bills it" in html
    assert "Mended" not in html
    Account.objects.filter(pk=konkan.pk).update(address_line1="112 Sayyaji Rao Road")
    html = staff.get(page).content.decode()
    assert "Mended: it will be billed with the next attempt." in html
    assert "Its invoice is made with the next monthly run." in html
    assert "Its invoice cannot be made" not in staff.get(url(konkan)).content.decode()


def test_without_javascript_the_confirmation_is_a_page_and_leads_back_to_the_list(
    staff: Client, konkan: Account
) -> None:
    answer = staff.get(url(konkan) + "?q=konkan&kind=enterprise")
    assert b"<html" in answer.content
    assert b'action="/backoffice/accounts/3108842834/monthly/?q=konkan' in answer.content
    answer = staff.post(url(konkan) + "?q=konkan", {"turn": "on", "reason": "Contract"})
    assert answer.status_code == 302
    assert answer["Location"] == "/backoffice/accounts/?q=konkan"
    html = staff.get(answer["Location"]).content.decode()
    assert "Monthly invoicing is on for Konkan Retail Bank." in html
    assert 'aria-checked="true" aria-label="Monthly invoicing for Konkan Retail Bank"' in html


def test_with_htmx_the_list_is_swapped_with_the_panel_beside_the_row(
    staff: Client, konkan: Account
) -> None:
    AccountFactory.create(display_name="Deccan Health")
    html = staff.get(url(konkan) + "?q=konkan", headers=HTMX).content.decode()
    assert "<html" not in html
    assert 'id="confirm-panel"' in html
    assert '<tr aria-current="true">' in html
    assert "Deccan Health" not in html
    assert not has_monthly_permission(konkan)


def test_with_htmx_the_answer_to_the_confirmation_shows_the_row_switched(
    staff: Client, konkan: Account
) -> None:
    answer = staff.post(url(konkan), {"turn": "on", "reason": ""}, headers=HTMX)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in html
    assert "confirm-panel" not in html
    assert 'aria-checked="true" aria-label="Monthly invoicing for Konkan Retail Bank"' in html
    assert "Monthly invoicing is on for Konkan Retail Bank." in html


def test_beside_the_list_the_confirmation_is_swapped_into_it(
    staff: Client, konkan: Account
) -> None:
    html = staff.get(url(konkan) + "?q=konkan", headers=HTMX).content.decode()
    assert f'hx-post="{url(konkan)}?q=konkan" hx-target="#accounts"' in html


def test_without_the_list_around_it_the_confirmation_is_an_ordinary_form(
    staff: Client, konkan: Account
) -> None:
    html = staff.get(url(konkan)).content.decode()
    assert f'<form class="panel-body" method="post" action="{url(konkan)}?">' in html
    assert "hx-post" not in html
    refused = staff.post(url(konkan), {"turn": "maybe"}).content.decode()
    assert "hx-post" not in refused


def test_a_switch_pressed_on_the_accounts_page_leads_back_there(
    staff: Client, konkan: Account
) -> None:
    page = f"/backoffice/accounts/{konkan.account_number}/"
    link = f"{url(konkan)}?next={page}"
    assert f'href="{link}"' in staff.get(page).content.decode()
    asked = staff.get(link).content.decode()
    assert f'<a class="btn btn-plain" href="{page}">Cancel</a>' in asked
    answer = staff.post(link, {"turn": "on", "reason": "Contract"})
    assert answer["Location"] == page
    assert "Monthly invoicing is on for" in staff.get(page).content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/accounts/x/"])
def test_a_switch_leads_nowhere_else(staff: Client, konkan: Account, elsewhere: str) -> None:
    answer = staff.post(f"{url(konkan)}?q=konkan&next={elsewhere}", {"turn": "on"})
    assert answer["Location"] == "/backoffice/accounts/?q=konkan"


def test_the_switch_is_audited_with_who_and_why(staff: Client, konkan: Account) -> None:
    staff.post(url(konkan), {"turn": "on", "reason": "Contract of 30 July"})
    event = AuditEvent.objects.get(action="monthly_invoicing.turned_on")
    assert event.actor == "meera@aravalli.example"
    assert event.account_number == "3108842834"
    assert event.details["reason"] == "Contract of 30 July"


def test_asking_to_turn_off_names_the_closing_invoice_with_the_whole_months_fee(
    staff: Client, konkan: Account
) -> None:
    granted(konkan, "2026-11-01 09:00")
    ChargeFactory.create(account=konkan, service_from="2026-11-03")
    SubscriptionFactory.create(account=konkan)
    html = staff.get(url(konkan)).content.decode()
    assert "2 charges, <strong>₹53,925.00</strong> before tax and ₹63,631.50 with it" in html
    assert "subscription fees of ₹45,000.00, charged for the whole month" in html
    assert "Show the 2 charges" in html
    assert not Invoice.objects.exists()


def test_asking_to_turn_off_says_when_the_closing_invoice_cannot_be_made(
    staff: Client, konkan: Account
) -> None:
    granted(konkan, "2026-11-01 09:00")
    ChargeFactory.create(account=konkan)
    Account.objects.filter(pk=konkan.pk).update(address_line1="")
    html = staff.get(url(konkan)).content.decode()
    assert "The closing invoice cannot be made: Billing address missing" in html


def test_turning_off_issues_the_closing_invoice_and_names_it(
    staff: Client, konkan: Account
) -> None:
    granted(konkan, "2026-11-01 09:00")
    ChargeFactory.create(account=konkan)
    answer = staff.post(url(konkan), {"turn": "off"}, follow=True)
    number = Invoice.objects.get().document.number
    assert f"Closing invoice: {number}." in answer.content.decode()
    assert not has_monthly_permission(konkan)


def test_turning_off_an_account_that_cannot_be_billed_changes_nothing_and_says_why(
    staff: Client, konkan: Account
) -> None:
    granted(konkan, "2026-11-01 09:00")
    ChargeFactory.create(account=konkan)
    Account.objects.filter(pk=konkan.pk).update(address_line1="")
    answer = staff.post(url(konkan), {"turn": "off"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "The closing invoice cannot be issued, so nothing was changed." in html
    assert "Billing address missing" in html
    assert has_monthly_permission(konkan)


def test_a_stale_page_never_switches_back_what_somebody_else_switched(
    staff: Client, konkan: Account
) -> None:
    grant(konkan, by="ravi@aravalli.example", reason="", now=NOW)
    answer = staff.post(url(konkan), {"turn": "on"}, follow=True)
    assert "is on already: somebody else was quicker" in answer.content.decode()
    assert has_monthly_permission(konkan)
    revoke(konkan, by="ravi@aravalli.example", reason="", now=NOW)
    answer = staff.post(url(konkan), {"turn": "off"}, follow=True)
    assert "is off already: somebody else was quicker" in answer.content.decode()


def test_an_account_that_its_partner_pays_for_is_switched_there(staff: Client) -> None:
    partner = AccountFactory.create(display_name="Vindhya", kind=Account.Kind.PARTNER)
    below = AccountFactory.create(parent=partner, bill_to=Account.BillTo.PARENT)
    assert "invoiced through Vindhya" in staff.get(url(below)).content.decode()
    answer = staff.post(url(below), {"turn": "on"}, follow=True)
    assert "is invoiced through Vindhya" in answer.content.decode()
    assert not has_monthly_permission(below)


@pytest.mark.parametrize("turn", ["", "maybe"])
def test_a_confirmation_that_says_no_direction_changes_nothing(
    staff: Client, konkan: Account, turn: str
) -> None:
    assert staff.post(url(konkan), {"turn": turn}).status_code == 200
    assert not has_monthly_permission(konkan)


def test_customers_find_no_backoffice(
    konkan: Account, sign_in: Callable[..., Client], client: Client
) -> None:
    member = MembershipFactory.create(account=konkan)
    assert sign_in(member.user).post(url(konkan), {"turn": "on"}).status_code == 404
    assert client.post(url(konkan), {"turn": "on"}).status_code == 302
    assert not has_monthly_permission(konkan)


def test_a_forged_post_from_elsewhere_is_refused(konkan: Account, meera: object) -> None:
    browser = Client(HTTP_HOST="alpha.testserver", enforce_csrf_checks=True)
    browser.force_login(meera, backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]  # a User
    assert browser.post(url(konkan), {"turn": "on"}).status_code == 403
    assert not has_monthly_permission(konkan)
