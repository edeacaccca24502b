"""The editors' page in Chromium: typing, figures, input methods, keys, and that nothing typed is ever lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.editor.keeping import NarrativeFiles
from compiler.publishing import WorkspaceError
from tests.editor_browser import NO_BROWSER, TITLE, Desk, until, write_outside, writing

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.chromium, pytest.mark.skipif(bool(NO_BROWSER), reason=NO_BROWSER)]

SHORT, SHORT_TITLE = "措施建议", "六、措施建议"
FIRST = "{{ 年度 }}年，年初预算"


@pytest.fixture
def desk(tmp_path: Path, browser: Browser) -> Iterator[Desk]:
    with writing(tmp_path, browser, TITLE, "404|409|503|ERR_FAILED") as sitting:
        yield sitting
        assert {url for url in sitting.asked if not url.startswith((sitting.address, "blob:"))} == set()


def test_typing_is_saved_printed_and_said(desk: Desk) -> None:
    version = desk.page.locator("#preview-status").inner_text()
    desk.write_at_end("各类支出都在预算之内。")
    desk.saved(lambda text: text.rstrip().endswith("各类支出都在预算之内。"))
    here = desk.preview.locator(".here")
    until(lambda: "各类支出都在预算之内。" in " ".join(here.all_inner_texts()))
    assert desk.page.locator("#preview-status").inner_text() != version
    row = desk.page.locator("[role=treeitem][aria-selected=true]")
    until(
        lambda: row.get_attribute("aria-label") == f"{TITLE}，已改", lambda: row.get_attribute("aria-label")
    )
    desk.keys("Control+z")
    desk.saved(lambda text: "各类支出都在预算之内" not in text)


def test_figures_are_chips_that_do_not_go_by_accident(desk: Desk) -> None:
    before, count = desk.text(), desk.chips.count()
    assert desk.chips.first.inner_text() == "2024"
    desk.box.click()
    desk.keys("Control+Home", "ArrowRight", "Backspace")
    assert desk.chips.first.get_attribute("class") == "chip selected" and desk.chips.count() == count
    desk.keys("Backspace")
    desk.saved(lambda text: text.startswith("年，年初预算"))
    desk.keys("Control+z")
    assert desk.saved(lambda text: text == before)
    desk.keys("Control+a", "Delete")
    until(lambda: "没有删去" in desk.notices)
    desk.keys("x")
    until(lambda: "没有替换" in desk.notices)
    assert desk.chips.count() == count and desk.text() == before
    desk.page.get_by_role("button", name="连数一起替换").click()
    desk.saved(lambda text: text.strip() == "x")
    desk.keys("Control+z")
    desk.saved(lambda text: text == before)


def test_figures_are_cut_and_pasted_whole(desk: Desk) -> None:
    before = desk.text()
    desk.box.click()
    desk.keys("Control+Home", "Shift+ArrowRight", "Shift+ArrowRight", "Control+x")
    until(lambda: "粘贴就回来" in desk.notices)
    desk.keys("Control+End", "Control+v")
    after = desk.saved(lambda text: text.rstrip().endswith("{{ 年度 }}年"))
    assert after.count("{{") == before.count("{{")
    assert desk.chips.last.inner_text() == "2024"


def test_composing_leaves_the_text_around_alone(desk: Desk) -> None:
    """Beside a figure, before and behind it: no request, no chip drawn anew until the words are chosen."""
    desk.box.click()
    desk.keys("Control+Home", "ArrowRight")
    desk.page.wait_for_timeout(1500)  # whatever opening has asked for is answered
    desk.page.evaluate("window.chipsBefore = [...document.querySelectorAll('#editor .chip')]")
    asked = len(desk.asked)
    desk.compose("d", "de", "de q", "de qua", "de quan")
    desk.page.wait_for_timeout(1300)
    assert [url for url in desk.asked[asked:] if "/api/preview" in url or "/api/save" in url] == []
    assert desk.page.evaluate("chipsBefore.every((chip) => chip.isConnected)")
    assert "de quan" in desk.box.inner_text()
    desk.choose_words("的全")
    desk.saved(lambda text: text.startswith("{{ 年度 }}的全年，年初预算"))
    desk.keys("Home")
    desk.compose("z", "zai")
    desk.choose_words("在")
    desk.saved(lambda text: text.startswith("在{{ 年度 }}的全年"))
    desk.compose("abc", "")
    desk.page.wait_for_timeout(700)
    assert desk.text().startswith("在{{ 年度 }}的全年") and "abc" not in desk.box.inner_text()


def test_composing_over_figures_does_not_take_them_away(desk: Desk) -> None:
    count = desk.chips.count()
    desk.box.click()
    desk.keys("Control+a")
    desk.compose("q", "qu")
    desk.choose_words("去")
    until(lambda: "没有替换" in desk.notices)
    desk.page.wait_for_timeout(700)
    assert desk.chips.count() == count and desk.text().startswith(FIRST)


def test_what_others_write_while_one_composes_is_merged(desk: Desk) -> None:
    desk.write_at_end()
    desk.compose("jie", "jieshu")
    write_outside(desk, "别处加的一段。\n\n" + desk.text())
    desk.page.wait_for_timeout(3500)
    assert "jieshu" in desk.box.inner_text()
    desk.choose_words("结束")
    text = desk.saved(lambda text: text.rstrip().endswith("结束") and text.startswith("别处加的一段。"))
    assert text.count("别处加的一段。") == 1 and "别处加的一段。" in desk.box.inner_text()


def test_two_who_change_one_sentence_are_shown_both(desk: Desk) -> None:
    desk.choose(SHORT_TITLE)
    held = desk.text(SHORT).rstrip()
    desk.page.route("**/api/save", lambda route: route.abort())
    desk.write_at_end("这里写的一句。")
    until(lambda: desk.state.startswith("没有存上"))
    write_outside(desk, held + "别处写的另一句。\n", SHORT)
    desk.page.unroute("**/api/save")
    dialog = desk.page.get_by_role("dialog", name="两处都改过")
    dialog.wait_for()
    assert "这里写的一句。" in dialog.inner_text() and "别处写的另一句。" in dialog.inner_text()
    assert desk.state == "没有存上：两处都改过，等着选"
    assert desk.text(SHORT) == held + "别处写的另一句。\n"
    joined = dialog.locator(".merged-text .cm-content")
    assert "这里写的一句。" in joined.inner_text() and "别处写的另一句。" in joined.inner_text()
    joined.click()
    desk.keys("Control+End")
    desk.page.keyboard.insert_text("也要这里的。")
    dialog.get_by_role("button", name="用合在一起的").click()
    text = desk.saved(lambda text: "也要这里的。" in text, SHORT)
    assert "别处写的另一句。" in text and "也要这里的。" in desk.box.inner_text()


def test_a_disk_that_fails_is_told_and_what_was_typed_offered_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says so at once; one closed meanwhile has the words at the next visit."""
    desk.choose(SHORT_TITLE)
    held = desk.text(SHORT)

    def full(*_: object) -> None:
        raise WorkspaceError("磁盘满了")

    with monkeypatch.context() as patched:
        patched.setattr(NarrativeFiles, "save", full)
        desk.write_at_end("没有存上的一句。")
        until(lambda: desk.state == "没有存上，字留在这个浏览器里：磁盘满了", lambda: desk.state)
        desk.another()
        desk.open()
        dialog = desk.page.get_by_role("dialog", name="上次没有存上的字")
        dialog.wait_for()
        assert desk.text(SHORT) == held and "没有存上的一句。" in dialog.inner_text()
        dialog.get_by_role("button", name="用没有存上的").click()
        until(lambda: desk.state.startswith("没有存上"))
    desk.page.get_by_role("button", name="再试").click()
    desk.saved(lambda text: text.rstrip().endswith("没有存上的一句。"), SHORT)


