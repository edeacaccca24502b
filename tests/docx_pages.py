"""Documents as LibreOffice lays them out: where each word stands on which page."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pikepdf

from tests.texts import SOFFICE

PDFTOTEXT = shutil.which("pdftotext")
MISSING = "" if SOFFICE and PDFTOTEXT else "没有安装 LibreOffice 或 poppler-utils"

_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')


class Word(NamedTuple):
    """Characters that touch; points from the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


class Page(NamedTuple):
    """A page of the PDF, in points."""

    width: float
    height: float
    words: list[Word]

    @property
    def lines(self) -> list[str]:
        """The text of each line without spaces, from the top; the page number is the last."""
        rows: dict[float, list[Word]] = {}
        for word in sorted(self.words, key=lambda word: (word.top, word.left)):
            near = next((top for top in rows if abs(top - word.top) < 2), word.top)
            rows.setdefault(near, []).append(word)
        return ["".join(word.text for word in sorted(row)) for row in rows.values()]

    @property
    def text(self) -> str:
        return "".join(word.text for word in self.words)


class Pdf(NamedTuple):
    """A document printed."""

    pages: list[Page]
    links: list[int]
    """The page each link inside the document leads to, one a target, in order of the text."""


def print_documents(paths: list[Path], folder: Path) -> dict[str, Pdf]:
    """Print documents with LibreOffice; by the stem of their names."""
    assert SOFFICE
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [SOFFICE, "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, *map(str, paths)], check=True, capture_output=True, timeout=300)
    return {path.stem: read_pdf(folder / f"{path.stem}.pdf") for path in paths}


def read_pdf(path: Path) -> Pdf:
    """A printed document, read."""
    assert PDFTOTEXT
    command = [PDFTOTEXT, "-bbox", "-enc", "UTF-8", str(path), "-"]
    shown = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode()
    pages = [
        Page(
            float(width),
            float(height),
            [
                Word(*map(float, numbers), html.unescape(text))  # type: ignore[call-arg]
                for *numbers, text in _WORD.findall(words)
            ],
        )
        for width, height, words in _PAGE.findall(shown)
    ]
    return Pdf(pages, _links(path))


def _links(path: Path) -> list[int]:
    with pikepdf.open(path) as pdf:
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        targets: list[tuple[int, ...]] = []
        for page in pdf.pages:
            found = [note for note in page.get("/Annots", []) if "/Dest" in note]
            for note in sorted(found, key=lambda note: (-note.Rect[3], note.Rect[0])):
                target, _, left, top, _ = list(note.Dest)
                # A link over two lines has two rectangles.
                place = (numbers[target.objgen], int(left), int(top))
                if targets[-1:] != [place]:
                    targets.append(place)
    return [page for page, _, _ in targets]
