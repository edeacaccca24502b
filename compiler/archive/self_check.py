"""四性 self-check (DA/T 70-2018): what a program can tell of a version's authenticity, completeness, usability and safety.

What it cannot is said to be for a person: having digests is not the same as being evidence.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from xml.parsers import expat

from compiler.archive.layout import CHECK, DOCUMENTS, INPUT, METADATA
from compiler.named import NamedTuple

if TYPE_CHECKING:
    from compiler.pdf import PdfMade

Verdict = Literal["通过", "不通过", "不适用", "需人工"]

_RUNS_OR_LOADS = frozenset(
    ("script", "iframe", "frame", "object", "embed", "link", "base", "form", "audio", "video")
)
_STYLE_LOADS = re.compile(r"@import|url\(\s*[\"']?(?!data:)", re.IGNORECASE)
_PROCESS = (
    f"{INPUT}/templates",
    f"{INPUT}/content",
    f"{CHECK}/findings.json",
    f"{CHECK}/检查报告.html",
    f"{DOCUMENTS}/trace.json",
    METADATA,
)
_REVISED = re.compile(rb"<w:(?:ins|del|moveFrom|moveTo|rPrChange|pPrChange|commentReference)\b")


class Item(NamedTuple):
    """One thing looked at."""

    nature: Literal["真实性", "完整性", "可用性", "安全性"]
    what: str
    verdict: Verdict
    note: str = ""
    """Why, where it is not plain."""


class Candidate(NamedTuple):
    """What is about to become a version."""

    content: Path
    """The folder of its files."""
    title: str
    number: int
    unfilled: tuple[str, ...]
    """Elements of metadata that nobody gave."""
    date: str | None
    """成文日期."""
    pdf: PdfMade | None
    earlier: int
    """How many things are wrong with the versions before."""
    environment: Mapping[str, Any]


def self_check(candidate: Candidate) -> Iterator[Item]:
    """Look at what is about to become a version.

    The digests, the inventory and the chain are of our making a moment later and are what `verify` checks.
    """
    content = candidate.content
    documents = sorted((content / DOCUMENTS).iterdir())
    found = {path.suffix: path for path in documents}
    yield Item("真实性", "SHA-256、SM3 摘要，OCFL 1.1 清单", "通过")  # made by what prints this
    yield _entitled(found, candidate.title)
    undated = "" if candidate.date else "report.yaml 没有写日期"
    yield Item("真实性", "成文日期", "需人工" if undated else "通过", undated)
    lacking = "、".join(name for name in _PROCESS if not (content / name).exists())
    yield Item("完整性", "输入、检查、数字来源、元数据齐", "不通过" if lacking else "通过", lacking)
    yield _numbered(candidate.number, candidate.earlier)
    missing = f"没有写：{'、'.join(candidate.unfilled)}" if candidate.unfilled else ""
    yield Item("完整性", "元数据项齐全", "需人工" if missing else "通过", missing)
    yield Item("完整性", "佐证材料", "需人工", "不在包内，另行归档")
    wrong = "、".join(path.name for path in (*documents, content / METADATA) if not _opens(path))
    yield Item("可用性", "能打开，不加密，压缩用公开算法", "不通过" if wrong else "通过", wrong)
    yield _paged(candidate.pdf)
    unknown = "、".join(name for name, version in candidate.environment["libraries"].items() if not version)
    yield Item("可用性", "程序、运行环境已记录", "需人工" if unknown else "通过", unknown)
    faults = "、".join(_active(found))
    yield Item("安全性", "无宏、脚本、外部资源、修订痕迹", "不通过" if faults else "通过", faults)
    yield Item("安全性", "病毒检查", "需人工", "用本单位的杀毒软件")


def _entitled(found: Mapping[str, Path], title: str) -> Item:
    what = "题名与正文一致"
    if ".html" not in found:
        return Item("真实性", what, "需人工", "没有 HTML 可对")
    plain = re.sub(r"<[^>]+>|\s", "", found[".html"].read_text(encoding="utf-8"))
    return Item("真实性", what, "通过" if "".join(title.split()) in plain else "需人工")


def _numbered(number: int, earlier: int) -> Item:
    what = "版次连号，接上一版的摘要"
    if number == 1:
        return Item("完整性", what, "不适用", "第1版")
    if earlier:
        return Item("完整性", what, "需人工", f"以前的版查出 {earlier} 处与归档时不同")
    return Item("完整性", what, "通过")


def _paged(pdf: PdfMade | None) -> Item:
    what = "版式文件（PDF/A-2b）"
    if pdf is None:
        return Item("可用性", what, "需人工", "没有生成 PDF")
    if pdf.not_embedded:
        return Item("可用性", what, "需人工", f"没有放进字体：{'、'.join(pdf.not_embedded)}")
    asked = [each.asked for each in pdf.substitutes]
    return Item(
        "可用性", what, "需人工" if asked else "通过", f"用了替代字体：{'、'.join(asked)}" if asked else ""
    )


def _opens(path: Path) -> bool:
    """Whether a document is what its name says."""
    try:
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as package:
                for info in package.infolist():
                    data = package.read(info)  # its checksum is looked at
                    if info.flag_bits & 1 or info.compress_type not in (
                        zipfile.ZIP_STORED,
                        zipfile.ZIP_DEFLATED,
                    ):
                        return False
                    if info.filename.endswith((".xml", ".rels")):
                        expat.ParserCreate().Parse(data, True)
            return True
        if path.suffix == ".pdf":
            data = path.read_bytes()
            return data.startswith(b"%PDF-") and b"/Encrypt" not in data
        if path.suffix == ".xml":
            expat.ParserCreate().Parse(path.read_bytes(), True)
        path.read_text(encoding="utf-8")
    except (zipfile.BadZipFile, expat.ExpatError, UnicodeDecodeError, NotImplementedError, RuntimeError):
        return False
    return True


def _active(found: dict[str, Path]) -> list[str]:
    """What could run, load or still change."""
    faults = []
    if ".docx" in found:
        with zipfile.ZipFile(found[".docx"]) as package:
            names = package.namelist()
            if any("vba" in name.lower() or "embeddings" in name.lower() for name in names):
                faults.append("DOCX 里有宏或嵌入的对象")
            if _REVISED.search(package.read("word/document.xml")):
                faults.append("DOCX 里有修订或批注")
            related = [package.read(name) for name in names if name.endswith(".rels")]
            if any(b'TargetMode="External"' in data and b"/hyperlink" not in data for data in related):
                faults.append("DOCX 用到外部文件")
    if ".html" in found:
        page = _Page()
        page.feed(found[".html"].read_text(encoding="utf-8"))
        if page.is_active:
            faults.append("HTML 里有脚本或外部资源")
    return faults


class _Page(HTMLParser):
    """Whether anything in a page could run, or be loaded from elsewhere. Links that a reader follows are neither."""

    def __init__(self) -> None:
        super().__init__()
        self.is_active = False
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        if tag in _RUNS_OR_LOADS:
            self.is_active = True
        for name, value in attrs:
            text = (value or "").strip().lower()
            loads = name == "src" and not text.startswith("data:")
            runs = name.startswith("on") or text.startswith("javascript:")
            if loads or runs or (name == "style" and _STYLE_LOADS.search(text)):
                self.is_active = True

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style and _STYLE_LOADS.search(data):
            self.is_active = True
