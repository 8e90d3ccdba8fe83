"""The first seller: a certificate authority in India, invoicing in rupees with GST.

Everybody here is invented; the tax ids pass their check digits and belong to nobody.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from certinext.backoffice.demo.emsign_accounts import ACCOUNTS
from certinext.backoffice.demo.logos import SAHYADRI
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
    "legal_name": "Sahyadri Trust Services Private Limited",
    "trade_name": "Sahyadri Trust",
    "address_line1": "4th Floor, Indradhanush Tower, 29 Residency Road",
    "city": "Bengaluru",
    "postal_code": "560025",
    "country": "IN",
    "state_code": "29",
    "gstin": "29AAKCS4817L1ZQ",
    "pan": "AAKCS4817L",
    "registration": "CIN U72900KA2016PTC094817",
    "email": "billing@sahyadri.example",
    "phone": "+91 80 5550 0142",
    "bank_name": "Sahyadri Co-operative Bank, Residency Road",
    "bank_account": "50200071442186",
    "bank_ifsc": "SHYC0000291",
    "bic": "SHYCINBB",
    "upi_id": "sahyadri.trust@shyc",
    "time_zone": "Asia/Kolkata",
    "currency": "INR",
    "financial_year_start": 4,
    "payment_days": 15,
    "terms": (
        "Please quote the invoice number with your payment. Interest at 18 % a year is due on"
        " amounts paid late."
    ),
    "terms_hi": ("कृपया भुगतान के साथ बीजक संख्या लिखें। विलंब से चुकाई गई राशि पर 18 % वार्षिक ब्याज देय है।"),
    "legal_footer": (
        "Registered office: 29 Residency Road, Bengaluru 560025. Subject to the jurisdiction of"
        " the courts of Bengaluru. Demo data: this company does not exist."
    ),
    "signatory": "Lakshmi Narayanan",
    "export_under_lut": True,
    "lut_number": "AD290426014817X",
    "round_to_unit": True,
    "logo": SAHYADRI.svg,
    "accent_colour": SAHYADRI.accent,
}

CATALOGUE = (
    CategoryPlan(
        category_id="3",
        name="SSL/TLS Certificates",
        products=(
            ProductPlan(
                code="700",
                name="emSign ACME DV SSL",
                type_id="12",
                prices=("0.00", "0.00", "0.00"),
            ),
            ProductPlan(
                code="701",
                name="emSign DV SSL",
                type_id="13",
                prices=("2925.00", "5265.00", "7458.75"),
                added_name="731",
            ),
            ProductPlan(
                code="702",
                name="emSign DV SSL Wildcard",
                type_id="14",
                prices=("11175.00", "20115.00", "28496.25"),
            ),
            ProductPlan(
                code="703",
                name="emSign DV SSL Multi-Domain",
                type_id="15",
                prices=("7425.00", "13365.00", "18933.75"),
                added_name="731",
            ),
            ProductPlan(
                code="711",
                name="emSign OV SSL",
                type_id="16",
                prices=("8925.00", "16065.00", "22758.75"),
                added_name="731",
            ),
            ProductPlan(
                code="712",
                name="emSign OV SSL Wildcard",
                type_id="17",
                prices=("26175.00", "47115.00", "66746.25"),
            ),
            ProductPlan(
                code="721",
                name="emSign EV SSL",
                type_id="19",
                prices=("18675.00", "33615.00", "47621.25"),
                added_name="731",
            ),
            ProductPlan(
                code="731",
                name="Additional Domain Name",
                type_id="20",
                prices=("1250.00", "2250.00", "3187.50"),
            ),
        ),
    ),
    CategoryPlan(
        category_id="5",
        name="S/MIME Certificates",
        products=(
            ProductPlan(
                code="741",
                name="emSign S/MIME Simple",
                type_id="31",
                prices=("1425.00", "2565.00", "3633.75"),
            ),
            ProductPlan(
                code="742",
                name="emSign S/MIME Enterprise",
                type_id="32",
                prices=("2625.00", "4725.00", "6693.75"),
            ),
        ),
    ),
    CategoryPlan(
        category_id="7",
        name="Document Signing",
        products=(
            ProductPlan(
                code="751",
                name="emSign Document Signer Organisation",
                type_id="41",
                prices=("24675.00", "44415.00", "62921.25"),
            ),
        ),
    ),
)

PLANS = (
    SubscriptionPlan(
        code="PKI-ENT",
        name="Managed PKI Enterprise",
        description="Discovery, automation and support around the clock",
        fee=Decimal("45000.00"),
        meters=(
            MeterPlan(
                code="timestamps",
                name="Time-stamps",
                included=Decimal(10000),
                unit_price=Decimal("0.85"),
                tiers=((Decimal(5000), Decimal("0.70")),),
            ),
            MeterPlan(
                code="signatures",
                name="Remote signatures",
                included=Decimal(500),
                unit_price=Decimal("6.50"),
            ),
        ),
    ),
    SubscriptionPlan(
        code="PKI-SHARE",
        name="Managed PKI Shared",
        description="For cooperatives",
        fee=Decimal("9000.00"),
        commitment=Decimal("12000.00"),
        meters=(
            MeterPlan(
                code="timestamps",
                name="Time-stamps",
                included=Decimal(5000),
                unit_price=Decimal("0.95"),
            ),
        ),
    ),
)

PEOPLE = (
    PersonPlan(
        email="clerk@sahyadri.example",
        name="Lakshmi Narayanan",
        title="Backoffice clerk",
        is_staff=True,
    ),
    PersonPlan(
        email="admin@kaveri-looms.example",
        name="Ananya Rao",
        title="Customer, administrator (an invoice per order)",
        roles={"1048570117": "administrator"},
    ),
    PersonPlan(
        email="finance@deccan-grid.example",
        name="Rohan Kulkarni",
        title="Customer, finance manager (monthly invoices)",
        roles={"1048570233": "finance_manager"},
    ),
    PersonPlan(
        email="web@kaveri-looms.example",
        name="Meera Iyer",
        title="Customer, standard user",
        roles={"1048570117": "standard"},
    ),
    PersonPlan(
        email="office@obrien-dsouza.example",
        name="Brian D'Souza",
        title="Customer, basic viewer",
        roles={"1048570909": "basic"},
    ),
    PersonPlan(
        email="partner@ganga-stack.example",
        name="Arjun Malhotra",
        title="Partner, administrator",
        roles={"1048570348": "administrator"},
    ),
    PersonPlan(
        email="consultant@several.example",
        name="Zoë D'Mello",
        title="Consultant in three accounts",
        roles={
            "1048570117": "manager",
            "1048570233": "administrator",
            "1048571358": "standard",
        },
    ),
)

PORTAL_ORDERS = (
    PortalOrder(
        months_ago=4,
        day=11,
        account="1048570117",
        by="web@kaveri-looms.example",
        product="711",
        domain="shop.kaveri-looms.example",
        po_number="PO-7781",
        added_names=("cart.kaveri-looms.example", "pay-shop.kaveri-looms.example"),
    ),
    PortalOrder(
        months_ago=3,
        day=6,
        account="1048570117",
        by="web@kaveri-looms.example",
        product="702",
        domain="*.kaveri-looms.example",
        cancelled_after=timedelta(days=3),
    ),
    PortalOrder(
        months_ago=2,
        day=19,
        account="1048570117",
        by="admin@kaveri-looms.example",
        product="741",
        term_years=2,
        domain="accounts@kaveri-looms.example",
    ),
    PortalOrder(
        months_ago=2,
        day=9,
        account="1048570456",
        by="partner@ganga-stack.example",
        product="701",
        domain="நீலகிரி.example",
        po_number="GSC/24/118",
    ),
    PortalOrder(  # on the monthly invoice of its month, its added names on the next one
        months_ago=2,
        day=26,
        account="1048570233",
        by="consultant@several.example",
        product="711",
        domain="outages.deccan-grid.example",
        added_names=("status.deccan-grid.example", "alerts.deccan-grid.example"),
        added_after=timedelta(days=40),
    ),
    PortalOrder(
        months_ago=1,
        day=4,
        account="1048570117",
        by="web@kaveri-looms.example",
        product="701",
        domain="mail.kaveri-looms.example",
        rejected_after=timedelta(days=2),
    ),
    PortalOrder(
        months_ago=1,
        day=12,
        account="1048570233",
        by="consultant@several.example",
        product="712",
        domain="*.scada.deccan-grid.example",
        cancelled_after=timedelta(days=5),
    ),
    PortalOrder(
        months_ago=1,
        day=21,
        account="1048570117",
        by="web@kaveri-looms.example",
        product="721",
        domain="pay.kaveri-looms.example",
        on_hold=True,
    ),
    PortalOrder(
        months_ago=0,
        day=2,
        account="1048570117",
        by="web@kaveri-looms.example",
        product="701",
        domain="blog.kaveri-looms.example",
        added_names=("news.kaveri-looms.example", "press.kaveri-looms.example"),
    ),
)

MONEY = MoneyPlan(
    reminded="1048570895",
    partly_credited="1048570909",
    short="1048570895",
    withdraws="1048570117",
    withdrawn=Decimal("2500.00"),
    destination={
        "holder": "Kaveri Looms Private Limited",
        "bank": "Chamundi Bank",
        "account": "60320094417",
        "ifsc": "CHMD0000570",
    },
    announces="1048570233",
    announced=Decimal("75000.00"),
)

EMSIGN = SellerPlan(
    schema="emsign",
    name="Sahyadri Trust",
    legal=LEGAL,
    zone=ZoneInfo("Asia/Kolkata"),
    currency="INR",
    issuer_ca="emSign SSL CA - G1",
    dates_without_zone=True,
    reports_validity=False,
    catalogue=CATALOGUE,
    plans=PLANS,
    accounts=ACCOUNTS,
    people=PEOPLE,
    portal_orders=PORTAL_ORDERS,
    money=MONEY,
    e_invoices_since=2,
)
