"""The editors' page in Chromium, as somebody sits before it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.editor_client import Client, serving
from tests.html_checks.programs import CHROMIUM, NO_CHROMIUM
from tests.test_checks import REPORT, copy_clean

try:
    from playwright.sync_api import Browser, FrameLocator, Locator, Page, sync_playwright

    NO_BROWSER = NO_CHROMIUM
except ImportError:
    NO_BROWSER = "没有安装 playwright：pip install -e '.[dev]'"

SLOT = "预算执行"
TITLE = "二、当年预算执行情况"


class Desk:
    """One page of a running server."""

    def __init__(self, root: Path, client: Client, page: Page) -> None:
        self.root, self.client = root, client
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.sit(page)

    def sit(self, page: Page) -> None:
        self.page = page
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        page.on("request", lambda request: self.asked.append(request.url))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.client.port}/"

    def open(self) -> None:
        self.page.goto(f"{self.address}#{self.client.token}")
        self.page.wait_for_selector("#editor-host:not([hidden])")
        self.preview.locator("[data-slot]").first.wait_for()

    def another(self) -> None:
        """Close the page, and sit before a new one of the same browser."""
        old = self.page
        self.sit(old.context.new_page())
        old.close()

    def choose(self, title: str) -> None:
        self.page.get_by_role("treeitem", name=title).click()
        until(lambda: title in self.page.locator("#slot-title").inner_text())

    def write_at_end(self, words: str = "") -> None:
        self.box.focus()  # a click might hit a figure
        self.keys("Control+End")
        if words:
            self.page.keyboard.insert_text(words)

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def compose(self, *steps: str) -> None:
        """What an input method shows while somebody types; nothing is chosen yet."""
        session = self.page.context.new_cdp_session(self.page)
        for words in steps:
            session.send(
                "Input.imeSetComposition",
                {"text": words, "selectionStart": len(words), "selectionEnd": len(words)},
            )
            self.page.wait_for_timeout(60)

    def choose_words(self, words: str) -> None:
        """What the input method puts in place of what it showed."""
        self.page.context.new_cdp_session(self.page).send("Input.insertText", {"text": words})

    @property
    def box(self) -> Locator:
        return self.page.locator("#editor .cm-content, #editor textarea")

    @property
    def chips(self) -> Locator:
        return self.box.locator(".chip")

    @property
    def preview(self) -> FrameLocator:
        return self.page.frame_locator("#preview-frame")

    @property
    def state(self) -> str:
        return str(self.page.locator("#save-state").inner_text())

    @property
    def notices(self) -> str:
        return "\n".join(self.page.locator(".notice p").all_inner_texts())

    def file(self, slot: str = SLOT) -> Path:
        return self.root / REPORT / "narrative" / f"{slot}.md"

    def text(self, slot: str = SLOT) -> str:
        """What is on the disk."""
        return self.file(slot).read_text(encoding="utf-8")

    def saved(self, held: Callable[[str], bool], slot: str = SLOT) -> str:
        """The text on the disk once it is as wanted and the page says that it is saved."""
        until(lambda: held(self.text(slot)) and self.state.startswith("已保存"), lambda: self.text(slot))
        return self.text(slot)


def until(held: Callable[[], Any], told: Callable[[], object] = lambda: "", seconds: float = 8) -> None:
    """Wait until something holds; fails with what `told` gives."""
    end = time.monotonic() + seconds
    while not held():
        assert time.monotonic() < end, told()
        time.sleep(0.05)


def write_outside(desk: Desk, text: str, slot: str = SLOT) -> None:
    """As another program saves: a new file in the place of the old one."""
    beside = desk.file(slot).with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, desk.file(slot))


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of nobody's, that talks to nobody."""
    if NO_BROWSER:
        pytest.skip(NO_BROWSER)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
        )
        yield browser
        browser.close()


@contextmanager
def sitting_before(root: Path, browser: Browser, **context: Any) -> Iterator[Desk]:
    """The page of a server of the reports in a workspace, open."""
    with serving(root) as client:
        made = browser.new_context(
            viewport={"width": 1366, "height": 768}, locale="zh-CN", permissions=["clipboard-read"], **context
        )
        made.set_default_timeout(8000)
        try:
            desk = Desk(root, client, made.new_page())
            desk.open()
            yield desk
        finally:
            made.close()


@contextmanager
def writing(root: Path, browser: Browser, title: str, allowed: str | None = None) -> Iterator[Desk]:
    """The page at a section of the clean report; in the end the page has complained of nothing but what the pattern `allowed` finds."""
    copy_clean(root)
    with sitting_before(root, browser) as desk:
        desk.choose(title)
        yield desk
        told = [each for each in desk.complaints if allowed is None or not re.search(allowed, each)]
        assert not told, told


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running
