"""A day at the editors' page, over HTTP: open, type, save, conflict, history, replace, build, compare, freeze."""

from __future__ import annotations

import os
import random
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from compiler.editor.preview import Preview
from compiler.editor.preview import preview as preview_module
from tests.command_line import tree_bytes
from tests.editor_client import Client, serving
from tests.test_checks import REPORT

ID = "晴川区档案局/2024"
SLOT = "预算管理"
OTHER = "存在问题"


def narrative(root: Path, slot: str = SLOT) -> Path:
    return root / REPORT / "narrative" / f"{slot}.md"


def text_of(page: Client, slot: str = SLOT) -> dict[str, Any]:
    found: dict[str, Any] = page.good("GET", "/api/text", report=ID, slot=slot)
    return found


def states(page: Client, slot: str) -> list[str]:
    tree = page.good("GET", "/api/findings", report=ID)["tree"]
    return next(line["states"] for line in tree if line["slot"] == slot)


def test_the_shelf_and_a_report(page: Client) -> None:
    shelf = page.good("GET", "/api/shelf")["reports"]
    assert [each["id"] for each in shelf] == ["晴川区档案局/2023", ID]
    assert shelf[-1]["year"] == "2024" and shelf[-1]["problem"] == "" and "档案局" in shelf[-1]["title"]
    report = page.good("GET", "/api/report", report=ID)
    assert {SLOT, OTHER} <= {line["slot"] for line in report["tree"]}
    assert report["sections"] and report["style"] and report["version"] and report["kind"]
    assert report["others"] == []


def test_a_report_that_cannot_be_read_does_not_hide_the_others(root: Path, page: Client) -> None:
    (root / "content/晴川区档案局/2023/report.yaml").write_text("文种: [", encoding="utf-8")
    shelf = page.good("GET", "/api/shelf")["reports"]
    assert [bool(each["problem"]) for each in shelf] == [True, False]
    assert page.good("GET", "/api/report", report="晴川区档案局/2023")["problems"]
    assert page.good("GET", "/api/report", report=ID)["sections"]


def test_a_file_called_like_a_year_does_not_hide_the_others(root: Path, page: Client) -> None:
    (root / "content/晴川区档案局/2022").write_text("别的", encoding="utf-8")
    shelf = page.good("GET", "/api/shelf")["reports"]
    assert [(each["year"], bool(each["problem"])) for each in shelf] == [
        ("2022", True),
        ("2023", False),
        ("2024", False),
    ]
    (problem,) = page.good("GET", "/api/report", report="晴川区档案局/2022")["problems"]
    assert problem["message"] == "这里应当是文件夹，却是一个文件"
    assert page.good("GET", "/api/report", report=ID)["sections"]


def test_a_report_below_no_templates_does_not_hide_the_others(root: Path, tmp_path: Path) -> None:
    (tmp_path / "templates").rename(tmp_path / "模板")
    with serving(root) as page:
        shelf = page.good("GET", "/api/shelf")["reports"]
        assert [each["id"] for each in shelf] == ["晴川区档案局/2023", ID]
        assert all("templates" in each["problem"] for each in shelf)
        assert "templates" in page.get("/api/report", report=ID).json["error"]["message"]


def test_what_is_typed_is_in_the_preview_and_not_on_the_disk(root: Path, page: Client) -> None:
    report = page.good("GET", "/api/report", report=ID)
    before = narrative(root).read_bytes()
    text = text_of(page)["text"] + "\n新写的一段，{{ 年度 }}年。\n"
    told = page.good("POST", "/api/preview", report=ID, slot=SLOT, text=text, since=report["mark"], seq=7)
    assert told["seq"] == 7 and told["version"] != report["version"]
    order = [section["key"] for section in report["sections"]]
    assert set(told["changed"]) <= set(order) and told["order"] is None
    assert any("新写的一段" in section["html"] for section in told["changed"].values())
    assert 0 < len(told["changed"]) < len(order)
    chip = told["chips"][-1]
    assert text[chip["start"] : chip["end"]] == "{{ 年度 }}" and chip["text"] == "2024"
    again = page.good("POST", "/api/preview", report=ID, slot=SLOT, text=text, since=told["mark"], seq=8)
    assert again["changed"] == {} and again["version"] == told["version"]
    assert narrative(root).read_bytes() == before


