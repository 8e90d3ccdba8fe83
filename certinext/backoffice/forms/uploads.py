"""Files of the platform that staff upload, one form a kind."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.importing.balances import import_balances
from billing.importing.groups import import_groups
from billing.importing.ledger import import_ledger
from billing.importing.products import import_products
from billing.importing.usage import import_usage
from billing.models import Account, ImportRun
from billing.models.fields import ten_digits
from billing.models.seller import current_seller
from billing.periods import local_date
from certinext.backoffice.forms.days import day_field
from certinext.web.forms import PlainForm
from orders.import_report import import_orders

# Ten thousand orders are 6 MB. Larger files belong to the command, which no browser waits for.
LARGEST_MEGABYTES = 20
LARGEST = LARGEST_MEGABYTES * 1024 * 1024


class UploadForm(PlainForm):
    """One file. Reading it, and refusing what is in it, is the import's work."""

    file = forms.FileField(label=gettext_lazy("File"), allow_empty_file=True)

    def clean_file(self) -> Any:
        """Refuse a file that is empty, or that takes longer than a browser waits."""
        file: Any = self.cleaned_data["file"]
        size = file.size or 0
        if size > LARGEST:
            raise forms.ValidationError(
                _(
                    "The file has %(size)s MB and the limit is %(limit)s MB: split it, or use the"
                    " command that imports on the server."
                )
                % {"size": -(-size // (1024 * 1024)), "limit": LARGEST_MEGABYTES}
            )
        if not size:
            raise forms.ValidationError(_("The file is empty: download the report again."))
        return file

    def run(self, *, by: str, now: datetime) -> ImportRun:
        """Import the file; every row's outcome is in the run that comes back."""
        raise TypeError("A kind of file says how it is imported.")

    def _common(self, by: str) -> dict[str, Any]:
        file: Any = self.cleaned_data["file"]
        return {"file": file.file, "file_name": file.name or "", "imported_by": by}


class AccountUploadForm(UploadForm):
    """A file that is about one account."""

    account = forms.CharField(
        label=gettext_lazy("Account number"),
        help_text=gettext_lazy("The account whose report this is."),
        validators=[ten_digits],
    )

    def clean_account(self) -> Account:
        """Find the account."""
        account = Account.objects.filter(account_number=self.cleaned_data["account"]).first()
        if account is None:
            raise forms.ValidationError(_("There is no account with this number."))
        return account


class OrdersUploadForm(AccountUploadForm):
    """The platform's order report, of one account."""

    zone = forms.CharField(
        label=gettext_lazy("Time zone of dates without one"),
        help_text=gettext_lazy("Such as Asia/Kolkata. Left empty: the seller's."),
        required=False,
    )
    term_years = forms.TypedChoiceField(
        label=gettext_lazy("Term where the report names none"),
        help_text=gettext_lazy("Marked as assumed on the order."),
        coerce=int,
        choices=[
            (1, gettext_lazy("1 year")),
            (2, gettext_lazy("2 years")),
            (3, gettext_lazy("3 years")),
        ],
        initial=1,
    )

    field_order = ["account", "file", "zone", "term_years"]

    def clean_zone(self) -> ZoneInfo | None:
        """Know the zone."""
        name = self.cleaned_data["zone"].strip()
        if not name:
            return None
        if name not in available_timezones():
            raise forms.ValidationError(_("Write a zone's name, such as Asia/Kolkata."))
        return ZoneInfo(name)

    def run(self, *, by: str, now: datetime) -> ImportRun:
        """Import orders, with what their statuses mean for billing."""
        return import_orders(
            **self._common(by),
            account=self.cleaned_data["account"],
            zone=self.cleaned_data["zone"],
            term_years=self.cleaned_data["term_years"],
            now=now,
        )


class ProductsUploadForm(UploadForm):
    """The platform's catalogue, with prices from a day on."""

    valid_from = day_field(
        gettext_lazy("Prices hold from"),
        help_text=gettext_lazy("Left empty: from today. Earlier orders keep their prices."),
        required=False,
    )

    def run(self, *, by: str, now: datetime) -> ImportRun:
        """Import products and prices."""
        today = local_date(now, current_seller().zone)
        return import_products(
            **self._common(by), valid_from=self.cleaned_data["valid_from"] or today
        )


class GroupsUploadForm(AccountUploadForm):
    """An account's groups."""

    field_order = ["account", "file"]

    def run(self, *, by: str, now: datetime) -> ImportRun:
        """Import groups."""
        return import_groups(**self._common(by), account=self.cleaned_data["account"])


class UsageUploadForm(UploadForm):
    """Metered usage, JSON or CSV."""

    def run(self, *, by: str, now: datetime) -> ImportRun:
        """Import usage; a row counts once by its key."""
        return import_usage(**self._common(by))


class BalancesUploadForm(UploadForm):
    """Opening balances, JSON or CSV."""

    def run(self, *, by: str, now: datetime) -> ImportRun:
        """Import opening balances; an account is opened once."""
        return import_balances(**self._common(by), clock=lambda: now)


class LedgerUploadForm(AccountUploadForm):
    """The platform's ledger of one account."""

    field_order = ["account", "file"]

    def run(self, *, by: str, now: datetime) -> ImportRun:
        """Keep the rows for reading, and open the balance that they lead to."""
        account = self.cleaned_data["account"]
        return import_ledger(**self._common(by), account=account, clock=lambda: now)


UPLOADS: dict[str, tuple[type[UploadForm], Any]] = {
    ImportRun.Kind.ORDERS: (
        OrdersUploadForm,
        gettext_lazy(
            "The platform's order report as JSON (reports/orders). Repeating an import changes"
            " nothing that did not change; status changes take effect on charges and invoices."
        ),
    ),
    ImportRun.Kind.PRODUCTS: (
        ProductsUploadForm,
        gettext_lazy(
            "The platform's catalogue as JSON (catalog/products): products, and the general price"
            " list of each currency."
        ),
    ),
    ImportRun.Kind.GROUPS: (
        GroupsUploadForm,
        gettext_lazy("An account's groups as JSON (groups): cost centres printed on lines."),
    ),
    ImportRun.Kind.USAGE: (
        UsageUploadForm,
        gettext_lazy(
            "Metered usage as JSON or CSV with the columns idempotency_key, account_number, meter,"
            " quantity, occurred_at. A row counts once, however often its key is sent."
        ),
    ),
    ImportRun.Kind.BALANCES: (
        BalancesUploadForm,
        gettext_lazy(
            "What accounts owed when this portal took their books over, as CSV or JSON with the"
            " columns account_number, owed, currency, as_of, source. Above zero is owed, below it"
            " prepaid. An account is opened once."
        ),
    ),
    ImportRun.Kind.LEDGER: (
        LedgerUploadForm,
        gettext_lazy(
            "An account's ledger of the platform as JSON (reports/ledger): its rows are kept for"
            " reading, and the balance that they lead to becomes the opening balance."
        ),
    ),
}
