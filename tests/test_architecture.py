"""Who may import whom: the arrows of the house plan, held by reading the imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# From top to bottom; each may import itself and what stands below it.
LAYERS = (
    "pages",
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
KNOWS_INSIGHT = ("pages", "sandbox.ui")
# Where everything is put together; they may import all of it.
ENTRIES = ("sandbox_app", "sandbox.__main__")

ONLY_IN = {
    "streamlit": ("sandbox.ui", "pages", "sandbox_app"),
    "talon_one": ("sandbox.targets",),
    "starlette": ("sandbox.emulator", "sandbox_app"),
    "uvicorn": ("sandbox.emulator", "sandbox.__main__"),
    "sqlalchemy": ("sandbox.workspace",),
    "filelock": ("sandbox.workspace",),
    "pandas": ("sandbox.insight", "sandbox.ui"),
}

PURE = ("sandbox.engine", "sandbox.rules", "sandbox.talang", "sandbox.insight")
# Nothing here reads a clock, a disk, a network or chance; whatever is missing needs a decision.
# `datetime` is here for its types: CLOCKS_AND_DISKS are the names that nobody may call.
PURE_MAY_IMPORT = (
    "__future__",
    "babel",
    "calendar",
    "collections",
    "contextlib",
    "dataclasses",
    "datetime",
    "decimal",
    "functools",
    "hashlib",
    "itertools",
    "json",
    "math",
    "msgspec",
    "operator",
    "pandas",
    "pprint",
    # Only the class: its instances are seeded with chance that is passed in.
    "random.Random",
    "re",
    "re2",
    "shlex",
    "typing",
    # Only quoting: the package can fetch too.
    "urllib.parse",
    # Only what makes the same id of the same texts.
    "uuid.NAMESPACE_OID",
    "uuid.uuid5",
    "zoneinfo",
)
CLOCKS_AND_DISKS = {"now", "utcnow", "today", "open", "print", "input", "exec", "eval"}


def inside(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def broken(module: str, imported: str) -> str | None:
    """Return what is wrong with one import, or None."""
    for package, allowed in ONLY_IN.items():
        if inside(imported, (package,)) and not inside(module, allowed):
            return f"{package} belongs to {' and '.join(allowed)}"
    if inside(imported, ("sandbox", "pages", "sandbox_app")):
        return broken_arrow(module, imported)
    if inside(module, PURE) and not inside(imported, PURE_MAY_IMPORT):
        return f"{module} is pure"
    return None


def broken_arrow(module: str, imported: str) -> str | None:
    """Return what is wrong with an import of our own code, or None."""
    if imported == "sandbox" or module in ENTRIES:
        return None
    if inside(imported, FOUNDATION):
        reads_environment = inside(imported, ("sandbox.settings",))
        return f"{module} is pure" if reads_environment and inside(module, PURE) else None
    if inside(module, FOUNDATION):
        return "the foundation imports nothing above it"
    if inside(module, (INSIGHT,)):
        return None if inside(imported, (INSIGHT,)) else "insight reads wire shapes only"
    if inside(imported, (INSIGHT,)):
        return None if inside(module, KNOWS_INSIGHT) else "insight is for pages"
    for level, layer in enumerate(LAYERS):
        if inside(module, (layer,)):
            return None if inside(imported, LAYERS[level:]) else "arrows point downwards only"
    return f"{module} has no place among the layers"


def imports(source: str, module: str, is_package: bool = False) -> Iterator[str]:
    """Yield what a module imports, by absolute name: also relatively, in functions, by a call."""
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{start}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and called(node) in ("import_module", "__import__"):
            target = node.args[0] if node.args else None
            yield target.value if isinstance(target, ast.Constant) else "a computed name"


def called(node: ast.Call) -> str:
    """Return the last name of what is called: ``now`` of ``datetime.now(UTC)``."""
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def impure_calls(source: str) -> list[str]:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    unseeded = ["Random()" for node in calls if called(node) == "Random" and not node.args]
    return unseeded + [f"{called(node)}()" for node in calls if called(node) in CLOCKS_AND_DISKS]


def modules() -> list[tuple[str, Path]]:
    paths = [*(ROOT / "sandbox").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    return [
        (".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path)
        for path in sorted([*paths, ROOT / "sandbox_app.py"])
    ]


@pytest.mark.parametrize(("module", "path"), modules(), ids=lambda value: str(value))
def test_imports_follow_the_arrows(module: str, path: Path):
    is_package = path.name == "__init__.py"
    faults = [
        f"{module} imports {imported}: {fault}"
        for imported in imports(path.read_text(), module, is_package)
        if (fault := broken(module, imported))
    ]
    assert not faults


@pytest.mark.parametrize(
    ("module", "path"),
    [(module, path) for module, path in modules() if inside(module, PURE)],
    ids=lambda value: str(value),
)
def test_pure_packages_ask_neither_clock_nor_disk_nor_chance(module: str, path: Path):
    assert impure_calls(path.read_text()) == []


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("sandbox.engine.run", "sandbox.workspace.store.Store"),
        ("sandbox.engine.run", "sqlalchemy.select"),
        ("sandbox.engine.run", "httpx"),
        ("sandbox.engine.run", "sandbox.settings.read_settings"),
        ("sandbox.engine.evaluate", "time.time"),
        ("sandbox.rules.parse", "random"),
        ("sandbox.engine.evaluate", "uuid.uuid4"),
        ("sandbox.engine.scope", "random.choice"),
        ("sandbox.talang.compile", "sandbox.rules.model"),
        ("sandbox.talang.compile", "os.environ"),
        ("sandbox.insight.totals", "sandbox.engine.model"),
        ("sandbox.insight.totals", "streamlit"),
        ("sandbox.workspace.store", "sandbox.insight.totals"),
        ("sandbox.workspace.store", "starlette.requests"),
        ("sandbox.emulator.app", "sandbox.targets.target"),
        ("sandbox.targets.target", "sandbox.ui.drafts"),
        ("sandbox.ui.visit", "talon_one"),
        ("sandbox.ui.visit", "pages.workbench"),
        ("pages.workbench", "talon_one"),
        ("pages.workbench", "sandbox_app"),
        ("sandbox_app", "sqlalchemy"),
        ("sandbox.numbers", "sandbox.engine.model"),
        ("sandbox.helpers.text", "sandbox.engine.model"),
    ],
)
def test_a_broken_arrow_is_noticed(module: str, imported: str):
    assert broken(module, imported) is not None


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("pages.workbench", "sandbox.ui.editor"),
        ("pages.workbench", "sandbox.insight.totals"),
        ("sandbox.ui.visit", "sandbox.targets.target"),
        ("sandbox.targets.target", "sandbox.workspace.updates"),
        ("sandbox.emulator.app", "sandbox.workspace.service"),
        ("sandbox.workspace.service", "sandbox.engine.evaluate"),
        ("sandbox.engine.compiled", "sandbox.rules.model"),
        ("sandbox.rules.templates", "sandbox.talang.ast"),
        ("sandbox.talang.ast", "sandbox.errors"),
    ],
)
def test_an_arrow_that_points_down_is_fine(module: str, imported: str):
    assert broken(module, imported) is None


@pytest.mark.parametrize(
    "source",
    [
        "import sandbox.workspace.store",
        "from sandbox.workspace import store",
        "from ..workspace import store",
        "from ..workspace.store import Store",
        "def f():\n    from sandbox.workspace import store",
        "import_module('sandbox.workspace.store')",
        "importlib.import_module(name)",
    ],
)
def test_every_way_to_import_is_seen(source: str):
    found = imports(source, "sandbox.engine.run")
    assert any(broken("sandbox.engine.run", imported) for imported in found)


def test_a_package_resolves_its_relative_imports_from_itself():
    assert list(imports("from .run import Run", "sandbox.engine", is_package=True)) == [
        "sandbox.engine.run.Run"
    ]


@pytest.mark.parametrize("source", ["datetime.now(UTC)", "date.today()", "open('x')", "Random()"])
def test_a_call_to_a_clock_a_disk_or_chance_is_noticed(source: str):
    assert impure_calls(source)
