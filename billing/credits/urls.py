"""Routes of credits."""

from __future__ import annotations

from django.urls import path

from billing.credits import views

app_name = "credits"

urlpatterns = [
    path("", views.page, name="page"),
    path("add/", views.add, name="add"),
    path("alert/", views.alert, name="alert"),
    path("withdraw/", views.withdraw, name="withdraw"),
]
