"""Accounts, their groups, and the people who act for them."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.fields import (
    CountryField,
    CurrencyField,
    EndpointIdField,
    EndpointSchemeField,
    RegisterField,
    RegistrationField,
    endpoint_check,
    ten_digits,
)
from certinext.identity.models import Invitation, User
from certinext.tenancy.grants import KEPT, USUAL_RIGHTS


class AccountQuerySet(models.QuerySet["Account"]):
    """Questions about accounts."""

    def lock(self, account: Account) -> Account:
        """Take the account's row lock: first in the lock order account, order, document, series.

        NO KEY: rows that point at the account can still be written meanwhile.
        """
        return self.select_for_update(no_key=True).get(pk=account.pk)

    def lock_all(self, ids: Iterable[int]) -> dict[int, Account]:
        """Take the row locks of many accounts as `lock` does one; return them by id.

        In the order of ids, so that two who take many never wait for each other.
        """
        rows = self.select_for_update(no_key=True).filter(pk__in=list(ids)).order_by("pk")
        return {account.pk: account for account in rows}

    def search(self, text: str) -> AccountQuerySet:
        """Find by number, name or tax id."""
        return self.filter(
            Q(account_number__startswith=text)
            | Q(legal_name__icontains=text)
            | Q(display_name__icontains=text)
            | Q(tax_id__istartswith=text)
        )


class Account(models.Model):
    """A customer of the seller: partner, enterprise or retail.

    A sub-account stands below a partner and is billed itself or through its parent (`bill_to`).
    """

    class Kind(models.TextChoices):
        """What the platform calls the account's type."""

        PARTNER = "partner", _("Partner")
        ENTERPRISE = "enterprise", _("Enterprise")
        RETAIL = "retail", _("Retail")

    class BillTo(models.TextChoices):
        """Who gets the invoices of this account's charges."""

        SELF = "self", _("This account")
        PARENT = "parent", _("The parent account")

    class PaperSize(models.TextChoices):
        """The paper on which the account prints its documents."""

        A4 = "a4", _("A4")
        LETTER = "letter", _("US Letter")

    account_number = models.CharField(
        _("account number"), max_length=10, unique=True, validators=[ten_digits]
    )
    kind = models.CharField(_("type"), max_length=10, choices=Kind.choices)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sub_accounts",
        verbose_name=_("partner"),
    )
    bill_to = models.CharField(
        _("invoices go to"), max_length=6, choices=BillTo.choices, default=BillTo.SELF
    )
    display_name = models.CharField(_("name"), max_length=160)
    legal_name = models.CharField(_("legal name"), max_length=160)
    contact_name = models.CharField(_("contact"), max_length=120, blank=True)
    billing_email = models.EmailField(_("billing e-mail"), max_length=254, blank=True)
    # The legal address decides tax; the billing address, when given, is printed instead.
    address_line1 = models.CharField(_("address"), max_length=120, blank=True)
    address_line2 = models.CharField(_("address, second line"), max_length=120, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=16, blank=True)
    country = CountryField(_("country"), blank=True)
    state_code = models.CharField(_("State code"), max_length=2, blank=True)
    region = models.CharField(_("State or province"), max_length=80, blank=True)
    billing_line1 = models.CharField(_("billing address"), max_length=120, blank=True)
    billing_line2 = models.CharField(_("billing address, second line"), max_length=120, blank=True)
    billing_city = models.CharField(_("billing city"), max_length=80, blank=True)
    billing_postal_code = models.CharField(_("billing postal code"), max_length=16, blank=True)
    billing_country = CountryField(_("billing country"), blank=True)
    billing_state_code = models.CharField(_("billing State code"), max_length=2, blank=True)
    billing_region = models.CharField(_("billing State or province"), max_length=80, blank=True)
    tax_id = models.CharField(
        _("tax id"), max_length=20, blank=True, help_text=_("GSTIN, VAT id or none.")
    )
    legal_id = RegistrationField(_("registration number"))
    legal_id_scheme = RegisterField(_("register"))
    endpoint_scheme = EndpointSchemeField(_("kind of electronic address"))
    endpoint_id = EndpointIdField(_("electronic address"))
    is_business = models.BooleanField(_("business"), default=True)
    is_sez = models.BooleanField(_("in a Special Economic Zone"), default=False)
    currency = CurrencyField(_("currency"))
    document_language = models.CharField(
        _("language of documents and e-mails"),
        max_length=8,
        choices=settings.DOCUMENT_LANGUAGES,
        default="en",
    )
    paper_size = models.CharField(
        _("paper of documents"), max_length=6, choices=PaperSize.choices, default=PaperSize.A4
    )
    po_number = models.CharField(_("purchase order"), max_length=60, blank=True)
    buyer_reference = models.CharField(
        _("buyer reference"),
        max_length=60,
        blank=True,
        help_text=_("What routes e-invoices at the buyer, such as a German Leitweg-ID."),
    )
    payment_days = models.PositiveSmallIntegerField(
        _("days to pay"), null=True, blank=True, validators=[MaxValueValidator(365)]
    )
    billing_from = models.DateField(
        _("billed from"),
        null=True,
        blank=True,
        help_text=_("Earlier orders, fees and usage are history."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = AccountQuerySet.as_manager()

    application_rights = KEPT

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["display_name", "account_number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(account_number__regex=r"^[0-9]{10}$"), name="account_number_ten_digits"
            ),
            models.CheckConstraint(
                condition=Q(bill_to="self") | Q(parent__isnull=False), name="account_bill_to_parent"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="account_not_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(paper_size__in=["a4", "letter"]), name="account_paper_size_known"
            ),
            endpoint_check("account_endpoint_whole"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def payer(self) -> Account:
        """The account whose invoices carry this account's charges."""
        if self.bill_to == self.BillTo.PARENT and self.parent is not None:
            return self.parent
        return self


class Group(models.Model):
    """A cost centre of an account, printed on lines; never a separate invoice."""

    class Finance(models.TextChoices):
        """The platform's finance mode: whose balance an order takes from."""

        ACCOUNT = "1", _("Account balance")
        GROUP = "2", _("Own balance")

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="groups")
    group_number = models.CharField(
        _("group number"), max_length=10, unique=True, validators=[ten_digits]
    )
    name = models.CharField(_("name"), max_length=160)
    finance = models.CharField(
        _("finance"), max_length=1, choices=Finance.choices, default=Finance.ACCOUNT
    )
    is_default = models.BooleanField(_("default"), default=False)

    application_rights = KEPT

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(is_default=True), name="group_one_default"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.group_number})"


