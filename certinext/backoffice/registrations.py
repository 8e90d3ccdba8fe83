"""What the page of registrations shows: documents for the government's portal, how they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.lists import ListFilter, search_filter
from billing.models import Document, Registration, RegistrationAttempt, RegistrationRequest

# A document that was tried so often and still has no answer is shown on the overview.
MANY_ATTEMPTS = 3
VIEWS = [
    ("", gettext_lazy("All")),
    ("stopped", gettext_lazy("Refused")),
    ("waiting", gettext_lazy("Waiting")),
    ("registered", gettext_lazy("Registered")),
]
_GIVEN = Exists(Registration.objects.filter(document=OuterRef("pk")))
CONDITIONS: dict[str, Q] = {
    "": Q(),
    "stopped": Q(~_GIVEN, next_attempt_at__isnull=True),
    "waiting": Q(~_GIVEN, next_attempt_at__isnull=False),
    "registered": Q(_GIVEN),
}


class RegistrationFilter(ListFilter):
    """The list is searched by document, account and IRN."""

    q = search_filter(gettext_lazy("Document, account or IRN"))

    def search(
        self, queryset: QuerySet[RegistrationRequest], _name: str, text: str
    ) -> QuerySet[Any]:
        """Find by the document's number, the account's number or name, or the IRN."""
        text = text.strip()
        return queryset.filter(
            Q(document__number__icontains=text)
            | Q(document__account__account_number=text)
            | Q(document__account__display_name__icontains=text)
            | Q(document__registration__irn=text.lower())
        )


@dataclass(frozen=True)
class Row:
    """One document: where its page is, how it stands, and what the portal said last."""

    request: Any

    @property
    def document(self) -> Document:
        """The document."""
        found: Document = self.request.document
        return found

    @property
    def registration(self) -> Registration | None:
        """What the portal gave."""
        return getattr(self.document, "registration", None)

    @property
    def route(self) -> str:
        """The route of the document's page."""
        is_note = self.document.kind == Document.Kind.CREDIT_NOTE
        return "backoffice:credit_note" if is_note else "backoffice:invoice"

    @property
    def is_stopped(self) -> bool:
        """Whether it waits for a clerk."""
        return self.registration is None and self.request.next_attempt_at is None

    @property
    def state(self) -> tuple[str, str]:
        """How it stands: in a word, and what its colour means."""
        if self.registration is not None:
            return (
                (_("Sandbox, not valid for tax"), "warning")
                if self.registration.is_sandbox
                else (_("Registered"), "positive")
            )
        if not self.is_stopped:
            return _("Waiting"), "info"
        disagrees = self.request.last_outcome == RegistrationAttempt.Outcome.DISAGREES
        return (_("Answer does not fit") if disagrees else _("Refused")), "danger"

    @property
    def words(self) -> str:
        """The portal's code and words of the last attempt that failed."""
        if self.registration is not None or not self.request.last_message:
            return ""
        code, message = self.request.last_code, self.request.last_message
        return f"{code}: {message}" if code else str(message)


def shown(requests: QuerySet[RegistrationRequest]) -> QuerySet[RegistrationRequest]:
    """Return the documents with what rows show of them: what waits for a clerk, then the latest."""
    last = RegistrationAttempt.objects.filter(request=OuterRef("pk")).order_by("-id")
    return (
        requests.select_related("document__account", "document__registration")
        .annotate(
            last_outcome=Subquery(last.values("outcome")[:1]),
            last_code=Subquery(last.values("code")[:1]),
            last_message=Subquery(last.values("message")[:1]),
            last_at=Subquery(last.values("at")[:1]),
        )
        .order_by(F("document_id").desc())
    )


def count_views() -> Mapping[str, int]:
    """Count the rows of every view in one query."""
    given = Registration.objects.filter(document=OuterRef("pk"))
    wanted: dict[str, Any] = {
        "rows": Count("pk"),
        "rows_registered": Count("pk", filter=Q(is_given=True)),
        "rows_stopped": Count("pk", filter=Q(is_given=False, next_attempt_at__isnull=True)),
        "rows_waiting": Count("pk", filter=Q(is_given=False, next_attempt_at__isnull=False)),
    }
    counted = RegistrationRequest.objects.annotate(is_given=Exists(given)).aggregate(**wanted)
    return {
        "": counted["rows"],
        **{name: counted[f"rows_{name}"] for name, _label in VIEWS if name},
    }


@dataclass(frozen=True)
class Trouble:
    """Documents that need a person: refused ones, and those that the portal leaves waiting."""

    rows: list[Row]
    count: int
    late: int


def trouble() -> Trouble:
    """Return what the overview says of registrations."""
    stopped = RegistrationRequest.objects.stopped()
    late = RegistrationRequest.objects.waiting().filter(attempts__gte=MANY_ATTEMPTS)
    return Trouble(
        rows=[Row(request) for request in shown(stopped)[:5]],
        count=stopped.count(),
        late=late.count(),
    )
