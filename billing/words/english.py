"""English, as Indian invoices write it: lakh and crore for rupees, millions for the rest."""

from __future__ import annotations

from billing.words.spoken import Language, Names, Sum

Scales = tuple[tuple[int, str], ...]

_NAMES = {
    "INR": Names("Rupee", "Rupees", "Paisa", "Paise"),
    "EUR": Names("Euro", "Euros", "Cent", "Cents"),
    "USD": Names("US Dollar", "US Dollars", "Cent", "Cents"),
    "GBP": Names("Pound Sterling", "Pounds Sterling", "Penny", "Pence"),
    "AED": Names("UAE Dirham", "UAE Dirhams", "Fils", "Fils"),
    "AUD": Names("Australian Dollar", "Australian Dollars", "Cent", "Cents"),
    "CHF": Names("Swiss Franc", "Swiss Francs", "Centime", "Centimes"),
    "SGD": Names("Singapore Dollar", "Singapore Dollars", "Cent", "Cents"),
    "JPY": Names("Yen", "Yen"),
    "KWD": Names("Kuwaiti Dinar", "Kuwaiti Dinars", "Fils", "Fils"),
}
_BELOW_TWENTY = [
    "Zero",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
    "Thirteen",
    "Fourteen",
    "Fifteen",
    "Sixteen",
    "Seventeen",
    "Eighteen",
    "Nineteen",
]
_TENS = [
    "Zero",
    "Ten",
    "Twenty",
    "Thirty",
    "Forty",
    "Fifty",
    "Sixty",
    "Seventy",
    "Eighty",
    "Ninety",
]
# The largest scale takes any count before it: "One Lakh Crore".
_INDIAN: Scales = ((10**7, "Crore"), (10**5, "Lakh"), (10**3, "Thousand"), (100, "Hundred"))
_INTERNATIONAL: Scales = (
    (10**12, "Trillion"),
    (10**9, "Billion"),
    (10**6, "Million"),
    (10**3, "Thousand"),
    (100, "Hundred"),
)


class _English(Language):
    """Names the currency first: "Rupees Three Only"."""

    def write(self, written: Sum) -> str:
        """Return the amount in words."""
        scales = _INDIAN if written.currency == "INR" else _INTERNATIONAL
        names = self.names.get(written.currency, Names(written.currency, written.currency))
        words = [names.one if written.major == 1 else names.many, _number(written.major, scales)]
        if written.is_negative:
            words.insert(0, self.minus)
        if written.minor:
            words += [self.conjunction, self._minor(written, names)]
        return " ".join([*words, self.ends])


def _international(number: int, _feminine: bool) -> str:
    return _number(number, _INTERNATIONAL)


def _number(number: int, scales: Scales) -> str:
    if number < len(_BELOW_TWENTY):
        return _BELOW_TWENTY[number]
    for size, name in scales:
        if number >= size:
            count, rest = divmod(number, size)
            words = f"{_number(count, scales)} {name}"
            return f"{words} {_number(rest, scales)}" if rest else words
    tens, rest = divmod(number, 10)
    return f"{_TENS[tens]} {_BELOW_TWENTY[rest]}" if rest else _TENS[tens]


# A minor unit counts below a thousand, where both ways of counting say the same.
LANGUAGE = _English(
    names=_NAMES, number=_international, conjunction="and", minus="Minus", ends="Only"
)
