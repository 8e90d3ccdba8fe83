"""Routes of orders."""

from __future__ import annotations

from django.urls import path

from billing import converters  # noqa: F401  the converters register on import
from orders import extend_views, place_views, search_views, views

app_name = "orders"

urlpatterns = [
    path("", views.order_list, name="list"),
    path("search/", search_views.search, name="search"),
    path("place/", place_views.place, name="place"),
    path("<ten_digits:number>/", views.order_detail, name="detail"),
    path("<ten_digits:number>/cancel/", views.cancel, name="cancel"),
    path("<ten_digits:number>/reject/", views.reject, name="reject"),
    path("<ten_digits:number>/proceed/", views.proceed, name="proceed"),
    path("<ten_digits:number>/reissue/", extend_views.reissue, name="reissue"),
    path("<ten_digits:number>/renew/", extend_views.renew, name="renew"),
    path("<ten_digits:number>/names/", extend_views.add_names, name="add_names"),
    path("<ten_digits:number>/invoice.pdf", views.order_invoice, name="invoice"),
    path(
        "<ten_digits:number>/credit-notes/<document_number:document_number>.pdf",
        views.order_credit_note,
        name="credit_note",
    ),
]
