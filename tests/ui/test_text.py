from __future__ import annotations

import pytest

from sandbox.ui.text import code, escaped


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("20 % off", "20 % off"),
        ("**bold** <b>", r"\*\*bold\*\* \<b\>"),
        (":red[x] $x^2$", r"\:red\[x\] \$x\^2\$"),
        ("line\nbreak", "line break"),
    ],
)
def test_text_of_others_is_shown_as_it_is(text: str, shown: str):
    assert escaped(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [("xmas20", "`xmas20`"), ("a`b", "`` a`b ``"), ("", "` `"), ("a\n# b", "`a # b`")],
)
def test_code_style_survives_backticks(text: str, shown: str):
    assert code(text) == shown
