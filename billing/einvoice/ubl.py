"""UBL 2.1, Invoice and CreditNote: Peppol BIS Billing 3.0 where the parties can be reached."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from lxml.etree import _Element

from billing.einvoice.model import (
    ElectronicInvoice,
    InvoiceLine,
    Period,
    TradeParty,
    VatBreakdown,
)
from billing.einvoice.xml import Tree, amount, figure

EN_16931 = "urn:cen.eu:en16931:2017"
PEPPOL = f"{EN_16931}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PEPPOL_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_SCHEMA = "urn:oasis:names:specification:ubl:schema:xsd:"


def ubl_xml(invoice: ElectronicInvoice, *, peppol: bool) -> bytes:
    """Return the document as UBL XML: the same bytes for the same document.

    `peppol` says that it follows Peppol BIS Billing 3.0; otherwise it says EN 16931 only.
    """
    kind = "CreditNote" if invoice.is_credit_note else "Invoice"
    namespaces: dict[str | None, str] = {
        None: f"{_SCHEMA}{kind}-2",
        "cac": f"{_SCHEMA}CommonAggregateComponents-2",
        "cbc": f"{_SCHEMA}CommonBasicComponents-2",
    }
    tree = Tree(kind, namespaces, of=f"{_SCHEMA}{kind}-2")
    builder = _Builder(tree, invoice, kind)
    builder.header(peppol=peppol)
    builder.references()
    builder.party("cac:AccountingSupplierParty", invoice.seller)
    builder.party("cac:AccountingCustomerParty", invoice.buyer)
    builder.delivery()
    builder.payment()
    builder.taxes()
    builder.totals()
    for line in invoice.lines:
        builder.line(line)
    return tree.bytes()


class _Builder:
    """The parts of one document, in the order that the schema wants."""

    def __init__(self, tree: Tree, invoice: ElectronicInvoice, kind: str) -> None:
        self.tree = tree
        self.root = tree.root
        self.invoice = invoice
        self.kind = kind

    def header(self, *, peppol: bool) -> None:
        """Specification, number, days, kind, currency and references of the buyer."""
        add, put, invoice, root = self.tree.add, self.tree.put, self.invoice, self.root
        add(root, "cbc:CustomizationID", PEPPOL if peppol else EN_16931)
        add(root, "cbc:ProfileID", PEPPOL_PROCESS)
        add(root, "cbc:ID", invoice.number)
        self._day(root, "cbc:IssueDate", invoice.issue_date)
        # A credit note has its due date with the means of payment: UBL knows no other place.
        if invoice.due_date and not invoice.is_credit_note:
            self._day(root, "cbc:DueDate", invoice.due_date)
        add(root, f"cbc:{self.kind}TypeCode", invoice.type_code)
        # Peppol allows one note (PEPPOL-EN16931-R002).
        put(root, "cbc:Note", " ".join(invoice.notes))
        add(root, "cbc:DocumentCurrencyCode", invoice.currency)
        put(root, "cbc:BuyerReference", invoice.buyer_reference)
        if invoice.period:
            self._period(root, invoice.period)

    def references(self) -> None:
        """The buyer's order, and the invoice that is corrected."""
        add, invoice = self.tree.add, self.invoice
        if invoice.purchase_order:
            add(add(self.root, "cac:OrderReference"), "cbc:ID", invoice.purchase_order)
        if invoice.preceding:
            reference = add(add(self.root, "cac:BillingReference"), "cac:InvoiceDocumentReference")
            add(reference, "cbc:ID", invoice.preceding.number)
            self._day(reference, "cbc:IssueDate", invoice.preceding.issue_date)

    def party(self, tag: str, party: TradeParty) -> None:
        """The seller or the buyer."""
        add, put = self.tree.add, self.tree.put
        element = add(add(self.root, tag), "cac:Party")
        if party.electronic_address:
            scheme = party.electronic_address.scheme
            add(element, "cbc:EndpointID", party.electronic_address.identifier, schemeID=scheme)
        if party.identifier:
            add(add(element, "cac:PartyIdentification"), "cbc:ID", party.identifier)
        if party.trading_name:
            add(add(element, "cac:PartyName"), "cbc:Name", party.trading_name)
        address = add(element, "cac:PostalAddress")
        put(address, "cbc:StreetName", party.address.street)
        put(address, "cbc:AdditionalStreetName", party.address.additional_street)
        put(address, "cbc:CityName", party.address.city)
        put(address, "cbc:PostalZone", party.address.post_code)
        put(address, "cbc:CountrySubentity", party.address.subdivision)
        add(add(address, "cac:Country"), "cbc:IdentificationCode", party.address.country)
        if party.vat_id:
            scheme_element = add(element, "cac:PartyTaxScheme")
            add(scheme_element, "cbc:CompanyID", party.vat_id)
            self._vat_scheme(scheme_element)
        self._legal_entity(element, party)
        self._contact(element, party)

    def _legal_entity(self, element: _Element, party: TradeParty) -> None:
        entity = self.tree.add(element, "cac:PartyLegalEntity")
        self.tree.add(entity, "cbc:RegistrationName", party.name)
        scheme = {"schemeID": party.legal_id_scheme} if party.legal_id_scheme else {}
        self.tree.put(entity, "cbc:CompanyID", party.legal_id, **scheme)

    def _contact(self, element: _Element, party: TradeParty) -> None:
        if party.contact.is_empty:
            return
        contact = self.tree.add(element, "cac:Contact")
        self.tree.put(contact, "cbc:Name", party.contact.name)
        self.tree.put(contact, "cbc:Telephone", party.contact.phone)
        self.tree.put(contact, "cbc:ElectronicMail", party.contact.email)

    def delivery(self) -> None:
        """When and into which country (BG-13)."""
        add, invoice = self.tree.add, self.invoice
        if not (invoice.delivered_on or invoice.delivered_to):
            return
        delivery = add(self.root, "cac:Delivery")
        if invoice.delivered_on:
            self._day(delivery, "cbc:ActualDeliveryDate", invoice.delivered_on)
        if invoice.delivered_to:
            address = add(add(delivery, "cac:DeliveryLocation"), "cac:Address")
            add(add(address, "cac:Country"), "cbc:IdentificationCode", invoice.delivered_to)

    def payment(self) -> None:
        """Means and terms of payment (BG-16, BT-20)."""
        add, invoice, payment = self.tree.add, self.invoice, self.invoice.payment
        if payment:
            means = add(self.root, "cac:PaymentMeans")
            add(means, "cbc:PaymentMeansCode", payment.means_code)
            if invoice.due_date and invoice.is_credit_note:
                self._day(means, "cbc:PaymentDueDate", invoice.due_date)
            self.tree.put(means, "cbc:PaymentID", payment.remittance)
            if payment.account:
                account = add(means, "cac:PayeeFinancialAccount")
                add(account, "cbc:ID", payment.account)
                self.tree.put(account, "cbc:Name", payment.account_name)
                if payment.bank:
                    branch = add(account, "cac:FinancialInstitutionBranch")
                    add(branch, "cbc:ID", payment.bank)
        if invoice.payment_terms:
            add(add(self.root, "cac:PaymentTerms"), "cbc:Note", invoice.payment_terms)

    def taxes(self) -> None:
        """The VAT total with its breakdown."""
        total = self.tree.add(self.root, "cac:TaxTotal")
        self._amount(total, "cbc:TaxAmount", self.invoice.totals.vat)
        for group in self.invoice.vat:
            subtotal = self.tree.add(total, "cac:TaxSubtotal")
            self._amount(subtotal, "cbc:TaxableAmount", group.taxable)
            self._amount(subtotal, "cbc:TaxAmount", group.tax)
            self._category(subtotal, "cac:TaxCategory", group.category, group.rate, group)

    def totals(self) -> None:
        """The document's totals."""
        totals = self.invoice.totals
        element = self.tree.add(self.root, "cac:LegalMonetaryTotal")
        self._amount(element, "cbc:LineExtensionAmount", totals.lines)
        self._amount(element, "cbc:TaxExclusiveAmount", totals.without_vat)
        self._amount(element, "cbc:TaxInclusiveAmount", totals.with_vat)
        optional = (
            ("cbc:AllowanceTotalAmount", totals.allowances),
            ("cbc:ChargeTotalAmount", totals.charges),
            ("cbc:PrepaidAmount", totals.paid),
            ("cbc:PayableRoundingAmount", totals.rounding),
        )
        for tag, value in optional:
            if value:
                self._amount(element, tag, value)
        self._amount(element, "cbc:PayableAmount", totals.due)

    def line(self, line: InvoiceLine) -> None:
        """One line (BG-25)."""
        add, put = self.tree.add, self.tree.put
        element = add(self.root, f"cac:{self.kind}Line")
        add(element, "cbc:ID", line.identifier)
        quantity = "Credited" if self.invoice.is_credit_note else "Invoiced"
        add(element, f"cbc:{quantity}Quantity", figure(line.quantity), unitCode=line.unit)
        self._amount(element, "cbc:LineExtensionAmount", line.net)
        put(element, "cbc:AccountingCost", line.cost_centre)
        if line.period:
            self._period(element, line.period)
        item = add(element, "cac:Item")
        put(item, "cbc:Description", line.description)
        add(item, "cbc:Name", line.name)
        if line.product_code:
            add(add(item, "cac:SellersItemIdentification"), "cbc:ID", line.product_code)
        self._category(item, "cac:ClassifiedTaxCategory", line.vat_category, line.vat_rate)
        for name, value in line.attributes:
            attribute = add(item, "cac:AdditionalItemProperty")
            add(attribute, "cbc:Name", name)
            add(attribute, "cbc:Value", value)
        price = add(element, "cac:Price")
        currency = self.invoice.currency
        add(price, "cbc:PriceAmount", figure(line.price), currencyID=currency)
        add(price, "cbc:BaseQuantity", figure(line.per), unitCode=line.unit)

    def _category(
        self,
        parent: _Element,
        tag: str,
        category: str,
        rate: Decimal | None,
        group: VatBreakdown | None = None,
    ) -> None:
        element = self.tree.add(parent, tag)
        self.tree.add(element, "cbc:ID", category)
        if rate is not None:
            self.tree.add(element, "cbc:Percent", figure(rate))
        if group:
            self.tree.put(element, "cbc:TaxExemptionReasonCode", group.exemption_code)
            self.tree.put(element, "cbc:TaxExemptionReason", group.exemption_reason)
        self._vat_scheme(element)

    def _vat_scheme(self, parent: _Element) -> None:
        self.tree.add(self.tree.add(parent, "cac:TaxScheme"), "cbc:ID", "VAT")

    def _period(self, parent: _Element, period: Period) -> None:
        element = self.tree.add(parent, "cac:InvoicePeriod")
        self._day(element, "cbc:StartDate", period.start)
        self._day(element, "cbc:EndDate", period.end)

    def _day(self, parent: _Element, tag: str, day: date) -> None:
        self.tree.add(parent, tag, day.isoformat())

    def _amount(self, parent: _Element, tag: str, value: Decimal) -> None:
        currency = self.invoice.currency
        self.tree.add(parent, tag, amount(value, currency), currencyID=currency)
