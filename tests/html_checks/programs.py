"""The programs that check pages: html-validate, the Nu HTML checker, axe-core in Chromium.

The first two and axe-core come from npm, see `package.json`; CHENGWEN_NODE_MODULES names another `node_modules`
than the one beside it. Each function gives what its program complains of, nothing when all is well.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import NamedTuple

_HERE = Path(__file__).parent
_MODULES = Path(os.environ.get("CHENGWEN_NODE_MODULES") or _HERE / "node_modules")
_HTML_VALIDATE = _MODULES / "html-validate" / "bin" / "html-validate.mjs"
_VNU = _MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
AXE = _MODULES / "axe-core" / "axe.min.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

_PDFTOTEXT = shutil.which("pdftotext")

_NPM = "npm install --prefix tests/html_checks --ignore-scripts --no-package-lock"
NO_CHROMIUM = "" if CHROMIUM else "没有安装 Chromium"
NO_HTML_VALIDATE = (
    "" if _HTML_VALIDATE.exists() and shutil.which("node") else f"没有安装 html-validate：{_NPM}"
)
NO_VNU = "" if _VNU.exists() and shutil.which("java") else f"没有安装 vnu-jar 或 Java：{_NPM}"
NO_PAPER = NO_CHROMIUM or ("" if _PDFTOTEXT else "没有安装 pdftotext（poppler-utils）")
NO_AXE = NO_CHROMIUM or ("" if AXE.exists() else f"没有安装 axe-core：{_NPM}")

_QUIET = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
)  # fmt: skip
# The Nu checker takes every data: picture for forbidden, also under `img-src data:`.
_FALSE_ALARM = ".*Resource violates Content Security Policy.*data:image/.*"

_RUN_AXE = """
axe.run(document, {resultTypes: ["violations"]}).then(result => document.documentElement.setAttribute(
  "data-axe", JSON.stringify(result.violations.map(one => one.id + ": " + one.nodes[0].html))));
"""


def html_validate(pages: Sequence[Path]) -> list[str]:
    """Complaints of html-validate."""
    ran = subprocess.run(
        [
            "node",
            str(_HTML_VALIDATE),
            "--config",
            str(_HERE / "html-validate.json"),
            "--formatter",
            "json",
            *map(str, pages),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.stdout.startswith("["), ran.stdout + ran.stderr
    return [
        f"{Path(page['filePath']).name}:{one['line']}: {one['ruleId']}: {one['message']}"
        for page in json.loads(ran.stdout)
        for one in page["messages"]
    ]


def vnu(pages: Sequence[Path]) -> list[str]:
    """Complaints of the Nu HTML checker, warnings too."""
    ran = subprocess.run(
        ["java", "-jar", str(_VNU), "--format", "json", "--filterpattern", _FALSE_ALARM, *map(str, pages)],
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert ran.stderr.startswith("{"), ran.stderr
    return [f"{one['type']}: {one['message']}" for one in json.loads(ran.stderr)["messages"]]


def axe(page: Path, folder: Path, width: int = 1280) -> list[str]:
    """Complaints of axe-core about the page as a window of that width shows it."""
    library = AXE.read_text(encoding="utf-8").replace("</script", "<\\/script")
    copy = _with_scripts(page, folder, library, _RUN_AXE)
    shown = _chromium(
        folder, f"--window-size={width},900", "--virtual-time-budget=8000", "--dump-dom", copy.as_uri()
    )
    found = re.search(r'<html[^>]* data-axe="([^"]*)"', shown)
    assert found, "axe-core did not finish"
    complaints: list[str] = json.loads(unescape(found[1]))
    return complaints


def print_pdf(page: Path, folder: Path) -> Path:
    """The page as Chromium prints it on paper."""
    pdf = folder / f"{page.stem}.pdf"
    _chromium(folder, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri())
    assert pdf.exists(), "Chromium did not print"
    return pdf


def measure(page: Path, folder: Path, script: str, width: int = 1280) -> str:
    """What a JavaScript expression says of the page in a window of that width (Chromium's least is 500)."""
    copy = _with_scripts(
        page, folder, f'document.documentElement.setAttribute("data-said", String(({script})))'
    )
    shown = _chromium(
        folder, f"--window-size={width},900", "--virtual-time-budget=2000", "--dump-dom", copy.as_uri()
    )
    found = re.search(r'<html[^>]* data-said="([^"]*)"', shown)
    assert found, "the script did not run"
    return unescape(found[1])


def _with_scripts(page: Path, folder: Path, *scripts: str) -> Path:
    # The page forbids every script, and rightly; the copy under test must let these in.
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>\n', "", page.read_text(encoding="utf-8"))
    added = "".join(f"<script>{script}</script>" for script in scripts)
    copy = folder / f"with-scripts-{page.name}"
    copy.write_text(text.replace("</body>", f"{added}</body>"), encoding="utf-8")
    return copy


def _chromium(folder: Path, *arguments: str) -> str:
    assert CHROMIUM
    ran = subprocess.run(
        [CHROMIUM, *_QUIET, f"--user-data-dir={folder / 'chromium'}", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    return ran.stdout


def page_texts(pdf: Path) -> list[str]:
    """The words of each page without white space, in the order they are read."""
    return ["".join(page.split()) for page in _pdftotext(pdf, "-raw").split("\f")[:-1]]


class Word(NamedTuple):
    """A word on paper; distances in points from the paper's left and lower edge."""

    text: str
    left: float
    right: float
    bottom: float


class Sheet(NamedTuple):
    """A printed page, in points."""

    width: float
    height: float
    words: list[Word]


def sheets(pdf: Path) -> list[Sheet]:
    """The pages with every word at its place."""
    found = []
    for page in _pdftotext(pdf, "-bbox").split("<page ")[1:]:
        width, height = (float(value) for value in re.findall(r'="([\d.]+)"', page.split(">", 1)[0]))
        words = re.findall(
            r'<word xMin="([-\d.]+)" yMin="[-\d.]+" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>', page
        )
        found.append(
            Sheet(
                width,
                height,
                [Word(unescape(w), float(x0), float(x1), height - float(y1)) for x0, x1, y1, w in words],
            )
        )
    return found


def _pdftotext(pdf: Path, how: str) -> str:
    assert _PDFTOTEXT
    ran = subprocess.run(
        [_PDFTOTEXT, how, str(pdf), "-"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    return ran.stdout
