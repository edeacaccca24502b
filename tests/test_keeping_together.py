"""Many narratives at once: found, replaced; and people at once: who else is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiler.editor.keeping import Hit, NarrativeFiles, Place, Presence, Who
from compiler.editor.keeping import replacing as replacing_module
from compiler.editor.keeping.disk import TEMPORARY
from compiler.publishing import WorkspaceError
from compiler.workspace import Workspace
from tests.command_line import call, tree_bytes
from tests.keeping_samples import Clock, files_in, report
from tests.test_checks import REPORT, copy_clean

TEXTS = {
    "机构职责": "区金融办负责金融。\n\n{{ 金融.总数|万元 }}，[金融](https://example.com/金融)，![金融图](图/金融.png) {#金融}\n",
    "预算执行": "Finance 和 finance，〔待更新：金融〕还有 {{ 金融\n",
    "projects/01-甲": "金融\r\n金融\r\n",
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def files(tmp_path: Path, clock: Clock) -> NarrativeFiles:
    return files_in(report(tmp_path, TEXTS), clock)


def found(files: NarrativeFiles, query: str, case: bool = True) -> list[Hit]:
    return list(files.find(query, case).hits)


def contents(files: NarrativeFiles) -> dict[str, bytes]:
    return {name: (files.folder / f"{name}.md").read_bytes() for name in TEXTS}


# Found ---------------------------------------------------------------------------------------


def test_words_are_found_and_nothing_else(files: NarrativeFiles) -> None:
    hits = found(files, "金融")
    assert [(hit.place.name, hit.line, hit.before, hit.after) for hit in hits] == [
        ("机构职责", 1, "区", "办负责金融。"),
        ("机构职责", 1, "区金融办负责", "。"),
        ("机构职责", 3, "{{ 金融.总数|万元 }}，[", "](https://example.com/金融"),
        ("机构职责", 3, "tps://example.com/金融)，![", "图](图/金融.png) {#金融}"),
        ("projects/01-甲", 1, "", ""),
        ("projects/01-甲", 2, "", ""),
    ]
    assert {hit.match for hit in hits} == {"金融"}


def test_letters_with_and_without_case(files: NarrativeFiles) -> None:
    assert [hit.match for hit in found(files, "finance")] == ["finance"]
    assert [hit.match for hit in found(files, "finance", case=False)] == ["Finance", "finance"]


@pytest.mark.parametrize("query", ["", ".*", "总数", "待更新", "图/", "金融\r\n金融"])
def test_nothing_is_found(files: NarrativeFiles, query: str) -> None:
    assert found(files, query) == []


def test_a_narrative_that_cannot_be_read_has_no_hits(files: NarrativeFiles) -> None:
    (files.folder / "机构职责.md").write_bytes("金融".encode("gbk"))
    assert {hit.place.name for hit in found(files, "金融")} == {"projects/01-甲"}


def test_too_many_hits_are_said_to_be(files: NarrativeFiles) -> None:
    (files.folder / "机构职责.md").write_text("金" * 3000, encoding="utf-8")
    result = files.find("金")
    assert (len(result.hits), result.more) == (2000, True)


# Replaced --------------------------------------------------------------------------------------


def test_replaced_in_all(files: NarrativeFiles) -> None:
    places = [hit.place for hit in found(files, "金融")]
    assert files.replace(places, "财政", "李四") == {"机构职责": 4, "projects/01-甲": 2}
    now = contents(files)
    assert now["机构职责"].decode() == (
        "区财政办负责财政。\n\n{{ 金融.总数|万元 }}，[财政](https://example.com/金融)，![财政图](图/金融.png) {#金融}\n"
    )
    assert now["projects/01-甲"].decode() == "财政\r\n财政\r\n"
    assert now["预算执行"].decode() == TEXTS["预算执行"]
    newest, first = files.history("机构职责")
    assert (newest.why, newest.author, first.why) == ("replaced", "李四", "before")
    assert files.at("机构职责", first.id) == TEXTS["机构职责"]
    assert leftovers(files) == []


def leftovers(files: NarrativeFiles) -> list[str]:
    return [
        path.name
        for path in files.history_folder.rglob(".*")
        if path.name.startswith((".writing-", ".replacing"))
    ]


@pytest.mark.parametrize(
    ("replacement", "words"),
    [
        ("{{ 年度 }}", "会变样"),
        ("x](y", "会变样"),
        ("{{", "会变样"),
        ("〔待填〕", "会变样"),
        ("一\n二", "一行"),
        ("\x07", "控制字符"),
        ("字" * 1001, "最多"),
    ],
)
def test_what_would_change_more_than_words(files: NarrativeFiles, replacement: str, words: str) -> None:
    places = [hit.place for hit in found(files, "金融")]
    before = contents(files)
    with pytest.raises(WorkspaceError, match=words):
        files.replace(places, replacement, "李四")
    assert contents(files) == before


def test_a_narrative_changed_since(files: NarrativeFiles) -> None:
    places = [hit.place for hit in found(files, "金融")]
    (files.folder / "projects/01-甲.md").write_text("金融，改了", encoding="utf-8")
    before = contents(files)
    with pytest.raises(WorkspaceError, match="刚刚又改过"):
        files.replace(places, "财政", "李四")
    assert contents(files) == before


@pytest.mark.parametrize("shift", [(10, 10), (0, 1), (-1, 100), (0, 0), (99, 99)])
def test_places_that_are_no_words(files: NarrativeFiles, shift: tuple[int, int]) -> None:
    place = found(files, "金融")[1].place
    wrong = place._replace(start=place.start + shift[0], end=place.end + shift[1])
    places = [place, place] if shift == (0, 0) else [wrong]
    if shift == (0, 1):
        assert files.replace(places, "财政", "李四") == {"机构职责": 1}  # words all the same
        return
    before = contents(files)
    with pytest.raises(WorkspaceError, match="不对"):
        files.replace(places, "财政", "李四")
    assert contents(files) == before


def test_a_place_in_another_file(files: NarrativeFiles) -> None:
    with pytest.raises(WorkspaceError, match="没有叫"):
        files.replace([Place("../report", "0" * 64, 0, 1)], "x", "李四")


@pytest.mark.parametrize("error", [PermissionError(13, "held"), OSError(28, "full"), KeyboardInterrupt()])
@pytest.mark.parametrize("failing", range(2))
def test_whatever_fails_nothing_is_replaced(
    files: NarrativeFiles, failing: int, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [hit.place for hit in found(files, "金融")]
    before, put = contents(files), replacing_module.put
    done: list[Path] = []

    def failing_put(aside: Path, path: Path, durable: bool) -> None:
        if len(done) == failing:
            aside.unlink()
            raise error
        done.append(path)
        put(aside, path, durable)

    monkeypatch.setattr(replacing_module, "put", failing_put)
    with pytest.raises(KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else WorkspaceError):
        files.replace(places, "财政", "李四")
    assert contents(files) == before
    assert leftovers(files) == []
    assert "replaced" not in {each.why for name in TEXTS for each in files.history(name)}


def test_what_could_not_be_put_back_is_put_back_later(
    files: NarrativeFiles, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [hit.place for hit in found(files, "金融")]
    before = contents(files)

    def no_more(files: NarrativeFiles, alone: object) -> None:
        raise OSError(5, "broken")

    put, done = replacing_module.put, list[Path]()

    def failing_put(aside: Path, path: Path, durable: bool) -> None:
        if done:
            monkeypatch.setattr(NarrativeFiles, "undo_unfinished", no_more)
            raise OSError(5, "broken")
        done.append(path)
        put(aside, path, durable)

    with monkeypatch.context():
        monkeypatch.setattr(replacing_module, "put", failing_put)
        with pytest.raises(WorkspaceError, match="自动换回"):
            files.replace(places, "财政", "李四")
        assert contents(files) != before
        monkeypatch.undo()
    again = files_in(files.folder.parent, clock)
    again.save("预算执行", "别的。\n", again.read("预算执行").digest, "李四")
    assert contents(files) == {**before, "预算执行": "别的。\n".encode()}


# Others ------------------------------------------------------------------------------------------


class Room:
    """Two people at two computers, one folder, one time; the second clock may be wrong."""

    def __init__(self, folder: Path, wrong_by: float = 0) -> None:
        self.time, self.steady = Clock(), Clock(0)
        self.mine = Presence(folder, Who("李四", "PC-1"), self.time, self.steady)
        self.theirs = Presence(
            folder, Who("王五", "PC-2"), lambda: self.time() + wrong_by, lambda: self.steady() + 7
        )

    def passes(self, seconds: float) -> None:
        self.time.now += seconds
        self.steady.now += seconds


def test_two_see_each_other(tmp_path: Path) -> None:
    room = Room(report(tmp_path, {}))
    room.mine.here("机构职责")
    room.theirs.here("预算执行")
    assert room.mine.others() == [("王五", "PC-2", "预算执行", 1_700_000_000)]
    assert room.theirs.others() == [("李四", "PC-1", "机构职责", 1_700_000_000)]
    room.theirs.leave()
    assert room.mine.others() == []
    room.mine.leave()
    assert not (tmp_path / "content/某局/2023/narrative/.editing").exists()


def test_who_was_killed_is_gone_after_a_while(tmp_path: Path) -> None:
    room = Room(report(tmp_path, {}))
    room.theirs.here("")
    assert len(room.mine.others()) == 1
    room.passes(30)
    assert len(room.mine.others()) == 1
    room.passes(10)
    assert room.mine.others() == []
    room.theirs.here("")
    assert len(room.mine.others()) == 1


@pytest.mark.parametrize("wrong_by", [-7200, 7200])
def test_a_wrong_clock_is_seen_through(tmp_path: Path, wrong_by: float) -> None:
    room = Room(report(tmp_path, {}), wrong_by)
    room.theirs.here("")
    assert room.mine.others() == []  # may have lain there for hours
    room.passes(10)
    room.theirs.here("")
    assert len(room.mine.others()) == 1
    room.passes(40)
    assert room.mine.others() == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[" * 3000,
        b"{}",
        json.dumps({"name": 1, "computer": "x", "slot": "", "since": 0, "now": 1_700_000_000}).encode(),
        json.dumps({"name": "\x1b", "computer": "x", "slot": "", "since": 0, "now": 1_700_000_000}).encode(),
    ],
)
def test_what_is_no_presence(tmp_path: Path, content: bytes) -> None:
    room = Room(report(tmp_path, {}))
    room.mine.here("")
    (tmp_path / "content/某局/2023/narrative/.editing/x.json").write_bytes(content)
    assert room.mine.others() == []


def test_presence_stops_nobody(tmp_path: Path) -> None:
    folder = report(tmp_path, {})
    (folder / "narrative" / ".editing").write_text("一个文件", encoding="utf-8")
    room = Room(folder)
    room.mine.here("")
    assert room.mine.others() == []
    room.mine.leave()


def test_presence_does_not_follow_a_link(tmp_path: Path) -> None:
    folder, outside = report(tmp_path, {}), tmp_path / "outside"
    outside.mkdir()
    (folder / "narrative" / ".editing").symlink_to(outside)
    room = Room(folder)
    room.mine.here("")
    assert list(outside.iterdir()) == [] and room.mine.others() == []


# The other commands ------------------------------------------------------------------------------


def test_no_command_minds_what_is_kept(tmp_path: Path) -> None:
    """The same comes of a report with a history and somebody at it as of one without; nothing of that is copied."""
    outcomes = []
    for kept in (False, True):
        root = tmp_path / str(kept) / "workspace"
        copy_clean(root)
        narrative = root / REPORT / "narrative"
        if kept:
            names = [
                path.relative_to(narrative).as_posix().removesuffix(".md") for path in narrative.rglob("*.md")
            ]
            files = NarrativeFiles(Workspace(root), root / REPORT, lambda names=names: names)
            for name in names:
                text = files.read(name)
                changed = files.save(name, text.text + "改。\n", text.digest, "李四")
                files.save(name, text.text, changed.digest, "李四")
            Presence(root / REPORT, Who("王五", "PC-2")).here("")
            (narrative / ".history" / f"{TEMPORARY}1-2-3").write_text("一半", encoding="utf-8")
            assert (narrative / ".history").is_dir() and (narrative / ".editing").is_dir()
        ran = [
            call(["build", str(REPORT)], root),
            call(["check", str(REPORT)], root),
            call(["archive", str(REPORT), "-m", "初稿", "--by", "档案员"], root),
            call(["new", "--from", str(REPORT)], root),
        ]
        made = {
            path: data
            for path, data in tree_bytes(root).items()
            if not path.startswith(f"{REPORT.as_posix()}/narrative/.")
        }
        assert not [path for path in made if "/.history" in path or "/.editing" in path]
        documents = {
            path: data
            for path, data in made.items()
            if "/archive/" not in path and not path.endswith(".json")
        }
        outcomes.append(([(each.exit_code, each.err) for each in ran], sorted(made), documents))
    assert outcomes[0][0] == outcomes[1][0]
    assert outcomes[0][1] == outcomes[1][1]
    assert outcomes[0][2] == outcomes[1][2]
