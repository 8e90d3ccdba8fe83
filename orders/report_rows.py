"""One row of the platform's order report, read strictly."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from billing.importing.errors import RowFailed
from billing.importing.fields import Fields
from billing.importing.reading import Row
from billing.sentences import gettext_noop
from orders.certificates import WAITING
from orders.models import ENDED, CertificateStatus, OrderStatus
from orders.statuses import certificate_status_named, order_status_named

_TERM = re.compile(r"([1-9]|10)(?: years?)?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class ReportRow:
    """What the report says about an order.

    Without `order_number` it is a draft. `term_years` is None where the report does not say it.
    `facts` are plain columns of the order; a fact that the row leaves out is not among them.
    `kept_on_hold`: the row claimed another status, which nothing has without an order number.
    """

    number: int
    order_number: str
    request_number: str
    product_code: str
    group_number: str
    ordered_at: datetime
    order_status: OrderStatus
    certificate_status: CertificateStatus
    term_years: int | None
    facts: dict[str, Any]
    kept_on_hold: bool

    @cached_property
    def digest(self) -> str:
        """What tells this row from another one about the order, wherever they are in a file."""
        said = dataclasses.asdict(self) | {"number": None}
        return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()

    @property
    def certificate_is_told(self) -> bool:
        """Say whether it tells what became of the certificate of an order that has ended.

        The platform goes on printing what the certificate waited for: that is no news.
        """
        return not (self.order_status in ENDED and self.certificate_status in WAITING)

    @property
    def key(self) -> str:
        """The number by which people know the order."""
        return self.order_number or self.request_number


def read_row(row: Row, zone: ZoneInfo) -> ReportRow:
    """Read a row, times without a zone as clocks in `zone`; raises `RowFailed`.

    A row without an order number is a draft on hold, unless it was cancelled or rejected.
    """
    fields = Fields(row.value)
    order_number = fields.ten_digits("orderNumber")
    status = order_status_named(fields.text("orderStatus", at_most=60, required=True))
    is_draft = not order_number and status not in ENDED
    return ReportRow(
        number=row.number,
        order_number=order_number,
        request_number=fields.ten_digits("requestNumber", required=True),
        # Harmless as a number: an unknown product is refused anyway.
        product_code=fields.label("productCode", at_most=20, required=True),
        group_number=fields.ten_digits("groupNumber"),
        ordered_at=fields.moment("orderDate", zone),
        order_status=OrderStatus.ON_HOLD if is_draft else status,
        certificate_status=certificate_status_named(fields.text("certificateStatus", at_most=60)),
        term_years=_term(fields),
        facts={
            column: read(fields, name, zone)
            for name, (column, read) in _FACTS.items()
            if fields.says(name)
        },
        kept_on_hold=is_draft and status != OrderStatus.ON_HOLD,
    )


def key_of(row: Row) -> str:
    """Name a row that cannot be read, as far as it can be named."""
    if not isinstance(row.value, dict):
        return ""
    for name in ("orderNumber", "requestNumber"):
        value = row.value.get(name)
        if isinstance(value, str | int) and value:
            return str(value)
    return ""


def _term(fields: Fields) -> int | None:
    text = fields.label("validity", at_most=20)
    if not text:
        return None
    found = _TERM.fullmatch(text)
    if not found:
        raise RowFailed(
            gettext_noop("A term is 1 to 10 years, not %(text)s."),
            field="validity",
            text=repr(text),
        )
    return int(found[1])


Read = Callable[[Fields, str, ZoneInfo], Any]


def _text(at_most: int) -> Read:
    return lambda fields, name, _zone: fields.text(name, at_most=at_most)


def _label(at_most: int) -> Read:
    return lambda fields, name, _zone: fields.label(name, at_most=at_most)


def _tags(fields: Fields, name: str, _zone: ZoneInfo) -> list[str]:
    return fields.labels(name, at_most=60)


def _moment(fields: Fields, name: str, zone: ZoneInfo) -> datetime | None:
    return None if fields.is_blank(name) else fields.moment(name, zone)


def _custom_fields(fields: Fields, name: str, _zone: ZoneInfo) -> list[dict[str, str]]:
    entries = [Fields(entry, within=name) for entry in fields.entries(name)]
    return [
        {
            "name": entry.label("name", at_most=60, required=True),
            "value": entry.label("value", at_most=200),
        }
        for entry in entries
    ]


# {the report's field: (the order's column, how it is read)}
_FACTS: dict[str, tuple[str, Read]] = {
    "domainName": ("domain_name", _text(255)),
    "organizationName": ("organization_name", _text(200)),
    "countryName": ("country_name", _text(100)),
    "originator": ("originator", _text(60)),
    "issuerCA": ("issuer_ca", _text(120)),
    # Longer than 64 bits: text here, whatever it was there.
    "certificateSerialNumber": ("certificate_serial", _label(64)),
    "certificateExpiryDate": ("certificate_expires_at", _moment),
    "tags": ("tags", _tags),
    "customFields": ("custom_fields", _custom_fields),
}
