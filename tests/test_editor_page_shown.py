"""What the editors' page looks like to those who do not see it well, and what it is made of."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.editor_browser import NO_BROWSER, TITLE, Desk, sitting_before, until
from tests.html_checks.programs import AXE, NO_AXE
from tests.test_checks import copy_clean

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGE = Path(__file__).parents[1] / "compiler/editor/page"
OURS = [
    path
    for path in sorted(PAGE.rglob("*"))
    if path.suffix in (".js", ".css", ".html", ".svg") and path.name != "codemirror.js"
]


@pytest.mark.chromium
@pytest.mark.htmlcheck
@pytest.mark.skipif(bool(NO_BROWSER or NO_AXE), reason=NO_BROWSER or NO_AXE)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_nothing_to_complain_of(tmp_path: Path, browser: Browser, scheme: str) -> None:
    """The page and every dialog, in both schemes; axe-core itself must get past the page's policy."""
    copy_clean(tmp_path)
    with sitting_before(
        tmp_path, browser, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce"
    ) as desk:
        desk.choose(TITLE)
        desk.page.wait_for_timeout(1800)  # the findings
        complaints = {"page": axe(desk)}
        desk.box.click()
        desk.keys("Control+a", "Delete")
        complaints["notice"] = axe(desk)
        for name, keys, wait in (
            ("figures", "Control+m", ".picker-row"),
            ("references", "Control+k", ".picker-row"),
            ("finder", "Control+h", ".finder"),
            ("keys", "F1", ".keys"),
            ("history", "Control+Shift+h", ".history"),
        ):
            desk.keys(keys)
            desk.page.locator(wait).first.wait_for()
            desk.page.wait_for_timeout(300)
            complaints[name] = axe(desk)
            desk.keys("Escape")
        for name in ("检查报告", "归档", "生成报告"):
            desk.page.get_by_role("button", name=name, exact=True).click()
            desk.page.locator("dialog").wait_for()
            complaints[name] = axe(desk)
            desk.keys("Escape")
        desk.chips.first.click()
        desk.page.locator("#origin dl").wait_for()
        complaints["origin"] = axe(desk)
        desk.keys("Escape")
        desk.page.get_by_role("button", name="纯文本框").click()
        complaints["plain"] = axe(desk)
        frame = desk.page.frames[1]
        frame.evaluate(AXE.read_text(encoding="utf-8"))
        found = frame.evaluate(
            "axe.run(document.body, {runOnly: ['color-contrast', 'aria-roles', 'aria-allowed-attr']})"
        )
        complaints["preview"] = [one["id"] for one in found["violations"]]
    assert complaints == {name: [] for name in complaints}


def axe(desk: Desk) -> list[str]:
    desk.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = desk.page.evaluate("axe.run(document, {iframes: false})")
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found["violations"]]


@pytest.mark.chromium
@pytest.mark.skipif(bool(NO_BROWSER), reason=NO_BROWSER)
def test_it_fits_a_small_screen(tmp_path: Path, browser: Browser) -> None:
    """1366×768: nothing sticks out, each pane has its room, and the sheet of paper fits its pane."""
    copy_clean(tmp_path)
    with sitting_before(tmp_path, browser) as desk:
        page = desk.page
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        boxes = {
            name: page.locator(f"#{name}").bounding_box() for name in ("left", "editor", "right", "below")
        }
        assert all(
            box and box["x"] + box["width"] <= 1366 and box["y"] + box["height"] <= 768
            for box in boxes.values()
        )
        assert (
            210 <= boxes["left"]["width"] <= 250
            and boxes["editor"]["width"] >= 450
            and boxes["right"]["width"] >= 500
        )
        sheet = desk.preview.locator(".sheet").first.bounding_box()
        assert sheet and boxes["right"]["x"] <= sheet["x"] and sheet["width"] > 0.9 * boxes["right"]["width"]
        frame = page.frames[1]
        assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.chromium
