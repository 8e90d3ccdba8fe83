"""Where somebody works on an order: a customer's own pages, or the backoffice's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from billing.access import membership_of
from billing.models import Reader
from billing.sentences import SentenceError
from orders.models import Order

CUSTOMERS_ROUTES = {
    "list": "orders:list",
    "order": "orders:detail",
    "cancel": "orders:cancel",
    "reject": "orders:reject",
    "reissue": "orders:reissue",
    "renew": "orders:renew",
    "add_names": "orders:add_names",
    "invoice": "invoices:detail",
    "invoice_pdf": "invoices:download",
    "credit_note": "credit_notes:detail",
    "payment": "payments:detail",
}


@dataclass(frozen=True)
class Desk:
    """Who works on orders, and the names of the routes that lead on from there.

    `reader` answers what may be read; staff see and do more than any customer.
    """

    reader: Reader
    routes: Mapping[str, str]
    is_staff: bool = False

    @property
    def may_order(self) -> bool:
        """Whether orders are extended from here: by staff, and by members who may place them."""
        return self.is_staff or self.reader.may_order

    @property
    def by(self) -> str:
        """Whom the history names."""
        return self.reader.user.email

    def back_to(self, order: Order) -> HttpResponse:
        """Lead to the order's page."""
        return redirect(self.routes["order"], str(order))

    def refused(self, request: HttpRequest, order: Order, error: SentenceError) -> HttpResponse:
        """Say on the order's page why a verb did nothing."""
        messages.error(request, _(error.message) % error.params)
        return self.back_to(order)

    def too_late(self, request: HttpRequest, order: Order) -> HttpResponse:
        """Answer somebody who was too late, or whose page is older than the order's status."""
        messages.warning(
            request,
            _("%(order)s is %(status)s: this cannot be done any more.")
            % {"order": str(order), "status": order.get_order_status_display()},
        )
        return self.back_to(order)


def customers_desk(request: HttpRequest) -> Desk:
    """Return the desk of a reader that `member_required` let in."""
    return Desk(membership_of(request), CUSTOMERS_ROUTES)
