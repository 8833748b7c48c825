"""Small pieces of English: quotes, lists, ordinals, sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence

# One capitalised word needs no quotes: the category is Shirts. Words of logic do.
_BARE = re.compile(r"[^\W\d_]\w*(-\w+)*")
_BREAKS = re.compile(r"[\r\n\t]+")
_LOGIC = frozenset(
    (
        *("all", "always", "and", "any", "at", "both", "either", "empty", "every", "exactly"),
        *("except", "false", "fewer", "is", "least", "less", "more", "most", "never", "neither"),
        *("no", "none", "nor", "not", "nothing", "null", "of", "one", "only", "or", "set", "than"),
        *("the", "to", "true"),
    )
)
_FRACTIONS = {
    2: "half",
    3: "third",
    4: "quarter",
    5: "fifth",
    6: "sixth",
    7: "seventh",
    8: "eighth",
    9: "ninth",
    10: "tenth",
}


def quoted(text: str) -> str:
    """Return a text in quotes, on one line."""
    line = _BREAKS.sub(" ", text)
    return f"“{line}”"


def is_bare(text: str) -> bool:
    """Tell whether a text is read right without quotes: one capitalised word, none of logic."""
    return (
        text[:1].isupper() and _BARE.fullmatch(text) is not None and text.casefold() not in _LOGIC
    )


def shown(text: str) -> str:
    """Return a text as it stands in a sentence: Shirts, “blue jeans”, “42”."""
    return text if is_bare(text) else quoted(text)


def listed(parts: Sequence[str], word: str) -> str:
    """Join parts: a, b and c. Parts that are lists themselves are set off by commas."""
    if len(parts) < 2:
        return "".join(parts)
    head, last = ", ".join(parts[:-1]), parts[-1]
    sets_off = len(parts) == 2 and any(map(is_list, parts))
    return f"{head}, {word} {last}" if sets_off else f"{head} {word} {last}"


def is_list(text: str) -> bool:
    """Tell whether a part is a list itself, so that commas alone would not keep it together."""
    return "," in text or " and " in text or " or " in text


def lower_first(title: str) -> str:
    """Return a title or a sentence as it stands inside another: shipping city, but VIP."""
    word, space, _ = title.partition(" ")
    is_word = word[1:].islower() or (word == "A" and space)
    return title[:1].lower() + title[1:] if is_word else title


def sentence(clause: str) -> str:
    """Return a clause as a sentence of its own."""
    return f"{clause[:1].upper()}{clause[1:]}."


def fraction(parts: int) -> str | None:
    """Return the name of one of so many equal parts: half, third."""
    return _FRACTIONS.get(parts)


def with_article(noun: str) -> str:
    """Return a noun with its indefinite article: a third, an eighth."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def ordinal(number: int) -> str:
    """Return 1st, 2nd, 3rd, 11th."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def verb(singular: str, plural: bool) -> str:
    """Return the plural of a verb in the third person where it is wanted: are, do, contain."""
    if not plural:
        return singular
    return {"is": "are", "does": "do", "has": "have", "matches": "match"}.get(
        singular, singular.removesuffix("s")
    )
