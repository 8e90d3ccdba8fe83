"""Routes of the backoffice."""

from __future__ import annotations

from django.urls import include, path

from billing import converters  # noqa: F401  the converters register on import
from billing.einvoice.routes import electronic_routes
from billing.statement.pages import FORMATS
from certinext.backoffice.account_lists import LISTS
from certinext.backoffice.views import (
    account,
    account_lists,
    accounts,
    audit,
    banking,
    books,
    charges,
    credit,
    credits,
    documents,
    gaps,
    gateways,
    imports,
    ledger_checks,
    orders,
    overview,
    payments,
    people,
    plans,
    price_lists,
    price_terms,
    products,
    reminders,
    runs,
    search,
    seller,
    staff,
    statements,
    subscriptions,
    this_month,
)

app_name = "backoffice"

of_account = [
    path("", account.account, name="account"),
    path("edit/", account.edit_account, name="edit_account"),
    path("reminders/", reminders.account_reminders, name="account_reminders"),
    path("bill/", account.bill_account, name="bill_account"),
    path("monthly/", accounts.monthly, name="monthly"),
    path("this-month/", this_month.this_month, name="this_month"),
    path("statement/", statements.statement, name="statement"),
    path("statement/earlier/", statements.earlier_books, name="earlier_books"),
    *(
        path(
            f"statement/statement.{form}", statements.download, {"form": form}, f"statement_{form}"
        )
        for form in FORMATS
    ),
    path("credits/", credits.adjust, name="adjust_credits"),
    path("credits/alert/", credits.alert, name="credit_alert"),
    path("charges/", charges.open_charges, name="open_charges"),
    path("charges/<int:pk>/void/", charges.void_charge, name="void_charge"),
    *(
        path(f"{name.replace('_', '-')}/", account_lists.account_list, {"name": name}, name=name)
        for name in LISTS
    ),
    path("people/invite/", people.invite, name="invite_member"),
    path("people/<int:pk>/remove/", people.remove_member, name="remove_member"),
    path("invitations/<int:pk>/withdraw/", people.withdraw_invitation, name="withdraw_invitation"),
    path("subscriptions/add/", subscriptions.add_subscription, name="add_subscription"),
    path(
        "subscriptions/<int:pk>/change/",
        subscriptions.change_subscription,
        name="change_subscription",
    ),
    path("subscriptions/<int:pk>/end/", subscriptions.end_subscription, name="end_subscription"),
]

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("search/", search.search, name="search"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/add/", account.add_account, name="add_account"),
    path("accounts/<ten_digits:account_number>/", include(of_account)),
    path("orders/", orders.orders, name="orders"),
    path("orders/<ten_digits:number>/", orders.order, name="order"),
    path("orders/<ten_digits:number>/cancel/", orders.cancel, name="cancel_order"),
    path("orders/<ten_digits:number>/reject/", orders.reject, name="reject_order"),
    path("orders/<ten_digits:number>/reissue/", orders.reissue, name="reissue_order"),
    path("orders/<ten_digits:number>/renew/", orders.renew, name="renew_order"),
    path("orders/<ten_digits:number>/names/", orders.add_names, name="add_names"),
    path("products/", products.products, name="products"),
    path("products/add/", products.add_product, name="add_product"),
    path("products/<int:pk>/", products.edit_product, name="edit_product"),
    path("plans/", plans.plans, name="plans"),
    path("plans/add/", plans.add_plan, name="add_plan"),
    path("plans/<int:pk>/", plans.edit_plan, name="edit_plan"),
    path("price-lists/", price_lists.price_lists, name="price_lists"),
    path("price-lists/add/", price_lists.add_price_list, name="add_price_list"),
    path("price-lists/<int:pk>/", price_lists.price_list, name="price_list"),
    path("price-lists/<int:pk>/prices/", price_lists.edit_prices, name="edit_prices"),
    path("price-lists/<int:pk>/discount/", price_terms.list_discount, name="list_discount"),
    path("price-lists/<int:pk>/prices/<int:item_pk>/", price_terms.price_terms, name="price_terms"),
    path("price-lists/<int:pk>/version/", price_lists.add_version, name="add_version"),
    path("runs/", runs.runs, name="runs"),
    path("runs/start/", runs.start_run, name="start_run"),
    path("runs/<month:month>/", runs.run, name="run"),
    path("runs/<month:month>/retry/", runs.retry_run, name="retry_run"),
    path("invoices/", documents.invoices, name="invoices"),
    path("invoices/<document_number:number>.pdf", documents.invoice_pdf, name="invoice_pdf"),
    *electronic_routes(documents.invoice_electronic, below="invoices/", name="invoice_"),
    path("invoices/<document_number:number>/credit/", credit.credit_invoice, name="credit_invoice"),
    path("invoices/<document_number:number>/", documents.invoice, name="invoice"),
    path("credit-notes/", documents.credit_notes, name="credit_notes"),
    path(
        "credit-notes/<document_number:number>.pdf",
        documents.credit_note_pdf,
        name="credit_note_pdf",
    ),
    *electronic_routes(
        documents.credit_note_electronic, below="credit-notes/", name="credit_note_"
    ),
    path("credit-notes/<document_number:number>/", documents.credit_note, name="credit_note"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/schedule/", reminders.reminder_schedule, name="reminder_schedule"),
    path("reminders/<int:pk>/repeat/", reminders.repeat_reminder, name="repeat_reminder"),
    path("payments/", payments.payments, name="payments"),
    path("payments/<slug:reference>/", payments.payment, name="payment"),
    path("payments/<slug:reference>/confirm/", payments.confirm, name="confirm_payment"),
    path("payments/<slug:reference>/reject/", payments.refuse, name="reject_payment"),
    path("payments/<slug:reference>/recheck/", payments.recheck_payment, name="recheck_payment"),
    path("payments/<slug:reference>/refund/", payments.refund, name="refund_payment"),
    path("payments/<slug:reference>/receipt.pdf", payments.receipt, name="payment_receipt"),
    path("gateways/", gateways.gateways, name="gateways"),
    path("gateways/<slug:provider>/", gateways.gateway, name="gateway"),
    path("books/", books.books, name="books"),
    path("books/export/", books.export_books, name="export_books"),
    path("bank/", banking.entries, name="bank_entries"),
    path("bank/statement/", banking.statement, name="bank_statement"),
    path("bank/<int:pk>/", banking.entry, name="bank_entry"),
    path("gaps/", gaps.gaps, name="gaps"),
    path("proof/", ledger_checks.ledger_checks, name="ledger_checks"),
    path("proof/run/", ledger_checks.run_ledger_check, name="run_ledger_check"),
    path("imports/", imports.imports, name="imports"),
    path("imports/upload/", imports.upload, name="upload"),
    path("imports/<int:pk>/", imports.import_run, name="import"),
    path("staff/", staff.staff, name="staff"),
    path("staff/invitations/", staff.staff_invitations, name="staff_invitations"),
    path("staff/invite/", staff.invite_staff, name="invite_staff"),
    path("staff/invitations/<int:pk>/withdraw/", staff.withdraw_staff, name="withdraw_staff"),
    path("staff/<int:pk>/switch/", staff.switch_staff, name="switch_staff"),
    path("seller/", seller.seller, name="seller"),
    path("seller/branding/", seller.branding, name="branding"),
    path("audit/", audit.audit, name="audit"),
]