@pytest.mark.skipif(bool(NO_BROWSER), reason=NO_BROWSER)
def test_it_fits_when_nothing_can_be_saved(tmp_path: Path, browser: Browser) -> None:
    """However long the reason is: every button stays in the window, and what is safe can be read."""
    copy_clean(tmp_path)
    with sitting_before(tmp_path, browser) as desk:
        desk.choose(TITLE)
        told = {
            "error": {
                "message": "没有存上“预算执行”：" + "磁盘满了，请删去一些不用的文件，" * 12,
                "hint": "再试。",
            }
        }
        desk.page.route("**/api/save", lambda route: route.fulfill(status=503, json=told))
        desk.write_at_end("存不上。")
        until(lambda: desk.state.startswith("没有存上，字留在这个浏览器里：磁盘满了"), lambda: desk.state)
        for name in ("再试", "生成报告", "归档", "按键"):
            box = desk.page.get_by_role("button", name=name, exact=True).bounding_box()
            assert box and box["x"] >= 0 and box["x"] + box["width"] <= 1366, name
        pane = desk.page.locator("#right").bounding_box()
        assert pane and pane["x"] + pane["width"] <= 1366
        shown = desk.page.locator("#save-state").bounding_box()
        assert shown and shown["width"] > 200


@pytest.mark.chromium
@pytest.mark.skipif(bool(NO_BROWSER), reason=NO_BROWSER)
def test_the_preview_keeps_to_the_paragraph(tmp_path: Path, browser: Browser) -> None:
    """It scrolls with the caret, and stays there when panes are put away."""
    copy_clean(tmp_path)
    with sitting_before(tmp_path, browser) as desk:
        desk.choose(TITLE)
        here = desk.preview.locator(".here").first
        in_sight = "(each) => { const { top, bottom } = each.getBoundingClientRect(); return bottom > 0 && top < innerHeight }"
        desk.page.frames[1].evaluate("scrollTo(0, 0)")
        desk.write_at_end("预览跟着走。")
        until(lambda: "预览跟着走。" in here.inner_text() and here.evaluate(in_sight))
        for keys in ("Control+Alt+j", "Control+Alt+j", "Control+Alt+p", "Control+Alt+p"):
            desk.keys(keys)
            desk.page.wait_for_timeout(400)
        assert here.evaluate(in_sight)


def test_nothing_is_taken_from_elsewhere() -> None:
    for path in OURS:
        text = path.read_text(encoding="utf-8")
        addresses = set(re.findall(r"(?:https?:)?//[a-z][\w.-]+\.[a-z]{2,}", text))
        assert addresses <= {"http://www.w3.org"}, path
        assert len(text.splitlines()) <= 400, path
        assert "innerHTML" not in text or path.name == "frame.js", path  # the frame has no origin
        assert not re.search(r"\beval\(|new Function|document\.write", text), path


def test_the_page_has_no_script_or_style_in_it() -> None:
    """The policy of the page lets none run."""
    text = (PAGE / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]* src=)|\son\w+=|\sstyle=|<style|javascript:", text)
    for address in re.findall(r'(?:src|href)="/static/([^"]+)"', text):
        assert (PAGE / address).is_file(), address


def test_every_import_and_id_is_there() -> None:
    ids = set(re.findall(r'id="([\w-]+)"', (PAGE / "index.html").read_text(encoding="utf-8")))
    for path in PAGE.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        for other in re.findall(r'from "\./([^"]+)"', text):
            assert (PAGE / other).is_file(), (path.name, other)
        assert set(re.findall(r'byId\("([\w-]+)"\)', text)) <= ids, path.name


def test_the_bundle_says_what_it_is_made_of() -> None:
    """The versions of package.json, each package with its licence; a lock that names no registry."""
    vendor = PAGE / "vendor"
    first = (vendor / "codemirror.js").read_text(encoding="utf-8").splitlines()[0]
    made_of = dict(re.findall(r"([@\w/-]+) (\d+\.\d+\.\d+)", first))
    wanted = json.loads((vendor / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert made_of.items() >= wanted.items()
    lock = json.loads((vendor / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert all(lock[f"node_modules/{name}"]["version"] == version for name, version in made_of.items())
    assert all("integrity" in entry and "resolved" not in entry for path, entry in lock.items() if path)
    licences = (vendor / "LICENSES.txt").read_text(encoding="utf-8")
    assert all(f"{name} {version}\n" in licences for name, version in made_of.items())
    assert licences.count("Permission is hereby granted") == len(made_of)
