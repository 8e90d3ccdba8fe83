"""Certificate orders, their history, and what they were charged."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models import Account, Charge, Group, Product, Reader
from billing.models.fields import ten_digits
from certinext.identity.models import User
from certinext.tenancy.grants import APPEND_ONLY, KEPT


class OrderStatus(models.IntegerChoices):
    """The platform's order statuses, with its codes."""

    PLACED = 1, _("Placed")
    ACCEPTED = 2, _("Accepted")
    IN_PROGRESS = 3, _("In Progress")
    REJECTED = 4, _("Rejected")
    CANCELLED = 5, _("Cancelled")
    FULFILLED = 6, _("Fulfilled")
    ON_HOLD = 7, _("On Hold")
    PENDING_APPROVAL = 8, _("Pending Approval")
    PENDING_ADMIN_APPROVAL = 9, _("Pending Admin Approval")


class CertificateStatus(models.IntegerChoices):
    """The platform's certificate statuses: of the certificate, never of the order."""

    NONE = 0, _("None")
    PENDING_FOR_APPROVER = 2, _("Pending for Approver")
    UNDER_DISCREPANCY = 3, _("Under Discrepancy")
    APPROVED = 4, _("Approved")
    REJECTED = 5, _("Rejected")
    DOWNLOADED = 9, _("Downloaded")
    EXPIRED = 12, _("Expired")
    REJECTED_BY_CANCELLATION = 13, _("Rejected due to Order Cancellation")
    AUTO_REJECTED = 14, _("Auto Rejected")
    GENERATED = 20, _("Generated")
    REVOKED = 22, _("Revoked")


# An order is charged when first seen in one of these; drafts and pending approvals are not.
CHARGEABLE = {
    OrderStatus.PLACED,
    OrderStatus.ACCEPTED,
    OrderStatus.IN_PROGRESS,
    OrderStatus.FULFILLED,
}
ENDED = {OrderStatus.CANCELLED, OrderStatus.REJECTED}
# On its way still. A customer may cancel it, unless its certificate was issued before its time.
PENDING = {
    OrderStatus.PLACED,
    OrderStatus.ACCEPTED,
    OrderStatus.IN_PROGRESS,
    OrderStatus.ON_HOLD,
    OrderStatus.PENDING_APPROVAL,
    OrderStatus.PENDING_ADMIN_APPROVAL,
}


class OrderQuerySet(models.QuerySet["Order"]):
    """Who may see which orders."""

    def for_member(self, membership: Reader) -> OrderQuerySet:
        """Return the account's orders and, for a partner, those of its sub-accounts."""
        return self.filter(account__in=membership.accounts())

    def numbered(self, number: str) -> Order:
        """Return the order with this number, else the one with this request number.

        Portal and import keep a number from being one order's and another's request; where it is
        both all the same, the order has it. Raises `Order.DoesNotExist`.
        """
        accepted = self.filter(order_number=number).first()
        return accepted or self.get(request_number=number)

    def about(self, text: str, *, or_also: Q | None = None) -> OrderQuerySet:
        """Return the orders that a search finds.

        A number is found by its beginning, names and organisation by any part. `or_also`: what
        else the page that searches finds orders by.
        """
        text = text.strip()
        return self.filter(
            Q(order_number__startswith=text)
            | Q(request_number__startswith=text)
            | _names(text)
            | Q(organization_name__icontains=text)
            | (or_also or Q(pk__in=[]))
        )

    def naming(self, text: str) -> OrderQuerySet:
        """Return the orders whose certificates name something with this text in it."""
        return self.filter(_names(text))

    def lock(self, order: Order) -> Order:
        """Take the order's row lock: after the account's, before any document's."""
        return self.select_for_update(no_key=True).get(pk=order.pk)


def _names(text: str) -> Q:
    added = AddedName.objects.filter(name__icontains=text).values("order")
    return Q(domain_name__icontains=text) | Q(pk__in=added)


