"""Looking whether a report has changed: what is read for it, and when a look can be wrong."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from compiler.batch import record, sources
from compiler.batch.record import NAME, Asked
from compiler.batch.sources import Sources
from compiler.batch.task import Status, Task, is_unchanged, make
from tests.batch_one import (
    BEFORE,
    DOCX,
    MADE,
    REPORT,
    append,
    copy_of,
    edit,
    flip,
    keeping_times,
    make_one,
    settle,
    unchanged,
    write,
)
from tests.batch_samples import task
from tests.command_line import tree_bytes


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_one(tmp_path_factory.mktemp("made"))


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return copy_of(made, tmp_path)


def test_a_second_look_reads_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*arguments: object) -> str:
        raise AssertionError("read")

    monkeypatch.setattr(record, "digest_of", read)
    monkeypatch.setattr(record, "digest_of_output", read)
    assert unchanged(root)
    os.utime(root / DOCX)
    with pytest.raises(AssertionError, match="read"):
        unchanged(root)


def test_a_look_changes_the_record_only_when_it_says_more(root: Path) -> None:
    before = (root / MADE / NAME).stat()
    assert unchanged(root)
    assert (root / MADE / NAME).stat() == before
    os.utime(root / DOCX, ns=(1_000_000_000, 1_000_000_000))
    assert unchanged(root)
    after = (root / MADE / NAME).stat()
    assert after != before
    assert unchanged(root)  # read again, since it was changed a moment ago
    assert (root / MADE / NAME).stat() == after


def test_a_file_saved_twice_within_a_tick(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a disk whose clock goes in steps, a second edit may leave size and times as they were when the report was made."""
    still = {}

    def of_a_slow_clock(status: os.stat_result) -> tuple[int, ...]:
        return (status.st_size, still.setdefault("now", sources.now()), 0, 0)

    monkeypatch.setattr(sources, "status_of", of_a_slow_clock)
    monkeypatch.setattr(record, "status_of", of_a_slow_clock)
    assert make(task(root)).status is Status.BUILT
    edit(root / REPORT / "data/budget.yaml", "349.99", "349.98")
    assert not unchanged(root)
    assert make(task(root)).status is Status.BUILT
    flip(root / DOCX)
    assert not unchanged(root)


def test_a_file_from_the_future_is_always_read(root: Path) -> None:
    now = sources.now()
    assert not sources.is_settled((1, now + 10**12, now, 1), now)
    assert not sources.is_settled((1, now - 10**9, now, 1), now)
    assert sources.is_settled((1, now - 10**10, now - 10**10, 1), now)
    assert not sources.is_settled(sources.LINK, now)


@pytest.mark.parametrize("moment", ["before it is read", "after it is read"])
def test_a_file_saved_while_the_report_is_made(
    moment: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is what was compiled, not what is on the disk when it is done."""
    from compiler import pipeline

    build = pipeline.build
    budget = root / REPORT / "data/budget.yaml"

    def meanwhile(*arguments: object, **settings: object) -> object:
        if moment == "before it is read":
            edit(budget, "349.99", "349.98")
        result = build(*arguments, **settings)  # type: ignore[arg-type]
        if moment == "after it is read":
            edit(budget, "349.99", "349.98")
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "build", meanwhile)
        assert make(task(root)).status is Status.BUILT
    was_compiled = moment == "before it is read"
    assert unchanged(root) is was_compiled
    if was_compiled:
        page = (root / MADE / "draft/绩效报告.html").read_text(encoding="utf-8")
        assert "349.98" in page


def test_an_output_that_another_run_replaced_meanwhile(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record vouches for what its own run wrote."""
    from compiler.publishing import Staging

    publish = Staging.publish

    def replaced(self: Staging, *arguments: object) -> list[Path]:
        published = publish(self, *arguments)  # type: ignore[arg-type]
        append(root / DOCX)
        return published

    monkeypatch.setattr(Staging, "publish", replaced)
    assert make(task(root)).status is Status.BUILT
    assert not unchanged(root)


def test_a_large_output_is_compared_as_any_other(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_PICTURE", 100)
    assert make(task(root)).status is Status.BUILT
    keeping_times(root / DOCX, flip)
    assert not unchanged(root)


def test_a_report_that_failed_is_looked_at_again(root: Path) -> None:
    edit(root / REPORT / "data/budget.yaml", "349.99", "很多")
    assert not unchanged(root)
    assert make(task(root)).status is Status.FAILED
    assert not unchanged(root)
    edit(root / REPORT / "data/budget.yaml", "很多", "349.99")
    assert unchanged(root), "as it was when the outputs were made"


def test_a_plain_build_in_between_is_no_change(root: Path) -> None:
    from tests.command_line import call

    before = tree_bytes(root / MADE / "draft")
    assert call(["build", str(REPORT)], root).exit_code == 0
    assert tree_bytes(root / MADE / "draft") == before
    assert unchanged(root)


def test_what_is_unchanged_keeps_its_findings(root: Path) -> None:
    found = make(task(root)).findings
    assert len(found) == 3
    outcome = is_unchanged(task(root), Sources(root))
    assert outcome is not None
    assert outcome.findings == found


def test_the_record_names_no_machine(root: Path) -> None:
    text = (root / MADE / NAME).read_text(encoding="utf-8")
    assert str(root) not in json.loads(text).__repr__()


_opened: list[str] | None = None


def _note_opened(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _opened is not None:
        _opened.append(str(arguments[0]))


def test_a_look_opens_the_record_alone(root: Path) -> None:
    """Of a report as large as most, 80 files of its own and of the year before: hundreds are looked at in a second."""
    global _opened
    for number in range(40):
        for folder in (REPORT, BEFORE):
            write(root / folder / "narrative" / f"多{number}.png", "多")
    assert make(task(root)).status is Status.BUILT
    settle(root)
    seen = Sources(root)
    sys.addaudithook(_note_opened)
    _opened = []
    try:
        assert is_unchanged(task(root), seen)
        assert is_unchanged(task(root), seen)
        assert [Path(path).name for path in _opened] == [NAME, NAME]
        os.utime(root / DOCX)
        assert is_unchanged(task(root), seen)
        assert str(root / DOCX) in _opened, "what is opened is seen"
    finally:
        _opened = None


def test_asked_is_all_of_a_task_that_counts() -> None:
    """A new field of `Task` is to be thought of here."""
    assert set(Task._fields) - {"root", "folder", "out", "day", "charts"} == {"formats", "strict", "program"}
    assert set(Asked._fields) == {"program", "shown", "formats", "strict"}
