"""Routes of credit_notes."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "credit_notes"

urlpatterns: list[URLPattern] = []
