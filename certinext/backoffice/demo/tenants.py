"""The demo's tenants, or a sentence that says how to make them."""

from __future__ import annotations

from certinext.backoffice.demo.plans import SellerPlan
from certinext.tenancy.models import Tenant


class DemoMissing(Exception):
    """The demo has not been made in this database."""


def tenant_of(seller: SellerPlan) -> Tenant:
    """Return a demo seller's tenant; raises `DemoMissing`."""
    tenant: Tenant | None = Tenant.objects.filter(schema_name=seller.schema).first()
    if tenant is None:
        raise DemoMissing(f"There is no tenant {seller.schema}: run `manage.py demo` first.")
    return tenant
