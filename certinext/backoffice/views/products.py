"""The products of the catalogue."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from billing.access import staff_required
from billing.lists import sorted_by
from billing.models import Product
from certinext.audit.trail import record
from certinext.backoffice.changes import changes_of
from certinext.backoffice.forms.product import NewProductForm, ProductForm
from certinext.backoffice.products import SORTS, ProductFilter
from certinext.web.pages import paginate


@require_safe
@staff_required
def products(request: HttpRequest) -> HttpResponse:
    """Show the catalogue with each product's tax code."""
    filters = ProductFilter(request.GET, Product.objects.all(), request=request)
    page = paginate(request, sorted_by(filters.qs, request, SORTS, "category"), default=25)
    context = {"filters": filters, "form": filters.form, "page": page}
    return render(request, "backoffice/products.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def add_product(request: HttpRequest) -> HttpResponse:
    """Add a product."""
    form = NewProductForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            added = form.save()
            record(
                "product.added",
                on=added,
                code=added.product_code,
                tax_code=added.tax_code,
                validation=added.validation,
                wildcard=added.wildcard,
                added_name_product=str(added.added_name_product or ""),
            )
        messages.success(
            request,
            _("%(product)s was added. It can be ordered once a price list names its price.")
            % {"product": added},
        )
        return redirect("backoffice:products")
    return render(request, "backoffice/product_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def edit_product(request: HttpRequest, pk: int) -> HttpResponse:
    """Change name, category, tax code, what added names cost, and whether it can be ordered."""
    found = get_object_or_404(Product, pk=pk)
    if request.method != "POST":
        return _edit_page(request, found, ProductForm(instance=found))
    with transaction.atomic():
        locked = Product.objects.select_for_update(no_key=True).get(pk=pk)
        form = ProductForm(request.POST, instance=locked)
        if form.is_valid():
            changed = changes_of(form)
            form.save()
            if changed:
                record("product.changed", on=locked, code=locked.product_code, changes=changed)
            messages.success(request, _("Saved."))
            return redirect("backoffice:products")
    return _edit_page(request, found, form)


def _edit_page(request: HttpRequest, product: Product, form: ProductForm) -> HttpResponse:
    return render(request, "backoffice/product_form.html", {"form": form, "product": product})
