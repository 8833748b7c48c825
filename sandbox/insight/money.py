"""Money and dates for people, through Babel."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import TypeAlias
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, get_currency_precision

from sandbox.numbers import quantize

# JSON amounts without decimals arrive as int.
Amount: TypeAlias = Decimal | int

LOCALE = "en"
# More than any sum of a cart has; Babel would otherwise refuse what Python's 28 cannot hold.
_DIGITS = 100
MINUS = "\N{MINUS SIGN}"


def minor_unit(currency: str) -> Decimal:
    """Return the smallest amount of a currency: 0.01, 1, 0.001."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def price_format(currency: str) -> str:
    """Return the format of prices in widgets, with the decimals of a currency: %.2f."""
    return f"%.{-minor_unit(currency).adjusted()}f"


def rounded(amount: Amount, currency: str) -> Decimal:
    """Return an amount in minor units, half away from zero."""
    return quantize(Decimal(amount), minor_unit(currency), ROUND_HALF_UP)


def money(amount: Amount, currency: str) -> str:
    """Return an amount as people write it: €24.60, with a real minus sign where it is negative."""
    with localcontext(prec=_DIGITS):
        text = format_currency(rounded(amount, currency), currency, locale=LOCALE)
    return text.replace("-", MINUS)


def exact(amount: Amount) -> str:
    """Return a number with all its digits: 9.999."""
    with localcontext(prec=_DIGITS):
        text = format_decimal(amount, locale=LOCALE, decimal_quantization=False)
    return text.replace("-", MINUS)


def exact_money(amount: Amount, currency: str) -> str:
    """Return an amount with its currency and all its digits: €24.60, €9.999."""
    if Decimal(amount) == rounded(amount, currency):
        return money(amount, currency)
    with localcontext(prec=_DIGITS):
        text = format_currency(
            amount, currency, locale=LOCALE, currency_digits=False, decimal_quantization=False
        )
    return text.replace("-", MINUS)


def day(time: datetime, timezone: str) -> str:
    """Return a date in a zone: 3 May 2026."""
    return format_date(time.astimezone(ZoneInfo(timezone)), "d MMMM y", locale=LOCALE)


def instant(time: datetime, timezone: str) -> str:
    """Return a date with its time to the second in a zone: 3 May 2026, 14:30:05."""
    return format_datetime(time.astimezone(ZoneInfo(timezone)), "d MMMM y, HH:mm:ss", locale=LOCALE)


def moment(time: datetime, timezone: str) -> str:
    """Return a date with its time in a zone: 3 May 2026, 14:30."""
    return format_datetime(time.astimezone(ZoneInfo(timezone)), "d MMMM y, HH:mm", locale=LOCALE)