def test_the_plain_box_keeps_figures_too(desk: Desk) -> None:
    desk.page.get_by_role("button", name="纯文本框").click()
    before = desk.text()
    area = desk.page.locator("textarea.plain-box")
    assert area.input_value() == before
    area.click()
    desk.keys("Control+Home", "ArrowRight", "ArrowRight", "ArrowRight", "x")
    assert area.evaluate("(box) => box.value.slice(box.selectionStart, box.selectionEnd)") == "{{ 年度 }}"
    desk.keys("Control+a", "Backspace")
    until(lambda: "没有删去" in desk.notices)
    assert area.input_value() == before
    desk.write_at_end("纯文本。")
    desk.saved(lambda text: text.rstrip().endswith("纯文本。"))
    desk.page.reload()
    area.wait_for()


def test_everything_by_keys(desk: Desk) -> None:
    desk.box.click()
    desk.keys("Shift+F6", "ArrowUp", "Enter")
    until(lambda: TITLE not in desk.page.locator("#slot-title").inner_text())
    desk.keys("Control+Alt+ArrowDown")
    until(lambda: TITLE in desk.page.locator("#slot-title").inner_text())
    desk.keys("Control+End")
    desk.page.keyboard.type("{{")
    search = desk.page.get_by_role("combobox")
    search.wait_for()
    desk.page.keyboard.insert_text("项目支出 执行率")
    option = desk.page.get_by_role("option", selected=True)
    until(lambda: option.count() and "预算.项目支出.执行率|百分比" in option.inner_text())
    desk.keys("Enter")
    desk.saved(lambda text: text.rstrip().endswith("{{ 预算.项目支出.执行率|百分比 }}"))
    until(lambda: desk.chips.last.inner_text().endswith("%"))
    desk.keys("Alt+Enter")
    origin = desk.page.get_by_role("dialog", name="数从哪里来")
    until(lambda: "项目支出" in origin.inner_text() and "%" in origin.inner_text())
    desk.keys("Escape", "F6")
    desk.preview.locator("main").focus()
    desk.keys("Control+ArrowRight", "Enter")
    until(lambda: "出自" in origin.inner_text() or "算法" in origin.inner_text())
    desk.keys("Escape", "F6")
    until(lambda: desk.page.evaluate("document.activeElement.closest('#below, #notices, #left') !== null"))
    desk.keys("F1")
    desk.page.get_by_role("dialog", name="按键").wait_for()
    desk.keys("Escape")


