"""CAMT.053, the bank's statement in ISO 20022 (versions 02 to 08), entry by entry.

An entry may be a batch: then each transaction in it is an amount of its own, as long as they add up
to the entry. Where they do not, the entry is kept as one, for a clerk to look at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from billing.banking.entries import (
    LONGEST_REFERENCE,
    NO_REFERENCE,
    SKIPPED,
    Incoming,
    Problem,
    Skipped,
    digest_reference,
    one_line,
    read_day,
    read_money,
    refused,
)
from billing.banking.xml import Part, elements_of
from billing.importing.errors import BrokenFile
from billing.sentences import gettext_noop

ROOT = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.0[2-8] Document")
STATEMENT = ("Document", "BkToCstmrStmt", "Stmt")
WANTED: set[tuple[str, ...]] = {(*STATEMENT, "Acct"), (*STATEMENT, "Ntry")}
NOT_A_STATEMENT = gettext_noop(
    "The file is no CAMT.053 statement (versions 02 to 08): ask the bank for camt.053."
)
REVERSED = gettext_noop("The bank marks it as a reversal: look at what it reverses.")
NOT_ITS_PARTS = gettext_noop("The transactions of this batch do not add up to its amount.")


@dataclass(frozen=True)
class Money:
    """An amount in a currency."""

    amount: Decimal
    currency: str


def camt_entries(file: BinaryIO) -> Iterator[Incoming | Skipped]:
    """Yield what came in, and a mark for what is not kept. Raises `BrokenFile` naming the line."""
    account, alike, is_empty = "", Counter[tuple[str, ...]](), True
    for root, part in elements_of(file, WANTED):
        if not ROOT.fullmatch(root):
            raise BrokenFile(NOT_A_STATEMENT)
        is_empty = False
        if part.name == "Acct":
            account = one_line(_account(part), at_most=40)
        else:
            yield from _entry(part, account, alike)
    if is_empty:
        raise BrokenFile(NOT_A_STATEMENT)


def _entry(
    entry: Part, account: str, alike: Counter[tuple[str, ...]]
) -> Iterator[Incoming | Skipped]:
    direction = entry.says("CdtDbtInd")
    if direction not in {"CRDT", "DBIT"}:
        raise refused(
            entry.line,
            "CdtDbtInd",
            Problem(gettext_noop("CRDT or DBIT is expected, for in or out.")),
        )
    status = entry.says("Sts", "Cd") or entry.says("Sts")
    if direction == "DBIT" or status != "BOOK":
        yield SKIPPED
        return
    whole = _money(entry.first("Amt"), entry)
    doubt = REVERSED if entry.says("RvslInd") == "true" else ""
    transactions = [
        transaction for details in entry.all("NtryDtls") for transaction in details.all("TxDtls")
    ]
    shares = _shares(transactions, whole, entry)
    if shares is None:
        yield _incoming(entry, entry, whole, account, alike, doubt=doubt or NOT_ITS_PARTS)
        return
    for position, (transaction, share) in enumerate(shares, 1):
        within = f"/{position}" if len(shares) > 1 else ""
        yield _incoming(entry, transaction, share, account, alike, doubt=doubt, within=within)


def _shares(transactions: list[Part], whole: Money, entry: Part) -> list[tuple[Part, Money]] | None:
    """Return the amounts of a batch; none where they are not all there or do not add up."""
    if not transactions:
        return [(entry, whole)]
    if len(transactions) == 1:
        return [(transactions[0], whole)]
    amounts = [
        transaction.first("Amt") or transaction.first("AmtDtls", "TxAmt", "Amt")
        for transaction in transactions
    ]
    if not all(amounts):
        return None
    shares = [_money(amount, entry) for amount in amounts]
    if {share.currency for share in shares} != {whole.currency}:
        return None
    if sum(share.amount for share in shares) != whole.amount:
        return None
    return list(zip(transactions, shares, strict=True))


def _incoming(
    entry: Part,
    found: Part,
    money: Money,
    account: str,
    alike: Counter[tuple[str, ...]],
    *,
    doubt: str,
    within: str = "",
) -> Incoming:
    """Put together what an entry, or one transaction of it, says."""
    remittance = one_line(" ".join(_remittance(entry, found)), at_most=1000)
    end_to_end = one_line(found.says("Refs", "EndToEndId"), at_most=100)
    debtor = found.says("RltdPties", "Dbtr", "Nm") or found.says("RltdPties", "Dbtr", "Pty", "Nm")
    incoming = Incoming(
        place=found.line,
        bank_account=account,
        bank_reference=_reference(entry, found, within),
        booked_on=_day(entry, "BookgDt"),
        valued_on=_day(entry, "ValDt") if entry.first("ValDt") else None,
        amount=money.amount,
        currency=money.currency,
        debtor=one_line(debtor, at_most=140),
        debtor_account=one_line(_account(found.first("RltdPties", "DbtrAcct")), at_most=40),
        remittance=remittance,
        text=f"{remittance} {end_to_end}",
        doubt=doubt,
    )
    if incoming.bank_reference:
        return incoming
    said = (account, f"{incoming.booked_on}", f"{money}", incoming.debtor, incoming.text)
    alike[said] += 1
    return replace(incoming, bank_reference=digest_reference(list(said), alike[said]))


def _remittance(entry: Part, found: Part) -> list[str]:
    """Return what the payer wrote: free text, and structured references (ISO 11649 and others)."""
    information = found.first("RmtInf")
    if information is None:
        return [found.says("AddtlTxInf") or entry.says("AddtlNtryInf")]
    texts = [part.text for part in information.all("Ustrd")]
    return texts + [part.says("CdtrRefInf", "Ref") for part in information.all("Strd")]


def _reference(entry: Part, found: Part, within: str) -> str:
    """Return the bank's own reference. `NtryRef` is none: it only counts within a statement."""
    own = found.says("Refs", "AcctSvcrRef")
    shared = entry.says("AcctSvcrRef")
    if own not in NO_REFERENCE and (not within or own != shared):
        return one_line(own, at_most=LONGEST_REFERENCE)
    return "" if shared in NO_REFERENCE else one_line(f"{shared}{within}", at_most=100)


def _money(part: Part | None, entry: Part) -> Money:
    line = part.line if part else entry.line
    text, currency = (part.text, part.attributes.get("Ccy", "")) if part else ("", "")
    try:
        amount = read_money(text, currency)
        if amount <= 0:
            raise Problem(gettext_noop("An entry's amount is above zero."))
    except Problem as error:
        raise refused(line, "Amt", error) from error
    return Money(amount, currency)


def _day(entry: Part, name: str) -> date:
    part = entry.first(name)
    try:
        return read_day(part.says("Dt") or part.says("DtTm") if part else "")
    except Problem as error:
        raise refused(part.line if part else entry.line, name, error) from error


def _account(part: Part | None) -> str:
    if part is None:
        return ""
    return part.says("Id", "IBAN") or part.says("Id", "Othr", "Id")
