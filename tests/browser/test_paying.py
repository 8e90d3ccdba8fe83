"""A customer pays an invoice through the sandbox, from the invoice to the receipt."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from billing.models import Payment
from billing.payments.owed import open_invoices
from tests.browser.visitor import Visitor
from tests.browser.world import World


def test_a_customer_pays_an_invoice_through_the_sandbox(
    visit: Callable[..., Visitor], world: World
) -> None:
    account = world.accounts["hospital"]
    invoice = open_invoices(account)[0]
    customer = visit()
    page = customer.page
    customer.sign_in(world.people["hospital"].email)
    customer.go(f"/invoices/{invoice}/")
    page.get_by_role("link", name="Pay ₹").click()
    page.get_by_role("button", name="Continue to the summary").click()
    expect(page.get_by_role("table", name="What is settled")).to_contain_text(str(invoice))
    page.get_by_role("button", name="Pay ₹").click()
    page.get_by_role("link", name="Go on and pay ₹").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sandbox checkout")

    page.get_by_role("button", name="Pay", exact=True).click()

    expect(page.get_by_role("main")).to_contain_text("received on")
    payment = Payment.objects.get(account=account)
    assert payment.state == "succeeded"
    file = customer.download(page.get_by_role("link", name="Download receipt"))
    assert file.content.startswith(b"%PDF")
    assert file.name == f"{str(payment.receipt.document).replace('/', '-')}.pdf"
    customer.go(f"/invoices/{invoice}/")
    expect(page.locator(".title-line")).to_contain_text("Paid")
    expect(page.get_by_role("table", name=f"Payments of {invoice}")).to_contain_text(str(payment))