def test_the_preview_leads_to_its_sources(desk: Desk) -> None:
    desk.preview.locator(f"[data-slot='{SHORT}']").first.click(position={"x": 5, "y": 5})
    until(lambda: SHORT_TITLE in desk.page.locator("#slot-title").inner_text())
    figure = desk.preview.locator("table [data-figure]").first
    figure.click()
    origin = desk.page.locator("#origin")
    until(lambda: re.search(r"data/\S+\.yaml　第 \d+ 行|算法", origin.inner_text()))


def test_another_figure_s_origin_is_not_shown(desk: Desk) -> None:
    """The server's ids are of what it compiled last, be it for somebody else."""
    figure = desk.preview.locator("p[data-slot] [data-figure]").first
    origin = desk.page.locator("#origin")
    other = {
        "text": "1,059.81万元",
        "expression": "",
        "reads": [{"key": "别的数", "value": "1", "inputs": []}],
    }
    desk.page.route("**/api/figure?*", lambda route: route.fulfill(json=other))
    figure.click()
    until(lambda: "说不出它从哪里来" in origin.inner_text(), origin.inner_text)
    assert "1,059.81" not in origin.inner_text() and "别的数" not in origin.inner_text()
    desk.keys("Escape")
    desk.page.unroute("**/api/figure?*")
    figure.click()
    until(lambda: "名称" in origin.inner_text(), origin.inner_text)


