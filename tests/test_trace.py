"""trace.json: every printed figure with its place, and the data it came from."""

from __future__ import annotations

import json
import re
import shutil
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compiler.diagnostics import Diagnostics
from compiler.evaluation.project import Basis
from compiler.expressions import compile_expression
from compiler.pipeline import build
from compiler.record import Facts
from compiler.record_paths import Paths
from compiler.schema import derived_record
from compiler.source import Source, pack
from compiler.table_steps import CellFigure, CellStep, Out, RowFigures, RowForm
from compiler.trace import Trace
from compiler.tree import Cell, Part, Row, Table
from compiler.workspace import Workspace
from tests import overlay
from tests.case_files import case_files, run_case
from tests.test_outputs import REPORTS, ROOT
from tests.texts import html_text


def traced(root: Path, folder: Path, out: Path) -> tuple[list[dict[str, Any]], int, str]:
    """The figures of the trace, how many the build counted, and the words of the document."""
    result = build(Workspace(root), folder, out, ("html",))
    assert not result.diagnostics.has_errors
    trace = next(path for path in result.outputs if path.name == "trace.json")
    page = next(path for path in result.outputs if path.suffix == ".html")
    return json.loads(trace.read_bytes())["figures"], result.figures, html_text(page)


@pytest.mark.parametrize("folder", REPORTS, ids=lambda folder: folder.name)
def test_every_printed_figure_is_traced_to_its_place(folder: Path, tmp_path: Path) -> None:
    figures, count, words = traced(ROOT, folder, tmp_path)
    assert len(figures) == count
    for figure in figures:
        assert figure["text"].replace("\n", "") in words.replace("\n", "")
        assert figure["from"], figure
        for value in figure["from"]:
            check_value(value, figure, folder)


def check_value(value: dict[str, Any], figure: dict[str, Any], folder: Path) -> None:
    """A source leads to what is printed; a formula has inputs that lead on."""
    if "source" in value:
        path, line, column = re.fullmatch(r"(.+):(\d+):(\d+)", value["source"]).groups()  # type: ignore[union-attr]
        if not (folder / path).is_file():
            assert (folder / path).is_dir() and value["key"] == "项目"
            return
        there = (folder / path).read_text(encoding="utf-8").splitlines()[int(line) - 1][int(column) - 1 :]
        assert there.strip(), value
        if figure["from"] == [value] and not re.search(r" [-+*/] | if |个数|合计|数值", figure["expression"]):
            assert _same(figure["text"].split("\n")[0], there), (figure, there)
    elif "formula" in value:
        assert value["inputs"], value
        for inner in value["inputs"]:
            check_value(inner, figure, folder)
    else:
        # the number of a repetition, or what the template prints for a value that the data lacks
        assert figure["from"] == [value]
        assert value["key"] in ("序号", "index") or "默认" in figure["expression"], figure


def _same(printed: str, typed: str) -> bool:
    """Whether the printed words are those of the file, or the same number in another unit."""
    if typed.startswith("["):  # an item of a list
        return any(_same(printed, item) for item in re.split(r"[\[\],]\s*", typed) if item)
    if typed.startswith((printed, "|")):
        return True
    numbers = [
        re.match(r"([\d,]+(?:\.\d+)?)\s*(亿元|元)?", text.replace(",", "")) for text in (printed, typed)
    ]
    scale = {"元": Decimal(1), None: Decimal(10_000), "亿元": Decimal(100_000_000)}  # bare: 万元, or no money
    values = [Decimal(number[1]) * scale[number[2]] for number in numbers if number]
    return len(values) == 2 and values[0] == values[1]


