"""What a bank's file does to payments: what fits exactly is settled, once; the rest stays open."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from billing.banking.decide import ignore_entry, match_entry
from billing.banking.take_in import TakenIn, take_in
from billing.importing.errors import BrokenFile
from billing.models import BankEntry, BankFile, Payment
from billing.payments.errors import PaymentIsOver, PaymentRefused
from billing.payments.owed import position_of
from billing.printing.codes import creditor_reference
from tests.billing.banking.statements import camt, entry, table
from tests.billing.payments.test_settle import NOW, begun, invoiced, settled, state_of
from tests.factories import AccountFactory
from tests.invariants import broken_invariants

pytestmark = pytest.mark.django_db


def taken(file: BytesIO) -> TakenIn:
    return take_in(file, file_name="statement", by="clerk@example.com", now=NOW)


def only_entry() -> BankEntry:
    return BankEntry.objects.get()


def test_an_invoice_number_with_its_exact_amount_pays_the_invoice() -> None:
    invoice = invoiced(AccountFactory.create())
    taken(camt(entry("10531.50", f"Rechnung {invoice.number} vom 6.10.")))

    assert state_of(invoice) == ("paid", "0.00")
    found = only_entry()
    assert (found.state, found.debtor, found.booked_on) == (
        "matched",
        "Sundara Retail",
        date(2026, 10, 8),
    )
    assert found.payment is not None
    assert (found.payment.provider, found.payment.provider_ref) == ("bank", "BANK-1")
    assert found.payment.received_on == date(2026, 10, 8)
    assert broken_invariants() == {}


@pytest.mark.parametrize(
    "written",
    [
        "INV/26-27/000001",
        "inv 26 27 000001",
        "INV2627000001",
        "INV/26-\n27/000001",
        "(INV/26-27/000001)",
    ],
)
def test_a_number_is_found_however_the_bank_writes_it(written: str) -> None:
    invoice = invoiced(AccountFactory.create())
    assert invoice.number == "INV/26-27/000001"
    taken(camt(entry("10531.50", f"Paid {written}, thanks")))
    assert state_of(invoice)[0] == "paid"


def test_a_longer_number_is_another_number() -> None:
    invoice = invoiced(AccountFactory.create())
    taken(camt(entry("10531.50", f"{invoice.number}2")))
    assert only_entry().reason == "It names no payment and no invoice."


def test_a_creditor_reference_names_its_invoice() -> None:
    invoice = invoiced(AccountFactory.create())
    written = creditor_reference(invoice.number or "")
    spaced = " ".join(written[i : i + 4] for i in range(0, len(written), 4))
    taken(camt(entry("10531.50", structured=written), entry("1.00", spaced, reference="BANK-2")))

    assert state_of(invoice)[0] == "paid"
    assert BankEntry.objects.get(bank_reference="BANK-2").reason == (
        "On INV/26-27/000001 ₹0.00 is owed."
    )


def test_several_invoices_are_paid_when_their_sum_came() -> None:
    account = AccountFactory.create()
    first, second = invoiced(account), invoiced(account)
    taken(camt(entry("21063.00", f"{first.number} + {second.number}")))
    assert [state_of(one)[0] for one in (first, second)] == ["paid", "paid"]


def test_a_payment_number_confirms_the_payment_that_waits() -> None:
    account = AccountFactory.create()
    payment = begun(account, "5000.00", kind=Payment.Kind.TOP_UP, state="pending_approval")
    taken(camt(entry("5000.00", end_to_end=payment.reference)))

    payment.refresh_from_db()
    assert payment.state == Payment.State.SUCCEEDED
    assert position_of(account).credits == Decimal("5000.00")
    assert only_entry().payment == payment


def test_an_announced_transfer_is_settled_rather_than_a_second_payment_made() -> None:
    account = AccountFactory.create()
    invoice = invoiced(account)
    payment = begun(account, "10531.50", invoices=[invoice])
    taken(camt(entry("10531.50", invoice.number or "")))

    assert only_entry().payment == payment
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    ("amount", "text", "reason"),
    [
        ("10531.49", "INV/26-27/000001", "On INV/26-27/000001 ₹10,531.50 is owed."),
        ("10531.50", "Thanks", "It names no payment and no invoice."),
        ("21063.00", "INV/26-27/000001 INV/26-27/000002", "It names invoices of several accounts."),
    ],
)
def test_what_is_doubtful_stays_open_and_says_why(amount: str, text: str, reason: str) -> None:
    invoiced(AccountFactory.create())
    invoiced(AccountFactory.create())
    taken(camt(entry(amount, text)))

    assert (only_entry().state, only_entry().reason) == ("open", reason)
    assert not Payment.objects.exists()


def test_another_currency_never_pays() -> None:
    invoice = invoiced(AccountFactory.create())
    taken(camt(entry("10531.50", invoice.number or "", currency="EUR")))
    assert only_entry().state == "open"


def test_a_payment_over_another_amount_or_already_settled_stays_open() -> None:
    account = AccountFactory.create()
    waiting = begun(account, "10.00")
    done = settled(account, "10.00", provider_ref="EARLIER")
    taken(
        camt(
            entry("11.00", waiting.reference, reference="A"),
            entry("10.00", done.reference, reference="B"),
        )
    )
    assert BankEntry.objects.get(bank_reference="A").reason == (
        f"{waiting.reference} is over ₹10.00."
    )
    assert BankEntry.objects.get(bank_reference="B").reason == (
        f"{done.reference} is succeeded already."
    )


def test_money_that_went_out_or_is_only_announced_is_not_kept() -> None:
    result = taken(camt(entry("1.00", direction="DBIT"), entry("1.00", status="PDNG")))
    assert (result.file.incoming, result.file.skipped) == (0, 2)
    assert not BankEntry.objects.exists()


def test_a_reversal_is_left_to_a_clerk_whatever_it_names() -> None:
    invoice = invoiced(AccountFactory.create())
    extra = "<RvslInd>true</RvslInd>"
    taken(camt(entry("10531.50", invoice.number or "", extra=extra)))
    assert only_entry().state == "open"


def test_the_same_file_changes_nothing() -> None:
    invoice = invoiced(AccountFactory.create())
    file = camt(entry("10531.50", invoice.number or ""))
    assert taken(file).is_new
    assert not taken(file).is_new
    assert (BankFile.objects.count(), Payment.objects.count()) == (1, 1)


def test_the_same_entry_in_another_file_and_format_changes_nothing() -> None:
    invoice = invoiced(AccountFactory.create())
    taken(camt(entry("10531.50", invoice.number or "")))
    other = taken(table(f"BANK-1,2026-10-08,10531.50,INR,{invoice.number}"))
    again = taken(camt(entry("10531.50", invoice.number or ""), entry("1.00", reference="B-2")))

    assert other.is_new
    assert again.is_new
    assert BankEntry.objects.count() == 2
    assert Payment.objects.count() == 1


def test_entries_without_a_reference_are_told_apart_within_their_file() -> None:
    twice = camt(entry("5.00", "Alms", reference=""), entry("5.00", "Alms", reference="NONREF"))
    taken(twice)
    taken(camt(entry("5.00", "Alms", reference=""), entry("6.00", "More", reference="")))
    assert BankEntry.objects.count() == 3


def test_a_reference_that_comes_with_another_amount_refuses_the_file() -> None:
    taken(camt(entry("5.00")))
    with pytest.raises(BrokenFile, match=r"BANK-1 came before with ₹5\.00"):
        taken(camt(entry("7.00")))
    assert BankFile.objects.count() == 1


def test_a_file_that_stopped_in_the_middle_goes_on_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = AccountFactory.create()
    first, second = invoiced(account), invoiced(account)
    file = camt(
        entry("10531.50", first.number or "", reference="A"),
        entry("10531.50", second.number or "", reference="B"),
    )
    with monkeypatch.context() as patched:
        patched.setattr("billing.banking.take_in.settle_entry", _stop_at("B"), raising=True)
        with pytest.raises(KeyboardInterrupt):
            taken(file)
    assert BankEntry.objects.count() == 1

    result = taken(file)

    assert result.file.finished_at == NOW
    assert [state_of(one)[0] for one in (first, second)] == ["paid", "paid"]
    assert Payment.objects.count() == 2


def _stop_at(reference: str):  # type: ignore[no-untyped-def]
    from billing.banking.take_in import settle_entry

    def act(found: BankEntry, *args: object, **facts: object) -> None:
        if found.bank_reference == reference:
            raise KeyboardInterrupt
        settle_entry(found, *args, **facts)  # type: ignore[arg-type]

    return act


def test_a_clerk_says_whose_money_it_is() -> None:
    account = AccountFactory.create()
    invoice = invoiced(account)
    taken(camt(entry("11000.00", "no idea")))

    matched = match_entry(
        only_entry(), account=account, invoices=[invoice], by="clerk@example.com", now=NOW
    )

    assert state_of(invoice)[0] == "paid"
    assert position_of(account).credits == Decimal("468.50")
    assert matched.state == BankEntry.State.MATCHED
    with pytest.raises(PaymentIsOver, match="decided already"):
        match_entry(matched, account=account, by="clerk@example.com", now=NOW)
    with pytest.raises(PaymentIsOver, match="decided already"):
        ignore_entry(matched, reason="x", by="clerk@example.com", now=NOW)


def test_a_clerk_cannot_match_another_currency_or_another_accounts_payment_amount() -> None:
    account = AccountFactory.create()
    taken(camt(entry("10.00", currency="EUR")))
    with pytest.raises(PaymentRefused, match="an amount in EUR cannot pay here"):
        match_entry(only_entry(), account=account, by="clerk", now=NOW)
    with pytest.raises(PaymentRefused, match="over another amount"):
        match_entry(
            only_entry(), account=account, payment=begun(account, "10.00"), by="clerk", now=NOW
        )
    assert only_entry().state == "open"


def test_what_is_none_of_ours_is_ignored_with_a_reason() -> None:
    taken(camt(entry("0.01", "Interest")))
    with pytest.raises(PaymentRefused, match="Say why"):
        ignore_entry(only_entry(), reason=" ", by="clerk", now=NOW)
    ignore_entry(only_entry(), reason="Interest", by="clerk", now=NOW)
    assert (only_entry().state, only_entry().reason) == ("ignored", "Interest")


def test_two_banks_may_give_the_same_reference() -> None:
    account = AccountFactory.create()
    first, second = invoiced(account), invoiced(account)
    head = "account,reference,booked_on,amount,currency,remittance"
    taken(
        table(
            f"A,7,2026-10-08,10531.50,INR,{first.number}",
            f"B,7,2026-10-08,10531.50,INR,{second.number}",
            heading=head,
        )
    )
    numbers = Payment.objects.values_list("provider_ref", flat=True)
    assert list(numbers.order_by("id")) == ["7", "7 (2)"]


def test_the_command_takes_a_file_in_and_says_what_became_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invoice = invoiced(AccountFactory.create())
    path = tmp_path / "statement.xml"
    path.write_bytes(
        camt(entry("10531.50", invoice.number or ""), entry("1.00", reference="B")).getvalue()
    )
    call_command("import_bank", "--tenant", "alpha", str(path))
    assert "B open: It names no payment and no invoice.\n1 matched, 1 open, 0 known, 0 left" in (
        capsys.readouterr().out
    )
    call_command("import_bank", "--tenant", "alpha", str(path))
    assert "no change" in capsys.readouterr().out

    path.write_text("<a/>")
    with pytest.raises(CommandError, match=r"no CAMT\.053 statement"):
        call_command("import_bank", "--tenant", "alpha", str(path))


def test_the_entry_of_a_transfer_that_a_clerk_confirmed_is_that_payment() -> None:
    account = AccountFactory.create()
    invoiced(account)
    by_reference = settled(account, "100.00", provider_ref="UTR1")
    by_number = settled(account, "200.00")

    taken(
        table(
            "UTR1,2026-10-08,100.00,INR,thanks",
            f"UTR2,2026-10-08,200.00,INR,payment {by_number}",
            f"UTR3,2026-10-08,200.00,INR,payment {by_number}",
        )
    )

    linked = BankEntry.objects.exclude(payment=None).order_by("bank_reference")
    assert [row.payment for row in linked] == [by_reference, by_number]
    assert BankEntry.objects.get(state="open").bank_reference == "UTR3"
    assert Payment.objects.count() == 2


def test_a_clerk_cannot_match_confirmed_money_to_another_account() -> None:
    account = AccountFactory.create()
    taken(table("UTR1,2026-10-08,100.00,INR,thanks"))
    settled(account, "100.00", provider_ref="UTR1")

    with pytest.raises(PaymentRefused, match="has confirmed payment"):
        match_entry(only_entry(), account=AccountFactory.create(), by="clerk", now=NOW)
    match_entry(only_entry(), account=account, by="clerk", now=NOW)

    assert Payment.objects.count() == 1


def test_an_announced_transfer_ends_when_its_money_came_with_another_amount() -> None:
    account = AccountFactory.create()
    announced = begun(account, "41.14", state=Payment.State.PENDING_APPROVAL)
    taken(table(f"HX1,2026-10-08,41.00,INR,{announced}"))
    match_entry(only_entry(), account=account, by="clerk", now=NOW)

    announced.refresh_from_db()
    assert announced.state == "rejected"
    assert announced.reason == (
        f"The money came with another amount, as payment {only_entry().payment}."
    )
    assert position_of(account).credits == Decimal("41.00")


def test_what_is_booked_in_the_future_is_not_settled() -> None:
    invoice = invoiced(AccountFactory.create())
    taken(table(f"DX4,2099-01-01,10531.50,INR,{invoice}"))

    assert only_entry().reason == "Its booking day has not come yet."
    assert state_of(invoice)[0] == "issued"
