"""The facts about seller and buyer that decide a tax."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TaxSeller:
    """The seller: ISO 3166 country, GST State code, and what the seller is registered for.

    ``export_under_lut``: exports and SEZ supplies go without IGST under a letter of
    undertaking. ``oss_registered``: VAT of consumers in other member states is declared
    through the one-stop shop, at their country's rate.
    """

    country: str
    state_code: str = ""
    gstin: str = ""
    vat_id: str = ""
    export_under_lut: bool = False
    oss_registered: bool = False

    @property
    def gst_registered(self) -> bool:
        """Whether the seller may charge GST at all."""
        return bool(self.gstin)


@dataclass(frozen=True, kw_only=True)
class TaxBuyer:
    """The buyer as on record: country, GST State code, tax id (GSTIN, UIN, PAN or VAT id).

    ``postcode`` matters only for the corners of the EU where its VAT does not apply.
    """

    country: str
    state_code: str = ""
    tax_id: str = ""
    is_business: bool = False
    is_sez: bool = False
    postcode: str = ""
