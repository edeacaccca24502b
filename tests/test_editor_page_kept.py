"""The editors' page in Chromium: whatever happens meanwhile, no words are lost and none are another's to undo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.editor_browser import NO_BROWSER, TITLE, Desk, until, write_outside, writing

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.chromium, pytest.mark.skipif(bool(NO_BROWSER), reason=NO_BROWSER)]

SHORT, SHORT_TITLE = "措施建议", "六、措施建议"


@pytest.fixture
def desk(tmp_path: Path, browser: Browser) -> Iterator[Desk]:
    with writing(tmp_path, browser, SHORT_TITLE, "40[149]|503|ERR_|连不上成文|不是这一次启动") as sitting:
        yield sitting


def kept(desk: Desk) -> str:
    """Everything that the report's narrative was."""
    folder = desk.file(SHORT).parent / ".history" / f"{SHORT}.md"
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md")))


def copies(desk: Desk) -> str:
    return str(desk.page.evaluate("Object.values(localStorage).join('\\n')"))


def at_odds(desk: Desk) -> str:
    """Words here and other words outside, in the same paragraph; gives what the file held."""
    held = desk.text(SHORT).rstrip()
    desk.page.route("**/api/save", lambda route: route.abort())
    desk.write_at_end("这里写的一句。")
    until(lambda: desk.state.startswith("没有存上"))
    write_outside(desk, held + "别处写的另一句。\n", SHORT)
    desk.page.unroute("**/api/save")
    desk.page.get_by_role("dialog", name="两处都改过").wait_for()
    return held


def test_undo_leaves_what_others_wrote(desk: Desk) -> None:
    desk.write_at_end("自己写的。")
    desk.saved(lambda text: "自己写的。" in text, SHORT)
    held = desk.text(SHORT)
    write_outside(desk, f"别处加在前面。\n\n{held.rstrip()}\n\n别处加在后面。\n", SHORT)
    until(lambda: "别处加在后面。" in desk.box.inner_text())
    desk.box.click()
    desk.keys("Control+z", "Control+z", "Control+z")
    text = desk.saved(lambda text: "自己写的。" not in text, SHORT)
    assert text.startswith("别处加在前面。\n\n") and text.endswith("\n\n别处加在后面。\n")


def test_the_side_that_is_not_chosen_is_kept_with_all_that_was_typed(desk: Desk) -> None:
    at_odds(desk)
    desk.page.get_by_role("button", name="先放一放").click()
    desk.write_at_end("后来又写的。")
    desk.page.get_by_role("button", name="去选").click()
    desk.page.get_by_role("button", name="用别处写的").click()
    text = desk.saved(lambda text: "别处写的另一句。" in text, SHORT)
    until(lambda: "后来又写的。" not in desk.box.inner_text())
    assert "后来又写的。" not in text and "这里写的一句。后来又写的。" in kept(desk).replace("\n", "")


def test_a_choice_that_cannot_be_kept_is_not_made(desk: Desk) -> None:
    at_odds(desk)
    desk.page.route("**/api/save", lambda route: route.abort())
    desk.page.get_by_role("button", name="用别处写的").click()
    until(lambda: "连不上成文" in desk.notices)
    assert "这里写的一句。" in desk.box.inner_text() and "这里写的一句。" in copies(desk)
    desk.page.unroute("**/api/save")
    desk.page.get_by_role("button", name="去选").click()
    desk.page.get_by_role("button", name="用这里写的").click()
    desk.saved(lambda text: "这里写的一句。" in text and "别处写的另一句。" not in text, SHORT)
    assert "别处写的另一句。" in kept(desk)


def test_the_difference_is_in_sight(desk: Desk) -> None:
    """Both sides of a long text start where they differ, and so does the text of both."""
    long = "\n\n".join(f"第{number}段。" + "长" * 80 for number in range(30)) + "\n"
    write_outside(desk, long, SHORT)
    until(lambda: "第0段" in desk.box.inner_text())
    at_odds(desk)
    desk.page.wait_for_timeout(300)
    hidden = desk.page.evaluate(
        """[...document.querySelectorAll('.conflict .side .compared')].filter((side) => {
          const pane = side.getBoundingClientRect(), first = side.querySelector('mark').getBoundingClientRect();
          return first.top < pane.top || first.top > pane.bottom - 5;
        }).length"""
    )
    assert hidden == 0
    joined = desk.page.locator(".merged-text .cm-scroller")
    assert joined.evaluate("(box) => box.scrollTop") > 300
    desk.page.get_by_role("button", name="用合在一起的").click()
    text = desk.saved(lambda text: "这里写的一句。" in text, SHORT)
    assert "别处写的另一句。" in text and text.count("第3段。") == 1


def test_words_that_are_composed_come_along(desk: Desk) -> None:
    for number in range(3):
        desk.write_at_end()
        desk.compose("ci", f"cizu{number}")
        desk.page.get_by_role("treeitem", name=TITLE).click()
        until(lambda: TITLE in desk.page.locator("#slot-title").inner_text())
        desk.saved(lambda text, wanted=f"cizu{number}": wanted in text, SHORT)
        desk.choose(SHORT_TITLE)


def test_copies_of_a_page_are_taken_away_by_nobody_else(desk: Desk) -> None:
    """A page whose server is gone keeps its words; the page of the next start saves others, and is then offered them."""
    desk.page.evaluate("sessionStorage.setItem('chengwen.key', 'another-start-of-the-server')")
    desk.write_at_end("旧网页写的。")
    until(lambda: desk.state.startswith("没有存上，字留在这个浏览器里"), lambda: desk.state)
    old = desk.page
    desk.sit(old.context.new_page())
    desk.open()
    desk.page.wait_for_timeout(1000)
    if desk.page.get_by_role("dialog").count():  # the old page has found out already
        desk.page.get_by_role("button", name="先放一放").click()
    desk.write_at_end("新网页写的。")
    desk.saved(lambda text: "新网页写的。" in text, SHORT)
    assert "旧网页写的。" in copies(desk)
    old.close(run_before_unload=False)
    desk.page.reload()
    dialog = desk.page.get_by_role("dialog", name="上次没有存上的字")
    dialog.wait_for()
    dialog.get_by_role("button", name="用现在存着的").click()
    until(lambda: "旧网页写的。" not in copies(desk))
    assert "旧网页写的。" in kept(desk) and "旧网页写的。" not in desk.text(SHORT)
