"""Importing an account's groups."""

from __future__ import annotations

from typing import Any

import pytest

from billing.importing.groups import import_groups
from billing.models import Account, Group, ImportRun
from tests.billing.importing.helpers import as_file, messages, results, sample
from tests.factories import AccountFactory, GroupFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    """Whose groups they are."""
    account: Account = AccountFactory.create()
    return account


def group(number: str = "3168637674", **changes: Any) -> dict[str, Any]:
    """Return a group of the file."""
    return {
        "groupNumber": number,
        "groupName": "Northwind Observatory",
        "isDefaultGroup": "0",
        "finance": "1",
        "accountBalance": "0.00",
        "groupBalance": "",
        "organizationDetails": [],
        **changes,
    }


def run(account: Account, *groups: Any) -> ImportRun:
    """Import these groups."""
    return import_groups(
        file=as_file({"groups": list(groups)}), account=account, imported_by="clerk@example.com"
    )


def test_a_row_becomes_a_group_of_the_account(account: Account) -> None:
    assert results(run(account, group(finance="2", isDefaultGroup="1"))) == [
        ("3168637674", "created")
    ]
    found = Group.objects.get()
    assert (found.account, found.name) == (account, "Northwind Observatory")
    assert (found.finance, found.is_default) == (Group.Finance.GROUP, True)


def test_importing_again_changes_nothing(account: Account) -> None:
    rows = [group(isDefaultGroup="1"), group("1155516428", groupName="Harbour & Vale Bank")]
    run(account, *rows)
    before = list(Group.objects.order_by("id").values())
    assert [outcome for _, outcome in results(run(account, *rows))] == ["unchanged"] * 2
    assert list(Group.objects.order_by("id").values()) == before


def test_a_group_is_renamed(account: Account) -> None:
    run(account, group())
    assert results(run(account, group(groupName="Observatory"))) == [("3168637674", "updated")]
    assert Group.objects.get().name == "Observatory"


def test_the_default_group_is_renamed_and_stays_the_default(account: Account) -> None:
    run(account, group(isDefaultGroup="1"), group("1155516428"))
    renamed = [group(groupName="Observatory", isDefaultGroup="1"), group("1155516428")]
    assert [outcome for _, outcome in results(run(account, *renamed))] == ["updated", "unchanged"]
    for _ in range(2):
        again = run(account, *renamed)
        assert [outcome for _, outcome in results(again)] == ["unchanged", "unchanged"]
    default = Group.objects.get(is_default=True)
    assert (default.group_number, default.name) == ("3168637674", "Observatory")


def test_another_group_can_become_the_default(account: Account) -> None:
    run(account, group(isDefaultGroup="1"), group("1155516428"))
    imported = run(account, group("1155516428", isDefaultGroup="1"), group(isDefaultGroup="0"))
    assert [outcome for _, outcome in results(imported)] == ["updated", "updated"]
    assert Group.objects.get(is_default=True).group_number == "1155516428"


def test_two_defaults_are_one_too_many(account: Account) -> None:
    imported = run(account, group(isDefaultGroup="1"), group("1155516428", isDefaultGroup="1"))
    assert [outcome for _, outcome in results(imported)] == ["created", "failed"]
    assert messages(imported)[1] == (
        "isDefaultGroup: An account has one default group, and row 1 is it already."
    )


def test_a_group_that_the_file_leaves_out_stays(account: Account) -> None:
    kept = GroupFactory.create(account=account)
    run(account, group())
    assert kept in account.groups.all()


def test_another_accounts_group_is_refused_and_stays_theirs(account: Account) -> None:
    theirs = GroupFactory.create(group_number="3168637674", name="Theirs")
    imported = run(account, group())
    assert messages(imported) == ["Group 3168637674 belongs to another account."]
    theirs.refresh_from_db()
    assert (theirs.account_id == account.pk, theirs.name) == (False, "Theirs")


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (
            group(groupNumber=3168637674),
            "groupNumber: Ten digits in quotes are expected: as a number they lose zeros.",
        ),
        (group(groupNumber="12"), "groupNumber: Ten digits are expected, not '12'."),
        (group(groupName=""), "groupName: The field is missing or empty."),
        (group(finance="3"), "finance: One of 1, 2 is expected, not '3'."),
        (group(isDefaultGroup="yes"), "isDefaultGroup: One of 0, 1 is expected, not 'yes'."),
        ([], "An object with named fields is expected, not a list."),
    ],
)
def test_a_bad_group_is_named_and_the_others_go_in(account: Account, bad: Any, words: str) -> None:
    imported = run(account, bad, group("1155516428"))
    assert [outcome for _, outcome in results(imported)] == ["failed", "created"]
    assert messages(imported)[0] == words


def test_a_group_that_comes_twice_goes_in_once(account: Account) -> None:
    imported = run(account, group(), group(groupName="Again"))
    assert [outcome for _, outcome in results(imported)] == ["created", "failed"]
    assert Group.objects.get().name == "Northwind Observatory"


def test_the_platforms_sample_goes_in(account: Account) -> None:
    with sample("groups.json").open("rb") as file:
        imported = import_groups(file=file, account=account, imported_by="clerk")
    assert imported.counts == {"created": 6}
    assert Group.objects.get(is_default=True).name == "Northwind Observatory"
    assert set(Group.objects.values_list("name", flat=True)) >= {"Straße & Söhne"}
