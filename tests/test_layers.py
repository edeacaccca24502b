"""Imports point one way, and no file grows past what one can hold in the head."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "compiler"

STAGES = ("passes", "readers", "writers", "checks")
"""Packages that know nothing of each other, not even for type checkers."""

NO_DOMAIN = ("passes", "readers", "writers")
"""Packages that know nothing of the domain: they compile any report, whatever it is about."""

LAYERS: tuple[tuple[str, ...], ...] = (
    ("named",),
    ("source", "computed", "kept_patterns", "interrupts", "signals"),
    ("patterns",),
    ("plain_expressions",),
    ("diagnostics", "figures", "gaps"),
    ("record", "gate", "explanations"),
    ("rawdata",),
    ("reading",),
    ("kinds",),
    ("schema",),
    ("filters", "arithmetic"),
    ("evaluator",),
    ("value_paths",),
    ("expressions",),
    ("caches",),
    ("nodes",),
    ("inlines",),
    ("tree",),
    ("marking",),
    ("style",),
    ("table_grid",),
    ("table_steps",),
    ("table_program", "record_paths"),
    ("trace",),
    ("outline",),
    ("charts",),
    ("evaluation",),
    ("comparison", "needed"),
    STAGES,
    ("data_edit",),
    ("publishing", "safe_names"),
    ("rewriting",),
    ("reuse",),
    ("workspace",),
    ("schemes", "waivers", "pdf", "worklist"),
    ("faults",),
    ("inputs", "narratives"),
    ("previous", "fixing", "remaining"),
    ("workbook",),
    ("compilation",),
    ("pipeline",),
    ("listing", "waiver_draft"),
    ("explain", "check_report", "import_listing"),
    ("archive", "rollover", "summary"),
    ("batch",),
    ("editions",),
    ("editor",),
    ("cli_words", "cli_output", "offline"),
    ("cli_reports",),
    ("cli_versions",),
    ("cli_batch_told", "cli_executors"),
    ("cli_batch",),
    (
        "cli_fix",
        "cli_archive",
        "cli_verify",
        "cli_diff",
        "cli_new",
        "cli_export",
        "cli_import",
        "cli_serve",
        "cli_summary",
    ),
    ("cli",),
    ("start",),
    ("__main__",),
)
"""Modules and packages, lowest first. One may import those below it; those on one line never each other."""

_RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}


STARTED = PACKAGE / "offline" / "files"
"""What the offline bundle is started with: run by itself, above everything."""


def modules() -> list[Path]:
    return sorted(
        path
        for path in PACKAGE.rglob("*.py")
        if path != PACKAGE / "__init__.py" and not path.is_relative_to(STARTED)
    )


def unit(path: Path) -> str:
    """The module or package of the compiler that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(source: str) -> Iterator[tuple[int, str, bool]]:
    """Each import of the compiler: its line, what is imported, whether only for type checkers.

    Wherever it stands: a function that imports the wrong layer is as wrong as a module that does.
    """
    tree = ast.parse(source)
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"line {node.lineno}: a relative import"
            names = [node.module or ""]
            if node.module == "compiler":
                names = [f"compiler.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name.startswith("compiler."):
                yield node.lineno, name.split(".")[1], id(node) in for_types


def complaints(importer: str, source: str) -> list[str]:
    """What is wrong with the imports of a file of the unit `importer`."""
    found = []
    for line, imported, for_types in imports(source):
        if imported == importer:
            continue
        if {imported, importer} <= set(STAGES):
            found.append(f"line {line}: {importer} imports its sibling {imported}")
        elif imported == "evaluation" and importer in NO_DOMAIN:
            found.append(f"line {line}: {importer} knows of the domain")
        elif not for_types and _RANK[imported] >= _RANK[importer]:
            found.append(f"line {line}: {importer} imports {imported}, which is not below it")
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_one_way(path: Path) -> None:
    assert unit(path) in _RANK, f"give {unit(path)} its place in LAYERS"
    assert complaints(unit(path), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("figures", "from compiler.record import Record"),
        ("passes", "from compiler.readers.yaml_data import read_yaml"),
        ("writers", "def late():\n    from compiler.passes import PASSES"),
        ("readers", "if True:\n    import compiler.writers.html"),
        (
            "writers",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from compiler.readers import markdown",
        ),
        ("passes", "from compiler.evaluation.funds import Budget"),
        ("checks", "from compiler.workspace import Workspace"),
        ("diagnostics", "def late():\n    from compiler import cli"),
    ],
)
def test_a_wrong_import_is_found(importer: str, source: str) -> None:
    assert len(complaints(importer, source)) == 1


def test_the_wheel_does_not_need_what_only_tests_need() -> None:
    """The compiler imports nothing but the standard library and its declared dependencies."""
    declared = {
        "click",
        "cn2an",
        "filelock",
        "jinja2",
        "markdown_it",
        "docx",
        "yaml",
        "pypdf",
        "openpyxl",
        "starlette",
        "uvicorn",
        "packaging",
        "matplotlib",  # of the extra `charts`, with Pillow, which it needs
        "PIL",
        "compiler",
    }
    extra = {"cluster.py": "distributed", "remote.py": "fsspec"}  # of [cluster], imported where they are used
    import sys

    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for name in names:
                root = name.split(".")[0]
                known = root in declared or root in sys.stdlib_module_names or root == extra.get(path.name)
                assert known, f"{path.name}: {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_file_has_at_most_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_named_tuples_are_made_in_one_way(path: Path) -> None:
    assert path == PACKAGE / "named.py" or not of_typing("NamedTuple", path.read_text(encoding="utf-8"))


def of_typing(name: str, source: str) -> list[int]:
    """The lines in which a name of `typing` is imported or used."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if (
            isinstance(node, ast.ImportFrom)
            and node.module == "typing"
            and name in [alias.name for alias in node.names]
        )
        or (isinstance(node, ast.Attribute) and ast.unparse(node) == f"typing.{name}")
    ]


def test_a_named_tuple_made_otherwise_is_found() -> None:
    wrong = "from typing import Any, NamedTuple\nimport typing\nclass A(typing.NamedTuple): ...\n"
    assert of_typing("NamedTuple", wrong) == [1, 3]
    assert of_typing("NamedTuple", "from compiler.named import NamedTuple\nfrom typing import Any") == []


def test_no_float_computes_a_figure() -> None:
    """No module on the way from the data to the printed figure knows of floats (but to refuse them)."""
    for name in (
        "figures",
        "kinds",
        "filters",
        "record",
        "evaluation/funds",
        "evaluation/project",
        "evaluation/scorecard",
        "evaluation/scored",
        "evaluation/scoring",
        "evaluation/scheme",
        "evaluation/measure",
    ):
        tree = ast.parse((PACKAGE / f"{name}.py").read_text(encoding="utf-8"))
        used = [
            node.lineno
            for node in ast.walk(tree)
            if (isinstance(node, ast.Name) and node.id == "float")
            or (isinstance(node, ast.Constant) and isinstance(node.value, float))
        ]
        assert used == [], f"{name}.py uses float in lines {used}"
