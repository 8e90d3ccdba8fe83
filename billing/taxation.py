"""From the seller's and the account's rows to the facts that decide tax."""

from __future__ import annotations

from billing.models import Account, Seller
from billing.tax.parties import TaxBuyer, TaxSeller


def tax_seller(seller: Seller) -> TaxSeller:
    """Return the facts about the seller."""
    return TaxSeller(
        country=seller.country,
        state_code=seller.state_code,
        gstin=seller.gstin,
        vat_id=seller.vat_id,
        export_under_lut=seller.export_under_lut,
        oss_registered=seller.oss_registered,
    )


def tax_buyer(account: Account) -> TaxBuyer:
    """Return the facts about the buyer; the legal address decides, not the billing address."""
    return TaxBuyer(
        country=account.country,
        state_code=account.state_code,
        tax_id=account.tax_id,
        is_business=account.is_business,
        is_sez=account.is_sez,
        postcode=account.postal_code,
    )
