"""Field types and checks that several models share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

# An amount of money: up to 15 digits before and 3 after the point (dinars have fils).
AMOUNT_LIMIT = Decimal("999999999999.999")
# A price of one unit may be finer than the currency's minor unit.
UNIT_PRICE_LIMIT = Decimal("999999999.999999")

ten_digits = RegexValidator(r"\A[0-9]{10}\Z", _("Write 10 digits."))
currency_code = RegexValidator(r"\A[A-Z]{3}\Z", _("Write a currency's three capital letters."))
country_code = RegexValidator(r"\A[A-Z]{2}\Z", _("Write a country's two capital letters."))


class AmountField(models.DecimalField[Any, Decimal]):
    """An amount in the currency of its row, rounded to that currency's minor unit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 15)
        kwargs.setdefault("decimal_places", 3)
        super().__init__(*args, **kwargs)


class UnitPriceField(models.DecimalField[Any, Decimal]):
    """The net price of one unit, in the currency of its row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 15)
        kwargs.setdefault("decimal_places", 6)
        super().__init__(*args, **kwargs)


class QuantityField(models.DecimalField[Any, Decimal]):
    """How many units."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 15)
        kwargs.setdefault("decimal_places", 6)
        super().__init__(*args, **kwargs)


class PercentField(models.DecimalField[Any, Decimal]):
    """Per cent, up to two decimals."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 5)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)


class TierMode(models.TextChoices):
    """What the price of a tier is the price of."""

    GRADUATED = "graduated", _("Graduated: each at the price of its own tier")
    VOLUME = "volume", _("Volume: all at the price of the tier that is reached")


class CurrencyField(models.CharField[Any, str]):
    """An ISO 4217 code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 3)
        kwargs.setdefault("validators", [currency_code])
        super().__init__(*args, **kwargs)


class CountryField(models.CharField[Any, str]):
    """An ISO 3166-1 alpha-2 code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 2)
        kwargs.setdefault("validators", [country_code])
        super().__init__(*args, **kwargs)


class RegistrationField(models.CharField[Any, str]):
    """A number in a register of companies, as e-invoices carry it (EN 16931 BT-30, BT-47)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)


class RegisterField(models.CharField[Any, str]):
    """The ISO 6523 code of the register that a number is from, such as 0106."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 4)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)


class EndpointSchemeField(models.CharField[Any, str]):
    """What kind an electronic address is of (EAS), such as 0088; empty: derived at issue."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 4)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)


class EndpointIdField(models.CharField[Any, str]):
    """The electronic address where e-invoices arrive (EN 16931 BT-34, BT-49)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 100)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)


def endpoint_check(name: str) -> models.CheckConstraint:
    """An electronic address has a kind, and a kind an address."""
    neither = models.Q(endpoint_scheme="", endpoint_id="")
    both = ~models.Q(endpoint_scheme="") & ~models.Q(endpoint_id="")
    return models.CheckConstraint(condition=both | neither, name=name)


def amount_check(
    field: str, name: str, *, minimum: Decimal | int | None = None
) -> models.CheckConstraint:
    """Bound an amount. BETWEEN also refuses NaN, which `amount > 0` would let pass."""
    low = -AMOUNT_LIMIT if minimum is None else minimum
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__range": (low, AMOUNT_LIMIT)}), name=name
    )
