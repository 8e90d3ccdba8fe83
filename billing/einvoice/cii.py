"""UN/CEFACT Cross Industry Invoice (D22B) in the Factur-X profile EN 16931."""

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
from billing.einvoice.xml import Tree, amount, compact_day, figure

GUIDELINE = "urn:cen.eu:en16931:2017"
_STANDARD = "urn:un:unece:uncefact:data:standard:"
_NAMESPACES: dict[str | None, str] = {
    "rsm": f"{_STANDARD}CrossIndustryInvoice:100",
    "ram": f"{_STANDARD}ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_STANDARD}UnqualifiedDataType:100",
    "qdt": f"{_STANDARD}QualifiedDataType:100",
}
# UNTDID 2379: a day written CCYYMMDD.
_DAY = "102"


def cii_xml(invoice: ElectronicInvoice) -> bytes:
    """Return the invoice or credit note as CII XML: the same bytes for the same document."""
    tree = Tree("CrossIndustryInvoice", _NAMESPACES, of=f"{_STANDARD}CrossIndustryInvoice:100")
    builder = _Builder(tree, invoice)
    builder.context()
    builder.header()
    trade = tree.add(tree.root, "rsm:SupplyChainTradeTransaction")
    for line in invoice.lines:
        builder.line(trade, line)
    builder.agreement(trade)
    builder.delivery(trade)
    builder.settlement(trade)
    return tree.bytes()


