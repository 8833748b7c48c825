"""What the settings files promise: requirements are named, colours can be read, nothing is sent."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.test_architecture import ROOT, imports, modules

# Packages whose name for pip is not the name that Python imports.
NAMES = {
    "cel": "common-expression-language",
    "axe_playwright_python": "axe-playwright-python",
    "python_multipart": "python-multipart",
    "re2": "google-re2",
    "talon_one": "talon-one-sdk",
    "yaml": "pyyaml",
    "zen": "zen-engine",
}
CONFIG: dict[str, Any] = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())
READABLE = 4.5  # WCAG 2.2, level AA, text of ordinary size


def required(path: str) -> set[str]:
    lines = (ROOT / path).read_text().splitlines()
    names = (re.match(r"[A-Za-z0-9_-]+", line) for line in lines)
    return {name.group().lower() for name in names if name}


def third_party(sources: list[tuple[str, Path]]) -> set[str]:
    own = {"sandbox", "pages", "sandbox_app", "tests", "benchmarks"}
    roots = {
        imported.partition(".")[0]
        for module, path in sources
        for imported in imports(path.read_text(), module, path.name == "__init__.py")
    }
    return {NAMES.get(root, root) for root in roots - own - sys.stdlib_module_names}


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours such as ``#0b6e4f``, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_product_names_every_package_that_it_imports():
    assert third_party(modules()) <= required("requirements.txt")


def test_tests_and_benchmarks_name_every_package_that_they_import():
    sources = [
        (".".join(path.relative_to(ROOT).with_suffix("").parts), path)
        for folder in ("tests", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
    ]
    known = required("requirements.txt") | required("tests/requirements.txt")
    assert third_party(sources) <= known


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("colour", ["textColor", "linkColor", "primaryColor"])
def test_text_can_be_read_in_both_themes(theme: str, colour: str):
    colours = CONFIG["theme"][theme]
    for place in (colours, colours["sidebar"]):
        for background in ("backgroundColor", "secondaryBackgroundColor"):
            assert contrast(colours[colour], place[background]) >= READABLE


def test_contrast_is_what_wcag_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_no_font_is_fetched_from_elsewhere():
    assert "http" not in (ROOT / ".streamlit/config.toml").read_text()


def test_no_usage_is_reported_and_only_this_machine_is_served():
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["server"]["address"] == "127.0.0.1"
