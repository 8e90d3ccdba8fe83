"""The seller's staff."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.access import person_of, staff_required
from certinext.audit.trail import record
from certinext.backoffice.forms.people import InviteStaffForm
from certinext.backoffice.inviting import invite_staff as send
from certinext.backoffice.inviting import withdraw
from certinext.identity.invite import AlreadyInvited
from certinext.identity.models import Invitation, User
from certinext.web.pages import excerpt, paginate


@require_safe
@staff_required
def staff(request: HttpRequest) -> HttpResponse:
    """Show who works in the backoffice, and who was invited."""
    people = User.objects.filter(is_staff=True).order_by("-is_active", "full_name", "email")
    context = {
        "page": paginate(request, people, default=50),
        "invitations": excerpt(
            _open_invitations(timezone.now()), url=reverse("backoffice:staff_invitations")
        ),
    }
    return render(request, "backoffice/staff.html", context)


@require_safe
@staff_required
def staff_invitations(request: HttpRequest) -> HttpResponse:
    """Show everybody who was invited to the backoffice and has not come yet."""
    page = paginate(request, _open_invitations(timezone.now()), default=25)
    return render(request, "backoffice/staff_invitations.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def invite_staff(request: HttpRequest) -> HttpResponse:
    """Invite somebody to the backoffice."""
    form = InviteStaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            send(request, now=timezone.now(), **form.cleaned_data)
        except AlreadyInvited:
            form.refuse_second()
        else:
            return redirect("backoffice:staff")
    return render(request, "backoffice/invite.html", {"form": form})


@require_POST
@staff_required
def withdraw_staff(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an invitation to the backoffice; its link says so from now on."""
    withdraw(request, get_object_or_404(Invitation, pk=pk, is_staff=True))
    return redirect("backoffice:staff")


@require_POST
@staff_required
def switch_staff(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop somebody from signing in, or let them again; open sessions end with the next page."""
    me = person_of(request)
    with transaction.atomic():
        person = get_object_or_404(User.objects.select_for_update(), pk=pk, is_staff=True)
        if person.pk == me.pk:
            messages.error(request, _("You cannot take your own access away."))
            return redirect("backoffice:staff")
        person.is_active = request.POST.get("active") == "yes"
        person.save(update_fields=["is_active"])
        action = "staff.activated" if person.is_active else "staff.deactivated"
        record(action, on=person, label=person.email)
    said = _("%(person)s may sign in.") if person.is_active else _("%(person)s may not sign in.")
    messages.success(request, said % {"person": person})
    return redirect("backoffice:staff")


def _open_invitations(now: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.open(now=now).filter(is_staff=True).order_by("-created_at", "-id")