class Order(models.Model):
    """A certificate order as the issuance platform knows it.

    The order number exists only after acceptance; before that there is a request number. The two
    statuses are two facts. `cancellation` and `rejection` are rows of their own.
    """

    class Source(models.TextChoices):
        """Where it came from."""

        PORTAL = "portal", _("This portal")
        IMPORT = "import", _("Order report")

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="orders")
    group = models.ForeignKey(
        Group, null=True, blank=True, on_delete=models.PROTECT, related_name="orders"
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="orders")
    order_number = models.CharField(
        _("order number"), max_length=10, null=True, unique=True, validators=[ten_digits]
    )
    request_number = models.CharField(
        _("request number"), max_length=10, unique=True, validators=[ten_digits]
    )
    order_status = models.PositiveSmallIntegerField(_("order status"), choices=OrderStatus.choices)
    certificate_status = models.PositiveSmallIntegerField(
        _("certificate status"), choices=CertificateStatus.choices, default=CertificateStatus.NONE
    )
    term_years = models.PositiveSmallIntegerField(_("term in years"))
    # The report carries no term: it was assumed, and the page says so.
    term_assumed = models.BooleanField(default=False)
    domain_name = models.CharField(_("domain"), max_length=255, blank=True)
    organization_name = models.CharField(_("organization"), max_length=200, blank=True)
    country_name = models.CharField(_("country"), max_length=100, blank=True)
    ordered_at = models.DateTimeField(_("ordered"))
    ordered_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="orders"
    )
    source = models.CharField(_("source"), max_length=6, choices=Source.choices)
    originator = models.CharField(_("originator"), max_length=60, blank=True)
    po_number = models.CharField(_("purchase order"), max_length=60, blank=True)
    remarks = models.CharField(_("remarks"), max_length=300, blank=True)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    custom_fields = models.JSONField(_("custom fields"), default=list, blank=True)
    issuer_ca = models.CharField(_("issuing CA"), max_length=120, blank=True)
    # Of the row that the last order report said about it; empty before the first one.
    report_digest = models.CharField(max_length=64, blank=True, editable=False)
    # Text: serial numbers exceed 64 bits.
    certificate_serial = models.CharField(_("serial number"), max_length=64, blank=True)
    certificate_expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrderQuerySet.as_manager()

    application_rights = KEPT

    class Meta:
        ordering = ["-ordered_at", "-id"]
        indexes = [
            models.Index(fields=["account", "-ordered_at", "-id"], name="order_by_account"),
            models.Index(fields=["-ordered_at", "-id"], name="order_by_date"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(order_number__isnull=True) | Q(order_number__regex=r"^[0-9]{10}$"),
                name="order_number_ten_digits",
            ),
            models.CheckConstraint(
                condition=Q(order_number__isnull=False) | ~Q(order_status__in=[1, 2, 3, 6]),
                name="order_number_when_accepted",
            ),
            models.CheckConstraint(
                condition=Q(term_years__range=(1, 10)), name="order_term_in_range"
            ),
        ]

    def __str__(self) -> str:
        return self.order_number or self.request_number


class OrderCharge(models.Model):
    """Links an order to its charges: the order itself, added names, renewals, a rebilling."""

    class Reason(models.TextChoices):
        """What was charged."""

        ORDER = "order", _("Order")
        ADDED_NAMES = "added_names", _("Added names")
        RENEWAL = "renewal", _("Renewal")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="order_charges")
    charge = models.OneToOneField(Charge, on_delete=models.PROTECT, related_name="order_charge")
    reason = models.CharField(_("for"), max_length=12, choices=Reason.choices)

    application_rights = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.order} {self.reason}"


class AddedName(models.Model):
    """A name that was added to the certificate of an order after it was placed.

    `extension` says with which charge: the order's first added names are 1, the next ones 2.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="added_names")
    name = models.CharField(_("name"), max_length=255)
    extension = models.PositiveSmallIntegerField()

    application_rights = APPEND_ONLY

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "name"], name="added_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Cancellation(models.Model):
    """An order was cancelled: by whom, when, why."""

    order = models.OneToOneField(
        Order, on_delete=models.PROTECT, primary_key=True, related_name="cancellation"
    )
    cancelled_by = models.CharField(_("by"), max_length=254)
    cancelled_at = models.DateTimeField(_("when"))
    reason = models.CharField(_("reason"), max_length=500)

    application_rights = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.order}: {self.reason}"


class Rejection(models.Model):
    """An order was rejected by the seller or the platform: by whom, when, why."""

    order = models.OneToOneField(
        Order, on_delete=models.PROTECT, primary_key=True, related_name="rejection"
    )
    rejected_by = models.CharField(_("by"), max_length=254)
    rejected_at = models.DateTimeField(_("when"))
    reason = models.CharField(_("reason"), max_length=500)

    application_rights = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.order}: {self.reason}"


class OrderEvent(models.Model):
    """One step of an order's history, as the View Order page tells it."""

    class Kind(models.TextChoices):
        """What happened."""

        REQUESTED = "requested", _("Requested")
        ORDER_STATUS = "order_status", _("Order status")
        CERTIFICATE_STATUS = "certificate_status", _("Certificate status")
        CHARGED = "charged", _("Charged")
        VOIDED = "voided", _("Charge voided")
        INVOICED = "invoiced", _("Invoiced")
        CREDITED = "credited", _("Credit note issued")
        REISSUED = "reissued", _("Reissued")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(_("when"))
    kind = models.CharField(_("what"), max_length=20, choices=Kind.choices)
    # For a status: its code. For a document: its number.
    value = models.CharField(max_length=40, blank=True)
    actor = models.CharField(_("who"), max_length=254, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    application_rights = APPEND_ONLY

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.order} {self.kind}"
