"""Lists of all accounts' documents: the customers' filters, and whose document it is."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from billing.lists import search_filter
from credit_notes.filters import CreditNoteFilter
from credit_notes.models import CreditNote, CreditNoteQuerySet
from invoices.filters import InvoiceFilter
from invoices.models import Invoice, InvoiceQuerySet


class StaffInvoiceFilter(InvoiceFilter):
    """Staff also search by account."""

    q = search_filter(_("Number, account, order or domain"))

    def search(self, queryset: InvoiceQuerySet, name: str, text: str) -> QuerySet[Invoice]:
        """Find what customers find, and by the account's number or name."""
        found = super().search(queryset, name, text)
        return queryset.filter(Q(pk__in=found.values("pk")) | _of_account(text.strip()))


class StaffCreditNoteFilter(CreditNoteFilter):
    """Staff also search by account."""

    q = search_filter(_("Number, account, invoice, order or domain"))

    def search(self, queryset: CreditNoteQuerySet, name: str, text: str) -> QuerySet[CreditNote]:
        """Find what customers find, and by the account's number or name."""
        found = super().search(queryset, name, text)
        return queryset.filter(Q(pk__in=found.values("pk")) | _of_account(text.strip()))


def _of_account(text: str) -> Q:
    return (
        Q(document__account__account_number=text)
        | Q(document__account__display_name__icontains=text)
        | Q(document__account__legal_name__icontains=text)
    )
