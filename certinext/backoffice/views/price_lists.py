"""Price lists: the seller's general ones and accounts' own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from billing.access import staff_required
from billing.lists import current_view, tabs_of
from billing.models import PriceList, Product
from billing.models.seller import current_seller
from billing.periods import local_date
from certinext.backoffice import price_lists as verbs
from certinext.backoffice.forms.price_list import PriceListForm, PricesForm, VersionForm
from certinext.web.formatting import day
from certinext.web.pages import paginate

VIEWS = [("", gettext_lazy("General")), ("own", gettext_lazy("Accounts' own"))]


@require_safe
@staff_required
def price_lists(request: HttpRequest) -> HttpResponse:
    """Show the general lists, or the accounts' own ones, the latest first."""
    view = current_view(request, [name for name, _label in VIEWS])
    counts = PriceList.objects.aggregate(
        general=Count("pk", filter=Q(account=None)), own=Count("account")
    )
    priced = Product.objects.priced()
    shown = (
        PriceList.objects.filter(account__isnull=view != "own")
        .select_related("account")
        .annotate(
            price_count=Count("items"),
            priced_count=Count(
                "items__product", filter=Q(items__product__in=priced), distinct=True
            ),
        )
        .order_by(F("account__display_name").asc(nulls_first=True), "currency", "-valid_from")
    )
    context = {
        "page": paginate(request, shown, default=25),
        "product_count": priced.count(),
        "tabs": tabs_of(request, VIEWS, {"": counts["general"], "own": counts["own"]}),
        "view": view,
        "today": _today(),
    }
    return render(request, "backoffice/price_lists.html", context)


@require_safe
@staff_required
def price_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one list's prices by category and term."""
    found = _find(pk)
    items = list(found.items.select_related("product").prefetch_related("tiers"))
    terms = verbs.terms_of(items)
    prices = {(item.product_id, item.term_years): item for item in items}
    context = {
        **_frame(found),
        "terms": terms,
        "lacks_prices": verbs.lacks_prices(found, terms),
        "unpriced": list(verbs.unpriced_products(found).order_by("product_code")),
        "sections": verbs.sections_of({item.product for item in items}, prices, terms),
    }
    return render(request, "backoffice/price_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def add_price_list(request: HttpRequest) -> HttpResponse:
    """Add a list; `?account=` fills in an account's number."""
    initial = {
        "currency": current_seller().currency,
        "valid_from": _today(),
        "account": request.GET.get("account", "")[:10],
    }
    form = PriceListForm(request.POST or None, today=_today(), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            added = verbs.add_price_list(**form.cleaned_data)
        except verbs.ListsOverlap as error:
            form.add_error("valid_from", _(error.message) % error.params)
        else:
            messages.success(request, _("%(list)s was added.") % {"list": added})
            return redirect("backoffice:price_list", added.pk)
    return render(request, "backoffice/price_list_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def add_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a new version of a list in force."""
    found = _find(pk)
    if not verbs.in_force(found, today=_today()):
        messages.warning(request, _("Only a list in force gets a new version."))
        return redirect("backoffice:price_list", pk)
    form = VersionForm(request.POST or None, price_list=found, today=_today())
    if request.method == "POST" and form.is_valid():
        try:
            added = verbs.new_version(found, **form.cleaned_data)
        except verbs.ListsOverlap as error:
            form.add_error("valid_from", _(error.message) % error.params)
        else:
            messages.success(
                request,
                _("Copied. Set the prices that hold from %(day)s; until then the old ones do.")
                % {"day": day(added.valid_from)},
            )
            return redirect("backoffice:edit_prices", added.pk)
    return render(request, "backoffice/price_list_version.html", {**_frame(found), "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def edit_prices(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the prices of a list that has not begun; of one that has, add those it lacks."""
    found, today = _find(pk), _today()
    is_editable = verbs.is_editable(found, today=today)
    items = list(found.items.all())
    terms = verbs.terms_of(items)
    form = PricesForm(
        request.POST or None,
        products=Product.objects.priced()
        | Product.objects.filter(pk__in={item.product_id for item in items}),
        prices={(item.product_id, item.term_years): item.amount for item in items},
        terms=terms,
        currency=found.currency,
        only_missing=not is_editable,
    )
    if request.method == "POST" and form.is_valid():
        try:
            changes = verbs.set_prices(found, form.prices, today=today)
        except verbs.ListInForce as error:
            messages.error(request, _(error.message) % error.params)
        else:
            messages.success(request, _saved(changes, is_editable=is_editable))
        return redirect("backoffice:price_list", pk)
    context = {**_frame(found), "form": form, "terms": terms}
    return render(request, "backoffice/edit_prices.html", context)


def _saved(changes: dict[str, list[str]], *, is_editable: bool) -> str:
    if not changes:
        return _("Nothing was changed.")
    if is_editable:
        return _("Saved.")
    return ngettext(
        "%(count)s price was added. What was refused for want of it can be ordered or imported"
        " now.",
        "%(count)s prices were added. What was refused for want of them can be ordered or imported"
        " now.",
        len(changes),
    ) % {"count": len(changes)}


def _find(pk: int) -> PriceList:
    return get_object_or_404(PriceList.objects.select_related("account"), pk=pk)


def _today() -> date:
    return local_date(timezone.now(), current_seller().zone)


def _frame(found: PriceList) -> dict[str, Any]:
    today = _today()
    return {
        "price_list": found,
        "is_editable": verbs.is_editable(found, today=today),
        "in_force": verbs.in_force(found, today=today),
        "has_ended": verbs.has_ended(found, today=today),
        "today": today,
    }
