"""Where mails and documents get their words from.

What is said only on pages stays out. Of a module that speaks to both, the definitions are named
whose words reach a mail or a document.
"""

from __future__ import annotations

# Globs below the project's root.
TEMPLATES = (
    "templates/account/email/*.txt",
    "templates/credits/low.*",
    "templates/documents/*.html",
    "templates/identity/invitation.txt",
    "templates/invoices/reminder.*",
)
MODULES = (
    "billing/fees.py",
    "billing/price_sheet.py",
    "billing/printing/*.py",
    "billing/statement/sheet.py",
    "billing/statement/words.py",
    "billing/tax/notices.py",
    "billing/usage_charges.py",
    "credit_notes/notices.py",
)
# {module: functions and classes, a method or an inner class as "Class.name"}
DEFINITIONS = {
    "billing/credits/letter.py": ("write_letter",),
    "billing/models/charges.py": ("Charge.Kind",),
    "billing/models/ledger.py": ("LedgerEntry.Kind",),
    "billing/models/payments.py": ("Payment.Method",),
    "billing/ordered.py": ("price_rule",),
    "billing/payments/receipts.py": ("_take_out_tax",),
    "billing/price_groups.py": ("groups_of",),
    "billing/snapshots.py": ("tax_id_label",),
    "certinext/identity/invite.py": ("send_invitation",),
    "invoices/reminders/letter.py": ("_subject", "_opening", "_payment"),
    "orders/add_names.py": ("_detail",),
    "orders/renew.py": ("renew_order",),
    "orders/report_writing.py": ("ReportWriter._reason",),
}
