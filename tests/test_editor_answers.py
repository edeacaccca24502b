"""Answers that hold for what the page has before it, whatever was compiled, saved or changed meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from compiler.editor.keeping import Presence, Who
from compiler.editor.server.watching import Watcher
from tests.editor_client import Client
from tests.test_checks import REPORT

ID = "晴川区档案局/2024"
SLOT = "预算管理"


def preview(page: Client, text: str) -> dict[str, object]:
    told: dict[str, object] = page.good("POST", "/api/preview", report=ID, slot=SLOT, text=text, seq=1)
    return told


def test_a_figure_of_a_page_that_is_not_the_last(root: Path, page: Client) -> None:
    told = page.good("POST", "/api/preview", report=ID, slot=SLOT, text="{{ 年度 }}\n", seq=1)
    id = told["chips"][0]["figure"]
    preview(page, "{{ 单位.名称 }}，{{ 年度 }}\n")  # by another window
    asked = {"report": ID, "figure": id}
    figure = page.good("GET", "/api/figure", **asked, version=told["version"], text="2024")
    assert figure["text"] == "2024" and figure["expression"] == "年度"
    assert page.get("/api/figure", **asked, text="2024").status == 404
    assert page.get("/api/figure", **asked, version=told["version"], text="2025").status == 404
    assert page.get("/api/figure", **asked, version="0", text="2024").status == 404
    report = root / REPORT / "report.yaml"
    report.write_bytes(report.read_bytes() + b"\n")
    page.good("GET", "/api/report", report=ID)
    assert page.get("/api/figure", **asked, version=told["version"]).status == 404


# Others ------------------------------------------------------------------------------------


@pytest.mark.parametrize("since", ["1e20", "NaN", "Infinity", "9" * 400, "-1000000000000000", "true", "-1"])
def test_an_odd_file_shuts_nobody_out(root: Path, page: Client, since: str) -> None:
    folder = root / REPORT / "narrative" / ".editing"
    folder.mkdir(exist_ok=True)
    for name, odd in (("a", "since"), ("b", "now")):
        said = {"since": str(time.time()), "now": str(time.time()), odd: since}
        about = '"name": "某", "computer": "某机", "slot": "", "beat": 1'
        text = f'{{{about}, "since": {said["since"]}, "now": {said["now"]}}}'
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    assert page.good("GET", "/api/report", report=ID)["others"] == []
    assert page.good("GET", "/api/watch", report=ID, revision="")["others"] == []
    assert page.good("POST", "/api/here", report=ID, slot=SLOT)["others"] == []


def test_nobody_is_told_of_what_they_left_themselves(tmp_path: Path) -> None:
    (tmp_path / "narrative").mkdir()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    me = Who("李四", "PC-1")
    killed, still = Presence(tmp_path, me), Presence(tmp_path, me)
    for presence in (killed, still):
        presence.here(SLOT)
    file = next(path for path in (tmp_path / "narrative" / ".editing").iterdir())
    said = json.loads(file.read_bytes())
    file.write_text(json.dumps({**said, "process": gone.pid}), encoding="utf-8")
    assert len(Presence(tmp_path, me).others()) == 1, "another window of the same person is told"
    assert len(Presence(tmp_path, Who("王五", "PC-2")).others()) == 2


# News --------------------------------------------------------------------------------------


def test_what_changed_before_the_first_watch_is_news(
    root: Path, page: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = page.session.desks.open(ID)
    compiled = desk.compiled
    budget = root / REPORT / "data" / "budget.yaml"

    def while_it_changes() -> object:
        made = compiled()
        budget.write_bytes(budget.read_bytes() + b"\n")
        return made

    monkeypatch.setattr(desk, "compiled", while_it_changes)
    report = page.good("GET", "/api/report", report=ID)
    news = page.good("GET", "/api/watch", report=ID, revision=report["revision"])
    assert news["data"] and news["revision"] != report["revision"]


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look is at the disk."""
    monkeypatch.setattr("compiler.editor.server.watching._APART", 0)


@pytest.mark.parametrize("old", [False, True])
def test_a_change_that_size_and_time_do_not_show(tmp_path: Path, looks: None, old: bool) -> None:
    file = tmp_path / "narrative" / "甲.md"
    file.parent.mkdir()
    file.write_bytes(b"1")
    if old:
        os.utime(file, (1_000_000_000, 1_000_000_000))
    watcher = Watcher(tmp_path, ())
    first = watcher.look("").revision
    assert watcher.look(first).revision == first
    times = file.stat()
    file.write_bytes(b"2")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert watcher.look(first).slots == ("甲",)


def test_a_change_within_a_tick_of_the_clock(
    tmp_path: Path, looks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where neither time shows it, and then where the clock goes on: that alone is no news."""
    file = tmp_path / "data.yaml"
    file.write_bytes(b"1")
    coarse = file.stat()

    class Coarse:
        def __init__(self, entry: os.DirEntry[str]) -> None:
            self._entry = entry
            self.name, self.path = entry.name, entry.path

        def is_dir(self, follow_symlinks: bool) -> bool:
            return self._entry.is_dir(follow_symlinks=follow_symlinks)

        def is_symlink(self) -> bool:
            return self._entry.is_symlink()

        def stat(self, follow_symlinks: bool) -> os.stat_result:
            return coarse

    scan = os.scandir

    @contextmanager
    def scanning(path: str) -> Iterator[list[Coarse]]:
        with scan(path) as entries:
            yield [Coarse(entry) for entry in entries]

    monkeypatch.setattr("compiler.editor.server.watching.os.scandir", scanning)
    watcher = Watcher(tmp_path, ())
    first = watcher.look("").revision
    file.write_bytes(b"2")
    second = watcher.look(first)
    assert second.data
    later = coarse.st_mtime_ns + 60_000_000_000
    monkeypatch.setattr("compiler.editor.server.watching.time.time_ns", lambda: later)
    assert watcher.look(second.revision).revision == second.revision


# Reports -----------------------------------------------------------------------------------


def test_a_narrative_that_the_report_has_no_more(root: Path, page: Client) -> None:
    report = page.good("GET", "/api/report", report=ID)
    slot = next(line["slot"] for line in report["tree"] if line["slot"].startswith("projects/"))
    for file in (root / REPORT / "data" / "projects").glob(f"{slot.removeprefix('projects/')}.y*ml"):
        file.unlink()
    time.sleep(1)
    answer = page.post("/api/save", report=ID, slot=slot, text="x\n", base="")
    assert answer.status == 404


def test_reports_that_were_only_searched_are_let_go(page: Client) -> None:
    ids = [ID, "晴川区档案局/2023"]
    page.good("GET", "/api/report", report=ID)
    page.good("POST", "/api/find", reports=[*ids, *ids * 120], query="档案", case=True)
    assert [page.session.desks.open(id)._preview is not None for id in ids] == [True, False]


def test_no_more_hits_than_can_be_replaced(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compiler.editor.server.searching._MOST", 3)
    found = page.good("POST", "/api/find", reports=[ID], query="的", case=True)
    assert len(found["hits"]) == 3 and found["more"]
