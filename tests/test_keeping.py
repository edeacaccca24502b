"""Narratives on the disk: read, saved, merged, with their history."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from compiler.editor.keeping import Conflict, NarrativeFiles, Saved
from compiler.publishing import WorkspaceError
from compiler.workspace import Workspace
from tests.keeping_samples import NAMES, Clock, files_in, report

ONE = "第一段。\n\n第二段。\n\n第三段。\n"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def files(tmp_path: Path, clock: Clock) -> NarrativeFiles:
    return files_in(report(tmp_path, {"机构职责": ONE}), clock)


def saved(files: NarrativeFiles, text: str, base: str = "", author: str = "李四") -> Saved:
    result = files.save("机构职责", text, base or files.read("机构职责").digest, author)
    assert isinstance(result, Saved)
    return result


def path_of(files: NarrativeFiles, name: str = "机构职责") -> Path:
    return files.folder / f"{name}.md"


def kept(files: NarrativeFiles, name: str = "机构职责") -> list[tuple[str, str]]:
    """The history, the oldest first: why, text."""
    return [(each.why, files.at(name, each.id)) for each in reversed(files.history(name))]


# Reading and saving ------------------------------------------------------------------------


def test_saved_and_read_again(files: NarrativeFiles) -> None:
    first = files.read("机构职责")
    assert (first.text, first.why_not) == (ONE, "")
    now = saved(files, "新的。\n", first.digest)
    assert now == Saved("新的。\n", files.read("机构职责").digest, merged=False)
    assert path_of(files).read_bytes() == "新的。\n".encode()


def test_a_narrative_that_is_not_there_yet(files: NarrativeFiles) -> None:
    first = files.read("projects/01-甲")
    assert (first.text, first.digest, first.why_not) == ("", "", "")
    assert isinstance(files.save("projects/01-甲", "甲。\n", "", "李四"), Saved)
    assert (files.folder / "projects" / "01-甲.md").read_text(encoding="utf-8") == "甲。\n"


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        (b"a\r\nb\r\n", "a\nc\nb\n", b"a\r\nc\r\nb\r\n"),
        (b"a\r\nb\n", "a\nb\nc\n", b"a\r\nb\nc\n"),
        (b"\xef\xbb\xbfa\r\n", "b\n", b"b\r\n"),
        (b"a\n", "a\r\nb", b"a\nb"),
    ],
)
def test_line_ends_are_kept_and_a_byte_order_mark_is_not(
    files: NarrativeFiles, before: bytes, text: str, after: bytes
) -> None:
    path_of(files).write_bytes(before)
    saved(files, text)
    assert path_of(files).read_bytes() == after


def test_line_ends_changed_outside_are_no_change(files: NarrativeFiles) -> None:
    base = files.read("机构职责").digest
    path_of(files).write_bytes(ONE.replace("\n", "\r\n").encode())
    assert saved(files, f"{ONE}四\n", base).merged is False
    assert path_of(files).read_bytes().endswith("三段。\r\n四\r\n".encode())


@pytest.mark.parametrize(
    "name",
    [
        "",
        "没有",
        "../report",
        "/etc/passwd",
        "机构职责.md",
        "projects",
        "projects/../机构职责",
        "C:/x",
        "a\\b",
        ".history/机构职责",
        "aux",
        "机构职责\x00",
        "机构职责:流",
    ],
)
def test_no_other_file_is_reached(files: NarrativeFiles, name: str) -> None:
    before = sorted(files.folder.rglob("*"))
    acts: list[Callable[[], object]] = [
        lambda: files.read(name),
        lambda: files.save(name, "x", "", "李四"),
        lambda: files.history(name),
        lambda: files.at(name, "x"),
        lambda: files.restore(name, "x", "李四", ""),
    ]
    for act in acts:
        with pytest.raises(WorkspaceError, match="没有叫"):
            act()
    assert sorted(files.folder.rglob("*")) == before


@pytest.mark.parametrize("name", [".history/x", "aux", "../外面", "a:b"])
def test_a_name_of_the_outline_that_leads_away_is_refused(tmp_path: Path, name: str) -> None:
    folder = report(tmp_path, {})
    files = NarrativeFiles(Workspace(tmp_path), folder, lambda: [name])
    with pytest.raises(WorkspaceError):
        files.save(name, "x", "", "李四")
    assert list(tmp_path.rglob("*x*")) == []


@pytest.mark.parametrize("what", ["file", "folder", "history"])
def test_links_are_refused(files: NarrativeFiles, tmp_path: Path, what: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "机构职责.md").write_text("外", encoding="utf-8")
    if what == "file":
        path_of(files).unlink()
        path_of(files).symlink_to(outside / "机构职责.md")
    elif what == "history":
        files.history_folder.symlink_to(outside)
    else:
        path_of(files).unlink()
        files.folder.rmdir()
        files.folder.symlink_to(outside)
    with pytest.raises(WorkspaceError, match="快捷方式"):
        files.save("机构职责", "x", "", "李四")
    assert [path.name for path in outside.iterdir()] == ["机构职责.md"]
    assert (outside / "机构职责.md").read_text(encoding="utf-8") == "外"


def test_another_encoding_is_left_alone(files: NarrativeFiles) -> None:
    base = files.read("机构职责").digest
    path_of(files).write_bytes("外面存的".encode("gbk"))
    with pytest.raises(WorkspaceError, match="GBK"):
        files.save("机构职责", "x", base, "李四")
    assert path_of(files).read_bytes() == "外面存的".encode("gbk")
    assert kept(files) == [("unsaved", "x")]  # until somebody has saved it as UTF-8 again


def test_a_folder_in_its_place(files: NarrativeFiles) -> None:
    path_of(files).unlink()
    path_of(files).mkdir()
    with pytest.raises(WorkspaceError, match="文件夹"):
        files.read("机构职责")


@pytest.mark.parametrize(("text", "words"), [("\ud800", "不完整"), ("字" * 1_400_000, "最多")])
def test_what_no_file_can_hold(files: NarrativeFiles, text: str, words: str) -> None:
    with pytest.raises(WorkspaceError, match=words):
        saved(files, text)
    assert path_of(files).read_text(encoding="utf-8") == ONE


def test_a_read_only_file_is_said_to_be(files: NarrativeFiles) -> None:
    path_of(files).chmod(0o444)
    assert "只读" in files.read("机构职责").why_not
    with pytest.raises(WorkspaceError, match="只读"):
        saved(files, "x")
    assert path_of(files).read_text(encoding="utf-8") == ONE


def test_stamps_change_with_the_file(files: NarrativeFiles) -> None:
    before = files.stamps()
    assert list(before) == ["机构职责"]
    saved(files, "别的。\n")
    assert files.stamps() != before


def test_a_drive_that_is_gone_is_no_empty_narrative(files: NarrativeFiles) -> None:
    base = files.read("机构职责").digest
    gone = files.folder.parent
    gone.rename(gone.with_name("2022"))
    with pytest.raises(WorkspaceError, match="网络断了"):
        files.read("机构职责")
    with pytest.raises(WorkspaceError, match="没有存上"):
        files.save("机构职责", "x", base, "李四")
    assert not gone.exists()


def test_many_threads(files: NarrativeFiles) -> None:
    """Requests come in threads: each adds its paragraph to one narrative, again and again."""
    files.save("机构职责", "\n\n---\n\n".join("甲乙丙丁") + "\n", files.read("机构职责").digest, "李四")

    def write(who: str) -> None:
        for number in range(15):
            text, base, _ = files.read("机构职责")
            new = "\n".join(f"{who}{number}" if line.startswith(who) else line for line in text.split("\n"))
            assert isinstance(files.save("机构职责", new, base, who), Saved)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, "甲乙丙丁"))
    assert files.read("机构职责").text == "\n\n---\n\n".join(f"{who}14" for who in "甲乙丙丁") + "\n"


# Others --------------------------------------------------------------------------------------


def test_two_paragraphs_are_merged(files: NarrativeFiles) -> None:
    base = files.read("机构职责").digest
    path_of(files).write_text(ONE.replace("第三段", "外面改的第三段"), encoding="utf-8")
    now = saved(files, ONE.replace("第一段", "我改的第一段"), base)
    assert now.merged
    assert now.text == "我改的第一段。\n\n第二段。\n\n外面改的第三段。\n" == files.read("机构职责").text
    assert [why for why, _ in kept(files)] == ["before", "merged"]


def test_one_paragraph_is_a_conflict(files: NarrativeFiles) -> None:
    base = files.read("机构职责").digest
    theirs = ONE.replace("第一段", "外面改的第一段")
    path_of(files).write_text(theirs, encoding="utf-8")
    mine = ONE.replace("第一段", "我改的第一段")
    conflict = files.save("机构职责", mine, base, "李四")
    assert conflict == Conflict(mine, theirs, ONE, files.read("机构职责").digest)
    assert path_of(files).read_text(encoding="utf-8") == theirs
    assert ("unsaved", mine) in kept(files)
    assert saved(files, mine, conflict.digest).merged is False
    assert ("outside", theirs) in kept(files) or ("before", theirs) in kept(files)


def test_the_same_change_twice_is_none(files: NarrativeFiles) -> None:
    base = files.read("机构职责").digest
    path_of(files).write_text("一样。\n", encoding="utf-8")
    assert saved(files, "一样。\n", base) == Saved("一样。\n", files.read("机构职责").digest, merged=False)


def test_a_file_removed_outside_is_not_made_again_unasked(files: NarrativeFiles) -> None:
    base = files.read("机构职责").digest
    path_of(files).unlink()
    assert files.save("机构职责", "我的", base, "李四") == Conflict("我的", "", ONE, "")
    assert not path_of(files).exists()
    assert saved(files, "我的") == Saved("我的", files.read("机构职责").digest, merged=False)


def test_without_the_text_both_are_made_from_nothing_is_merged(files: NarrativeFiles) -> None:
    path_of(files).write_text("外面。\n", encoding="utf-8")
    assert isinstance(files.save("机构职责", "我的。\n", "0" * 64, "李四"), Conflict)


def test_somebody_saves_what_they_opened_long_ago(files: NarrativeFiles, clock: Clock) -> None:
    """Their text is without what was saved since: that is not a change they made."""
    first = ONE.replace("第一段", "先改的第一段")
    base = saved(files, first).digest
    clock.now += 600
    second = first.replace("第二段", "后改的第二段")
    base = saved(files, second, base).digest
    path_of(files).write_text(ONE.replace("第三段", "外面改的第三段"), encoding="utf-8")
    now = saved(files, second + "\n第四段。\n", base)
    assert now.text == "先改的第一段。\n\n后改的第二段。\n\n外面改的第三段。\n\n第四段。\n"


def test_somebody_puts_an_old_text_back(files: NarrativeFiles, clock: Clock) -> None:
    """They may have meant it: it is not merged away."""
    base = saved(files, ONE.replace("第一段", "先改的第一段")).digest
    clock.now += 600
    path_of(files).write_text(ONE, encoding="utf-8")
    mine = ONE.replace("第一段", "先改的第一段") + "\n又一段。\n"
    assert isinstance(files.save("机构职责", mine, base, "李四"), Conflict)


def test_two_servers_one_after_the_other(files: NarrativeFiles, clock: Clock) -> None:
    other = files_in(files.folder.parent, clock)
    mine, theirs = files.read("机构职责"), other.read("机构职责")
    clock.now += 1
    first = other.save("机构职责", theirs.text.replace("第一段", "乙"), theirs.digest, "乙")
    clock.now += 1
    second = files.save("机构职责", mine.text.replace("第三段", "甲"), mine.digest, "甲")
    assert isinstance(first, Saved)
    assert second == Saved("乙。\n\n第二段。\n\n甲。\n", files.read("机构职责").digest, merged=True)


# History ---------------------------------------------------------------------------------------


def test_typing_keeps_a_moment_every_two_minutes(files: NarrativeFiles, clock: Clock) -> None:
    base = files.read("机构职责").digest
    for second in range(600):
        clock.now += 1
        base = saved(files, f"{ONE}{second}\n", base).digest
    texts = [text.removeprefix(ONE) for _, text in kept(files)]
    assert len(texts) == 6
    assert texts[0] == "" and texts[-1] == "599\n"
    newest = files.history("机构职责")[0]
    assert (newest.author, newest.why, newest.time) == ("李四", "typed", clock.now)
    assert newest.digest == base and newest.size == len(ONE) + 4


def test_before_a_pause_the_last_text_is_kept(files: NarrativeFiles, clock: Clock) -> None:
    base = saved(files, "歇之前。\n").digest
    clock.now += 1000
    base = saved(files, "歇之后。\n", base).digest
    clock.now += 1
    saved(files, "再一秒。\n", base)
    assert [text for _, text in kept(files)] == [ONE, "歇之前。\n", "歇之后。\n", "再一秒。\n"]


def test_what_somebody_else_wrote_is_always_kept(files: NarrativeFiles, clock: Clock) -> None:
    other = files_in(files.folder.parent, clock)
    base = files.read("机构职责").digest
    for number in range(10):
        clock.now += 1
        writer = files if number % 2 else other
        writer.read("机构职责")
        result = writer.save("机构职责", f"{number}\n", base, "李四")
        assert isinstance(result, Saved)
        base = result.digest
    assert [text for _, text in kept(files)] == [ONE, *(f"{number}\n" for number in range(10))]


def test_restoring_is_a_save(files: NarrativeFiles, clock: Clock) -> None:
    clock.now += 1
    saved(files, "改了。\n")
    clock.now += 1
    first = files.history("机构职责")[-1]
    assert first.why == "before"
    assert files.restore("机构职责", first.id, "李四", files.read("机构职责").digest) == Saved(
        ONE, first.digest, merged=False
    )
    assert kept(files) == [("before", ONE), ("typed", "改了。\n"), ("restored", ONE)]


def test_added_and_removed(files: NarrativeFiles, clock: Clock) -> None:
    clock.now += 1
    saved(files, ONE.replace("第二段", "第十二段落"))
    assert [(each.added, each.removed) for each in files.history("机构职责")] == [(2, 0), (len(ONE), 0)]


def test_a_history_is_bounded(files: NarrativeFiles, clock: Clock) -> None:
    base = files.read("机构职责").digest
    for number in range(230):
        clock.now += 130
        base = saved(files, f"{number}\n", base).digest
    texts = [text for _, text in kept(files)]
    assert len(texts) == 200
    assert texts[0] == ONE
    assert texts[-40:] == [f"{number}\n" for number in range(190, 230)]


@pytest.mark.parametrize("id", ["", "../x", "20231114-221320-000.t.0123456789ab.李四", "/etc/passwd"])
def test_a_moment_that_is_not_there(files: NarrativeFiles, id: str) -> None:
    saved(files, "x\n")
    with pytest.raises(WorkspaceError, match="没有了"):
        files.at("机构职责", id)


def test_a_damaged_moment_is_left_out(files: NarrativeFiles) -> None:
    saved(files, "改了。\n")
    (folder,) = [path for path in files.history_folder.iterdir() if path.is_dir()]
    (damaged,) = [path for path in folder.iterdir() if ".b." in path.name]
    damaged.write_bytes("第".encode() + b"\xff")
    (folder / "说明.txt").write_text("别人放的", encoding="utf-8")
    again = files_in(files.folder.parent, Clock())
    assert kept(again) == [("typed", "改了。\n")]


def test_the_history_is_readable_without_the_program(files: NarrativeFiles) -> None:
    saved(files, "改了。\n")
    names = sorted(os.listdir(files.history_folder / "机构职责.md"))
    assert names[-1].startswith("20231114-221320-000.t.") and names[-1].endswith(".李四.md")


def test_samples_are_what_the_outline_has(files: NarrativeFiles) -> None:
    assert set(files.stamps()) <= set(NAMES)
