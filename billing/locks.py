"""Taking account locks in the one order that everybody keeps."""

from __future__ import annotations

from django.db.models import Q

from billing.models import Account


def lock_with_payer(account: Account, *, also: set[int] | None = None) -> Account:
    """Lock an account, its partner and the accounts `also` names by id; return it as it is now.

    One statement, by id ascending: the first place in the lock order account, order, document,
    series. The partner is always locked, so that `payer` holds still whoever pays.
    """
    wanted = Q(pk=account.pk) | Q(sub_accounts=account.pk) | Q(pk__in=also or set())
    ids = Account.objects.filter(wanted).values("pk")
    locked = {
        row.pk: row
        for row in Account.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    }
    fresh = locked[account.pk]
    if fresh.parent_id is not None:
        fresh.parent = locked[fresh.parent_id]
    return fresh