def test_a_page_that_tells_what_it_has_gets_the_rest(page: Client) -> None:
    report = page.good("GET", "/api/report", report=ID)
    asked = {"report": ID, "slot": SLOT, "seq": 1}
    told = page.good("POST", "/api/preview", **asked, text="一句。\n", since=report["mark"])
    assert len(told["changed"]) == 1 and told["order"] is None and told["tree"] is None
    told = page.good(
        "POST", "/api/preview", **asked, text="一句。\n\n## 新的一节\n\n一句。〔待填〕\n", since=told["mark"]
    )
    line = next(line for line in told["tree"] if line["slot"] == SLOT)
    assert "stale" in line["states"]
    for mark in ("", "unknown", None):
        more = {} if mark is None else {"since": mark}
        whole = page.good("POST", "/api/preview", **asked, text="一句。\n", **more)
        assert len(whole["changed"]) == len(whole["order"]) and whole["tree"]


def test_offsets_count_code_points(page: Client) -> None:
    text = "𠮷野家{{ 年度 }}\n"
    told = page.good("POST", "/api/preview", report=ID, slot=SLOT, text=text, seq=1)
    assert (told["chips"][0]["start"], told["chips"][0]["end"]) == (3, 11)


def test_what_is_not_finished_is_told_and_the_rest_printed(page: Client) -> None:
    text = "写了一半 {{ 年\n\n后一段。\n"
    told = page.good("POST", "/api/preview", report=ID, slot=SLOT, text=text, seq=1)
    assert any("后一段" in section["html"] for section in told["changed"].values())
    problem = next(each for each in told["problems"] if each["slot"] == SLOT)
    assert problem["line"] == 1 and problem["severity"] == "error" and problem["message"]
    line = next(line for line in told["tree"] if line["slot"] == SLOT)
    assert "problem" in line["states"]


def test_save_history_and_back(root: Path, page: Client) -> None:
    first = text_of(page)
    saved = page.good("POST", "/api/save", report=ID, slot=SLOT, text="第一稿。\n", base=first["digest"])
    assert saved == {"digest": saved["digest"], "text": "第一稿。\n", "merged": False}
    assert narrative(root).read_text(encoding="utf-8") == "第一稿。\n"
    assert states(page, SLOT) == ["changed"]
    assert states(page, OTHER) == []
    moments = page.good("GET", "/api/history", report=ID, slot=SLOT)["moments"]
    assert [each["why"] for each in moments] == ["typed", "before"]
    assert moments[0]["author"] == "王某" and moments[0]["time"].endswith("Z")
    old = page.good("GET", "/api/moment", report=ID, slot=SLOT, moment=moments[-1]["id"])
    assert old["text"] == first["text"]
    assert "".join(piece["text"] for piece in old["pieces"] if piece["tag"] != "deleted") == "第一稿。\n"
    base = text_of(page)["digest"]
    back = page.good("POST", "/api/restore", report=ID, slot=SLOT, moment=moments[-1]["id"], base=base)
    assert back["text"] == first["text"] and back["digest"] == first["digest"]
    assert narrative(root).read_text(encoding="utf-8") == first["text"]
    assert states(page, SLOT) == []
    assert page.good("GET", "/api/history", report=ID, slot=SLOT)["moments"][0]["why"] == "restored"


