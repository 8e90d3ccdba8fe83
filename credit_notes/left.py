"""What is left to credit of invoice lines, and taking a part of it.

A line is credited in any number of parts, by units or by amounts. Units are worth what the units
credited so far cost together, less what was given back for them before, so that no rounding drifts;
whatever takes the last of a line takes exactly what is left of its net amount.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q, Sum

from billing.models import Document, DocumentLine
from billing.money import (
    ONE,
    ZERO,
    InvalidAmount,
    line_net,
    require_amount,
    require_minor_units,
)
from billing.sentences import gettext_noop
from credit_notes.errors import MoreThanIsLeft, NothingLeftToCredit, UnusableFigure

# As fine as the column of quantities.
FINEST_QUANTITY = Decimal("0.000001")


@dataclass(frozen=True, kw_only=True)
class LineCredit:
    """What a note takes back of one line; `net` in the document's currency, above zero."""

    line: DocumentLine
    net: Decimal
    quantity: Decimal
    unit_price: Decimal
    is_amount: bool = False


@dataclass(frozen=True, kw_only=True)
class Part:
    """What is asked for of a line: so many units, an amount before tax, or with none all of it."""

    position: int
    quantity: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True)
class LeftOfLine:
    """A line with what earlier notes took of it: net amounts, and units with their net."""

    line: DocumentLine
    credited: Decimal = ZERO
    units: Decimal = ZERO
    units_net: Decimal = field(default=ZERO)

    @property
    def net(self) -> Decimal:
        """What is left of the net amount."""
        return self.line.net_amount - self.credited

    @property
    def quantity(self) -> Decimal:
        """How many units were not taken back yet."""
        return self.line.quantity - self.units

    def credit(self, part: Part) -> LineCredit:
        """Return what a note over this part takes back.

        Raises `UnusableFigure`, `MoreThanIsLeft` and `NothingLeftToCredit`.
        """
        if not self.net:
            raise NothingLeftToCredit(
                gettext_noop("Line %(position)s: nothing is left to credit."),
                position=self.line.position,
            )
        if part.quantity is not None and part.amount is not None:
            raise UnusableFigure(
                gettext_noop("Line %(position)s: give a quantity or an amount, not both."),
                position=self.line.position,
                field="amount",
            )
        if part.amount is not None:
            return self._amount(part.amount)
        if part.quantity is not None:
            return self._units(part.quantity)
        return self.rest()

    def rest(self) -> LineCredit:
        """Return all that is left: the units that are left, or the amount where one was taken."""
        if self.credited != self.units_net:
            return self._of_amount(self.net)
        return self._of_units(self.quantity, self.net)

    def _units(self, quantity: Decimal) -> LineCredit:
        self._check_quantity(quantity)
        if quantity > self.quantity:
            raise MoreThanIsLeft(
                gettext_noop(
                    "“Line %(position)s, quantity”: %(asked)s were asked for, %(left)s are left."
                ),
                position=self.line.position,
                field="quantity",
                asked=plain(quantity),
                left=plain(self.quantity),
            )
        if quantity == self.quantity:
            return self.rest()
        net = self._net_of(self.units + quantity) - self.units_net
        if net > self.net:
            raise MoreThanIsLeft(
                gettext_noop(
                    "“Line %(position)s, quantity”: %(asked)s cost %(net)s, but %(left)s is left."
                    " Credit an amount instead."
                ),
                position=self.line.position,
                field="quantity",
                asked=plain(quantity),
                net=plain(net),
                left=plain(self.net),
            )
        if not net:
            raise UnusableFigure(
                gettext_noop(
                    "“Line %(position)s, quantity”: that is worth nothing. Credit more units."
                ),
                position=self.line.position,
                field="quantity",
            )
        return self._of_units(quantity, net)

    def _amount(self, amount: Decimal) -> LineCredit:
        net = self._check_amount(amount)
        if net > self.net:
            raise MoreThanIsLeft(
                gettext_noop(
                    "“Line %(position)s, amount”: %(asked)s was asked for, %(left)s is left."
                ),
                position=self.line.position,
                field="amount",
                asked=plain(net),
                left=plain(self.net),
            )
        # The whole line at once is its units, however it was asked for.
        return self.rest() if net == self.line.net_amount else self._of_amount(net)

    def _net_of(self, units: Decimal) -> Decimal:
        """Return what so many units cost: at the line's price, or as their share of its net where
        that is not quantity times price."""
        line, currency = self.line, self.line.document.currency
        at_price = line_net(quantity=line.quantity, unit_price=line.unit_price, currency=currency)
        if at_price == line.net_amount:
            return line_net(quantity=units, unit_price=line.unit_price, currency=currency)
        return line_net(
            quantity=units, unit_price=line.net_amount, per=line.quantity, currency=currency
        )

    def _of_units(self, quantity: Decimal, net: Decimal) -> LineCredit:
        price = self.line.unit_price
        return LineCredit(line=self.line, net=net, quantity=quantity, unit_price=price)

    def _of_amount(self, net: Decimal) -> LineCredit:
        return LineCredit(line=self.line, net=net, quantity=ONE, unit_price=net, is_amount=True)

    def _check_quantity(self, quantity: Decimal) -> None:
        try:
            require_amount(quantity)
        except InvalidAmount as error:
            raise self._unusable("quantity", error) from error
        if quantity <= 0 or quantity % FINEST_QUANTITY:
            raise UnusableFigure(
                gettext_noop(
                    "“Line %(position)s, quantity”: write a number above zero, with at most 6"
                    " decimals."
                ),
                position=self.line.position,
                field="quantity",
            )

    def _check_amount(self, amount: Decimal) -> Decimal:
        try:
            net = require_minor_units(amount, self.line.document.currency)
        except InvalidAmount as error:
            raise self._unusable("amount", error) from error
        if net <= 0:
            raise UnusableFigure(
                gettext_noop("“Line %(position)s, amount”: write one above zero."),
                position=self.line.position,
                field="amount",
            )
        return net

    def _unusable(self, name: str, error: InvalidAmount) -> UnusableFigure:
        params = {key: value for key, value in error.params.items() if key != "position"}
        return UnusableFigure(error.message, position=self.line.position, field=name, **params)


def left_of(lines: Iterable[DocumentLine]) -> list[LeftOfLine]:
    """Return what is left of each line, in two queries however many there are."""
    found = list(lines)
    of_units = Q(credits_amount=False)
    sums = {
        row[0]: row[1:]
        for row in DocumentLine.objects.filter(credited_line__in=found)
        .order_by()
        .values_list("credited_line")
        .annotate(
            credited=Sum("net_amount"),
            units=Sum("quantity", filter=of_units, default=ZERO),
            units_net=Sum("net_amount", filter=of_units, default=ZERO),
        )
    }
    return [LeftOfLine(line, *sums.get(line.pk, ())) for line in found]


@dataclass(frozen=True)
class LeftOfInvoice:
    """What later notes can still take back of an invoice, before tax and in all."""

    net: Decimal
    total: Decimal


def left_of_invoice(invoice: Document) -> LeftOfInvoice:
    """Return what its notes left of an invoice."""
    notes = Document.objects.filter(credit_note__invoice_id=invoice.pk)
    credited = notes.aggregate(net=Sum("net_total", default=ZERO), total=Sum("total", default=ZERO))
    return LeftOfInvoice(invoice.net_total - credited["net"], invoice.total - credited["total"])


def plain(figure: Decimal) -> str:
    """Return a figure with plain digits, without trailing zeros."""
    return f"{figure.normalize():f}"
