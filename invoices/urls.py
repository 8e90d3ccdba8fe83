"""Routes of invoices."""

from __future__ import annotations

from django.urls import path

from billing import converters  # noqa: F401  the converters register on import
from billing.einvoice.routes import electronic_routes
from invoices import estimate_views, views

app_name = "invoices"

urlpatterns = [
    path("", views.invoice_list, name="list"),
    path("this-month/", estimate_views.this_month, name="this_month"),
    path("<document_number:number>.pdf", views.download, name="download"),
    *electronic_routes(views.download_electronic),
    path("<document_number:number>/", views.invoice_detail, name="detail"),
]
