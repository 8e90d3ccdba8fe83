"""Routes of the public host: the operators' admin, and nothing that tells of tenants."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("certinext.web.urls")),
]
