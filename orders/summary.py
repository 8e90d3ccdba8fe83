"""What an order will cost, shown before it is confirmed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.models import Account, Product
from billing.models.seller import current_seller
from billing.money import ONE, line_net
from billing.ordered import price_now
from billing.prices import Price, price_of
from billing.tax.decide import NoTaxRule, TaxDecision, decide_tax
from billing.tax.totals import TaxableLine, TaxRow, compute_totals
from billing.taxation import tax_buyer, tax_seller
from invoices.permission import open_permission


@dataclass(frozen=True, kw_only=True)
class OrderSummary:
    """The price of an order and what is added to it, in `currency`.

    `explanation` says by which rule the tax is what it is. When no tax can be decided, `problem`
    names the fix, and there are no taxes and no total: the order can be placed all the same and is
    billed once the account is mended.
    """

    price: Price
    net: Decimal
    currency: str
    quantity: Decimal = ONE
    taxes: tuple[TaxRow, ...] = ()
    rounding: Decimal = Decimal(0)
    total: Decimal | None = None
    explanation: str = ""
    problem: str = ""


def order_summary(
    *, account: Account, product: Product, term_years: int, on: date, quantity: Decimal = ONE
) -> OrderSummary:
    """Return what the order would cost on a local day; raises `PriceMissing`.

    Tax is that of the account that gets the invoice, computed as on the invoice itself.
    """
    listed = price_of(account=account, product=product, term_years=term_years, on=on)
    price = price_now(
        listed, account=account, product=product, term_years=term_years, on=on, quantity=quantity
    )
    net = line_net(quantity=quantity, unit_price=price.amount, currency=price.currency)
    figures = OrderSummary(price=price, net=net, currency=price.currency, quantity=quantity)
    payer, seller = account.payer, current_seller()
    if payer.currency != price.currency:
        return replace(
            figures,
            problem=_("The invoice goes to an account in %(currency)s, which is another currency.")
            % {"currency": payer.currency},
        )
    try:
        decision = decide_tax(
            seller=tax_seller(seller),
            buyer=tax_buyer(payer),
            on=on,
            product_tax_code=product.tax_code,
        )
    except NoTaxRule as error:
        return replace(figures, problem=_(error.message) % error.params)
    # A monthly invoice is rounded as a whole, not for each order on it.
    rounds = seller.round_to_unit and open_permission(payer) is None
    return _with_tax(figures, decision, product, round_to_unit=rounds)


def _with_tax(
    figures: OrderSummary, decision: TaxDecision, product: Product, *, round_to_unit: bool
) -> OrderSummary:
    line = TaxableLine(
        net=figures.net,
        category=decision.category,
        components=decision.components,
        tax_code=product.tax_code,
    )
    totals = compute_totals([line], currency=figures.currency, round_to_unit=round_to_unit)
    return replace(
        figures,
        taxes=totals.taxes,
        rounding=totals.rounding,
        total=totals.total,
        explanation=_(decision.explanation),
    )
