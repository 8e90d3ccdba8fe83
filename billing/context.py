"""What every template knows: whose portal it is, who is signed in, where one can go."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from billing.http import membership_or_none, seller_of
from billing.models import Membership, Seller
from certinext.tenancy.schema import is_public

THEMES = ("system", "light", "dark")


@dataclass(frozen=True)
class Item:
    """One entry of the navigation."""

    label: str
    url: str
    icon: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class ItemGroup:
    """Entries under one heading."""

    title: str
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class SellerMark:
    """What is shown of the seller on every page."""

    trade_name: str
    legal_name: str
    tax_id_label: str
    tax_id: str
    logo_url: str
    is_indian: bool

    @classmethod
    def of(cls, seller: Seller) -> SellerMark:
        """Take it from the seller's row."""
        label, tax_id = (
            ("GSTIN", seller.gstin) if seller.country == "IN" else ("VAT", seller.vat_id)
        )
        logo = reverse("billing:logo") if seller.logo else ""
        return cls(
            seller.trade_name, seller.legal_name, label, tax_id, logo, seller.country == "IN"
        )


class Portal:
    """The frame around a page; everything is found only when a template asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._path = request.path
        self.is_tenant = not is_public()

    @cached_property
    def seller(self) -> SellerMark | None:
        """The seller, or nothing on the public host."""
        seller = seller_of(self._request)
        return SellerMark.of(seller) if seller else None

    @property
    def branding_url(self) -> str:
        """The style sheet with the seller's colour."""
        return reverse("billing:branding") if self.is_tenant else ""

    @property
    def theme(self) -> str:
        """The chosen theme, from the cookie."""
        theme = self._request.COOKIES.get("theme", "system")
        return theme if theme in THEMES else "system"

    @property
    def area(self) -> str:
        """Which of the two halves of the portal this page belongs to."""
        return "backoffice" if self._path.startswith("/backoffice/") else "customer"

    @property
    def is_staff(self) -> bool:
        """Whether the signed-in person works for the seller."""
        return bool(getattr(self._request.user, "is_staff", False))

    @cached_property
    def membership(self) -> Membership | None:
        """The account and role that the person acts for."""
        return membership_or_none(self._request)

    @cached_property
    def accounts(self) -> list[Membership]:
        """The memberships to switch between."""
        if not (self.is_tenant and self._request.user.is_authenticated):
            return []
        return list(
            Membership.objects.filter(user_id=self._request.user.pk)
            .select_related("account")
            .order_by("account__display_name")
        )

    @property
    def search_url(self) -> str:
        """Where the search field of the top bar leads."""
        return reverse("backoffice:search" if self.area == "backoffice" else "orders:search")

    @cached_property
    def navigation(self) -> list[ItemGroup]:
        """The entries that this person can open."""
        if not self.is_tenant:
            return []
        if self.area == "backoffice":
            return self._backoffice() if self.is_staff else []
        return self._customer()

    def _customer(self) -> list[ItemGroup]:
        membership = self.membership
        if membership is None:
            return []
        groups = [
            ItemGroup(_("Certificates"), [self._item(_("Orders"), "orders:list", "card-list")])
        ]
        if membership.sees_all_documents or membership.sees_own_documents:
            groups.append(ItemGroup(_("Billing & Payments"), self._billing(membership)))
        return groups

    def _billing(self, membership: Membership) -> list[Item]:
        month = self._item(_("This month so far"), "invoices:this_month", "calendar3")
        # Its address lies below that of the invoices.
        invoices = self._item(_("Invoices"), "invoices:list", "receipt")
        return [
            replace(invoices, current=invoices.current and not month.current),
            *([month] if membership.sees_all_documents else []),
            self._item(_("Credit notes"), "credit_notes:list", "arrow-counterclockwise"),
            *(
                [
                    self._item(_("Payments"), "payments:list", "credit-card"),
                    self._item(_("Credits"), "credits:page", "plus-lg"),
                    self._item(_("Statement"), "billing:statement", "list-columns"),
                ]
                if membership.sees_all_documents
                else []
            ),
            self._item(_("Product price list"), "billing:prices", "tag"),
        ]

    def _backoffice(self) -> list[ItemGroup]:
        return [
            ItemGroup("", [self._item(_("Overview"), "backoffice:overview", "grid")]),
            ItemGroup(
                _("Customers"),
                [
                    self._item(_("Accounts"), "backoffice:accounts", "building"),
                    self._item(_("Orders"), "backoffice:orders", "card-list"),
                    self._item(_("Imports"), "backoffice:imports", "upload"),
                ],
            ),
            ItemGroup(
                _("Billing"),
                [
                    self._item(_("Billing runs"), "backoffice:runs", "arrow-repeat"),
                    self._item(_("Invoices"), "backoffice:invoices", "receipt"),
                    self._item(
                        _("Credit notes"), "backoffice:credit_notes", "arrow-counterclockwise"
                    ),
                    *(
                        [self._item(_("Registrations"), "backoffice:registrations", "upload")]
                        if self.seller and self.seller.is_indian
                        else []
                    ),
                    self._item(_("Reminders"), "backoffice:reminders", "envelope"),
                    self._item(_("Payments"), "backoffice:payments", "credit-card"),
                    self._item(_("Books"), "backoffice:books", "journal-text"),
                    self._item(_("Bank entries"), "backoffice:bank_entries", "inbox"),
                    self._item(_("Number gaps"), "backoffice:gaps", "list-ol"),
                    self._item(_("Proof of the books"), "backoffice:ledger_checks", "check-circle"),
                ],
            ),
            ItemGroup(
                _("Catalogue"),
                [
                    self._item(_("Products"), "backoffice:products", "box-seam"),
                    self._item(_("Price lists"), "backoffice:price_lists", "tag"),
                    self._item(_("Plans"), "backoffice:plans", "calendar3"),
                ],
            ),
            ItemGroup(
                _("Seller"),
                [
                    self._item(_("Staff"), "backoffice:staff", "people"),
                    self._item(_("Seller and branding"), "backoffice:seller", "gear"),
                    self._item(_("Gateways"), "backoffice:gateways", "credit-card"),
                    self._item(_("Audit trail"), "backoffice:audit", "clock-history"),
                ],
            ),
        ]

    def _item(self, label: str, name: str, icon: str) -> Item:
        url = reverse(name)
        overview = url == reverse("backoffice:overview")
        current = self._path == url if overview else self._path.startswith(url)
        return Item(label, url, icon, current)


def portal(request: HttpRequest) -> dict[str, Any]:
    """Put the frame into every template's context."""
    return {"portal": Portal(request)}
