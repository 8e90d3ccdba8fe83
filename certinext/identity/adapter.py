"""How allauth behaves here."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is by invitation only: who may buy is the seller's decision."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Keep open sign-up off."""
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """People have no user name besides their address."""
