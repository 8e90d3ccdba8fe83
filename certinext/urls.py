"""Routes of a tenant's host. Django admin is not among them."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("billing.urls")),
    path("", include("certinext.identity.urls")),
    path("", include("certinext.web.urls")),
    path("account/", include("allauth.account.urls")),
    path("", include("billing.gateways.urls")),
    path("credits/", include("billing.credits.urls")),
    path("payments/", include("billing.payments.urls")),
    path("orders/", include("orders.urls")),
    path("invoices/", include("invoices.urls")),
    path("credit-notes/", include("credit_notes.urls")),
    path("backoffice/", include("certinext.backoffice.urls")),
]
