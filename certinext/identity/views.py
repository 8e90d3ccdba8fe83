"""Coming in by invitation."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from certinext.identity.forms import AcceptInvitationForm
from certinext.identity.invite import InvitationClosed, accept_invitation
from certinext.identity.models import Invitation


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited person set a password and sign in. Anonymous: the token is the key."""
    invitation = get_object_or_404(Invitation, token=token)
    now = timezone.now()
    if not invitation.is_open(now=now):
        return _closed(request, invitation)
    form = AcceptInvitationForm(
        request.POST or None, email=invitation.email, full_name=invitation.full_name
    )
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"]
        try:
            # Counted like a sign-in: somebody with a password here proves it with this form.
            get_adapter(request).pre_authenticate(request, email=invitation.email)
            user = accept_invitation(invitation, password=password, now=now)
        except InvitationClosed:
            invitation.refresh_from_db()
            return _closed(request, invitation)
        except ValidationError as error:
            form.add_error("password", error)
        else:
            login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
            return redirect("/")
    context = {"form": form, "invitation": invitation}
    return render(request, "identity/accept_invitation.html", context)


def _closed(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Say that the link leads nowhere, and whether somebody took it back."""
    withdrawn_at = invitation.withdrawn_at
    was_withdrawn = withdrawn_at is not None and withdrawn_at < invitation.expires_at
    context = {"was_withdrawn": was_withdrawn}
    return render(request, "identity/invitation_closed.html", context, status=410)
