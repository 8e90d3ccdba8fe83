"""What each route is sent by POST: something that it would obey."""

from __future__ import annotations

from typing import Any

REASON = {"reason": "No longer needed"}
RENEWAL = {"term_years": "1", "extension": "1", "shown_term": "1"}
NAMES = {"names": "further.example.com"}
POSTED: dict[str, dict[str, Any]] = {
    "billing:choose_account": {"account": "1048570001"},
    "web:theme": {"theme": "dark", "next": "/orders/"},
    "identity:accept_invitation": {"password": "another horse battery"},
    "orders:place": {
        "product": "711",
        "term_years": "1",
        "domain_name": "www.example.com",
        "act": "review",
    },
    "orders:cancel": REASON,
    "orders:reject": REASON,
    # Nobody read what it costs: it leads to the page that says so.
    "orders:proceed": {},
    "orders:renew": RENEWAL,
    "orders:add_names": NAMES,
    "backoffice:renew_order": RENEWAL,
    "backoffice:add_names": NAMES,
    "backoffice:cancel_order": REASON,
    "backoffice:reject_order": REASON,
    "backoffice:void_charge": REASON,
    # Nobody read what it gives back: it answers with the page that says so.
    "backoffice:credit_invoice": {
        "reason_code": "goodwill",
        "reason": "Agreed in writing",
        "act": "issue",
    },
    "backoffice:bank_entry": {"act": "ignore", **REASON},
    "backoffice:adjust_credits": {
        "way": "give",
        "amount": "1.00",
        "reason": "Goodwill",
        "token": "b0a4b8a4-7c39-4c4c-9a0e-3f1d4a0f6a51",
    },
    "backoffice:credit_alert": {"threshold": "500.00"},
    "backoffice:repeat_credit_alert": {"mail": "1"},
    "credits:alert": {"threshold": "500.00"},
    "credits:auto_top_up_switch": {"act": "turn_off"},
    "credits:method": {"act": "remove"},
    "backoffice:auto_top_up": REASON,
    "backoffice:monthly": {"turn": "on", "reason": "Asked for it"},
    "backoffice:edit_plan": {"name": "Renamed plan"},
    "backoffice:account_reminders": {"act": "stop", **REASON},
    "backoffice:reminder_schedule": {"days_0": "9", "side_0": "after", "level_0": "overdue"},
    "gateways:sandbox": {"how": "decline"},
    "gateways:sandbox_method": {"how": "decline"},
    "backoffice:confirm_payment": {"received_on": "2026-10-07"},
    "backoffice:reject_payment": REASON,
    "backoffice:refund_payment": {"amount": "1.00", "ordinal": "1"},
    "backoffice:gateway": {"enabled": "on"},
    "backoffice:start_run": {"month": "2026-10"},
    "backoffice:switch_staff": {"active": "no"},
    "backoffice:end_subscription": {"ends_on": "2031-01-01"},
    "backoffice:invite_member": {
        "full_name": "New Person",
        "email": "new@example.com",
        "role": "basic",
    },
    "backoffice:invite_staff": {"full_name": "New Person", "email": "new@example.com"},
}
