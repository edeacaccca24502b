"""The editors' page in Chromium: what Enter, paste and a backslash make of a narrative, in both text boxes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.editor_browser import NO_BROWSER, SLOT, TITLE, Desk, until, write_outside, writing

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.chromium, pytest.mark.skipif(bool(NO_BROWSER), reason=NO_BROWSER)]


@pytest.fixture(params=["rich", "plain"])
def desk(tmp_path: Path, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Desk]:
    with writing(tmp_path, browser, TITLE) as sitting:
        if request.param == "plain":
            sitting.page.get_by_role("button", name="纯文本框").click()
            sitting.page.locator("textarea.plain-box").wait_for()
        yield sitting


def type_lines(desk: Desk, *lines: str) -> None:
    """Type at the end, with Enter between; nothing after an empty line but Enter again."""
    desk.write_at_end()
    for number, line in enumerate(lines):
        if number:
            desk.keys("Enter")
        if line:
            desk.page.keyboard.insert_text(line)


def paste(desk: Desk, words: str, html: str = "") -> None:
    desk.box.evaluate(
        """(box, [words, html]) => {
          const data = new DataTransfer();
          data.setData("text/plain", words);
          if (html) data.setData("text/html", html);
          box.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        [words, html],
    )


def test_enter_makes_paragraphs_items_and_rows(desk: Desk) -> None:
    write_outside(desk, "开头一段。\n", SLOT)
    until(lambda: desk.box.evaluate("(box) => (box.value ?? box.innerText).trim()") == "开头一段。")
    type_lines(desk, "", "第二段。", "- 一条", "二条", "", "列表以后。", "| 甲 | 乙 |", "")
    desk.keys("Shift+Enter")
    text = desk.saved(lambda text: "| 甲 | 乙 |" in text)
    assert text.startswith("开头一段。\n\n第二段。\n\n- 一条\n- 二条\n\n列表以后。\n\n| 甲 | 乙 |\n|"), (
        json.dumps(text)
    )
    printed = desk.preview.locator(f"p[data-slot='{SLOT}']")
    until(lambda: {"第二段。", "列表以后。"} <= set(printed.all_inner_texts()), printed.all_inner_texts)


def test_words_of_word_are_paragraphs(desk: Desk) -> None:
    desk.write_at_end()
    desk.keys("Enter")
    paste(desk, "\u3000\u3000第一段。\r\n第二段。\r\n·\t要点一\r\n·\t要点二\r\n项目\t金额\r\n甲\t1\r\n")
    text = desk.saved(lambda text: "第一段。" in text)
    assert text.rstrip().endswith(
        "\n\n第一段。\n\n第二段。\n\n- 要点一\n- 要点二\n\n| 项目 | 金额 |\n| --- | --- |\n| 甲 | 1 |"
    ), json.dumps(text)


def test_a_page_keeps_its_headings_and_lists(desk: Desk) -> None:
    desk.write_at_end()
    desk.keys("Enter")
    html = (
        "<html><head><style>p {color: red}</style></head><body><h2>（一）做法</h2><p>前<b>后</b></p>"
        "<ol><li>甲</li><li>乙</li></ol><p style='mso-list:l0 level1'><span style='mso-list:Ignore'>·  </span>丙</p></body></html>"
    )
    paste(desk, "（一）做法\n前后\n甲\n乙\n丙", html)
    text = desk.saved(lambda text: "做法" in text)
    assert "\n\n# 做法\n\n前后\n\n1. 甲\n2. 乙\n- 丙" in text and "red" not in text, json.dumps(text)


def test_a_backslash_does_not_break_a_figure(desk: Desk) -> None:
    desk.box.click()
    desk.keys("Control+Home")
    desk.page.keyboard.type("\\")
    desk.saved(lambda text: text.startswith("\\\\{{ 年度 }}年，年初预算"))
    desk.page.keyboard.insert_text("x")
    desk.saved(lambda text: text.startswith("\\\\x{{ 年度 }}年"))
