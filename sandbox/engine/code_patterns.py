"""How new codes are made: of coupons, of referrals, of loyalty cards.

Source: reference/engine/07, section 7.3 (code generator); decisions S42, S44.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import product
from random import Random
from typing import NamedTuple

from sandbox.engine.codes import normal_code
from sandbox.engine.definitions import CaseSensitivity
from sandbox.engine.model import CodeSettings

MAX_CHARACTERS = 100
# How often a code is drawn anew before the pattern counts as used up (decision S44).
MAX_DRAWS = 1_000
# Patterns that have no more codes than this are looked through when drawing does not help.
_FEW = 200_000
_ROUNDS = 10
_LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_PLAIN = "#" * 8


class CodePattern(NamedTuple):
    """A text in which each ``#`` stands for one of `characters`."""

    text: str
    characters: str

    def draw(
        self,
        random: Random,
        is_taken: Callable[[str], bool],
        case: CaseSensitivity = "sensitive",
    ) -> str:
        """Return a code, in the case in which it is stored, that is not taken.

        Raises ValueError when hardly one is left.
        """
        for _ in range(MAX_DRAWS if "#" in self.text else 1):
            code = normal_code(self.fill(random), case)
            if not is_taken(code):
                return code
        raise ValueError(f"hardly a code of the pattern {self.text} is left")

    def draw_several(
        self,
        count: int,
        random: Random,
        taken: Callable[[Collection[str]], Collection[str]],
        case: CaseSensitivity = "sensitive",
    ) -> list[str]:
        """Return that many different codes, in the case in which they are stored.

        `taken` says which of some codes are there already. Raises ValueError when not enough are
        left.
        """
        space = len(self._choices(case)) ** self.text.count("#")
        if space < count:
            raise ValueError(_too_few(self.text, space, 0, count))
        codes: dict[str, None] = {}
        for most in (count, *[max(count, MAX_DRAWS)] * _ROUNDS):
            drawn = dict.fromkeys(normal_code(self.fill(random), case) for _ in range(most))
            gone = taken(drawn)
            codes.update(dict.fromkeys(code for code in drawn if code not in gone))
            if len(codes) >= count:
                return list(codes)[:count]
        if space > _FEW:
            raise ValueError(f"hardly a code of the pattern {self.text} is left")
        all_codes = list(self._all(case))
        gone = taken(all_codes)
        left = [code for code in all_codes if code not in gone]
        if len(left) < count:
            raise ValueError(_too_few(self.text, space, space - len(left), count))
        return random.sample(left, count)

    def _choices(self, case: CaseSensitivity) -> list[str]:
        """Return the different characters that a ``#`` can stand for."""
        return list(dict.fromkeys(normal_code(self.characters, case)))

    def _all(self, case: CaseSensitivity) -> Iterator[str]:
        text = normal_code(self.text, case).replace("%", "%%").replace("#", "%s")
        places = self.text.count("#")
        return (text % chosen for chosen in product(self._choices(case), repeat=places))

    def fill(self, random: Random) -> str:
        """Return the text with each ``#`` replaced."""
        return "".join([random.choice(self.characters) if c == "#" else c for c in self.text])


def _too_few(text: str, space: int, taken: int, count: int) -> str:
    if "#" not in text and taken:
        return f"there is a code {text} already"
    free = f", {taken} of them taken" if taken else ""
    return f"the pattern {text} gives {space} different codes{free}, {count} are wanted"


def code_pattern(
    settings: CodeSettings | None, text: str | None = None, characters: str | None = None
) -> CodePattern:
    """Return the pattern to use: what is not given is that of the `settings`, or the default."""
    settings = settings or CodeSettings()
    return CodePattern(
        text or settings.coupon_pattern or _PLAIN,
        characters or "".join(settings.valid_characters) or _LETTERS_AND_DIGITS,
    )