def test_two_who_change_the_same_words(root: Path, page: Client) -> None:
    base = page.good(
        "POST", "/api/save", report=ID, slot=SLOT, text="原来的话。\n", base=text_of(page)["digest"]
    )
    narrative(root).write_text("他改的话。\n", encoding="utf-8")
    answer = page.post("/api/save", report=ID, slot=SLOT, text="我改的话。\n", base=base["digest"])
    assert answer.status == 409
    conflict = answer.json["conflict"]
    assert answer.json["error"]["message"]
    assert (conflict["mine"], conflict["theirs"], conflict["base"]) == (
        "我改的话。\n",
        "他改的话。\n",
        "原来的话。\n",
    )
    assert {piece["tag"] for piece in conflict["pieces"]} == {"equal", "inserted", "deleted"}
    assert narrative(root).read_text(encoding="utf-8") == "他改的话。\n"
    done = page.good(
        "POST", "/api/save", report=ID, slot=SLOT, text="合起来的话。\n", base=conflict["digest"]
    )
    assert not done["merged"]
    assert narrative(root).read_text(encoding="utf-8") == "合起来的话。\n"


def test_two_who_change_different_words(root: Path, page: Client) -> None:
    base = page.good(
        "POST",
        "/api/save",
        report=ID,
        slot=SLOT,
        text="第一段。\n\n中间。\n\n第三段。\n",
        base=text_of(page)["digest"],
    )
    narrative(root).write_text("第一段。\n\n中间。\n\n第三段改了。\n", encoding="utf-8")
    done = page.good(
        "POST",
        "/api/save",
        report=ID,
        slot=SLOT,
        text="第一段也改了。\n\n中间。\n\n第三段。\n",
        base=base["digest"],
    )
    assert done["merged"] and done["text"] == "第一段也改了。\n\n中间。\n\n第三段改了。\n"


def test_a_narrative_that_is_not_there_yet(root: Path, page: Client) -> None:
    narrative(root).unlink()
    report = page.good("GET", "/api/report", report=ID)
    line = next(line for line in report["tree"] if line["slot"] == SLOT)
    assert not line["exists"]
    found = text_of(page)
    assert (found["text"], found["digest"], found["writable"]) == ("", "", True)
    page.good("POST", "/api/save", report=ID, slot=SLOT, text="补写的。\n", base="")
    assert narrative(root).read_text(encoding="utf-8") == "补写的。\n"


