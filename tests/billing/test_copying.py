"""Rows written by COPY are those that the ORM would have written, guards and all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from billing.copying import copy_rows
from billing.models import DocumentTax
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import issue_order_invoice

pytestmark = pytest.mark.django_db


def test_lines_of_an_invoice_read_back_as_they_were_prepared() -> None:
    account = AccountFactory.create()
    charge = ChargeFactory.create(
        account=account, description='Tab\t, "quote", \\N and \\. नमस्ते', detail="One\nTwo"
    )
    line = issue_order_invoice(account, charge).document.lines.get()

    assert line.description == charge.description
    assert line.details == ["One\nTwo"]
    assert line.charge == charge
    assert (line.quantity, line.net_amount) == (charge.quantity, charge.net_amount)
    assert (line.term_years, line.service_until) == (charge.term_years, None)


def test_guards_refuse_what_is_copied_too() -> None:
    account = AccountFactory.create()
    document = issue_order_invoice(account, ChargeFactory.create(account=account)).document
    late = DocumentTax(
        document=document,
        position=9,
        component="IGST",
        category="S",
        rate=Decimal(18),
        taxable_amount=Decimal(1),
        tax_amount=Decimal(1),
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        copy_rows(DocumentTax, [late])
    assert document.taxes.filter(position=9).count() == 0