@pytest.mark.parametrize("path", case_files("trace"), ids=lambda path: path.stem)
def test_trace(path: Path, tmp_path: Path, accept: bool) -> None:
    def run(sections: dict[str, str]) -> str:
        overlay.copy_sample(tmp_path)
        overlay.apply(tmp_path, [item for item in sections.items() if overlay.is_overlay(item[0])])
        figures, _, _ = traced(tmp_path, tmp_path / overlay.REPORT, tmp_path / "build")
        wanted = re.compile(sections.get("of", ".*").strip())
        return "".join(told(figure) for figure in figures if wanted.search(figure["expression"]))

    run_case(path, run, accept)


def told(figure: dict[str, Any]) -> str:
    where = " ".join(
        str(figure[key]) for key in ("part", "heading", "paragraph", "table", "row", "cell") if key in figure
    )
    lines = [f"{figure['text']}  {{{{ {figure['expression']} }}}}  {where}"]
    for value in figure["from"]:
        lines += told_value(value, 1)
    return "\n".join(lines) + "\n"


def told_value(value: dict[str, Any], depth: int) -> list[str]:
    place = value.get("source", "").removeprefix(f"{overlay.REPORT.as_posix()}/")
    lines = ["  " * depth + f"{value['key']}  {place or value.get('formula', '')}"]
    for inner in value.get("inputs", ()):
        lines += told_value(inner, depth + 1)
    return lines


def test_a_trace_is_written_for_the_same_build_as_the_documents(tmp_path: Path) -> None:
    overlay.copy_sample(tmp_path)
    first, _, _ = traced(tmp_path, tmp_path / overlay.REPORT, tmp_path / "build")
    budget = tmp_path / overlay.REPORT / "data" / "budget.yaml"
    budget.write_text(budget.read_text(encoding="utf-8").replace("349.99", "349.5"), encoding="utf-8")
    second, _, _ = traced(tmp_path, tmp_path / overlay.REPORT, tmp_path / "build")
    assert first != second
    shutil.rmtree(tmp_path / "build")
    assert traced(tmp_path, tmp_path / overlay.REPORT, tmp_path / "build")[0] == second


def test_records_that_are_none_of_the_datas_are_looked_for_once() -> None:
    """Not among all projects for each line that speaks of one."""

    class Asked(list[Any]):
        asked = 0

        def __getitem__(self, index: Any) -> Any:
            self.asked += 1
            return super().__getitem__(index)

    class Project(Facts):
        id = "1"

    listed, stranger = Asked(Project() for _ in range(5)), Project()
    paths = Paths({"项目": listed}, "content/甲/2024/")
    assert [paths.of(stranger) for _ in range(4)] == [None] * 4
    assert listed.asked == 5
    assert all(paths.of(each) is not None for each in listed)


def test_a_record_that_is_none_of_the_datas_has_a_name_all_the_same() -> None:
    """本项, in a row of a form as in a cell by itself."""
    source = Source("content/甲/2024/data/别处.yaml", "名称: 甲\n")
    span = source.span(0)
    first = source.keep_places([pack(0, 0, 1), pack(0, 4, 1)])
    stranger = derived_record(Basis, SimpleNamespace(source=source, first=first), name="甲")  # type: ignore[arg-type]
    stranger.places = {"name": 1}
    expression = compile_expression("行.名称", span, Diagnostics())
    assert expression is not None
    out = Out(expression, span)
    form = RowForm(span, [(CellStep(span, (out,), 1, 1, "", "left", None, out), 1, 1)])
    cells = (
        RowFigures(1, form, ["甲"], [stranger]),
        CellFigure(1, 1, "甲", "行.名称", ((stranger, "名称"),)),
    )
    written = BytesIO()
    trace = Trace(written, "content/甲/2024", {"项目": ()}, {})
    trace.begin(Part(span, ()))
    trace.write(Table(span, (10000,), (), (Row(span, (Cell(span, ()),)),), number="表1"), cells)
    trace.finish()
    figures = json.loads(written.getvalue())["figures"]
    assert [figure["from"] for figure in figures] == [
        [{"key": "本项.名称", "source": "data/别处.yaml:1:5"}]
    ] * 2
