"""Weigh the editors' page in Chromium: from a key that is pressed to the preview that shows it.

    python -m benchmarks.page [--work FOLDER] [--rounds N] [--sizes S M]

Replaces that section of RESULTS.md. Needs Chromium and playwright, as the tests of the page do. The whole way is weighed: the
key, the request, the compiler, the answer, and the change in the frame.
"""

from __future__ import annotations

import sys
from statistics import median

from benchmarks.generate import generate
from benchmarks.layout import Bench
from benchmarks.section import write_section
from benchmarks.workload import SIZES
from tests.editor_browser import chromium
from tests.editor_client import serving

HEADING = "## The editors' page"
_LIMITS = {"S": 100, "M": 300}
"""Milliseconds from a key to the preview, in the median."""
_NOW = "performance.timeOrigin + performance.now()"
_WATCH = """() => {
  window.stamps = [];
  new MutationObserver(() => stamps.push(performance.timeOrigin + performance.now()))
    .observe(document.querySelector("main"), { subtree: true, childList: true, characterData: true });
}"""
_PAUSE = 3000
"""Milliseconds between two keys, so that saving and the rules, which a pause in typing brings on, do not meet the next."""


def main() -> int:
    """The command; 1 when a program failed."""
    return write_section("benchmarks.page", HEADING, 25, _measured)


def _measured(bench: Bench, size: str, rounds: int) -> str:
    generate(bench.work / "page", SIZES[size])
    spent = []
    with chromium() as browser, serving(bench.work / "page" / size) as client:
        page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
        page.set_default_timeout(60_000)
        page.goto(f"http://127.0.0.1:{client.port}/#{client.token}")
        page.wait_for_selector("#editor-host:not([hidden])")
        page.frame_locator("#preview-frame").locator("[data-slot]").first.wait_for()
        rows = page.locator(".slot-row:not(.bare)")
        rows.nth(rows.count() // 2).click()
        page.wait_for_timeout(2 * _PAUSE)
        page.locator(".cm-content").click()
        page.keyboard.press("Control+End")
        frame = page.frames[1]
        frame.evaluate(_WATCH)
        for _ in range(rounds):
            page.wait_for_timeout(_PAUSE)
            seen = frame.evaluate("stamps.length")
            started = page.evaluate(_NOW)
            page.keyboard.insert_text("字")
            while frame.evaluate("stamps.length") == seen:
                page.wait_for_timeout(50)
            spent.append(frame.evaluate(f"stamps[{seen}]") - started)
    return (
        f"{size}: {SIZES[size].projects:,} projects; {rounds} keys, one every {_PAUSE // 1000} seconds, in a narrative in the middle. From a key to "
        f"the preview {median(spent):.0f} ms in the median (target: {_LIMITS[size]}), {max(spent):.0f} ms at worst.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
