"""Every main page: who looks at it, and how one gets there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from billing.models import (
    BankEntry,
    Charge,
    Document,
    Export,
    ImportRun,
    Mandate,
    Plan,
    PriceList,
    PriceListItem,
    Product,
)
from billing.periods import financial_year
from tests.browser.visitor import Visitor
from tests.browser.world import LATER, World
from tests.pdf.pictures import alpha_logo, png


@dataclass(frozen=True)
class Look:
    """A page by its address; `then` does what leads on from there, `status` is what it answers."""

    name: str
    person: str
    path: Callable[[World], str]
    then: Callable[[Page], None] = lambda page: None
    status: int = 200

    def open(self, visitor: Visitor, world: World) -> None:
        """Come to the page."""
        if self.person:
            visitor.come_in(world.people[self.person], self.path(world))
        else:
            visitor.go(self.path(world))
        self.then(visitor.page)


def _at(path: str) -> Callable[[World], str]:
    return lambda _world: path


def _show_downloads(page: Page) -> None:
    page.locator("summary", has_text="Download").click()


def _order(name: str, suffix: str = "") -> Callable[[World], str]:
    return lambda world: f"/orders/{world.orders[name]}/{suffix}"


def _account(name: str, suffix: str = "") -> Callable[[World], str]:
    return lambda world: f"/backoffice/accounts/{world.accounts[name].account_number}/{suffix}"


def _document(prefix: str, account: str, kind: str) -> Callable[[World], str]:
    def path(world: World) -> str:
        found = Document.objects.filter(account=world.accounts[account], kind=kind)
        return f"{prefix}/{found.order_by('id').values_list('number', flat=True)[0]}/"

    return path


def _registered(name: str) -> Callable[[World], str]:
    return lambda world: f"/backoffice/invoices/{world.documents[name]}/"


def _crediting(query: str) -> Callable[[World], str]:
    invoice = _document("/backoffice/invoices", "hospital", "invoice")
    return lambda world: f"{invoice(world)}credit/{query}"


def _credit(page: Page, amount: str) -> None:
    page.get_by_label("Line 1, amount").fill(amount)
    page.get_by_label("Price correction or goodwill").check()
    page.get_by_label("Reason").fill("Agreed with the hospital in writing")
    page.get_by_role("button", name="Show what is credited").click()


def _too_much(page: Page) -> None:
    _credit(page, "1,000.00")
    page.get_by_role("alert").wait_for()


def _credit_summary(page: Page) -> None:
    _credit(page, "1250.50")
    page.get_by_role("button", name="Issue the credit note").wait_for()


def _summary(page: Page) -> None:
    page.get_by_label("Domain").fill("www.example.com")
    page.get_by_role("button", name="Continue to the summary").click()
    page.get_by_role("button", name="Place order").wait_for()


def _wrong(page: Page) -> None:
    page.get_by_label("Domain").fill("not a domain")
    page.get_by_role("button", name="Continue to the summary").click()
    page.get_by_role("alert").wait_for()


def _names(page: Page) -> None:
    page.get_by_label("Names").fill("api.sundara.example\nmail.sundara.example")
    page.get_by_role("button", name="Show what it costs").click()
    page.get_by_role("button", name="Add for").wait_for()


def _wrong_names(page: Page) -> None:
    page.get_by_label("Names").fill("not_a_name.example")
    page.get_by_role("button", name="Show what it costs").click()
    page.get_by_role("alert").wait_for()


def _past_start(page: Page) -> None:
    page.get_by_label("Plan").select_option(index=1)
    page.get_by_label("Starts").fill("2026-03-15")
    page.get_by_role("button", name="Add subscription").click()
    page.get_by_role("alert").wait_for()


def _confirmation(page: Page) -> None:
    page.get_by_role("switch", name="Monthly invoicing for Sundara Retail").click()
    page.get_by_role("button", name="Turn on monthly invoicing").wait_for()


def _books(query: str) -> Callable[[World], str]:
    """Books of the year in which the world trades."""

    def path(world: World) -> str:
        year = financial_year(world.now.date(), start_month=4).start_year
        return f"/backoffice/books/?{query}&period=FY{year}"

    return path


def _charge(world: World) -> str:
    charge = Charge.objects.open().filter(account=world.accounts["parked"]).first()
    number = world.accounts["parked"].account_number
    return f"/backoffice/accounts/{number}/charges/{charge.pk if charge else 0}/void/"


def _of_partner(world: World) -> str:
    return f"/backoffice/accounts/?partner={world.accounts['partner'].account_number}"


def _price_list(suffix: str) -> Callable[[World], str]:
    return lambda _world: f"/backoffice/price-lists/{PriceList.objects.get(name=LATER).pk}/{suffix}"


def _list_in_force(suffix: str) -> Callable[[World], str]:
    def path(_world: World) -> str:
        return f"/backoffice/price-lists/{PriceList.objects.exclude(name=LATER)[0].pk}/{suffix}"

    return path


def _member(world: World) -> str:
    member = world.accounts["shop"].memberships.order_by("pk")[0]
    return _account("shop", f"people/{member.pk}/remove/")(world)


def _subscription(world: World) -> str:
    subscription = world.accounts["hospital"].subscriptions.all()[0]
    return _account("hospital", f"subscriptions/{subscription.pk}/end/")(world)


def _price_terms(world: World) -> str:
    item = PriceListItem.objects.order_by("pk")[0]
    return f"/backoffice/price-lists/{item.price_list_id}/prices/{item.pk}/"


def _change_plan(world: World) -> str:
    return _subscription(world).replace("/end/", "/change/")


def _payment(name: str, prefix: str = "", suffix: str = "") -> Callable[[World], str]:
    return lambda world: f"{prefix}/payments/{world.payments[name]}/{suffix}"


def _sandbox(world: World) -> str:
    return str(world.payments["online"].checkout.url)


def _sandbox_method(world: World) -> str:
    return str(Mandate.objects.get(account=world.accounts["mills"]).url)


def _read_consent(page: Page) -> None:
    page.get_by_text("Change the amounts").click()
    page.get_by_label("Top up by, in INR").fill("50000.00")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Turn on automatic top-up").wait_for()


def _wrong_top_up(page: Page) -> None:
    page.get_by_text("Change the amounts").click()
    page.get_by_label("Top up by, in INR").fill("10")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("alert").wait_for()


def _pay_summary(page: Page) -> None:
    page.get_by_label("Amount").fill("20000")
    page.get_by_role("button", name="Continue to the summary").click()
    page.get_by_role("button", name="Pay ₹20,000.00").wait_for()


def _add_a_fraction(page: Page) -> None:
    """Ask for less than the smallest amount of any currency."""
    page.get_by_label("Amount").fill("0.0004")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("alert").wait_for()


def _pay_wrong(page: Page) -> None:
    page.get_by_label("Amount").fill("NaN")
    page.get_by_role("button", name="Continue to the summary").click()
    page.get_by_role("alert").wait_for()


def _bank_entry(world: World) -> str:
    entry = BankEntry.objects.filter(state=BankEntry.State.OPEN).order_by("id")[0]
    return f"/backoffice/bank/{entry.pk}/?account={world.accounts['shop'].account_number}"


def _export(person: str, state: str) -> Callable[[World], str]:
    def path(world: World) -> str:
        export = Export.objects.get(asked_by=world.people[person], state=state)
        return f"{'/backoffice' if export.is_staffs else ''}/exports/{export.pk}/"

    return path


def _import(_world: World) -> str:
    return f"/backoffice/imports/{ImportRun.objects.values_list('pk', flat=True)[0]}/"


def _prove(page: Page) -> None:
    page.get_by_role("button", name="Prove them now").click()
    page.get_by_text("Every rule held").wait_for()


def _hand_in_a_small_logo(page: Page) -> None:
    page.set_input_files(
        "input[type=file]",
        {"name": "logo.png", "mimeType": "image/png", "buffer": png(alpha_logo(200, 31))},
    )
    page.get_by_role("button", name="Save").click()
    page.get_by_text("at least 32 on the shorter side").first.wait_for()


def _drop_a_file(page: Page) -> None:
    page.set_input_files(
        "input[type=file]",
        {"name": "any.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 of nobody"},
    )
    page.get_by_role("button", name="Check").click()
    page.get_by_text("Not a document of this seller.").wait_for()


GATE = [
    Look("sign-in", "", _at("/account/login/")),
    Look("password-forgotten", "", _at("/account/password/reset/")),
    Look("sign-up-closed", "", _at("/account/signup/")),
    Look("invitation", "", lambda world: f"/invitations/{world.invitation}/"),
    Look("invitation-withdrawn", "", lambda world: f"/invitations/{world.withdrawn}/", status=410),
    Look("verify", "", _at("/verify/")),
    Look("verify-unknown", "", _at("/verify/"), then=_drop_a_file),
    Look("choose-account", "twofold", _at("/choose-account/")),
    Look("password-change", "shop", _at("/account/password/change/")),
    Look("e-mail", "shop", _at("/account/email/")),
    Look("switched-off", "", _at("/account/inactive/")),
    Look("reauthenticate", "shop", _at("/account/reauthenticate/")),
    Look("password-reset-done", "", _at("/account/password/reset/done/")),
    Look("sign-out", "shop", _at("/account/logout/")),
    Look("not-allowed", "staff", _at("/backoffice/runs/start/"), status=405),
    Look("not-found", "shop", _at("/orders/9999999999/"), status=404),
]
CUSTOMER = [
    Look("orders", "shop", _at("/orders/")),
    Look("orders-filtered", "shop", _at("/orders/?q=sundara&status=2")),
    Look("orders-none-match", "shop", _at("/orders/?q=nothing-like-it")),
    Look("orders-basic", "basic", _at("/orders/")),
    Look("orders-of-a-partner", "partner", _at("/orders/")),
    Look("order-invoiced", "shop", _order("invoiced")),
    Look("order-cancelled", "shop", _order("cancelled")),
    Look("order-held", "shop", _order("held")),
    Look("order-monthly", "hospital", _order("monthly")),
    Look("order-parked", "parked", _order("parked")),
    Look("order-fulfilled", "shop", _order("fulfilled")),
    Look("order-proceed", "shop", _order("held", "proceed/")),
    Look("order-renew", "shop", _order("fulfilled", "renew/")),
    Look("order-renew-summary", "shop", _order("fulfilled", "renew/?term_years=1")),
    Look("order-reissue", "shop", _order("fulfilled", "reissue/")),
    Look("order-extended", "shop", _order("extended")),
    Look("order-extended-monthly", "mills", _order("extended_monthly")),
    Look("order-names", "shop", _order("fulfilled", "names/")),
    Look("order-names-wrong", "shop", _order("fulfilled", "names/"), then=_wrong_names),
    Look("order-names-summary", "shop", _order("fulfilled", "names/"), then=_names),
    Look("search", "shop", _at("/orders/search/?q=sundara")),
    Look("search-in-vain", "shop", _at("/orders/search/?q=nothing-like-it")),
    Look("order-cancel", "shop", _order("invoiced", "cancel/")),
    Look("order-reject", "shop", _order("held", "reject/")),
    Look("price-list", "partner", _at("/orders/place/")),
    Look("place", "shop", _at("/orders/place/?product=711&term_years=1")),
    Look("place-wrong", "shop", _at("/orders/place/?product=711&term_years=1"), then=_wrong),
    Look("place-summary", "shop", _at("/orders/place/?product=711&term_years=1"), then=_summary),
    Look("invoices", "finance_manager", _at("/invoices/")),
    Look("invoices-none-yet", "parked", _at("/invoices/")),
    Look("invoice", "shop", _document("/invoices", "shop", "invoice")),
    Look(
        "invoice-downloads",
        "hospital",
        _document("/invoices", "hospital", "invoice"),
        then=_show_downloads,
    ),
    Look("invoice-monthly", "hospital", _document("/invoices", "hospital", "invoice")),
    Look("statement", "shop", _at("/statement/")),
    Look("statement-of-a-partner", "partner", _at("/statement/?from=2026-11-30&until=2026-10-01")),
    Look("statement-empty", "parked", _at("/statement/")),
    Look("exports", "shop", _at("/exports/")),
    Look("exports-none", "mills", _at("/exports/")),
    Look("export-working", "shop", _export("shop", "working")),
    Look("export-ready", "shop", _export("shop", "ready")),
    Look("export-failed", "shop", _export("shop", "failed")),
    Look("earlier-books", "shop", _at("/statement/earlier/")),
    Look("payments", "shop", _at("/payments/")),
    Look("payments-none", "mills", _at("/payments/")),
    Look("pay", "shop", _at("/payments/pay/")),
    Look("pay-wrong", "shop", _at("/payments/pay/"), then=_pay_wrong),
    Look("pay-summary", "shop", _at("/payments/pay/"), then=_pay_summary),
    Look("payment-transfer", "shop", _payment("transfer")),
    Look("payment-paid", "shop", _payment("paid")),
    Look("payment-online", "shop", _payment("online")),
    Look("payment-declined", "shop", _payment("declined")),
    Look("sandbox", "shop", _sandbox),
    Look("credits", "shop", _at("/credits/")),
    Look("credits-add", "shop", _at("/credits/add/")),
    Look("credits-alert", "shop", _at("/credits/alert/")),
    Look("auto-top-up", "shop", _at("/credits/auto-top-up/")),
    Look("auto-top-up-consent", "shop", _at("/credits/auto-top-up/"), then=_read_consent),
    Look("auto-top-up-wrong", "shop", _at("/credits/auto-top-up/"), then=_wrong_top_up),
    Look("auto-top-up-keep", "mills", _at("/credits/auto-top-up/")),
    Look("sandbox-method", "mills", _sandbox_method),
    Look("credits-withdraw", "shop", _at("/credits/withdraw/")),
    Look("credit-notes", "shop", _at("/credit-notes/")),
    Look("credit-note", "shop", _document("/credit-notes", "shop", "credit_note")),
]


def _abroad(person: str) -> list[Look]:
    """Pages of an account whose currency has other decimals than two."""
    return [
        Look(f"{person}-invoice", person, _document("/invoices", person, "invoice")),
        Look(f"{person}-pay", person, _at("/payments/pay/")),
        Look(f"{person}-payments", person, _at("/payments/")),
        Look(f"{person}-credits", person, _at("/credits/")),
        Look(f"{person}-credits-add", person, _at("/credits/add/"), then=_add_a_fraction),
        Look(f"{person}-statement", person, _at("/statement/")),
        Look(f"{person}-prices", person, _at("/prices/")),
        Look(
            f"{person}-crediting",
            "staff",
            lambda world: (
                f"{_document('/backoffice/invoices', person, 'invoice')(world)}credit/?what=lines"
            ),
        ),
        Look(f"{person}-adjusting", "staff", _account(person, "credits/")),
    ]


ABROAD = [*_abroad("tokyo"), *_abroad("manama")]
BACKOFFICE = [
    Look("overview", "staff", _at("/backoffice/")),
    Look("accounts", "staff", _at("/backoffice/accounts/")),
    Look("accounts-switch", "staff", _at("/backoffice/accounts/"), then=_confirmation),
    Look("account", "staff", _account("shop")),
    Look("account-uncharged", "staff", _account("partner")),
    Look("account-parked", "staff", _account("parked")),
    Look("account-edit", "staff", _account("shop", "edit/")),
    Look("account-add", "staff", _at("/backoffice/accounts/add/")),
    Look("account-monthly", "staff", _account("hospital", "monthly/")),
    Look("account-invite", "staff", _account("shop", "people/invite/")),
    Look("account-subscription", "staff", _account("hospital", "subscriptions/add/")),
    Look(
        "account-subscription-past",
        "staff",
        _account("mills", "subscriptions/add/"),
        then=_past_start,
    ),
    Look("account-subscription-uncharged", "staff", _account("branch", "subscriptions/add/")),
    Look("open-charges", "staff", _account("parked", "charges/")),
    *(
        Look(f"account-{name}", "staff", _account(account, f"{name}/"))
        for name, account in {
            "members": "shop",
            "invitations": "shop",
            "subscriptions": "hospital",
            "permissions": "hospital",
            "groups": "shop",
            "own-prices": "shop",
        }.items()
    ),
    Look("accounts-of-a-partner", "staff", _of_partner),
    Look("charge-void", "staff", _charge),
    Look("products", "staff", _at("/backoffice/products/")),
    Look("product-add", "staff", _at("/backoffice/products/add/")),
    Look(
        "product-edit",
        "staff",
        lambda _world: f"/backoffice/products/{Product.objects.all()[0].pk}/",
    ),
    Look("plans", "staff", _at("/backoffice/plans/")),
    Look("plan-add", "staff", _at("/backoffice/plans/add/")),
    Look("plan-edit", "staff", lambda _world: f"/backoffice/plans/{Plan.objects.all()[0].pk}/"),
    Look("price-lists", "staff", _at("/backoffice/price-lists/")),
    Look("price-list-add", "staff", _at("/backoffice/price-lists/add/")),
    Look("staff-price-list", "staff", _price_list("")),
    Look("prices-edit", "staff", _price_list("prices/")),
    Look("price-list-in-force", "staff", _list_in_force("")),
    Look("prices-missing", "staff", _list_in_force("prices/")),
    Look("price-list-version", "staff", _list_in_force("version/")),
    Look("account-remove-member", "staff", _member),
    Look("account-end-subscription", "staff", _subscription),
    Look("account-change-plan", "staff", _change_plan),
    Look("account-this-month", "staff", _account("hospital", "this-month/")),
    Look("this-month", "hospital", _at("/invoices/this-month/")),
    Look("prices", "hospital", _at("/prices/")),
    Look("price-terms", "staff", _price_terms),
    Look("staff-order-cancel", "staff", lambda w: f"/backoffice{_order('invoiced', 'cancel/')(w)}"),
    Look(
        "staff-order-cancel-live",
        "staff",
        lambda w: f"/backoffice{_order('fulfilled', 'cancel/')(w)}",
    ),
    Look("staff-orders", "staff", _at("/backoffice/orders/")),
    Look(
        "staff-orders-filtered",
        "staff",
        _at("/backoffice/orders/?domain=sundara&organization=sundara"),
    ),
    Look("staff-order", "staff", lambda world: f"/backoffice{_order('cancelled')(world)}"),
    Look("staff-order-reject", "staff", lambda w: f"/backoffice{_order('invoiced', 'reject/')(w)}"),
    Look("staff-order-fulfilled", "staff", lambda w: f"/backoffice{_order('extended')(w)}"),
    Look("staff-order-renew", "staff", lambda w: f"/backoffice{_order('fulfilled', 'renew/')(w)}"),
    Look("staff-order-names", "staff", lambda w: f"/backoffice{_order('fulfilled', 'names/')(w)}"),
    Look(
        "staff-order-reissue",
        "staff",
        lambda w: f"/backoffice{_order('fulfilled', 'reissue/')(w)}",
    ),
    Look("staff-invoices", "staff", _at("/backoffice/invoices/")),
    Look("staff-invoice", "staff", _document("/backoffice/invoices", "hospital", "invoice")),
    Look("staff-credit-invoice", "staff", _crediting("")),
    Look("staff-credit-order", "staff", _crediting("?what=order")),
    Look("staff-credit-lines", "staff", _crediting("?what=lines")),
    Look("staff-credit-lines-wrong", "staff", _crediting("?what=lines"), _too_much),
    Look("staff-credit-summary", "staff", _crediting("?what=lines"), _credit_summary),
    Look("staff-payments", "staff", _at("/backoffice/payments/")),
    Look("staff-payment-held", "staff", _payment("held", "/backoffice")),
    Look("staff-payment-transfer", "staff", _payment("transfer", "/backoffice")),
    Look("payment-confirm", "staff", _payment("transfer", "/backoffice", "confirm/")),
    Look("payment-reject", "staff", _payment("transfer", "/backoffice", "reject/")),
    Look("payment-refund", "staff", _payment("given", "/backoffice", "refund/")),
    Look("gateways", "staff", _at("/backoffice/gateways/")),
    Look("gateway", "staff", _at("/backoffice/gateways/stripe/")),
    Look("staff-credit-notes", "staff", _at("/backoffice/credit-notes/")),
    Look(
        "staff-credit-note", "staff", _document("/backoffice/credit-notes", "shop", "credit_note")
    ),
    Look("books", "staff", _at("/backoffice/books/")),
    Look("books-gstr1", "staff", _books("report=gstr1&sheet=b2cs")),
    Look("books-journal", "staff", _books("report=journal")),
    Look("books-sales", "staff", _books("report=sales&sheet=account")),
    Look("books-nothing", "staff", _at("/backoffice/books/?report=gstr1&period=2001-01")),
    Look("staff-exports", "staff", _at("/backoffice/exports/")),
    Look("staff-export", "staff", _export("staff", "ready")),
    Look("registrations", "staff", _at("/backoffice/registrations/")),
    Look("registrations-refused", "staff", _at("/backoffice/registrations/?view=stopped")),
    Look("staff-invoice-registered", "staff", _registered("registered")),
    Look("staff-invoice-waiting", "staff", _registered("waiting")),
    Look("reminders", "staff", _at("/backoffice/reminders/")),
    Look("reminder-schedule", "staff", _at("/backoffice/reminders/schedule/")),
    Look("account-reminders", "staff", _account("hospital", "reminders/")),
    Look("account-reminders-stopped", "staff", _account("shop", "reminders/")),
    Look("runs", "staff", _at("/backoffice/runs/")),
    Look("run", "staff", lambda world: f"/backoffice/runs/{world.run.month}/"),
    Look("imports", "staff", _at("/backoffice/imports/")),
    Look("import", "staff", _import),
    Look("upload", "staff", _at("/backoffice/imports/upload/")),
    Look("bank-entries", "staff", _at("/backoffice/bank/")),
    Look("bank-statement", "staff", _at("/backoffice/bank/statement/")),
    Look("bank-entry", "staff", _bank_entry),
    Look("account-credits", "staff", _account("shop", "credits/")),
    Look("account-auto-top-up", "staff", _account("shop", "credits/auto-top-up/")),
    Look("account-credit-alert", "staff", _account("shop", "credits/alert/")),
    Look("gaps", "staff", _at("/backoffice/gaps/")),
    Look("proof-of-the-books", "staff", _at("/backoffice/proof/"), then=_prove),
    Look("account-statement", "staff", _account("shop", "statement/")),
    Look("account-earlier-books", "staff", _account("shop", "statement/earlier/")),
    Look("staff", "staff", _at("/backoffice/staff/")),
    Look("staff-invitations", "staff", _at("/backoffice/staff/invitations/")),
    Look("staff-invite", "staff", _at("/backoffice/staff/invite/")),
    Look("seller", "staff", _at("/backoffice/seller/")),
    Look("branding", "staff", _at("/backoffice/seller/branding/")),
    Look(
        "branding-refused", "staff", _at("/backoffice/seller/branding/"), then=_hand_in_a_small_logo
    ),
    Look("audit", "staff", _at("/backoffice/audit/")),
    Look("audit-of-orders", "staff", _at("/backoffice/audit/?action=order")),
]
# Routes that are no pages: files, forms that are only sent, what only leads somewhere else, and
# steps that follow a message in somebody's mailbox.
NO_PAGES = {
    "account_complete_password_reset",
    "account_confirm_login_code",
    "account_confirm_password_reset_code",
    "account_email_verification_sent",
    "account_set_password",
    "credits:auto_top_up_switch",
    "credits:method",
    "credits:method_back",
    "backoffice:bill_account",
    "backoffice:credit_note_factur_x",
    "backoffice:credit_note_gst_json",
    "backoffice:credit_note_gst_signed",
    "backoffice:credit_note_pdf",
    "backoffice:credit_note_lines",
    "backoffice:credit_note_ubl",
    "backoffice:export_books",
    "backoffice:export_again",
    "backoffice:export_file",
    "backoffice:invoice_factur_x",
    "backoffice:invoice_gst_json",
    "backoffice:invoice_gst_signed",
    "backoffice:invoice_pdf",
    "backoffice:invoice_lines",
    "backoffice:invoice_ubl",
    "backoffice:list_discount",
    "backoffice:payment_receipt",
    "backoffice:recheck_payment",
    "backoffice:repeat_credit_alert",
    "backoffice:repeat_reminder",
    "backoffice:retry_run",
    "backoffice:retry_registration",
    "backoffice:run_ledger_check",
    "backoffice:search",
    "backoffice:start_run",
    "backoffice:statement_csv",
    "backoffice:statement_pdf",
    "backoffice:statement_xlsx",
    "backoffice:switch_staff",
    "backoffice:withdraw_invitation",
    "backoffice:withdraw_staff",
    "billing:branding",
    "billing:export_again",
    "billing:export_file",
    "billing:home",
    "billing:logo",
    "billing:prices_csv",
    "billing:prices_pdf",
    "billing:statement_csv",
    "billing:statement_pdf",
    "billing:statement_xlsx",
    "credit_notes:download",
    "credit_notes:factur_x",
    "credit_notes:gst_json",
    "credit_notes:gst_signed",
    "credit_notes:lines",
    "credit_notes:ubl",
    "gateways:webhook",
    "invoices:download",
    "invoices:factur_x",
    "invoices:gst_json",
    "invoices:gst_signed",
    "invoices:lines",
    "invoices:ubl",
    "orders:credit_note",
    "orders:invoice",
    "payments:receipt",
    "payments:recheck",
    "web:theme",
}
LOOKS = [*GATE, *CUSTOMER, *ABROAD, *BACKOFFICE]
