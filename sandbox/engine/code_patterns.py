"""How new codes are made: of coupons, of referrals, of loyalty cards.

Source: reference/engine/07, section 7.3 (code generator); decisions S42, S44.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from sandbox.engine.codes import normal_code
from sandbox.engine.definitions import CaseSensitivity
from sandbox.engine.model import CodeSettings

MAX_CHARACTERS = 100
# How often a code is drawn anew before the pattern counts as used up (decision S44).
MAX_DRAWS = 1_000
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

    def fill(self, random: Random) -> str:
        """Return the text with each ``#`` replaced."""
        return "".join([random.choice(self.characters) if c == "#" else c for c in self.text])


def code_pattern(
    settings: CodeSettings | None, text: str | None = None, characters: str | None = None
) -> CodePattern:
    """Return the pattern to use: what is not given is that of the `settings`, or the default."""
    settings = settings or CodeSettings()
    return CodePattern(
        text or settings.coupon_pattern or _PLAIN,
        characters or "".join(settings.valid_characters) or _LETTERS_AND_DIGITS,
    )
