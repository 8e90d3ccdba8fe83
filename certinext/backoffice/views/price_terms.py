"""Discounts and tiers of a price list."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.access import staff_required
from billing.models import PriceList, PriceListItem
from certinext.backoffice import price_terms as verbs
from certinext.backoffice.changes import changes_of
from certinext.backoffice.forms.price_terms import ListDiscountForm, PriceTermsForm
from certinext.backoffice.price_lists import ListInForce, is_editable


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def list_discount(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the discount of a list that has not begun."""
    found, today = get_object_or_404(PriceList, pk=pk), timezone.localdate()
    form = ListDiscountForm(request.POST or None, price_list=found)
    if request.method == "POST" and form.is_valid():
        percent = form.cleaned_data["discount_percent"]
        try:
            verbs.set_list_discount(found, percent, today=today, changes=changes_of(form))
        except ListInForce as error:
            form.add_error(None, _(error.message) % error.params)
        else:
            messages.success(request, _("Saved."))
            return redirect("backoffice:price_list", pk)
    return _page(request, found, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def price_terms(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """Set the discount and the tiers of one price of a list that has not begun."""
    item = get_object_or_404(
        PriceListItem.objects.select_related("price_list", "product"), pk=item_pk, price_list=pk
    )
    form = PriceTermsForm(request.POST or None, item=item)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.set_price_terms(
                item,
                percent=form.cleaned_data["discount_percent"],
                mode=form.cleaned_data["tier_mode"],
                tiers=form.cleaned_data["tiers"],
                today=timezone.localdate(),
                changes=changes_of(form),
            )
        except ListInForce as error:
            form.add_error(None, _(error.message) % error.params)
        else:
            messages.success(request, _("Saved."))
            return redirect("backoffice:price_list", pk)
    return _page(request, item.price_list, form=form, item=item)


def _page(request: HttpRequest, price_list: PriceList, **context: Any) -> HttpResponse:
    editable = is_editable(price_list, today=timezone.localdate())
    if not editable:
        for field in context["form"].fields.values():
            field.disabled = True
    context |= {"price_list": price_list, "is_editable": editable}
    return render(request, "backoffice/price_terms.html", context)
