"""The demo's sellers and what holds for all of them."""

from __future__ import annotations

from certinext.backoffice.demo.emsign import EMSIGN
from certinext.backoffice.demo.harbour import HARBOUR
from certinext.backoffice.demo.plans import PersonPlan

SELLERS = (EMSIGN, HARBOUR)
# Printed by `demo_guide` for everybody: it opens nothing but invented data.
PASSWORD = "certinext-demo"  # noqa: S105  documented on purpose
OPERATOR = PersonPlan(email="operator@portal.example", name="Olivia Operator", title="Operator")
