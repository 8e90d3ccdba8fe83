"""The list of bank entries: search, views, and whose money one probably is."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from billing.banking.matching import account_named
from billing.lists import ListFilter, RangeForm, day_filter, search_filter
from billing.models import Account, BankEntry
from billing.text import looked_up

VIEWS = [("", _("All")), *BankEntry.State.choices]
SORTS = {
    "booked": ("booked_on", "id"),
    "amount": ("amount", "id"),
    "reference": ("bank_reference", "id"),
}
NEWEST_FIRST = "-booked"


class BookedForm(RangeForm):
    """The day of the bank's booking is a range."""

    ranges = [("booked_from", "booked_until")]


class BankEntryFilter(ListFilter):
    """What the list of bank entries can be narrowed by."""

    q = search_filter(_("Reference, sender, remittance or payment"))
    booked_from = day_filter(_("Booked from"), method="from_day")
    booked_until = day_filter(_("Booked until"), method="until_day")

    class Meta:
        model = BankEntry
        fields: list[str] = []
        form = BookedForm

    def search(self, queryset: QuerySet[BankEntry], _name: str, text: str) -> QuerySet[BankEntry]:
        """Find by what the bank said, or by the payment that it is."""
        text = text.strip()
        return queryset.filter(
            Q(bank_reference__icontains=text)
            | Q(debtor__icontains=text)
            | Q(remittance__icontains=text)
            | Q(payment__reference__iexact=text)
            | Q(payment__account__account_number=text)
        )

    def from_day(self, queryset: QuerySet[BankEntry], _name: str, day: date) -> QuerySet[BankEntry]:
        """Keep what was booked on that day or later."""
        return queryset.filter(booked_on__gte=day)

    def until_day(
        self, queryset: QuerySet[BankEntry], _name: str, day: date
    ) -> QuerySet[BankEntry]:
        """Keep what was booked on that day or earlier."""
        return queryset.filter(booked_on__lte=day)


def account_asked(entry: BankEntry, number: str) -> Account | None:
    """Return the account that is typed in; without one, the account that the text names."""
    if number:
        return Account.objects.filter(account_number=looked_up(number)).first()
    return account_named(f"{entry.remittance} {entry.debtor}")
