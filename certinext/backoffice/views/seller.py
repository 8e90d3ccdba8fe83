"""The seller's own data."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.access import staff_required
from billing.models import Seller
from certinext.audit.trail import record
from certinext.backoffice.changes import changes_of
from certinext.backoffice.forms.seller import BrandingForm, SellerForm


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def seller(request: HttpRequest) -> HttpResponse:
    """Change what documents print of the seller."""
    found = get_object_or_404(Seller)
    if request.method != "POST":
        return render(request, "backoffice/seller.html", {"form": SellerForm(instance=found)})
    with transaction.atomic():
        form = SellerForm(request.POST, instance=_locked())
        if form.is_valid():
            return _saved(request, form, "seller.changed")
    return render(request, "backoffice/seller.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def branding(request: HttpRequest) -> HttpResponse:
    """Change logo and colour."""
    found = get_object_or_404(Seller)
    if request.method != "POST":
        form = BrandingForm(instance=found)
        return render(request, "backoffice/branding.html", {"form": form, "seller": found})
    with transaction.atomic():
        form = BrandingForm(request.POST, request.FILES, instance=_locked())
        if form.is_valid():
            return _saved(request, form, "seller.branding_changed")
    return render(request, "backoffice/branding.html", {"form": form, "seller": found})


def _locked() -> Seller:
    return Seller.objects.select_for_update(no_key=True).get(pk=1)


def _saved(request: HttpRequest, form: ModelForm[Seller], action: str) -> HttpResponse:
    changed = changes_of(form)
    saved = form.save()
    if changed:
        record(action, on=saved, changes=changed)
    messages.success(request, _("Saved. Documents say so from now on."))
    return redirect("backoffice:seller" if action == "seller.changed" else "backoffice:branding")
