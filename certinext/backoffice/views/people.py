"""Who acts for an account."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from billing.access import staff_required
from billing.models import InvitedMembership, Membership
from certinext.audit.trail import record
from certinext.backoffice.finding import find_account
from certinext.backoffice.forms.people import InviteMemberForm
from certinext.backoffice.inviting import invite_member, withdraw
from certinext.identity.invite import AlreadyInvited


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def invite(request: HttpRequest, account_number: str) -> HttpResponse:
    """Invite somebody to the account by e-mail."""
    account = find_account(account_number)
    form = InviteMemberForm(request.POST or None, account=account)
    if request.method == "POST" and form.is_valid():
        try:
            invite_member(request, account, now=timezone.now(), **form.cleaned_data)
        except AlreadyInvited:
            form.refuse_second()
        else:
            return redirect("backoffice:account", account_number)
    return render(request, "backoffice/invite.html", {"form": form, "account": account})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def remove_member(request: HttpRequest, account_number: str, pk: int) -> HttpResponse:
    """Take somebody's role in the account away, once that is confirmed."""
    account = find_account(account_number)
    member = get_object_or_404(account.memberships.select_related("user"), pk=pk)
    if request.method != "POST":
        context = {"account": account, "member": member}
        return render(request, "backoffice/remove_member.html", context)
    with transaction.atomic():
        record(
            "member.removed",
            on=member.user,
            label=member.user.email,
            account_number=account_number,
            role=member.role,
        )
        Membership.objects.filter(pk=member.pk).delete()
    messages.success(request, _("%(person)s is no longer a member.") % {"person": member.user})
    return redirect("backoffice:account", account_number)


@require_POST
@staff_required
def withdraw_invitation(request: HttpRequest, account_number: str, pk: int) -> HttpResponse:
    """Close an invitation that nobody has accepted yet."""
    account = find_account(account_number)
    invited = get_object_or_404(
        InvitedMembership.objects.select_related("invitation"),
        account=account,
        pk=pk,
        invitation__accepted_at__isnull=True,
    )
    withdraw(request, invited.invitation, account_number=account_number)
    return redirect("backoffice:account", account_number)
