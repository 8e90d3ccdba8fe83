"""An account's price list as a PDF, in its document language. It is not numbered and not stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.models import Account, PriceList, Seller
from billing.price_groups import PriceGroup, PriceRow, groups_of
from billing.printing.branding import brand_sheet
from billing.printing.facts import Facts
from billing.printing.head import Head, unnumbered_head
from billing.printing.wording import amount, currency_sign, day, period, rate
from billing.snapshots import seller_snapshot
from certinext.pdf.render import render_pdf
from certinext.pdf.text import clean_text
from certinext.web.formatting import full_day, quantity


@dataclass(frozen=True, kw_only=True)
class Line:
    """One price as printed; further tiers of a month follow their first one without its product."""

    product: str = ""
    term: str
    list_price: str
    discount: str = ""
    price: str
    valid: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """The prices of one category."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Sheet(Head):
    """What the template prints, all of it text."""

    introduction: str
    currency: str
    sections: tuple[Section, ...]


def price_list_pdf(account: Account, on: date, *, seller: Seller) -> bytes:
    """Set the prices of a local day as PDF; the same prices give the same bytes."""
    language = account.document_language
    with translation.override(language):
        facts = Facts(seller_snapshot(seller, language=language))
        sheet = price_sheet(account, on, seller=facts)
        html = render_to_string("documents/price_list.html", {"sheet": sheet})
    return render_pdf(html, extra_css=brand_sheet(facts))


def price_sheet(account: Account, on: date, *, seller: Facts) -> Sheet:
    """Return what the price list prints, in the active language."""
    name = clean_text(account.display_name)
    return Sheet(
        **unnumbered_head(
            account,
            seller=seller,
            buyer=name,
            heading=_("Product price list"),
            days=full_day(on),
            copy=_("Account %(number)s") % {"number": clean_text(account.account_number)},
            on=on,
        ),
        introduction=_("Prices of %(account)s in %(currency)s, before tax.")
        % {"account": name, "currency": account.currency},
        currency=currency_sign(account.currency),
        sections=tuple(_sections(groups_of(account, on))),
    )


def _sections(groups: Sequence[PriceGroup]) -> Iterator[Section]:
    for group in groups:
        lines = [line for row in group.rows for line in _lines(row)]
        yield Section(heading=clean_text(group.name), lines=tuple(lines))


def _lines(row: PriceRow) -> Iterator[Line]:
    price = row.price
    years = ngettext("%(count)d year", "%(count)d years", row.term_years)
    yield Line(
        product=clean_text(row.product.name),
        term=years % {"count": row.term_years},
        list_price=amount(price.list_amount, price.currency),
        discount=rate(price.discount_percent) if price.discount_percent else "",
        price=amount(price.rounded, price.currency),
        valid=_validity(price.price_list),
    )
    for tier in row.further:
        yield Line(
            term=_("above %(above)s a month") % {"above": quantity(tier.above)},
            list_price=amount(tier.list_amount, tier.currency),
            price=amount(tier.rounded, tier.currency),
        )


def _validity(price_list: PriceList) -> str:
    if price_list.last_day:
        return period(price_list.valid_from, price_list.last_day)
    return _("from %(day)s") % {"day": day(price_list.valid_from)}
