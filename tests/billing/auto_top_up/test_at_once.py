"""Real processes: they spend, charge, turn off and die at once, and nothing is charged twice."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

from django.utils import timezone

from billing.auto_top_up.claim import claim_top_ups
from billing.auto_top_up.tasks import work_off_falls
from billing.auto_top_up.terms import in_force, turn_off
from billing.gateways.recheck import recheck_due
from billing.gateways.sandbox_delivery import deliver_due
from billing.gateways.sandbox_off_session import SandboxOffSession
from billing.models import Account, Checkout, Document, Payment, SandboxMessage, SandboxSession
from billing.payments.errors import NotEnoughCredits
from billing.payments.owed import position_of
from tests.billing.auto_top_up.scenes import agreed, change, charged, kept, top_ups
from tests.billing.gateways.scenes import sandbox_account
from tests.factories import AccountFactory
from tests.invariants import broken_invariants
from tests.processes import at_once, deadlocks, kill_myself, killed


def watched() -> Account:
    """Return an account with credits of 1,500 that are topped up below 1,000."""
    account: Account = AccountFactory.create()
    now = timezone.now()
    change(account, "1500", now=now)
    agreed(account, kept(account, now=now), now=now)
    return account


def fallen() -> Account:
    """Return one whose credits have just fallen."""
    account = watched()
    change(account, "-600", now=timezone.now())
    return account


def work() -> int:
    work_off_falls(clock=timezone.now)
    return 0


def charges_of(account: Account) -> int:
    """Return how often the sandbox has charged the account."""
    references = [payment.reference for payment in top_ups(account)]
    sessions = SandboxSession.objects.filter(reference__in=references)
    return sum(len(session.charges) for session in sessions)


def again() -> None:
    """Look once more, as beat does; whoever died held the payment's turn."""
    Checkout.objects.update(next_check_at=timezone.now() - timedelta(seconds=1))
    work()


def test_six_workers_and_the_gateways_message_charge_each_fall_once(own_database: str) -> None:
    sandbox_account()
    accounts = [fallen() for _ in range(4)]

    def tell() -> int:
        return deliver_due(clock=timezone.now)

    at_once(*[work] * 6, tell, tell)
    again()
    tell()

    assert [str(position_of(account).credits) for account in accounts] == ["5900.000"] * 4
    assert charged() == [500000] * 4
    assert Payment.objects.filter(auto_top_up__isnull=False).count() == 4
    assert Document.objects.filter(kind="receipt").count() == 4
    assert broken_invariants() == {}
    assert deadlocks() == 0


def test_spends_at_once_with_workers_never_charge_beyond_the_month(own_database: str) -> None:
    sandbox_account()
    account = watched()
    change(account, "2000", now=timezone.now())

    def spend() -> int:
        spent = 0
        while spent < 2000:
            try:
                change(account, "-400", now=timezone.now())
            except NotEnoughCredits:
                # Others were quicker than the top-up, which comes.
                pass
            else:
                spent += 400
            work()
        return spent

    # 3,500 of one's own and two top-ups, though three falls would fit into what is spent.
    assert at_once(*[spend] * 4) == [2000] * 4
    change(account, f"-{position_of(account).credits - 900}", now=timezone.now())
    again()

    assert charged() == [500000] * 2
    assert str(position_of(account).credits) == "900.000"
    assert broken_invariants() == {}
    assert deadlocks() == 0


def test_the_database_keeps_two_from_being_begun_at_once(own_database: str) -> None:
    sandbox_account()
    account = fallen()
    begun = at_once(*[lambda: claim_top_ups(now=timezone.now())] * 6)
    assert sorted(begun) == [0, 0, 0, 0, 0, 1]
    assert len(top_ups(account)) == 1


def test_a_worker_that_dies_before_it_writes_the_answer_charges_once(own_database: str) -> None:
    sandbox_account()
    account = fallen()

    def dies() -> None:
        with mock.patch("billing.gateways.recheck.apply_event", kill_myself):
            work()

    killed(dies)
    (payment,) = top_ups(account)
    assert (payment.state, charged()) == ("initiated", [500000])

    # Its message was not delivered either: only asking tells.
    SandboxMessage.objects.update(due_at=timezone.now() + timedelta(days=1))
    again()
    again()

    payment.refresh_from_db()
    assert (payment.state, charged()) == ("succeeded", [500000])
    assert str(position_of(account).credits) == "5900.000"
    assert broken_invariants() == {}


def test_a_worker_that_dies_before_it_keeps_the_charges_number_charges_once(
    own_database: str,
) -> None:
    sandbox_account()
    account = fallen()
    prepare = SandboxOffSession.prepare

    def prepares_and_dies(self: SandboxOffSession, charge: object) -> str:
        prepare(self, charge)  # type: ignore[arg-type]  # whatever the worker gives it
        kill_myself()
        return ""

    def dies() -> None:
        with mock.patch.object(SandboxOffSession, "prepare", prepares_and_dies):
            work()

    killed(dies)
    again()
    assert [payment.state for payment in top_ups(account)] == ["succeeded"]
    assert charged() == [500000]


def test_turning_off_at_once_with_workers_leaves_nothing_to_charge_after_it(
    own_database: str,
) -> None:
    sandbox_account()
    accounts = [fallen() for _ in range(6)]
    claim_top_ups(now=timezone.now())

    def stop() -> list[int]:
        found = []
        for account in accounts:
            turn_off(account, by="ravi", now=timezone.now())
            found.append(charges_of(account))
        return found

    *_workers, at_the_end = at_once(work, work, stop)
    for _ in range(2):
        again()
        recheck_due(clock=timezone.now)

    # What had begun was completed before it was off; nothing came after.
    assert [charges_of(account) for account in accounts] == at_the_end
    assert all(in_force(account) is None for account in accounts)
    succeeded = Payment.objects.filter(auto_top_up__isnull=False, state="succeeded").count()
    assert succeeded == sum(at_the_end) == len(charged())
    assert not Payment.objects.filter(state="initiated").exists()
    assert broken_invariants() == {}
    assert deadlocks() == 0
