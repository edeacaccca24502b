"""A report is the same by the short cuts that make its rows and read its values as by the general way, which knows none of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from compiler import expressions, table_steps
from compiler.pipeline import build, compile_whole
from compiler.source import Source
from compiler.table_steps import CellStep, RowForm, RowStep
from compiler.tree import Document, Figure, Marked, Row, Table
from compiler.workspace import Workspace
from tests import overlay
from tests.case_files import case_files, read_sections
from tests.test_checks import REPORT, copy_clean


def _no_rows_of_values(patch: pytest.MonkeyPatch) -> None:
    """The open cells of a row are made one by one."""
    made = RowForm.__init__

    def make(form: RowForm, span: Any, steps: Sequence[tuple[CellStep, int, int]]) -> None:
        made(form, span, steps)
        form.values = ()

    patch.setattr(RowForm, "__init__", make)


def _no_paths(patch: pytest.MonkeyPatch) -> None:
    """Every expression is evaluated."""
    patch.setattr(expressions, "value_path", lambda node: None)


def _no_choices(patch: pytest.MonkeyPatch) -> None:
    """A row whose cells the data decides has no form."""
    patch.setattr(table_steps, "_choices", lambda steps: None)


def _no_forms_in_loops(patch: pytest.MonkeyPatch) -> None:
    """What a row's place in the loop decides is decided for each."""
    patch.setattr(table_steps, "_asked_of_loop", lambda choices: [])


def _no_forms(patch: pytest.MonkeyPatch) -> None:
    """No row has a form."""
    _no_choices(patch)
    made = RowStep.__init__

    def make(step: RowStep, span: Any, cells: tuple[Any, ...]) -> None:
        made(step, span, cells)
        step.form = None

    patch.setattr(RowStep, "__init__", make)


_WAYS = {
    "no rows of values": (_no_rows_of_values,),
    "no paths": (_no_paths,),
    "no choices": (_no_choices,),
    "no forms in loops": (_no_forms_in_loops,),
    "no rows of values, no paths": (_no_rows_of_values, _no_paths, _no_forms_in_loops),
    "none": (_no_forms, _no_rows_of_values, _no_paths, _no_forms_in_loops),
}


def _told(value: Any) -> Any:
    """A tree whose files were read anew as one that can be compared. What figures were read from is for the trace to tell."""
    if isinstance(value, Source):
        return value.path
    if isinstance(value, tuple):
        return tuple(map(_told, value))
    names = getattr(type(value), "compared", None)
    if names is None:
        return value
    return type(value).__name__, *[_told(getattr(value, name)) for name in names if name != "reads"]


def _made(root: Path, out: Path) -> tuple[Document, int, dict[str, bytes]]:
    """The tree of the report, how many figures it has, and the files made of it."""
    expressions._compiled.clear()
    whole = compile_whole(Workspace.around(root / REPORT), root / REPORT)
    assert whole.document is not None, [item.message for item in whole.diagnostics]
    result = build(Workspace.around(root / REPORT), root / REPORT, out)
    expressions._compiled.clear()
    files = {path.name: path.read_bytes() for path in result.outputs}
    assert {Path(name).suffix for name in files} == {".docx", ".html", ".json"}
    return whole.document, result.figures, files


def _rows(document: Document) -> list[Row]:
    tables = [block for part in document.parts for block in part.blocks if isinstance(block, Table)]
    return [row for table in tables for row in (*table.head, *table.body)]


@pytest.fixture(scope="module", params=case_files("short_cuts"), ids=lambda path: path.stem)
def sample(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Document, int, dict[str, bytes]]:
    """A workspace, and what is made of its report by all short cuts."""
    root = tmp_path_factory.mktemp("sample")
    copy_clean(root)
    sections = read_sections(request.param).items()
    overlay.apply(root, [section for section in sections if section[0]], REPORT)
    return root, *_made(root, root / "build")


@pytest.mark.parametrize("way", _WAYS)
def test_a_report_is_the_same_by_the_general_way(
    sample: tuple[Path, Document, int, dict[str, bytes]],
    way: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root, document, figures, files = sample
    for turn_off in _WAYS[way]:
        turn_off(monkeypatch)
    plain, counted, made = _made(root, tmp_path)
    assert _told(document) == _told(plain)
    assert figures == counted
    for name, content in files.items():
        assert content == made[name], name
    if way == "none":
        assert not any(row.pattern for row in _rows(plain))


def test_the_sample_takes_both_ways(sample: tuple[Path, Document, int, dict[str, bytes]]) -> None:
    _, document, _, _ = sample
    rows = _rows(document)
    assert any(row.words for row in rows)  # made of their words
    assert any(row.pattern and not row.words for row in rows)
    assert any(row.pattern is None for row in rows)
    held = [paragraph for row in rows for cell in row.cells for paragraph in cell.paragraphs]
    marks = {
        inner.text
        for paragraph in held
        for inline in paragraph
        if isinstance(inline, Marked)
        for inner in inline.children
        if isinstance(inner, Figure)
    }
    assert {"待填", "〔待更新〕", "〔待填：全年执行数〕"} <= marks
    assert any(len(cell.paragraphs) > 1 for row in rows for cell in row.cells if row.pattern)
