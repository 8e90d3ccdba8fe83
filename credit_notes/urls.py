"""Routes of credit notes."""

from __future__ import annotations

from django.urls import path

from billing import converters  # noqa: F401  the converters register on import
from billing.einvoice.routes import electronic_routes
from credit_notes import views

app_name = "credit_notes"

urlpatterns = [
    path("", views.credit_note_list, name="list"),
    path("<document_number:number>.pdf", views.download, name="download"),
    *electronic_routes(views.download_electronic),
    path("<document_number:number>/", views.credit_note_detail, name="detail"),
]
