"""Snapshots of seller and buyer: what a document says about the parties, frozen at issue."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from billing.addresses import (
    Address,
    address_lines,
    billing_address,
    country_line,
    country_name,
    legal_address,
    state_name,
)
from billing.einvoice.endpoints import usual_endpoint
from billing.errors import CannotBill
from billing.models import Account, Seller
from billing.registering.needed import einvoicing_snapshot
from billing.tax.countries import vat_country
from billing.tax.errors import InvalidTaxId
from billing.tax.ids import is_gstin, pan_of_gstin


def seller_snapshot(seller: Seller, *, language: str) -> dict[str, Any]:
    """Return what is printed of the seller (CGST Rule 46(a); EU VAT Directive, 226(3), (5))."""
    address = legal_address(seller)
    return {
        "legal_name": seller.legal_name,
        "trade_name": seller.trade_name,
        "address": address_lines(address, language=language),
        "country_line": country_line(address, language=language),
        "country": seller.country,
        "country_name": country_name(seller.country, language),
        "state_code": seller.state_code,
        "state_name": state_name(seller.state_code),
        "gstin": seller.gstin,
        "pan": seller.pan,
        "vat_id": seller.vat_id,
        "registration": seller.registration,
        "postal": _postal(address),
        **_electronic(
            seller.endpoint_scheme, seller.endpoint_id, vat_id=seller.vat_id, email=seller.email
        ),
        "legal_id": seller.legal_id,
        "legal_id_scheme": seller.legal_id_scheme,
        "email": seller.email,
        "phone": seller.phone,
        "bank": {
            "name": seller.bank_name,
            "account": seller.bank_account,
            "ifsc": seller.bank_ifsc,
            "iban": seller.iban,
            "bic": seller.bic,
            "upi_id": seller.upi_id,
        },
        "terms": seller.terms_in(language),
        "legal_footer": seller.legal_footer,
        "signatory": seller.signatory,
        "logo": seller.logo,
        "accent_colour": seller.accent_colour,
        "lut_number": seller.lut_number,
        # Whether its PDF is sealed, and where anybody may check it.
        "sealed": seller.seals_documents,
        "verify_url": seller.verify_url,
        "einvoicing": einvoicing_snapshot(seller),
    }


def buyer_snapshot(account: Account, *, language: str) -> dict[str, Any]:
    """Return what is printed of the buyer; what is missing stays empty (see `require_address`)."""
    address = billing_address(account) or legal_address(account)
    return {
        "account_number": account.account_number,
        "legal_name": account.legal_name,
        "contact_name": account.contact_name,
        "address": address_lines(address, language=language),
        "country_line": country_line(address, language=language),
        "postal": _postal(address),
        **_electronic(
            account.endpoint_scheme,
            account.endpoint_id,
            vat_id=account.tax_id if vat_country(account.country) else "",
            email=account.billing_email,
        ),
        "legal_id": account.legal_id,
        "legal_id_scheme": account.legal_id_scheme,
        "email": account.billing_email,
        "is_sez": account.is_sez,
        "country": account.country,
        "country_name": country_name(account.country, language),
        "state_code": account.state_code,
        "state_name": state_name(account.state_code),
        "tax_id": account.tax_id,
        "tax_id_label": tax_id_label(account),
        "pan": _pan(account),
        "kind": account.kind,
        "paper_size": account.paper_size,
    }


def _postal(address: Address) -> dict[str, str]:
    """Return the parts of an address that e-invoices carry one by one (EN 16931 BG-5, BG-8)."""
    street, additional = address.street
    return {
        "street": street,
        "additional_street": additional,
        "city": address.city,
        "post_code": address.postal_code,
        "subdivision": address.region,
        "state_code": address.state_code,
        "country": address.country,
    }


def _electronic(scheme: str, identifier: str, *, vat_id: str, email: str) -> dict[str, str]:
    """Return where e-invoices go: the address that was given, or the usual one."""
    if not identifier:
        scheme, identifier = usual_endpoint(vat_id=vat_id, email=email)
    return {"endpoint_scheme": scheme, "endpoint_id": identifier}


def tax_id_label(account: Account) -> str:
    """Return what the buyer's tax id is called on the document."""
    if not account.tax_id:
        return ""
    if account.country == "IN":
        return "GSTIN" if is_gstin(account.tax_id) else _("Tax id")
    return pgettext("tax id", "VAT")


def _pan(account: Account) -> str:
    if account.country != "IN" or not is_gstin(account.tax_id):
        return ""
    try:
        return pan_of_gstin(account.tax_id)
    except InvalidTaxId:
        return ""


def require_address(account: Account) -> None:
    """Raise `CannotBill` where the law wants more, in the active language: it is for staff.

    Name and full address are mandatory on invoices everywhere (Rule 46(d)-(f), Article 226(5)).
    Money that came in is receipted all the same.
    """
    wanted = {
        "legal_name": _("legal name"),
        "address_line1": _("address"),
        "city": _("city"),
        "country": _("country"),
    }
    missing = [name for field, name in wanted.items() if not getattr(account, field).strip()]
    if missing:
        raise CannotBill(
            "address-missing",
            _("Billing address missing: enter %(fields)s on the account.")
            % {"fields": ", ".join(str(name) for name in missing)},
        )
