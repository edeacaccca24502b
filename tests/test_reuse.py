"""Templates that a process has read already: of use to the next report, and to none that should see others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler.batch.task import Status, make
from compiler.cli_reports import report_folder
from compiler.diagnostics import Code, Diagnostics
from compiler.pipeline import build
from compiler.reuse import Reuse
from compiler.source import Source
from compiler.workspace import Workspace
from tests.batch_samples import departments, task

NAMES = ("甲局", "乙局", "丙局")


@pytest.fixture
def district(tmp_path: Path) -> Iterator[Path]:
    departments(tmp_path, NAMES)
    yield tmp_path


def made(root: Path, name: str) -> dict[str, bytes]:
    done = make(task(root, f"content/{name}/2024"))
    assert done.status is Status.BUILT, done.message
    drafts = root / "build" / name / "2024" / "draft"
    return {path.name: path.read_bytes() for path in drafts.iterdir()}


def alone(root: Path, name: str) -> dict[str, bytes]:
    """The same, by a build that shares nothing."""
    folder, out = report_folder(root / "content" / name / "2024"), root / "alone"
    paths = build(Workspace.around(folder), folder, out).outputs
    return {path.name: path.read_bytes() for path in paths}


def table(root: Path) -> Path:
    return next((root / "templates").rglob("tables/*.html"))


def test_one_report_after_another(district: Path) -> None:
    for name in NAMES:
        whole = made(district, name)
        assert alone(district, name).items() <= whole.items()


def test_a_template_that_changes_between_two_reports(district: Path) -> None:
    first = made(district, "甲局")
    path = table(district)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("</th>", "（改）</th>", 1), encoding="utf-8")
    again = made(district, "甲局")
    assert first != again and alone(district, "甲局").items() <= again.items()
    path.write_text(text, encoding="utf-8")
    assert made(district, "甲局") == first


def test_a_broken_template_is_told_of_every_report(district: Path) -> None:
    made(district, "甲局")
    path = table(district)
    path.write_text(path.read_text(encoding="utf-8").replace("</table>", ""), encoding="utf-8")
    told = [make(task(district, f"content/{name}/2024")).message for name in NAMES]
    assert all(path.name in message for message in told), told


def test_what_has_anything_wrong_with_it_is_not_kept() -> None:
    reuse, read = Reuse(), []

    def warns(source: Source, sink: Diagnostics) -> str:
        read.append(source.text)
        if "错" in source.text:
            sink.warning(Code.WRONG_TYPE, source.span(0), "写错了", "改正")
        return source.text

    for text in ("错", "错", "好", "好", "错"):
        sink = Diagnostics()
        assert reuse.read(warns, Source("templates/甲.yaml", text), sink) == text
        assert len(sink) == ("错" in text)
    assert read == ["错", "错", "好", "错"]
    assert reuse.read(warns, Source("templates/乙.yaml", "好"), Diagnostics()) == "好"
    assert read[-1] == "好"
