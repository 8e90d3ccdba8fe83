"""Routes of invoices."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "invoices"

urlpatterns: list[URLPattern] = []
