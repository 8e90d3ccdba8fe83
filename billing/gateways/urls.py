"""Routes of gateways: their messages, and the sandbox's page."""

from __future__ import annotations

from django.urls import path

from billing.gateways import views

app_name = "gateways"

urlpatterns = [
    path("webhooks/<slug:provider>/", views.webhook, name="webhook"),
    path("sandbox/method/<slug:session_ref>/", views.sandbox_method, name="sandbox_method"),
    path("sandbox/<slug:session_ref>/", views.sandbox, name="sandbox"),
]
