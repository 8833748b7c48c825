"""Who may import whom: the arrows of the house plan, held by reading the imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# From top to bottom; each may import itself and what stands below it.
LAYERS = (
    "sandbox.ui",
    "sandbox.targets",
    "sandbox.emulator",
    "sandbox.workspace",
    "sandbox.engine",
    "sandbox.rules",
    "sandbox.talang",
)
FOUNDATION = ("sandbox.errors", "sandbox.numbers", "sandbox.settings", "sandbox.shapes")
# Insight serves live answers and embedded ones alike, so it knows neither.
INSIGHT = "sandbox.insight"
ONLY_IN = {
    "streamlit": ("sandbox.ui",),
    "talon_one": ("sandbox.targets",),
    "starlette": ("sandbox.emulator",),
    "uvicorn": ("sandbox.emulator", "sandbox.__main__"),
    "sqlalchemy": ("sandbox.workspace",),
    "filelock": ("sandbox.workspace",),
    "pandas": ("sandbox.insight", "sandbox.ui"),
}
PURE = ("sandbox.engine", "sandbox.rules", "sandbox.talang", "sandbox.insight")
IMPURE = ("os", "time", "random", "secrets", "socket", "threading", "pathlib", "logging", "urllib")


def inside(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def broken(module: str, imported: str) -> str | None:
    """Return what is wrong with one import, or None."""
    for package, allowed in ONLY_IN.items():
        if inside(imported, (package,)) and not inside(module, allowed):
            return f"{package} belongs to {' and '.join(allowed)}"
    if inside(module, PURE) and inside(imported, IMPURE):
        return f"{module} is pure"
    if not inside(imported, ("sandbox",)) or inside(imported, FOUNDATION) or imported == "sandbox":
        return None
    if inside(module, FOUNDATION):
        return "the foundation imports nothing above it"
    if inside(module, (INSIGHT,)):
        return None if inside(imported, (INSIGHT,)) else "insight reads wire shapes only"
    for level, layer in enumerate(LAYERS):
        if inside(module, (layer,)):
            below = (*LAYERS[level:], *((INSIGHT,) if level == 0 else ()))
            return None if inside(imported, below) else "arrows point downwards only"
    return None


def imports(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules() -> list[tuple[str, Path]]:
    return [
        (".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path)
        for path in sorted((ROOT / "sandbox").rglob("*.py"))
    ]


@pytest.mark.parametrize(("module", "path"), modules(), ids=lambda value: str(value))
def test_imports_follow_the_arrows(module: str, path: Path):
    faults = [
        f"{module} imports {imported}: {fault}"
        for imported in imports(path.read_text())
        if (fault := broken(module, imported))
    ]
    assert not faults


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("sandbox.engine.run", "sandbox.workspace.store.Store"),
        ("sandbox.engine.run", "sqlalchemy.select"),
        ("sandbox.talang.compile", "sandbox.rules.model"),
        ("sandbox.insight.totals", "sandbox.engine.model"),
        ("sandbox.insight.totals", "streamlit"),
        ("sandbox.emulator.app", "sandbox.targets.target"),
        ("sandbox.workspace.store", "starlette.requests"),
        ("sandbox.ui.visit", "talon_one"),
        ("sandbox.engine.evaluate", "time.time"),
        ("sandbox.numbers", "sandbox.engine.model"),
    ],
)
def test_a_broken_arrow_is_noticed(module: str, imported: str):
    assert broken(module, imported) is not None
