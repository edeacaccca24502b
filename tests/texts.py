"""The text of a built document as its readers give it, for comparing outputs.

White space is left out: where lines break is each reader's own business. What remains is every printed
character in order, the numbers of headings and lists with them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


class _Text(HTMLParser):
    """The words of `<main>`, with the numbers that a browser draws before the items of a list."""

    def __init__(self) -> None:
        super().__init__()
        self.out: list[str] = []
        self.lists: list[list[int] | None] = []
        self.depth = 0
        self.contents = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "main":
            self.depth += 1
        elif tag == "nav":
            self.contents += 1
        elif tag == "ol":
            self.lists.append(None if self.contents else [int(given.get("start") or 1)])
        elif tag == "ul":
            self.lists.append(None)
        elif tag == "li" and self.lists and self.lists[-1] and self.depth:
            self.out.append(f"{self.lists[-1][0]}.")
            self.lists[-1][0] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self.depth -= 1
        elif tag == "nav":
            self.contents -= 1
        elif tag in ("ol", "ul"):
            self.lists.pop()

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.out.append(data)


def html_text(path: Path) -> str:
    """Everything that the page prints."""
    return html_words(path.read_text(encoding="utf-8"))


def html_words(page: str) -> str:
    """Everything that a page prints."""
    parser = _Text()
    parser.feed(page)
    return squeezed("".join(parser.out))


def docx_text(path: Path, folder: Path) -> str:
    """Everything that LibreOffice prints of the document, but the page numbers of the contents list."""
    assert SOFFICE
    subprocess.run(
        [
            SOFFICE,
            "--headless",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--convert-to",
            "txt:Text (encoded):UTF8",
            "--outdir",
            str(folder),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    text = (folder / f"{path.stem}.txt").read_text(encoding="utf-8-sig")
    return squeezed(re.sub(r"\t\d+$", "", text, flags=re.MULTILINE))


def squeezed(text: str) -> str:
    """Text without white space and without the bullets that readers draw in different shapes."""
    return re.sub(r"[\s\u2022\uf0b7●■·◦]+", "", text)
