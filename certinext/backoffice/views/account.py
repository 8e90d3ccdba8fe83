"""One account: its facts, people, charges, documents, and what can be done with it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.access import staff_required
from billing.addresses import address_lines, billing_address, legal_address
from billing.auto_top_up.terms import in_force
from billing.credits.alert import alert_of
from billing.locks import lock_with_payer
from billing.models import Account, Charge, Document, LowCreditMail, Reader, Seller
from billing.models.seller import current_seller
from billing.payments.owed import position_of
from billing.periods import local_date
from certinext.audit.trail import record
from certinext.backoffice.account_lists import how_lists_begin
from certinext.backoffice.accounts import outstanding_of
from certinext.backoffice.changes import changes_of
from certinext.backoffice.finding import actor_of, find_account
from certinext.backoffice.forms.account import AccountForm, NewAccountForm
from certinext.backoffice.reader import staff_reader
from certinext.backoffice.reminders import reminders_of
from invoices.mended import is_mended, latest_parked
from invoices.models import Invoice
from invoices.per_order import invoice_open_orders
from invoices.permission import has_monthly_permission, uncharged_subscriptions
from invoices.status import status_of
from orders.models import Order
from orders.rows import rows_of

SHOWN = 8
NEWEST_ORDERS = 5
TEN_DIGITS = re.compile(r"[0-9]{10}")


@require_safe
@staff_required
def account(request: HttpRequest, account_number: str) -> HttpResponse:
    """Show everything about one account."""
    found, now = find_account(account_number), timezone.now()
    today = timezone.localdate(now)
    open_charges = Charge.objects.open().payable_by(found).select_related("account", "product")
    context = {
        "account": found,
        "is_monthly": has_monthly_permission(found),
        "outstanding": outstanding_of([found])[found.pk],
        "credits": position_of(found).credits,
        "alert": alert_of(found),
        "told": found.low_credit_mails.filter(state=LowCreditMail.State.SENT).first(),
        "agreed": in_force(found),
        "open_charges": open_charges.order_by("service_from", "id")[: SHOWN * 2],
        "open_charge_count": open_charges.count(),
        "open_net": open_charges.order_by()
        .values_list("currency")
        .annotate(net=Sum("net_amount"))
        .order_by("currency"),
        "parked_item": latest_parked(found),
        "is_mended": is_mended(found, now=now),
        "zero": Decimal(0),
        **_addresses(found),
        **_orders(found, staff_reader(request)),
        **_documents(found),
        **how_lists_begin(found, now=now),
        "reminders": reminders_of(found),
        "uncharged": uncharged_subscriptions(found, on=today),
        "today": today,
    }
    return render(request, "backoffice/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def add_account(request: HttpRequest) -> HttpResponse:
    """Add a customer."""
    seller = current_seller()
    form = NewAccountForm(
        request.POST or None,
        initial={
            "currency": seller.currency,
            "country": seller.country,
            "kind": Account.Kind.ENTERPRISE,
        },
    )
    if request.method == "POST" and save_new(form, partner=_chosen_partner(request)):
        added = form.instance
        messages.success(request, _("%(account)s was added.") % {"account": added})
        return redirect("backoffice:account", added.account_number)
    return render(request, "backoffice/account_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def edit_account(request: HttpRequest, account_number: str) -> HttpResponse:
    """Change an account's facts, under its lock: nothing is invoiced from half of them."""
    found = find_account(account_number)
    if request.method != "POST":
        return _edit_page(request, found, AccountForm(instance=found))
    with transaction.atomic():
        locked = lock_with_payer(found, also=_chosen_partner(request))
        form = AccountForm(request.POST, instance=locked)
        if form.is_valid():
            changed = changes_of(form)
            form.save()
            if changed:
                number = locked.account_number
                record("account.changed", on=locked, account_number=number, changes=changed)
            messages.success(request, _("Saved."))
            return redirect("backoffice:account", locked.account_number)
    return _edit_page(request, find_account(account_number), form)


@require_POST
@staff_required
def bill_account(request: HttpRequest, account_number: str) -> HttpResponse:
    """Invoice the open orders now: what a parked account waits for once it is mended."""
    found = find_account(account_number)
    if has_monthly_permission(found):
        messages.warning(
            request, _("This account is invoiced monthly: try it again on its billing run.")
        )
        return redirect("backoffice:account", account_number)
    now = timezone.now()
    invoices = invoice_open_orders(
        account=found,
        on=local_date(now, current_seller().zone),
        now=now,
        issued_by=actor_of(request),
    )
    parked = find_account(account_number)
    if invoices:
        numbers = ", ".join(str(invoice) for invoice in invoices)
        messages.success(request, _("Issued: %(numbers)s.") % {"numbers": numbers})
    elif hasattr(parked, "parked"):
        messages.error(request, _("Still parked. %(reason)s") % {"reason": parked.parked.reason})
    else:
        messages.info(request, _("There was nothing to invoice."))
    return redirect("backoffice:account", account_number)


@transaction.atomic
def save_new(form: NewAccountForm, *, partner: set[int]) -> bool:
    """Save the account; False where it cannot be.

    Judged with its partner's facts locked, and one at a time: a form that is sent twice adds one.
    """
    list(Account.objects.select_for_update(no_key=True).filter(pk__in=partner))
    Seller.objects.select_for_update(no_key=True).get(pk=1)
    if not form.is_valid():
        return False
    added = form.save()
    record("account.added", on=added, account_number=added.account_number, kind=added.kind)
    return True


def _chosen_partner(request: HttpRequest) -> set[int]:
    """Return the id of the partner that is typed in, if there is one: who pays is locked too."""
    number = request.POST.get("partner_number", "").strip()
    if not TEN_DIGITS.fullmatch(number):
        return set()
    return set(Account.objects.filter(account_number=number).values_list("pk", flat=True))


def _addresses(account: Account) -> dict[str, list[str]]:
    language = get_language() or "en"
    billing = billing_address(account)
    return {
        "address": address_lines(legal_address(account), language=language),
        "billing_address": address_lines(billing, language=language) if billing else [],
    }


def _orders(account: Account, reader: Reader) -> dict[str, Any]:
    orders = Order.objects.filter(account=account)
    newest = orders.select_related("product", "account").order_by("-ordered_at", "-id")
    return {
        "orders": rows_of(list(newest[:NEWEST_ORDERS]), reader),
        "order_count": orders.count(),
    }


def _documents(account: Account) -> dict[str, Any]:
    today = timezone.localdate()
    documents = Document.objects.filter(account=account).order_by("-id")
    invoices = list(
        documents.filter(kind=Document.Kind.INVOICE).select_related("balance", "invoice")[:SHOWN]
    )
    notes = documents.filter(kind=Document.Kind.CREDIT_NOTE).select_related(
        "credit_note__invoice__document"
    )
    return {
        "invoices": [(document, status_of(document, today=today)) for document in invoices],
        "invoice_count": Invoice.objects.filter(account=account).count(),
        "credit_notes": notes[:SHOWN],
        "credit_note_count": notes.count(),
    }


def _edit_page(request: HttpRequest, account: Account, form: AccountForm) -> HttpResponse:
    return render(request, "backoffice/account_form.html", {"form": form, "account": account})
