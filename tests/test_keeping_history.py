"""What the history keeps of somebody's typing: that no words are gone for good two seconds after a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.editor.keeping import Conflict, NarrativeFiles, Saved
from compiler.publishing import WorkspaceError
from tests.keeping_samples import Clock, files_in, report

SLOT = "机构职责"
ONE = "第一段。\n\n第二段。\n"
SENTENCES = [f"第{number}句说的是另外一件事。" for number in "一二三四五六七八"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def files(tmp_path: Path, clock: Clock) -> NarrativeFiles:
    return files_in(report(tmp_path, {SLOT: ONE}), clock)


def typed(files: NarrativeFiles, clock: Clock, *texts: str) -> None:
    """Saved one after the other, a second apart."""
    base = files.read(SLOT).digest
    for text in texts:
        clock.now += 1
        result = files.save(SLOT, text, base, "李四")
        assert isinstance(result, Saved)
        base = result.digest


def kept(files: NarrativeFiles) -> list[str]:
    """The oldest first."""
    return [files.at(SLOT, each.id) for each in reversed(files.history(SLOT))]


def growing() -> list[str]:
    return [ONE + "".join(SENTENCES[: number + 1]) for number in range(len(SENTENCES))]


def test_what_was_there_before_a_large_deletion(files: NarrativeFiles, clock: Clock) -> None:
    typed(files, clock, *growing(), ONE, f"{ONE}别", f"{ONE}别的话。")
    assert kept(files) == [ONE, ONE + "".join(SENTENCES), f"{ONE}别的话。"]


def test_what_was_there_before_deleting_bit_by_bit(files: NarrativeFiles, clock: Clock) -> None:
    whole = ONE + "".join(SENTENCES)
    shrinking = [whole[:end] for end in range(len(whole), len(ONE), -3)]
    typed(files, clock, *growing(), *shrinking)
    assert whole in kept(files)
    assert len(kept(files)) <= 4


def test_what_was_overwritten_by_more(files: NarrativeFiles, clock: Clock) -> None:
    typed(files, clock, *growing(), ONE + "换" * 300)
    assert ONE + "".join(SENTENCES) in kept(files)


def test_small_corrections_are_no_moments(files: NarrativeFiles, clock: Clock) -> None:
    texts = []
    for text in growing():
        texts += [text, text[:-2], text]
    typed(files, clock, *texts)
    assert kept(files) == [ONE, ONE + "".join(SENTENCES)]


def test_the_longest_is_not_dropped_for_room(files: NarrativeFiles, clock: Clock) -> None:
    base = files.read(SLOT).digest
    whole = ONE + "".join(SENTENCES)
    for number in range(260):
        clock.now += 1 if number == 2 else 130
        result = files.save(SLOT, whole if number == 2 else f"{ONE}{number}\n", base, "李四")
        assert isinstance(result, Saved)
        base = result.digest
    assert len(kept(files)) == 200 and whole in kept(files)


def test_counts_are_by_words(files: NarrativeFiles, clock: Clock) -> None:
    long = "".join(SENTENCES * 5)
    typed(files, clock, f"{long}\n")
    clock.now += 600
    typed(files, clock, f"新{long}尾\n")
    newest = files.history(SLOT)[0]
    assert (newest.added, newest.removed) == (2, 0)


def test_restoring_is_not_over_what_came_meanwhile(files: NarrativeFiles, clock: Clock) -> None:
    typed(files, clock, ONE.replace("第一段", "改过的第一段"))
    seen = files.read(SLOT).digest
    first = files.history(SLOT)[-1].id
    theirs = files.read(SLOT).text + "\n同事的一段。\n"
    (files.folder / f"{SLOT}.md").write_text(theirs, encoding="utf-8")
    result = files.restore(SLOT, first, "李四", seen)
    assert isinstance(result, Saved) and result.merged
    assert files.read(SLOT).text == f"{ONE}\n同事的一段。\n"


def test_restoring_the_words_that_somebody_changed(files: NarrativeFiles, clock: Clock) -> None:
    typed(files, clock, ONE.replace("第一段", "改过的第一段"))
    seen = files.read(SLOT).digest
    first = files.history(SLOT)[-1].id
    theirs = ONE.replace("第一段", "改过的第一段，同事又改")
    (files.folder / f"{SLOT}.md").write_text(theirs, encoding="utf-8")
    result = files.restore(SLOT, first, "李四", seen)
    assert isinstance(result, Conflict) and result.theirs == theirs and result.mine == ONE
    assert files.read(SLOT).text == theirs


def test_a_replacement_takes_no_figure_for_letters(files: NarrativeFiles, clock: Clock) -> None:
    typed(files, clock, "支出{{ 年度 }}。\n")
    place = files.find("支出").hits[0].place
    with pytest.raises(WorkspaceError, match="变样"):
        files.replace([place], "\\", "李四")
    assert files.replace([place], "\\\\", "李四") == {SLOT: 1}
