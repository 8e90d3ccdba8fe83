"""Addresses that need no tenant's data."""

from __future__ import annotations

from django.urls import path

from certinext.web import views

app_name = "web"

urlpatterns = [path("theme/", views.set_theme, name="theme")]
