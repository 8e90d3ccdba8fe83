"""What the fields of an address say together."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.tax.states import find_state

# Beside the labels of fields that depend on the country.
NEEDED_STATE = gettext_lazy("required in India")
NEEDED_REGION = gettext_lazy("outside India")


def check_address(form: BaseForm, *, prefix: str = "") -> None:
    """Refuse an address in India without its State, and States of India elsewhere.

    Call it from `clean`. `prefix` begins the names of the fields `country`, `state_code`, `region`.
    """
    entered: dict[str, Any] = form.cleaned_data
    country = entered.get(f"{prefix}country")
    state, region = entered.get(f"{prefix}state_code", ""), entered.get(f"{prefix}region", "")
    if country != "IN":
        if state:
            problem = _("Only addresses in India have a State of this list: take it out.")
            form.add_error(f"{prefix}state_code", problem)
        return
    if find_state(state) is None and f"{prefix}state_code" in entered:
        problem = _("Choose the State: an address in India is not complete without it.")
        form.add_error(f"{prefix}state_code", problem)
    if region:
        problem = _("In India the State is chosen from the list: leave this empty.")
        form.add_error(f"{prefix}region", problem)