def test_a_full_disk_is_told_and_nothing_lost(
    root: Path, page: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = text_of(page)
    before = narrative(root).read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("compiler.editor.keeping.disk.os.fsync", full)
    answer = page.post("/api/save", report=ID, slot=SLOT, text="新的。\n", base=found["digest"])
    monkeypatch.undo()
    assert answer.status == 503 and "磁盘满了" in answer.json["error"]["message"]
    assert narrative(root).read_bytes() == before
    page.good("POST", "/api/save", report=ID, slot=SLOT, text="新的。\n", base=found["digest"])


def test_find_and_replace_everywhere(root: Path, page: Client) -> None:
    for slot in (SLOT, OTHER):
        page.good(
            "POST",
            "/api/save",
            report=ID,
            slot=slot,
            text="档案馆与档案馆，{{ 单位.名称 }}。\n",
            base=text_of(page, slot)["digest"],
        )
    found = page.good("POST", "/api/find", reports=[ID], query="档案馆", case=True)
    hits = [hit for hit in found["hits"] if hit["slot"] in (SLOT, OTHER)]
    assert len(hits) == 4 and hits[0]["match"] == "档案馆" and hits[0]["line"] == 1
    done = page.good("POST", "/api/replace", hits=hits, replacement="国家档案馆")
    assert done["replaced"] == 4 and {each["slot"] for each in done["slots"]} == {SLOT, OTHER}
    assert narrative(root).read_text(encoding="utf-8") == "国家档案馆与国家档案馆，{{ 单位.名称 }}。\n"
    answer = page.post("/api/replace", hits=hits, replacement="x")
    assert answer.status == 409 and answer.json["error"]["message"]
    assert page.good("POST", "/api/find", reports=[ID], query="单位.名称", case=True)["hits"] == []
    forged = [{**hits[0], "id": "0-99999"}]
    assert page.post("/api/replace", hits=forged, replacement="x").status == 409
    assert page.post("/api/replace", hits=[{**hits[0], "id": "-1-2"}], replacement="x").status == 400


def test_figures_and_values(page: Client) -> None:
    values = page.good("GET", "/api/values", report=ID, slot=SLOT, query="年度")["values"]
    assert any(value["expression"] == "年度" and value["text"] == "2024" for value in values)
    told = page.good("POST", "/api/preview", report=ID, slot=SLOT, text="{{ 年度 }}\n", seq=1)
    id = told["chips"][0]["figure"]
    figure = page.good("GET", "/api/figure", report=ID, figure=id)
    assert figure["text"] == "2024" and figure["reads"][0]["file"].endswith("report.yaml")
    assert page.get("/api/figure", report=ID, figure="none").status == 404


# News --------------------------------------------------------------------------------------


def test_news_of_what_changes_on_the_disk(root: Path, page: Client) -> None:
    first = page.good("GET", "/api/watch", report=ID, revision="")
    assert first["slots"] == [] and not first["data"]
    told: list[dict[str, Any]] = []

    def wait() -> None:
        told.append(page.good("GET", "/api/watch", report=ID, revision=first["revision"]))

    waiting = [threading.Thread(target=wait) for _ in range(3)]
    for thread in waiting:
        thread.start()
    time.sleep(1.5)
    assert told == [], "nothing happened yet"
    narrative(root).write_text("在别处改的。\n", encoding="utf-8")
    for thread in waiting:
        thread.join(10)
    assert [(each["slots"], each["data"]) for each in told] == [([SLOT], False)] * 3
    budget = root / REPORT / "data" / "budget.yaml"
    budget.write_bytes(budget.read_bytes() + b"\n")
    news = page.good("GET", "/api/watch", report=ID, revision=told[0]["revision"])
    assert (news["slots"], news["data"]) == ([], True)
    unknown = page.good("GET", "/api/watch", report=ID, revision="0123456789abcdef")
    assert SLOT in unknown["slots"] and unknown["data"]


def test_those_that_wait_hold_nobody_up(page: Client) -> None:
    """More pages than there are threads: the next request is answered at once, and the server stops at once."""
    revision = page.good("GET", "/api/watch", report=ID, revision="")["revision"]
    answers: list[int] = []

    def wait() -> None:
        answers.append(page.get("/api/watch", report=ID, revision=revision).status)

    waiting = [threading.Thread(target=wait) for _ in range(60)]
    for thread in waiting:
        thread.start()
    time.sleep(1)
    assert set(answers) <= {429} and len(answers) < 60
    start = time.monotonic()
    page.good("GET", "/api/shelf")
    assert time.monotonic() - start < 2
    page.session.stopping = True
    for thread in waiting:
        thread.join(10)
    assert set(answers) == {200, 429}


def test_pages_that_were_closed_are_not_waited_for(page: Client) -> None:
    revision = page.good("GET", "/api/watch", report=ID, revision="")["revision"]
    head = "".join(f"{name}: {value}\r\n" for name, value in page.headers.items() if name != "Content-Type")
    query = urlencode({"report": ID, "revision": revision})
    for _ in range(3):
        gone = [socket.create_connection(("127.0.0.1", page.port)) for _ in range(20)]
        for connection in gone:
            connection.sendall(f"GET /api/watch?{query} HTTP/1.1\r\n{head}\r\n".encode())
        time.sleep(1)
        for connection in gone:
            connection.close()
        time.sleep(1.5)
    letting_go = threading.Timer(0.5, lambda: setattr(page.session, "stopping", True))
    letting_go.start()
    assert page.get("/api/watch", report=ID, revision=revision).status == 200


def test_many_at_once(root: Path, page: Client) -> None:
    """Windows of one report and of another, saving, previewing, finding: every answer is one."""
    answers: list[tuple[str, int]] = []

    def work(number: int) -> None:
        chance = random.Random(number)
        report, slot = chance.choice([ID, "晴川区档案局/2023"]), chance.choice([SLOT, OTHER])
        where = {"report": report, "slot": slot}
        for turn in range(12):
            match chance.randrange(6):
                case 0:
                    answer = page.post("/api/save", **where, text=f"第{number}人第{turn}次。\n", base="")
                case 1:
                    answer = page.post("/api/preview", **where, text="{{ 年度 }}年\n", seq=turn)
                case 2:
                    answer = page.get("/api/findings", report=report)
                case 3:
                    answer = page.get("/api/history", **where)
                case 4:
                    answer = page.post("/api/find", reports=[ID], query="档案", case=False)
                case _:
                    answer = page.get("/api/values", **where, query="预算")
            answers.append((answer.body.decode()[:200], answer.status))

    workers = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert len(answers) == 96
    assert [each for each in answers if each[1] not in (200, 409)] == []


def test_two_servers_on_one_folder(root: Path, page: Client) -> None:
    with serving(root) as colleague:
        colleague.good("POST", "/api/here", report=ID, slot=OTHER)
        others = page.good("POST", "/api/here", report=ID, slot=SLOT)["others"]
        assert [(each["name"], each["slot"]) for each in others] == [("王某", OTHER)]
        assert others[0]["since"].endswith("Z")
        assert [each["slot"] for each in page.good("GET", "/api/report", report=ID)["others"]] == [OTHER]
    assert page.good("POST", "/api/here", report=ID, slot=SLOT)["others"] == []


def test_the_preview_does_not_wait_for_the_rules(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page.good("GET", "/api/report", report=ID)
    begun, go_on = threading.Event(), threading.Event()
    judged = preview_module.judged

    def slow(*given: Any) -> Any:
        begun.set()
        assert go_on.wait(20)
        return judged(*given)

    monkeypatch.setattr(preview_module, "judged", slow)
    with ThreadPoolExecutor(1) as pool:
        findings = pool.submit(page.good, "GET", "/api/findings", report=ID)
        assert begun.wait(20)
        told = page.good("POST", "/api/preview", report=ID, slot=SLOT, text="判断时写的。\n", seq=1)
        assert any("判断时写的" in section["html"] for section in told["changed"].values())
        assert not findings.done()
        go_on.set()
        assert findings.result()["version"] != told["version"]


# When something breaks ---------------------------------------------------------------------


def test_a_crash_is_told_and_the_next_request_starts_anew(
    page: Client, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def crash(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    page.good("GET", "/api/report", report=ID)
    monkeypatch.setattr(Preview, "compile", crash)
    answer = page.get("/api/report", report=ID)
    monkeypatch.undo()
    assert answer.status == 500
    assert "程序出了毛病" in answer.json["error"]["message"]
    assert "ZeroDivisionError" not in answer.body.decode()
    assert "ZeroDivisionError: a bug" in capfd.readouterr().err
    assert page.good("GET", "/api/report", report=ID)["sections"]


def test_a_template_that_is_gone(root: Path, page: Client) -> None:
    page.good("GET", "/api/report", report=ID)
    os.rename(root / "templates", root / "elsewhere")
    answer = page.get("/api/report", report=ID)
    assert (answer.status == 503 and answer.json["error"]["message"]) or answer.json["problems"]
    assert page.post("/api/save", report=ID, slot=SLOT, text="x\n", base="").status in (404, 409, 503)
    os.rename(root / "elsewhere", root / "templates")
    assert page.good("GET", "/api/report", report=ID)["sections"]


# Jobs --------------------------------------------------------------------------------------


def test_build_check_compare_and_freeze(root: Path, page: Client) -> None:
    before = tree_bytes(root)
    assert page.good("GET", "/api/versions", report=ID) == {"versions": []}
    built = page.job(report=ID, what="build", formats=["docx", "html"])
    assert built["state"] == "done" and "已生成" in built["message"]
    assert {file["name"].rpartition(".")[2] for file in built["files"]} == {"docx", "html"}
    for file in built["files"]:
        answer = page.get("/api/file", id=file["id"])
        assert answer.status == 200 and len(answer.body) == file["size"] > 1000
        assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.body == next((root / "build").rglob(file["name"])).read_bytes()
    checked = page.job(report=ID, what="check")
    assert checked["state"] == "done" and checked["files"][0]["name"] == "检查报告.html"
    frozen = page.job(report=ID, what="freeze", note="报区财政局", formats=["docx"])
    assert frozen["state"] == "done" and "第1版" in frozen["message"], frozen
    assert [version["note"] for version in page.good("GET", "/api/versions", report=ID)["versions"]] == [
        "报区财政局"
    ]
    assert states(page, SLOT) == []
    page.good(
        "POST", "/api/save", report=ID, slot=SLOT, text="冻结以后改的。\n", base=text_of(page)["digest"]
    )
    assert states(page, SLOT) == ["changed"]
    compared = page.job(report=ID, what="compare", version=1)
    assert compared["state"] == "done" and len(compared["files"]) == 2, compared
    after = tree_bytes(root)
    assert {path for path in before if before[path] != after.get(path)} == {
        narrative(root).relative_to(root).as_posix()
    }
    assert not any(
        "/.history/" in path or "/.editing/" in path for path in after if path.startswith("build/")
    )


def test_jobs_that_cannot_be_done(root: Path, page: Client) -> None:
    page.good(
        "POST",
        "/api/save",
        report=ID,
        slot=SLOT,
        text="〔待更新〕{{ 没有这个名称 }}\n",
        base=text_of(page)["digest"],
    )
    told = page.job(report=ID, what="build")
    assert told["state"] == "failed" and "没有写出" in told["message"] and told["files"] == []
    assert "Traceback" not in told["message"]
    assert page.job(report=ID, what="freeze", note="x")["state"] == "failed"
    assert page.job(report=ID, what="compare", version=9)["state"] == "failed"
    for values in (
        {"what": "freeze", "note": "。"},
        {"what": "freeze", "note": "长" * 300},
        {"what": "freeze", "note": "控\x07制"},
        {"what": "freeze"},
        {"what": "compare"},
        {"what": "build", "formats": []},
    ):
        answer = page.post("/api/job", report=ID, **values)
        assert answer.status == 422 and answer.json["error"]["message"], values
    assert [path.name for path in (root / "build").rglob("*") if path.is_file()] == [".archive.lock"]


def test_a_job_that_crashes(
    page: Client, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("compiler.editor.server.works.build", crash)
    told = page.job(report=ID, what="build")
    assert told["state"] == "failed" and "程序出了毛病" in told["message"]
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_too_many_jobs(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()

    def slow(*_: object, **__: object) -> None:
        go.wait(20)
        raise OSError(28, "full")

    monkeypatch.setattr("compiler.editor.server.works.build", slow)
    answers = [page.post("/api/job", report=ID, what="build") for _ in range(10)]
    go.set()
    assert [answer.status for answer in answers].count(429) == 2
    last = [answer.json["job"] for answer in answers if answer.status == 200][-1]
    for _ in range(100):
        told = page.good("GET", "/api/job", job=last)
        if told["state"] == "failed":
            break
        time.sleep(0.1)
    assert "磁盘满了" in told["message"]


def test_how_far_it_is_filled_in(root: Path, page: Client) -> None:
    assert page.good("GET", "/api/report", report=ID)["progress"] == ""
    page.good(
        "POST", "/api/save", report=ID, slot=SLOT, text="〔待更新〕去年的话。\n", base=text_of(page)["digest"]
    )
    assert states(page, SLOT) == ["stale", "changed", "problem"]
    assert page.good("GET", "/api/findings", report=ID)["progress"] == "还有 1 处待更新"