class Membership(models.Model):
    """A person's role in an account."""

    class Role(models.TextChoices):
        """The platform's roles on the customer's side."""

        ADMINISTRATOR = "administrator", _("Administrator")
        FINANCE_MANAGER = "finance_manager", _("Finance manager")
        MANAGER = "manager", _("Manager")
        STANDARD = "standard", _("Standard")
        BASIC = "basic", _("Basic")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)

    application_rights = USUAL_RIGHTS

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "account"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.account} · {self.get_role_display()}"

    @property
    def sees_all_documents(self) -> bool:
        """Administrators and finance managers: every document of the account."""
        return self.role in {self.Role.ADMINISTRATOR, self.Role.FINANCE_MANAGER}

    @property
    def sees_own_documents(self) -> bool:
        """Managers and standard users: the invoices of orders that they placed."""
        return self.role in {self.Role.MANAGER, self.Role.STANDARD}

    @property
    def may_order(self) -> bool:
        """Everybody but the read-only basic role (and finance, which pays but does not order)."""
        return self.role in {self.Role.ADMINISTRATOR, self.Role.MANAGER, self.Role.STANDARD}

    def accounts(self) -> AccountQuerySet:
        """The account and, for a partner, its sub-accounts."""
        return Account.objects.filter(Q(pk=self.account_id) | Q(parent_id=self.account_id))


class InvitedMembership(models.Model):
    """The role that an invitation brings once it is accepted."""

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(_("role"), max_length=16, choices=Membership.Role.choices)

    application_rights = KEPT

    def __str__(self) -> str:
        return f"{self.invitation} · {self.account}"


class ParkedAccount(models.Model):
    """An account that cannot be billed now, with the reason that a clerk must mend.

    Parked is a fact, not a state of the account: the row goes when billing succeeds.
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="parked")
    reason_code = models.CharField(max_length=40)
    reason = models.TextField(_("reason"))
    parked_at = models.DateTimeField(_("since"))

    application_rights = USUAL_RIGHTS

    def __str__(self) -> str:
        return f"{self.account}: {self.reason}"
