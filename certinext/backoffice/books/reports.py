"""The reports by their names."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from billing.models import Seller
from certinext.backoffice.books import gstr1, register, sales, vat
from certinext.backoffice.books.sheets import Report

REPORTS = [
    Report(
        "register",
        _("Document register"),
        _("Every invoice and credit note with its taxes; credit notes count below zero."),
        register.register,
        is_proved=True,
    ),
    Report(
        "journal",
        _("Journal"),
        _("Every booking of the ledger: from the credited to the debited side."),
        register.journal,
    ),
    Report(
        "gstr1",
        _("GSTR-1"),
        _("The sections of the return, in the columns of the offline tool."),
        gstr1.gstr1,
        country="IN",
        notice=gstr1.notice,
    ),
    Report(
        "vat",
        _("EU VAT"),
        _("By country and rate, for the recapitulative statement and the one-stop shop."),
        vat.eu_vat,
        country="EU",
    ),
    Report(
        "sales",
        _("Sales"),
        _("Lines of invoices before tax, less those of credit notes."),
        sales.sales,
    ),
    Report(
        "orders",
        _("Orders"),
        _("Orders by the day they were placed, and what was charged for them before tax."),
        sales.ordered,
    ),
]


def reports_of(seller: Seller) -> list[Report]:
    """Return the reports that fit the seller's country."""
    return [report for report in REPORTS if report.fits(seller)]
