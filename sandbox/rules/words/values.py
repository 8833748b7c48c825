"""Constants of rules for people: money, numbers, times and durations. None loses a digit.

Money and times are written through Babel, in the Application's currency and zone.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Context, Decimal, localcontext
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import (
    format_currency,
    format_decimal,
    get_currency_precision,
    get_currency_symbol,
)

from sandbox.numbers import ZERO, plain
from sandbox.rules.words.english import quoted, shown
from sandbox.rules.words.vocabulary import Vocabulary

_MINUS = "\N{MINUS SIGN}"
_NO_BREAK = "\N{NO-BREAK SPACE}"
_EXACT = Context(prec=200)
_DURATION = re.compile(r"(?P<count>-?\d{1,6})(?P<unit>[smhDWMY])(?P<rounding>_[DU])?")
_UNITS = {
    "s": "second",
    "m": "minute",
    "h": "hour",
    "D": "day",
    "W": "week",
    "M": "month",
    "Y": "year",
}


def number(value: Decimal, vocabulary: Vocabulary) -> str:
    """Return a number with all its digits: 1,234.5."""
    with localcontext(_EXACT):
        text = format_decimal(plain(value), locale=vocabulary.locale, decimal_quantization=False)
    return text.replace("-", _MINUS)


def money(value: Decimal, vocabulary: Vocabulary) -> str:
    """Return an amount with all its digits: €100, €9.50, €9.999."""
    currency = vocabulary.currency
    amount = plain(value.copy_abs())
    digits = max(-int(amount.as_tuple().exponent), 0)
    places = max(digits, get_currency_precision(currency)) if digits else 0
    pattern = f"¤#,##0.{'0' * places}" if places else "¤#,##0"
    with localcontext(_EXACT):
        text = format_currency(
            amount, currency, pattern, locale=vocabulary.locale, currency_digits=False
        )
    symbol = get_currency_symbol(currency, locale=vocabulary.locale)
    if symbol[-1:].isalpha():
        text = text.replace(symbol, f"{symbol}{_NO_BREAK}", 1)
    return f"{_MINUS}{text}" if value < ZERO else text


def percent(share: Decimal, vocabulary: Vocabulary) -> str:
    """Return a share of 1 in percent: 20 %."""
    return f"{number(_EXACT.scaleb(share, 2), vocabulary)} %"


def moment(value: datetime | str, vocabulary: Vocabulary, *, wall_clock: bool = False) -> str:
    """Return a time in the Application's zone: 3 May 2026, 14:00.

    A text that is no time is quoted. With `wall_clock` the clock is read as it is written.
    """
    zone = ZoneInfo(vocabulary.timezone)
    if isinstance(value, str):
        try:
            time = datetime.fromisoformat(value)
        except ValueError:
            return quoted(value)
    else:
        time = value
    if time.tzinfo is None or wall_clock:
        time = time.replace(tzinfo=zone)
    if time.microsecond or not 2 <= time.year <= 9998:  # the calendar's ends have no zones
        return quoted(time.isoformat())
    time = time.astimezone(zone)
    pattern = "d MMMM y, HH:mm:ss" if time.second else "d MMMM y, HH:mm"
    return format_datetime(time, pattern, tzinfo=zone, locale=vocabulary.locale)


def duration(text: str) -> str:
    """Return a duration in words: 3 days. A text that is none is quoted.

    Source: reference/engine/08, Durations.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        return quoted(text)
    count, unit = int(match["count"]), _UNITS[match["unit"]]
    words = f"{str(count).replace('-', _MINUS)} {unit if count == 1 else f'{unit}s'}"
    match match["rounding"]:
        case "_D":
            return f"{words}, from the start of that day"
        case "_U":
            return f"{words}, to the end of that {unit}"
    return words


def is_duration(text: str) -> bool:
    return _DURATION.fullmatch(text) is not None


def is_no_time(text: str) -> bool:
    """Tell whether a duration is zero long."""
    match = _DURATION.fullmatch(text)
    return match is not None and int(match["count"]) == 0


def is_id(value: Decimal) -> bool:
    """Tell whether a number can be the id of a thing."""
    return value == value.to_integral_value() and 0 <= value < 10**15


def constant(value: object, vocabulary: Vocabulary, *, is_money: bool = False) -> str:
    """Return a constant of whatever type; only numbers can be money."""
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return money(value, vocabulary) if is_money else number(value, vocabulary)
        case datetime():
            return moment(value, vocabulary)
    return shown(str(value))
