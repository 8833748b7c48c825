"""Where the emulator is known to differ from Talon.One, for people who rely on it.

Written by hand, most surprising first. Rows are those of docs/decisions.md (S) and of the shared
table of decisions (A, E, F); where the vendor is silent, all of them are decisions of this project.
"""

from __future__ import annotations

from typing import NamedTuple


class Difference(NamedTuple):
    """What differs, what happens instead, and the decisions that say so."""

    what: str
    instead: str
    rows: tuple[str, ...] = ()


UNFAITHFUL = (
    Difference(
        "Rules that call a function which nobody has published",
        "never fire; loading them warns, and a trace names the function",
    ),
    Difference("Strikethrough rules", "are kept and shown, and never evaluated", ("E59",)),
    Difference(
        "Best prior price",
        "counts prices of catalogs only; campaigns do not influence it",
        ("S124",),
    ),
    Difference(
        "The effect startAchievementProgress",
        "is never answered; progress starts without one",
    ),
    Difference("Webhooks", "are answered as effects, and called by nobody"),
    Difference(
        "Rate limits",
        "there are none; only the limit on parallel requests to one session or profile holds",
        ("S141",),
    ),
    Difference(
        "Time to take effect",
        "is zero: edits, imports and jobs are done when they are answered",
        ("S194",),
    ),
    Difference(
        "One workspace is one Application",
        "in an environment of its own: profiles and audiences are shared with no other",
        ("F19", "S211"),
    ),
    Difference("Keys", "do not expire, and every Management API key may do everything", ("S251",)),
    Difference("Earlier revisions of rulesets", "are not kept", ("S177",)),
)
