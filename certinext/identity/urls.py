"""Routes for people."""

from __future__ import annotations

from django.urls import path

from certinext.identity import views

app_name = "identity"

urlpatterns = [
    path("invitations/<str:token>/", views.accept, name="accept_invitation"),
]
