"""Reports of a batch with charts: they are made again when these would be drawn with something else."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from compiler.batch import record
from compiler.batch.program import this_program
from compiler.batch.record import NAME, read_record
from compiler.batch.sources import Sources
from compiler.batch.task import Status, is_unchanged, make
from compiler.charts import drawing, fonts
from tests import overlay
from tests.batch_one import (
    MADE,
    append,
    copy_of,
    make_one,
    unchanged,
)
from tests.batch_samples import task, with_chart


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_one(tmp_path_factory.mktemp("made"))


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return copy_of(made, tmp_path)


@pytest.fixture
def with_typeface(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A report with a chart, made with a typeface of ours; gives the typeface's file."""
    pytest.importorskip("matplotlib", reason="pip install -e '.[charts]'")
    overlay.copy_sample(tmp_path)
    with_chart(tmp_path)
    typeface = tmp_path / "fonts" / "simhei.ttf"
    typeface.parent.mkdir()
    shutil.copy(Path(fonts.find_typeface(fonts.folders()).path), typeface)
    monkeypatch.setattr(drawing, "folders", lambda: (str(typeface.parent),))
    forget_typefaces()
    assert make(task(tmp_path)).status is Status.BUILT
    assert unchanged(tmp_path)
    yield typeface
    forget_typefaces()


def forget_typefaces() -> None:
    """As in another process."""
    for cached in (drawing.drawn_with, fonts.find_typeface, fonts.digest_of, drawing._characters):
        cached.cache_clear()


@pytest.mark.parametrize(
    "change",
    [
        lambda typeface: typeface.unlink(),
        lambda typeface: append(typeface),
        lambda typeface: shutil.copy(typeface, typeface.with_name("msyh.ttf")),
    ],
    ids=["it is gone", "it is another", "a better one came"],
)
def test_a_report_with_charts_is_made_again_with_another_typeface(
    change: Callable[[Path], object], with_typeface: Path, tmp_path: Path
) -> None:
    change(with_typeface)
    forget_typefaces()
    assert not unchanged(tmp_path)
    assert make(task(tmp_path)).status is Status.BUILT
    assert unchanged(tmp_path)


def test_a_typeface_that_came(with_typeface: Path, tmp_path: Path) -> None:
    """A table that stands for a chart is no reason to leave the report as it is for ever."""
    with_typeface.rename(tmp_path / "elsewhere")
    forget_typefaces()
    made = make(task(tmp_path))
    assert made.status is Status.BUILT
    assert [each.code for each in made.warned] == ["P004"]
    again = is_unchanged(task(tmp_path), Sources(tmp_path))
    assert again is not None
    assert again.warned == made.warned, "it is told as long as it is so"
    (tmp_path / "elsewhere").rename(with_typeface)
    forget_typefaces()
    assert not unchanged(tmp_path)


def test_a_chart_that_was_not_drawn_where_charts_are_drawn(
    with_typeface: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with a typeface that cannot be read: what should have drawn it is not what did."""

    def refuse(typeface: object) -> None:
        raise fonts.NotDrawn("字体文件读不出来，图没有画", "重新安装")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "_characters", refuse)
        outcome = make(task(tmp_path))
    assert outcome.status is Status.BUILT
    assert [(each.code, each.places) for each in outcome.warned] == [("P004", 1)]
    assert (read_record(tmp_path / MADE / NAME) or pytest.fail()).charts == record.UNDRAWN
    assert not unchanged(tmp_path)


@pytest.mark.parametrize("found", [None, "0.1"])
def test_another_library_for_charts(
    found: str | None, with_typeface: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is gone, or another; neither is a reason to make reports without charts again."""
    version = drawing.metadata.version

    def other(name: str) -> str:
        if name != "matplotlib":
            return version(name)
        if found is None:
            raise drawing.metadata.PackageNotFoundError(name)
        return found

    key = this_program().key
    monkeypatch.setattr(drawing.metadata, "version", other)
    this_program.cache_clear()
    forget_typefaces()
    assert not unchanged(tmp_path)
    assert this_program().key == key


def test_only_reports_with_charts_look_for_a_typeface(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def look() -> str:
        raise AssertionError("looked")

    monkeypatch.setattr(drawing, "drawn_with", look)
    assert unchanged(root)
    assert make(task(root)).status is Status.BUILT
