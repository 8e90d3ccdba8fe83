"""Reading a bank's file: versions, batches, and everything that is no statement."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from io import BytesIO

import pytest

from billing.banking.camt import camt_entries
from billing.banking.entries import Incoming
from billing.banking.table import csv_entries
from billing.banking.take_in import take_in
from billing.importing.errors import BrokenFile
from billing.models import BankEntry, BankFile
from tests.billing.banking.statements import NAMESPACE, camt, entry, table
from tests.billing.payments.test_settle import NOW

BOMB = """<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>"""


def incoming(file: BytesIO) -> list[Incoming]:
    return [found for found in camt_entries(file) if isinstance(found, Incoming)]


@pytest.mark.parametrize("version", ["02", "04", "06", "08"])
def test_every_version_is_read(version: str) -> None:
    (found,) = incoming(camt(entry("12.50", "Hello"), version=version))
    assert (f"{found.amount}", found.currency, found.remittance) == ("12.50", "INR", "Hello")
    assert found.bank_account == "DE02120300000000202051"
    assert found.debtor_account == "DE89370400440532013000"


def test_the_newer_names_of_status_debtor_and_moments_are_read() -> None:
    newer = (
        entry("12.50")
        .replace("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>")
        .replace("<Nm>Sundara Retail</Nm>", "<Pty><Nm>Sundara &amp; Sons</Nm></Pty>")
        .replace("<Dt>2026-10-08</Dt>", "<DtTm>2026-10-08T09:30:00+02:00</DtTm>", 1)
    )
    (found,) = incoming(camt(newer, version="08"))
    assert (found.debtor, f"{found.booked_on}") == ("Sundara & Sons", "2026-10-08")


def batch(*amounts: str) -> str:
    details = "".join(
        f'<TxDtls><Refs><EndToEndId>E{n}</EndToEndId></Refs><Amt Ccy="INR">{amount}</Amt>'
        f"<RmtInf><Ustrd>Part {n}</Ustrd></RmtInf></TxDtls>"
        for n, amount in enumerate(amounts, 1)
    )
    whole = entry("30.00", reference="BATCH")
    head, _, rest = whole.partition("<NtryDtls>")
    return f"{head}<NtryDtls>{details}</NtryDtls>{rest.partition('</NtryDtls>')[2]}"


def test_a_batch_is_its_transactions() -> None:
    found = incoming(camt(batch("10.00", "20.00")))
    assert [(one.bank_reference, f"{one.amount}", one.remittance) for one in found] == [
        ("BATCH/1", "10.00", "Part 1"),
        ("BATCH/2", "20.00", "Part 2"),
    ]


def test_a_batch_that_does_not_add_up_is_one_doubtful_amount() -> None:
    (found,) = incoming(camt(batch("10.00", "19.99")))
    assert f"{found.amount}" == "30.00"
    assert "do not add up" in found.doubt


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (camt(entry("1.00"), before=BOMB), "declares a document type at line 1"),
        (BytesIO(b"<Document>"), "no XML any more at line 1: no element found"),
        (BytesIO(b""), "no XML any more"),
        (BytesIO(camt(entry("1.00")).getvalue()[:-40]), "no XML any more at line 11"),
        (BytesIO(b"<a><b></a>"), "mismatched tag"),
        (BytesIO(b"<x:a/>"), "unbound prefix"),
        (BytesIO(b"<html/>"), "no CAMT.053 statement"),
        (BytesIO(camt(entry("1")).getvalue().replace(b"053.001", b"052.001")), "no CAMT.053"),
        (camt(entry("1.00"), version="13"), "no CAMT.053"),
        (BytesIO(b"<a>" * 50), "nested too deeply at line 1"),
        (BytesIO(b'<?xml version="1.0" encoding="klingon"?><a/>'), "unknown encoding"),
        (BytesIO(b"<a>\x00</a>"), "no XML any more"),
        (camt(entry("1.00", "x" * 30_000)), "text of Ustrd at line 11 is too long"),
        (camt(entry("NaN")), "Line 5, Amt: Write the amount with plain digits"),
        (camt(entry("Infinity")), "Line 5, Amt: Write the amount"),
        (camt(entry("1E+999999999")), "Line 5, Amt: Write the amount"),
        (camt(entry("-1.00")), "Line 5, Amt: An entry's amount is above zero."),
        (camt(entry("0.00")), "Line 5, Amt: An entry's amount is above zero."),
        (camt(entry("1.005")), "Line 5, Amt: INR has 2 decimals"),
        (camt(entry("\uff11\uff12.00")), "Line 5, Amt: Write the amount"),
        (camt(entry("1.00", currency="XXQ")), "Line 5, Amt: 'XXQ' is not an ISO 4217"),
        (camt(entry("1.00", direction="BOTH")), "Line 5, CdtDbtInd: CRDT or DBIT"),
        (camt(entry("1.00", day="2026-02-30")), "Line 6, BookgDt: Write the day as"),
        (camt(entry("1.00", day="1026-02-03")), "is not from 2000 to 2099"),
        (camt(entry("1.00", day="\uff12\uff10\uff12\uff16-02-03")), "Line 6, BookgDt"),
    ],
)
def test_what_is_no_statement_says_where_and_why(file: BytesIO, sentence: str) -> None:
    file.seek(0)
    with pytest.raises(BrokenFile) as caught:
        incoming(file)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("R1,2026-10-08,NaN,INR,x", "Line 2, amount: Write the amount with plain digits"),
        ("R1,2026-10-08,1e9,INR,x", "Line 2, amount: Write the amount"),
        ("R1,2026-10-08,١٢,INR,x", "Line 2, amount: Write the amount"),
        ("R1,2026-10-08,1.005,INR,x", "Line 2, amount: INR has 2 decimals"),
        ("R1,2026-10-08,0,INR,x", "Line 2, amount: An entry's amount is not zero."),
        ("R1,2026-10-08,1.00,inr,x", "Line 2, amount: 'inr' is not an ISO 4217"),
        (",2026-10-08,1.00,INR,x", "Line 2, reference: The bank's reference is needed"),
        ("R1,08.10.2026,1.00,INR,x", "Line 2, booked_on: Write the day as 2026-10-08"),
        ("R1,2026-10-08,1.00,INR", "Line 2, columns: It has more or fewer columns"),
        ("R1,2026-10-08,1.00,INR,x,y", "Line 2, columns: It has more or fewer columns"),
        ('R1,2026-10-08,1.00,INR,"x', "no CSV any more from line 2 on"),
        ("R1,2026-10-08,1.00,INR,\udcff", "Line 2 is no UTF-8: save the file as UTF-8."),
        ("R1,2026-10-08,1.00,INR," + "x" * 30_000, "Line 2 is longer than any entry"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(line: str, sentence: str) -> None:
    with pytest.raises(BrokenFile) as caught:
        list(csv_entries(table(line)))
    assert sentence in str(caught.value)


def test_other_files_say_which_columns_are_missing() -> None:
    with pytest.raises(BrokenFile, match="currency is missing"):
        list(csv_entries(BytesIO(b"reference;booked_on;amount\n")))
    with pytest.raises(BrokenFile, match="Line 1 is no UTF-8"):
        list(csv_entries(BytesIO(b"reference\xff")))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("R3,2026-10-08,0,INR,x", "Line 4, amount"),
        ('R3,2026-10-08,1.00,INR,"x', "from line 4 on"),
        ('"a"b,2026-10-08,1.00,INR,x', "from line 4 on"),
        ("R3,2026-10-08,1.00,INR,\udcff", "Line 4 is no UTF-8"),
        ("R3,2026-10-08,1.00,INR,INV\0", "Line 4 has a NUL byte in it"),
    ],
)
def test_lines_are_counted_as_an_editor_counts_them(line: str, sentence: str) -> None:
    good = [f"R{n},2026-10-08,1.00,INR,x" for n in (1, 2)]
    with pytest.raises(BrokenFile) as caught:
        list(csv_entries(table(*good, line, *good)))
    assert sentence in str(caught.value)


def test_columns_come_in_any_order_and_money_that_went_out_is_left() -> None:
    heading = "currency;amount;reference;booked_on;valued_on;debtor"
    found = list(
        csv_entries(
            table(
                "INR;5.00;R1;2026-10-08;;Ünal",
                "INR;-5.00;R2;2026-10-08;2026-10-09;",
                heading=heading,
            )
        )
    )
    assert [one.debtor for one in found if isinstance(one, Incoming)] == ["Ünal"]
    assert len(found) == 2


@pytest.mark.django_db
def test_a_file_that_is_wrong_at_its_end_writes_nothing() -> None:
    file = camt(entry("1.00", reference="A"), entry("NaN", reference="B"))
    with pytest.raises(BrokenFile, match="Nothing was imported"):
        take_in(file, file_name="x", by="test", now=NOW)
    assert not BankFile.objects.exists()
    assert not BankEntry.objects.exists()


class Endless(BytesIO):
    """A file that is written while it is read, from pieces."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces

    def read(self, size: int | None = -1, /) -> bytes:
        return next(self._pieces, b"")


def long_statement(entries: int) -> Iterator[bytes]:
    head, tail = camt("SPLIT").getvalue().split(b"SPLIT")
    yield head
    body = entry("1.00", "x" * 300).encode()
    for _ in range(entries):
        yield body
    yield tail


def peak(entries: int) -> int:
    tracemalloc.start()
    count = sum(1 for _entry in camt_entries(Endless(long_statement(entries))))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == entries
    return most


def test_memory_does_not_grow_with_the_file() -> None:
    peak(50)
    assert peak(3_000) < 2 * peak(150)


@pytest.mark.parametrize("endless", [b"<a b='", b"<!--", b"<a><![CDATA["])
def test_a_token_that_never_ends_is_refused_before_it_fills_the_memory(endless: bytes) -> None:
    def pieces() -> Iterator[bytes]:
        yield f'<Document xmlns="{NAMESPACE.format(version="02")}">'.encode() + endless
        for _ in range(2000):
            yield b"x" * 65536

    with pytest.raises(BrokenFile):
        list(camt_entries(Endless(pieces())))
