"""Routes of payments."""

from __future__ import annotations

from django.urls import path

from billing.payments import views

app_name = "payments"

urlpatterns = [
    path("", views.payments, name="list"),
    path("pay/", views.pay, name="pay"),
    path("<slug:reference>/", views.payment, name="detail"),
    path("<slug:reference>/recheck/", views.recheck_payment, name="recheck"),
    path("<slug:reference>/receipt.pdf", views.receipt, name="receipt"),
]
