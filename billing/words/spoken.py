"""What the languages share: a sum to be put into words, and what its currency is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Sum:
    """An amount in whole units of a currency (ISO 4217) and of its minor unit."""

    currency: str
    major: int
    minor: int
    units_in_one: int
    is_negative: bool


@dataclass(frozen=True)
class Names:
    """What one and many of a currency and of its minor unit are called; some have none."""

    one: str
    many: str
    one_minor: str = ""
    many_minor: str = ""
    is_feminine: bool = False


@dataclass(frozen=True, kw_only=True)
class Language:
    """How a language says an amount: the number before its unit, joined by its word for "and".

    `number` says a whole number as it stands before a noun, feminine where it is told so.
    """

    names: Mapping[str, Names]
    number: Callable[[int, bool], str]
    conjunction: str
    minus: str
    begins_large: bool = True
    zero_is_singular: bool = False
    ends: str = ""

    def write(self, written: Sum) -> str:
        """Return the amount in words."""
        names = self.names.get(written.currency, Names(written.currency, written.currency))
        is_one = written.major == 1 or (self.zero_is_singular and not written.major)
        unit = names.one if is_one else names.many
        words = [self.number(written.major, names.is_feminine), unit]
        if written.is_negative:
            words.insert(0, self.minus)
        if written.minor:
            words += [self.conjunction, self._minor(written, names)]
        text = " ".join([*words, self.ends]).strip()
        return text[:1].upper() + text[1:] if self.begins_large else text

    def _minor(self, written: Sum, names: Names) -> str:
        if not names.many_minor:
            return f"{written.minor}/{written.units_in_one}"
        unit = names.one_minor if written.minor == 1 else names.many_minor
        return f"{self.number(written.minor, False)} {unit}"