class _Builder:
    """The parts of one document, in the order that the schema wants."""

    def __init__(self, tree: Tree, invoice: ElectronicInvoice) -> None:
        self.tree = tree
        self.invoice = invoice

    def context(self) -> None:
        """Say which specification the document follows (BT-24)."""
        context = self.tree.add(self.tree.root, "rsm:ExchangedDocumentContext")
        guideline = self.tree.add(context, "ram:GuidelineSpecifiedDocumentContextParameter")
        self.tree.add(guideline, "ram:ID", GUIDELINE)

    def header(self) -> None:
        """Number, kind, day and notes."""
        invoice = self.invoice
        header = self.tree.add(self.tree.root, "rsm:ExchangedDocument")
        self.tree.add(header, "ram:ID", invoice.number)
        self.tree.add(header, "ram:TypeCode", invoice.type_code)
        self._day(header, "ram:IssueDateTime", invoice.issue_date)
        for note in invoice.notes:
            self.tree.add(self.tree.add(header, "ram:IncludedNote"), "ram:Content", note)

    def line(self, trade: _Element, line: InvoiceLine) -> None:
        """One line (BG-25)."""
        add, put = self.tree.add, self.tree.put
        item = add(trade, "ram:IncludedSupplyChainTradeLineItem")
        add(add(item, "ram:AssociatedDocumentLineDocument"), "ram:LineID", line.identifier)
        product = add(item, "ram:SpecifiedTradeProduct")
        put(product, "ram:SellerAssignedID", line.product_code)
        add(product, "ram:Name", line.name)
        put(product, "ram:Description", line.description)
        for name, value in line.attributes:
            attribute = add(product, "ram:ApplicableProductCharacteristic")
            add(attribute, "ram:Description", name)
            add(attribute, "ram:Value", value)
        price = add(add(item, "ram:SpecifiedLineTradeAgreement"), "ram:NetPriceProductTradePrice")
        add(price, "ram:ChargeAmount", figure(line.price))
        add(price, "ram:BasisQuantity", figure(line.per), unitCode=line.unit)
        delivery = add(item, "ram:SpecifiedLineTradeDelivery")
        add(delivery, "ram:BilledQuantity", figure(line.quantity), unitCode=line.unit)
        self._line_settlement(add(item, "ram:SpecifiedLineTradeSettlement"), line)

    def _line_settlement(self, settlement: _Element, line: InvoiceLine) -> None:
        add = self.tree.add
        tax = add(settlement, "ram:ApplicableTradeTax")
        self._category(tax, line.vat_category, line.vat_rate)
        if line.period:
            self._period(settlement, line.period)
        summation = add(settlement, "ram:SpecifiedTradeSettlementLineMonetarySummation")
        self._amount(summation, "ram:LineTotalAmount", line.net)
        if line.cost_centre:
            account = add(settlement, "ram:ReceivableSpecifiedTradeAccountingAccount")
            add(account, "ram:ID", line.cost_centre)

    def agreement(self, trade: _Element) -> None:
        """Who sells to whom, under which order."""
        add, invoice = self.tree.add, self.invoice
        agreement = add(trade, "ram:ApplicableHeaderTradeAgreement")
        self.tree.put(agreement, "ram:BuyerReference", invoice.buyer_reference)
        self._party(agreement, "ram:SellerTradeParty", invoice.seller)
        self._party(agreement, "ram:BuyerTradeParty", invoice.buyer)
        if invoice.purchase_order:
            order = add(agreement, "ram:BuyerOrderReferencedDocument")
            add(order, "ram:IssuerAssignedID", invoice.purchase_order)

    def _party(self, agreement: _Element, tag: str, party: TradeParty) -> None:
        add, put = self.tree.add, self.tree.put
        element = add(agreement, tag)
        put(element, "ram:ID", party.identifier)
        add(element, "ram:Name", party.name)
        self._legal_organisation(element, party)
        self._contact(element, party)
        address = add(element, "ram:PostalTradeAddress")
        put(address, "ram:PostcodeCode", party.address.post_code)
        put(address, "ram:LineOne", party.address.street)
        put(address, "ram:LineTwo", party.address.additional_street)
        put(address, "ram:CityName", party.address.city)
        add(address, "ram:CountryID", party.address.country)
        put(address, "ram:CountrySubDivisionName", party.address.subdivision)
        if party.electronic_address:
            channel = add(element, "ram:URIUniversalCommunication")
            scheme = party.electronic_address.scheme
            add(channel, "ram:URIID", party.electronic_address.identifier, schemeID=scheme)
        if party.vat_id:
            registration = add(element, "ram:SpecifiedTaxRegistration")
            add(registration, "ram:ID", party.vat_id, schemeID="VA")

    def _legal_organisation(self, element: _Element, party: TradeParty) -> None:
        if not (party.legal_id or party.trading_name):
            return
        organisation = self.tree.add(element, "ram:SpecifiedLegalOrganization")
        scheme = {"schemeID": party.legal_id_scheme} if party.legal_id_scheme else {}
        self.tree.put(organisation, "ram:ID", party.legal_id, **scheme)
        self.tree.put(organisation, "ram:TradingBusinessName", party.trading_name)

    def _contact(self, element: _Element, party: TradeParty) -> None:
        add, contact = self.tree.add, party.contact
        if contact.is_empty:
            return
        defined = add(element, "ram:DefinedTradeContact")
        self.tree.put(defined, "ram:PersonName", contact.name)
        if contact.phone:
            phone = add(defined, "ram:TelephoneUniversalCommunication")
            add(phone, "ram:CompleteNumber", contact.phone)
        if contact.email:
            email = add(defined, "ram:EmailURIUniversalCommunication")
            add(email, "ram:URIID", contact.email)

    def delivery(self, trade: _Element) -> None:
        """When and into which country (BG-13)."""
        add, invoice = self.tree.add, self.invoice
        delivery = add(trade, "ram:ApplicableHeaderTradeDelivery")
        if invoice.delivered_to:
            address = add(add(delivery, "ram:ShipToTradeParty"), "ram:PostalTradeAddress")
            add(address, "ram:CountryID", invoice.delivered_to)
        if invoice.delivered_on:
            event = add(delivery, "ram:ActualDeliverySupplyChainEvent")
            self._day(event, "ram:OccurrenceDateTime", invoice.delivered_on)

    def settlement(self, trade: _Element) -> None:
        """Payment, VAT, terms and totals."""
        add, invoice = self.tree.add, self.invoice
        settlement = add(trade, "ram:ApplicableHeaderTradeSettlement")
        if invoice.payment:
            self.tree.put(settlement, "ram:PaymentReference", invoice.payment.remittance)
        add(settlement, "ram:InvoiceCurrencyCode", invoice.currency)
        self._payment_means(settlement)
        for group in invoice.vat:
            self._vat_group(settlement, group)
        if invoice.period:
            self._period(settlement, invoice.period)
        self._terms(settlement)
        self._totals(settlement)
        if invoice.preceding:
            reference = add(settlement, "ram:InvoiceReferencedDocument")
            add(reference, "ram:IssuerAssignedID", invoice.preceding.number)
            formatted = add(reference, "ram:FormattedIssueDateTime")
            day = compact_day(invoice.preceding.issue_date)
            add(formatted, "qdt:DateTimeString", day, format=_DAY)

    def _payment_means(self, settlement: _Element) -> None:
        add, payment = self.tree.add, self.invoice.payment
        if payment is None:
            return
        means = add(settlement, "ram:SpecifiedTradeSettlementPaymentMeans")
        add(means, "ram:TypeCode", payment.means_code)
        if payment.account:
            account = add(means, "ram:PayeePartyCreditorFinancialAccount")
            add(account, "ram:IBANID", payment.account)
            self.tree.put(account, "ram:AccountName", payment.account_name)
        if payment.bank:
            bank = add(means, "ram:PayeeSpecifiedCreditorFinancialInstitution")
            add(bank, "ram:BICID", payment.bank)

    def _vat_group(self, settlement: _Element, group: VatBreakdown) -> None:
        add, put = self.tree.add, self.tree.put
        tax = add(settlement, "ram:ApplicableTradeTax")
        self._amount(tax, "ram:CalculatedAmount", group.tax)
        add(tax, "ram:TypeCode", "VAT")
        put(tax, "ram:ExemptionReason", group.exemption_reason)
        self._amount(tax, "ram:BasisAmount", group.taxable)
        add(tax, "ram:CategoryCode", group.category)
        put(tax, "ram:ExemptionReasonCode", group.exemption_code)
        if group.rate is not None:
            add(tax, "ram:RateApplicablePercent", figure(group.rate))

    def _category(self, tax: _Element, category: str, rate: Decimal | None) -> None:
        self.tree.add(tax, "ram:TypeCode", "VAT")
        self.tree.add(tax, "ram:CategoryCode", category)
        if rate is not None:
            self.tree.add(tax, "ram:RateApplicablePercent", figure(rate))

    def _terms(self, settlement: _Element) -> None:
        invoice = self.invoice
        if not (invoice.payment_terms or invoice.due_date):
            return
        terms = self.tree.add(settlement, "ram:SpecifiedTradePaymentTerms")
        self.tree.put(terms, "ram:Description", invoice.payment_terms)
        if invoice.due_date:
            self._day(terms, "ram:DueDateDateTime", invoice.due_date)

    def _totals(self, settlement: _Element) -> None:
        totals, currency = self.invoice.totals, self.invoice.currency
        summation = self.tree.add(settlement, "ram:SpecifiedTradeSettlementHeaderMonetarySummation")
        self._amount(summation, "ram:LineTotalAmount", totals.lines)
        if totals.charges:
            self._amount(summation, "ram:ChargeTotalAmount", totals.charges)
        if totals.allowances:
            self._amount(summation, "ram:AllowanceTotalAmount", totals.allowances)
        self._amount(summation, "ram:TaxBasisTotalAmount", totals.without_vat)
        vat = amount(totals.vat, currency)
        self.tree.add(summation, "ram:TaxTotalAmount", vat, currencyID=currency)
        if totals.rounding:
            self._amount(summation, "ram:RoundingAmount", totals.rounding)
        self._amount(summation, "ram:GrandTotalAmount", totals.with_vat)
        if totals.paid:
            self._amount(summation, "ram:TotalPrepaidAmount", totals.paid)
        self._amount(summation, "ram:DuePayableAmount", totals.due)

    def _period(self, parent: _Element, period: Period) -> None:
        billed = self.tree.add(parent, "ram:BillingSpecifiedPeriod")
        self._day(billed, "ram:StartDateTime", period.start)
        self._day(billed, "ram:EndDateTime", period.end)

    def _day(self, parent: _Element, tag: str, day: date) -> None:
        moment = self.tree.add(parent, tag)
        self.tree.add(moment, "udt:DateTimeString", compact_day(day), format=_DAY)

    def _amount(self, parent: _Element, tag: str, value: Decimal) -> None:
        self.tree.add(parent, tag, amount(value, self.invoice.currency))
