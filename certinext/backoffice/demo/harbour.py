"""The second seller: a reseller in the Netherlands, invoicing in euros with VAT and OSS.

Everybody here is invented; the tax ids pass their check digits and belong to nobody.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from certinext.backoffice.demo.harbour_accounts import ACCOUNTS
from certinext.backoffice.demo.logos import HARBOUR_LIGHT
from certinext.backoffice.demo.plans import (
    CategoryPlan,
    MeterPlan,
    MoneyPlan,
    PersonPlan,
    PortalOrder,
    ProductPlan,
    SellerPlan,
    SubscriptionPlan,
)

LEGAL = {
    "legal_name": "Havenlicht Certificaten B.V.",
    "trade_name": "Harbour Light Certificates",
    "address_line1": "Wilhelminakade 909",
    "city": "Rotterdam",
    "postal_code": "3072 AP",
    "country": "NL",
    "vat_id": "NL945807302B01",
    "registration": "KvK Rotterdam 71450982",
    "legal_id": "71450982",
    "legal_id_scheme": "0106",
    "email": "billing@harbour-light.example",
    "phone": "+31 10 555 0142",
    "bank_name": "Havenbank Rotterdam",
    "iban": "NL65HAVN5922444813",
    "bic": "HAVNNL2R",
    "time_zone": "Europe/Amsterdam",
    "currency": "EUR",
    "financial_year_start": 1,
    "payment_days": 30,
    "terms": "Please quote the invoice number with your payment. Thank you.",
    "terms_de": "Bitte geben Sie bei der Zahlung die Rechnungsnummer an. Vielen Dank.",
    "terms_fr": "Merci d'indiquer le numéro de facture lors de votre paiement.",
    "legal_footer": "Havenlicht Certificaten B.V., Rotterdam. Demo data: it does not exist.",
    "signatory": "Joost van der Meer",
    "export_under_lut": False,
    "oss_registered": True,
    "logo": HARBOUR_LIGHT.svg,
    "accent_colour": HARBOUR_LIGHT.accent,
}

CATALOGUE = (
    CategoryPlan(
        category_id="11",
        name="TLS/SSL Certificates",
        products=(
            ProductPlan(
                code="H100",
                name="Harbour ACME DV",
                type_id="12",
                prices=("0.00", "0.00", "0.00"),
            ),
            ProductPlan(
                code="H101",
                name="Harbour DV",
                type_id="13",
                prices=("34.00", "61.20", "86.70"),
                added_name="H391",
            ),
            ProductPlan(
                code="H102",
                name="Harbour DV Wildcard",
                type_id="14",
                prices=("129.00", "232.20", "328.95"),
            ),
            ProductPlan(
                code="H103",
                name="Harbour DV Multi-Domain",
                type_id="15",
                prices=("85.00", "153.00", "216.75"),
                added_name="H391",
            ),
            ProductPlan(
                code="H201",
                name="Harbour OV",
                type_id="16",
                prices=("104.00", "187.20", "265.20"),
                added_name="H391",
            ),
            ProductPlan(
                code="H202",
                name="Harbour OV Wildcard",
                type_id="17",
                prices=("309.00", "556.20", "787.95"),
            ),
            ProductPlan(
                code="H301",
                name="Harbour EV",
                type_id="19",
                prices=("219.00", "394.20", "558.45"),
                added_name="H391",
            ),
            ProductPlan(
                code="H391",
                name="Additional Domain Name",
                type_id="20",
                prices=("14.50", "26.10", "36.98"),
            ),
        ),
    ),
    CategoryPlan(
        category_id="12",
        name="S/MIME Certificates",
        products=(
            ProductPlan(
                code="H401",
                name="Harbour Mail",
                type_id="31",
                prices=("17.50", "31.50", "44.63"),
            ),
            ProductPlan(
                code="H402",
                name="Harbour Mail Organisation",
                type_id="32",
                prices=("31.00", "55.80", "79.05"),
            ),
        ),
    ),
    CategoryPlan(
        category_id="13",
        name="Document Signing",
        products=(
            ProductPlan(
                code="H501",
                name="Harbour Organisation Seal",
                type_id="41",
                prices=("289.00", "520.20", "736.95"),
            ),
        ),
    ),
)

PLANS = (
    SubscriptionPlan(
        code="HBR-PRO",
        name="Harbour Automation Pro",
        description="Discovery, renewal and monitoring",
        fee=Decimal("390.00"),
        meters=(
            MeterPlan(
                code="timestamps",
                name="Time-stamps",
                included=Decimal(5000),
                unit_price=Decimal("0.045"),
                tiers=((Decimal(2000), Decimal("0.04")),),
            ),
            MeterPlan(
                code="renewals",
                name="Automated renewals",
                included=Decimal(200),
                unit_price=Decimal("1.90"),
            ),
        ),
    ),
    SubscriptionPlan(
        code="HBR-SHARE",
        name="Harbour Automation Shared",
        description="For cooperatives",
        fee=Decimal("90.00"),
        commitment=Decimal("120.00"),
        meters=(
            MeterPlan(
                code="timestamps",
                name="Time-stamps",
                included=Decimal(2500),
                unit_price=Decimal("0.05"),
            ),
        ),
    ),
)

PEOPLE = (
    PersonPlan(
        email="clerk@harbour-light.example",
        name="Joost van der Meer",
        title="Backoffice clerk",
        is_staff=True,
    ),
    PersonPlan(
        email="admin@grachtenhuis.example",
        name="Sanne de Wit",
        title="Customer, administrator (an invoice per order)",
        roles={"2057310118": "administrator"},
    ),
    PersonPlan(
        email="finance@nordwerk.example",
        name="Jörg Brückner",
        title="Customer, finance manager (monthly invoices)",
        roles={"2057310226": "finance_manager"},
    ),
    PersonPlan(
        email="web@grachtenhuis.example",
        name="Noor Bakker",
        title="Customer, standard user",
        roles={"2057310118": "standard"},
    ),
    PersonPlan(
        email="kijk@zwaantje.example",
        name="Lieve D'Hondt",
        title="Customer, basic viewer",
        roles={"2057311442": "basic"},
    ),
    PersonPlan(
        email="partner@polder-hosting.example",
        name="Femke Postma",
        title="Partner, administrator",
        roles={"2057310331": "administrator"},
    ),
    PersonPlan(
        email="consultant@several.example",
        name="Zoë D'Mello",
        title="Consultant in three accounts",
        roles={
            "2057310118": "manager",
            "2057310226": "administrator",
            "2057310557": "standard",
        },
    ),
)

PORTAL_ORDERS = (
    PortalOrder(
        months_ago=4,
        day=12,
        account="2057310118",
        by="web@grachtenhuis.example",
        product="H201",
        domain="winkel.grachtenhuis.example",
        po_number="GM-2219",
        added_names=("kassa.grachtenhuis.example", "webshop.grachtenhuis.example"),
    ),
    PortalOrder(
        months_ago=3,
        day=5,
        account="2057310118",
        by="web@grachtenhuis.example",
        product="H102",
        domain="*.grachtenhuis.example",
        cancelled_after=timedelta(days=3),
    ),
    PortalOrder(
        months_ago=2,
        day=18,
        account="2057310118",
        by="admin@grachtenhuis.example",
        product="H401",
        term_years=2,
        domain="redactie@grachtenhuis.example",
    ),
    PortalOrder(
        months_ago=2,
        day=8,
        account="2057310449",
        by="partner@polder-hosting.example",
        product="H101",
        domain="kaffeestraße.example",
        po_number="PH/2/118",
    ),
    PortalOrder(  # on the monthly invoice of its month, its added names on the next one
        months_ago=2,
        day=26,
        account="2057310226",
        by="consultant@several.example",
        product="H201",
        domain="status.nordwerk.example",
        added_names=("alarm.nordwerk.example", "hilfe.nordwerk.example"),
        added_after=timedelta(days=40),
    ),
    PortalOrder(
        months_ago=1,
        day=4,
        account="2057310118",
        by="web@grachtenhuis.example",
        product="H101",
        domain="mail.grachtenhuis.example",
        rejected_after=timedelta(days=2),
    ),
    PortalOrder(
        months_ago=1,
        day=12,
        account="2057310226",
        by="consultant@several.example",
        product="H202",
        domain="*.werk.nordwerk.example",
        cancelled_after=timedelta(days=5),
    ),
    PortalOrder(
        months_ago=1,
        day=20,
        account="2057310118",
        by="web@grachtenhuis.example",
        product="H301",
        domain="abonnee.grachtenhuis.example",
        on_hold=True,
    ),
    PortalOrder(
        months_ago=0,
        day=2,
        account="2057310118",
        by="web@grachtenhuis.example",
        product="H101",
        domain="blog.grachtenhuis.example",
        added_names=("nieuws.grachtenhuis.example", "pers.grachtenhuis.example"),
    ),
)

MONEY = MoneyPlan(
    reminded="2057310881",
    partly_credited="2057310881",
    short="2057310881",
    withdraws="2057310118",
    withdrawn=Decimal("1250.00"),
    destination={"holder": "Grachtenhuis Media B.V.", "account": "NL91ABNA0417164300"},
    announces="2057310226",
    announced=Decimal("12000.00"),
)

HARBOUR = SellerPlan(
    schema="harbour",
    name="Harbour Light Certificates",
    legal=LEGAL,
    zone=ZoneInfo("Europe/Amsterdam"),
    currency="EUR",
    issuer_ca="Harbour TLS CA - R2",
    dates_without_zone=False,
    reports_validity=True,
    catalogue=CATALOGUE,
    plans=PLANS,
    accounts=ACCOUNTS,
    people=PEOPLE,
    portal_orders=PORTAL_ORDERS,
    money=MONEY,
)
