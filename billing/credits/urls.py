"""Routes of credits."""

from __future__ import annotations

from django.urls import path

from billing.auto_top_up import views as auto
from billing.credits import views

app_name = "credits"

urlpatterns = [
    path("", views.page, name="page"),
    path("add/", views.add, name="add"),
    path("alert/", views.alert, name="alert"),
    path("auto-top-up/", auto.auto_top_up, name="auto_top_up"),
    path("auto-top-up/switch/", auto.switch, name="auto_top_up_switch"),
    path("auto-top-up/method/", auto.method, name="method"),
    path("auto-top-up/method/<slug:reference>/back/", auto.method_back, name="method_back"),
    path("withdraw/", views.withdraw, name="withdraw"),
]
