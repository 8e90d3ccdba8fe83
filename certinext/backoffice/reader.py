"""Staff as readers of what customers' pages show: they see every account of their tenant."""

from __future__ import annotations

from django.http import HttpRequest

from billing.access import person_of
from billing.models import Account
from billing.models.accounts import AccountQuerySet
from certinext.identity.models import User
from orders.desk import Desk

STAFF_ROUTES = {
    "list": "backoffice:orders",
    "order": "backoffice:order",
    "cancel": "backoffice:cancel_order",
    "reject": "backoffice:reject_order",
    "reissue": "backoffice:reissue_order",
    "renew": "backoffice:renew_order",
    "add_names": "backoffice:add_names",
    "invoice": "backoffice:invoice",
    "invoice_pdf": "backoffice:invoice_pdf",
    "credit_note": "backoffice:credit_note",
    "credit_note_pdf": "backoffice:credit_note_pdf",
    "payment": "backoffice:payment",
}


class StaffReader:
    """A `Reader`: answers what a membership is asked when something is only read.

    It is no row: nothing can be stored with it, and no account is its own.
    """

    sees_all_documents = True
    sees_own_documents = False
    may_order = False
    account_id = None

    def __init__(self, person: User) -> None:
        self.user = person
        self.user_id = person.pk

    def accounts(self) -> AccountQuerySet:
        """Every account of the active tenant."""
        return Account.objects.all()


def staff_reader(request: HttpRequest) -> StaffReader:
    """Return the signed-in clerk as a reader of everything."""
    return StaffReader(person_of(request))


def staff_desk(request: HttpRequest) -> Desk:
    """Return where the signed-in clerk works on anybody's orders."""
    return Desk(staff_reader(request), STAFF_ROUTES, is_staff=True)