def test_find_tells_that_there_are_more(desk: Desk) -> None:
    """Only what is listed is replaced."""
    write_outside(desk, "很多处，" * 340 + "\n")
    desk.box.focus()
    desk.keys("Control+h")
    desk.page.keyboard.insert_text("很多处")
    finder = desk.page.get_by_role("dialog", name="查找和替换")
    until(lambda: "只列出前 300 处" in finder.inner_text(), finder.inner_text)
    assert "还有没有列出来的" in finder.inner_text()
    desk.keys("Tab")
    desk.page.keyboard.insert_text("换过的")
    desk.page.get_by_role("button", name="替换选中的 300 处").click()
    text = desk.saved(lambda text: "换过的" in text)
    assert text.count("换过的") == 300 and text.count("很多处") == 40


def test_data_and_style_that_change_are_seen(desk: Desk) -> None:
    budget = desk.file().parents[1] / "data/budget.yaml"
    chip = desk.chips.nth(1)
    before = chip.inner_text()
    amount = before.removesuffix("万元")
    held = budget.read_text(encoding="utf-8")
    assert amount in held
    budget.write_text(held.replace(amount, "9" + amount), encoding="utf-8")
    until(lambda: chip.inner_text() == "9" + before, chip.inner_text)
    style = desk.root / "templates/整体绩效评价报告/style.yaml"
    paper = "getComputedStyle(document.querySelector('p[data-slot]')).textIndent"
    frame = desk.page.frames[1]
    indent = frame.evaluate(paper)
    style.write_text(
        style.read_text(encoding="utf-8").replace("首行缩进: 2字", "首行缩进: 4字"), encoding="utf-8"
    )
    until(lambda: frame.evaluate(paper) != indent)


def test_find_and_replace_shows_what_it_will_do(desk: Desk) -> None:
    desk.box.click()
    desk.keys("Control+h")
    desk.page.keyboard.insert_text("支出")
    desk.keys("Tab")
    desk.page.keyboard.insert_text("开支")
    hits = desk.page.locator(".hit")
    until(lambda: hits.count() > 3)
    assert (
        hits.first.locator("del").inner_text() == "支出" and hits.first.locator("ins").inner_text() == "开支"
    )
    hits.first.get_by_role("checkbox").uncheck()
    desk.page.get_by_role("button", name=re.compile("替换选中的")).click()
    desk.page.locator("dialog").wait_for(state="detached")
    text = desk.saved(lambda text: "开支" in text)
    assert text.count("{{ 预算.项目支出.") == 6 and "项目支出{{" not in text
    desk.keys("Control+Shift+h")
    moments = desk.page.locator(".moment-row")
    until(lambda: moments.count() >= 2)
    desk.keys("End")
    until(lambda: desk.page.locator(".moment ins, .moment del").count() > 0)
    desk.page.get_by_role("button", name="换回这个样子").click()
    desk.saved(lambda text: "开支" not in text)
    until(lambda: "开支" not in desk.box.inner_text())


def test_a_version_is_frozen_and_compared(desk: Desk) -> None:
    desk.page.get_by_role("button", name="归档", exact=True).click()
    dialog = desk.page.locator("dialog")
    dialog.wait_for()
    dialog.get_by_role("button", name="归档", exact=True).click()
    until(lambda: "写几个字" in dialog.inner_text())
    dialog.get_by_role("textbox").fill("报区财政局")
    dialog.get_by_role("button", name="归档", exact=True).click()
    until(lambda: "已冻结为第1版" in dialog.inner_text(), dialog.inner_text, 60)
    assert "null" not in dialog.inner_text() and "undefined" not in dialog.inner_text()
    with desk.page.expect_download() as taken:
        dialog.get_by_role("button", name=re.compile("下载 .*docx")).last.click()
    assert taken.value.suggested_filename.endswith(".docx")
    desk.keys("Escape")
    desk.write_at_end("归档以后写的。")
    desk.saved(lambda text: "归档以后写的。" in text)
    desk.page.get_by_role("button", name="比较", exact=True).click()
    until(lambda: "第 1 版" in dialog.inner_text() and "报区财政局" in dialog.inner_text())
    dialog.get_by_role("button", name="比较", exact=True).click()
    until(lambda: "已比较" in dialog.inner_text(), dialog.inner_text, 60)
