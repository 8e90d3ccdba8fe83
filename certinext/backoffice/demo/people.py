"""Who signs in at the demo, with the one documented password."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from billing.models import Account, Membership
from certinext.backoffice.demo.plans import PersonPlan, SellerPlan
from certinext.backoffice.demo.sellers import OPERATOR, PASSWORD
from certinext.identity.models import User


def add_people(seller: SellerPlan) -> None:
    """Add the seller's people with their roles to the active tenant. Safe to run again."""
    # Hashing is slow by design: once is enough for one password.
    password = make_password(PASSWORD)
    for person in seller.people:
        user = _ensure(person, password, is_superuser=False)
        for number, role in person.roles.items():
            Membership.objects.get_or_create(
                user=user,
                account=Account.objects.get(account_number=number),
                defaults={"role": role},
            )


def ensure_operator() -> None:
    """Add the operator to the public schema, which must be the active one, unless there already."""
    if not User.objects.filter(email=OPERATOR.email).exists():
        _ensure(OPERATOR, make_password(PASSWORD), is_superuser=True)


def _ensure(person: PersonPlan, password: str, *, is_superuser: bool) -> User:
    user, _ = User.objects.get_or_create(
        email=person.email,
        defaults={
            "full_name": person.name,
            "password": password,
            "is_staff": person.is_staff or is_superuser,
            "is_superuser": is_superuser,
        },
    )
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return user
