"""What the first seller's routes are asked for: objects by name, with every number they have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from billing.models import (
    Account,
    BankEntry,
    Charge,
    Document,
    Export,
    Group,
    ImportRun,
    InvitedMembership,
    Mandate,
    Membership,
    Payment,
    Plan,
    PriceList,
    Product,
    RegistrationRequest,
    Subscription,
)
from certinext.identity.models import Invitation, User
from invoices.models import ReminderMail
from orders.models import Order

# The values of a route's parameters, by their names.
Subject = dict[str, Any]
ABSENT: Subject = {
    "number": "9999999999",
    "document_number": "INV/26-27/999999",
    "account_number": "9999999999",
    "month": "1999-01",
    "pk": 999_999,
    "item_pk": 999_999,
    "token": "x" * 43,
    "reference": "P2222222222",
    "session_ref": "sbx_absent",
    "provider": "absent",
    "object_id": 999_999,
    "content_type_id": 999_999,
    "app_label": "tenancy",
    "url": "absent/",
}
ABSENT_DOCUMENT: Subject = {"number": "INV/26-27/999999"}


@dataclass
class House:
    """One customer of one seller: the account, its people, and what they ordered."""

    account: Account
    group: Group
    subscription: Subscription
    invited: InvitedMembership = field(init=False)
    members: dict[str, Membership] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    mail: ReminderMail | None = None
    payments: dict[str, Payment] = field(default_factory=dict)
    mandate: Mandate | None = None

    def person(self, role: str) -> User:
        """Return the one with this role."""
        return self.members[role].user


def subjects_of(houses: dict[str, House], staff: User) -> dict[str, Subject]:
    """Name everything of the active tenant."""
    found = {"absent": ABSENT, "absent_document": ABSENT_DOCUMENT, "run": {"month": "2026-10"}}
    for name, house in houses.items():
        prefix = "" if name == "amber" else f"{name}_"
        found |= _objects(name, house)
        for word, payment in house.payments.items():
            found[f"{word}_{name}"] = {
                "reference": payment.reference,
                "session_ref": payment.session_ref,
            }
        exported = Export.objects.filter(account=house.account, is_staffs=False).first()
        found[f"export_{name}"] = {"pk": exported.pk if exported else 0}
        if house.mandate is not None:
            found[f"method_{name}"] = {
                "reference": house.mandate.reference,
                "session_ref": house.mandate.session_ref,
            }
        for word, order in house.orders.items():
            found |= _order(prefix + word, order)
    found["sandbox"] = {"provider": "sandbox"}
    found["staff"] = {"pk": staff.pk}
    found["export_staff"] = {"pk": staff.exports.order_by("pk").values_list("pk", flat=True)[0]}
    found["invited_staff"] = {"pk": Invitation.objects.get(is_staff=True).pk}
    found["a_plan"] = {"pk": Plan.objects.order_by("pk").values_list("pk", flat=True)[0]}
    found["bank_entry"] = {"pk": BankEntry.objects.order_by("pk").values_list("pk", flat=True)[0]}
    found["product"] = {"pk": Product.objects.values_list("pk", flat=True)[0]}
    # Another account's rows below this one's address.
    number = {"account_number": houses["amber"].account.account_number}
    for kind in ("member", "invited", "plan", "charge"):
        found[f"{kind}_mixed"] = {**found[f"{kind}_rival"], **number}
    # The credit note of another account's order below an order of one's own.
    found["order_mixed"] = {
        **found["order_standards"],
        "document_number": found["note_rival_cancelled"]["number"],
    }
    return found


def _objects(name: str, house: House) -> dict[str, Subject]:
    number = {"account_number": house.account.account_number}
    run = ImportRun.objects.filter(account=house.account).first()
    prices = PriceList.objects.filter(account=house.account).first()
    charge = Charge.objects.filter(payer=house.account).order_by("-id").first()
    asked = RegistrationRequest.objects.filter(document__account=house.account).first()
    return {
        f"account_{name}": number,
        f"member_{name}": {**number, "pk": house.members["basic"].pk},
        f"invited_{name}": {
            **number,
            "pk": house.invited.pk,
            "token": house.invited.invitation.token,
        },
        f"plan_{name}": {**number, "pk": house.subscription.pk},
        # The last one that it pays: open where it is not yet invoiced.
        f"charge_{name}": {**number, "pk": charge.pk if charge else 0},
        f"prices_{name}": {
            "pk": prices.pk if prices else 0,
            "item_pk": prices.items.order_by("pk")[0].pk if prices else 0,
        },
        f"import_{name}": {"pk": run.pk if run else 0},
        f"registration_{name}": {"pk": asked.pk if asked else 0},
        f"reminder_{name}": {"pk": house.mail.pk if house.mail else 0},
    }


def _order(name: str, order: Order) -> dict[str, Subject]:
    documents = {
        "invoice": _number(order, "lines__charge"),
        "note": _number(order, "lines__credited_line__charge"),
    }
    subjects = {f"{kind}_{name}": {"number": n} for kind, n in documents.items() if n}
    # An order without a note is asked for one all the same.
    note = documents["note"] or ABSENT["document_number"]
    return {**subjects, f"order_{name}": {"number": str(order), "document_number": note}}


def _number(order: Order, charge: str) -> str:
    document = Document.objects.filter(**{f"{charge}__order_charge__order": order}).first()
    return document.number or "" if document else ""
