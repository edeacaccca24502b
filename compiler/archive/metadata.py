"""metadata.xml: the elements of DA/T 46-2009 (文书类电子文件元数据方案) that a program can fill in.

What only the office's archivist knows comes from 档案 in report.yaml; what nobody said is left out, and the
self-check names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias
from xml.sax.saxutils import escape

from compiler.archive.digests import Digest
from compiler.archive.layout import DOCUMENTS
from compiler.archive.record import Made
from compiler.evaluation.report import Filing, Report

if TYPE_CHECKING:
    from compiler.pdf import PdfMade

Element: TypeAlias = tuple[str, "str | Sequence[Element]"]
"""A name, and its words or the elements in it."""

WANTED = ("全宗号", "保管期限", "机构或问题", "密级")
"""Elements of report.yaml's 档案 without which no archive takes the report over."""

_FORMATS: Mapping[str, tuple[str, str]] = {
    "pdf": ("版式文件", "PDF/A-2b（ISO 19005-2）"),
    "docx": ("可编辑的稿本", "Office Open XML（ISO/IEC 29500）"),
    "html": ("网页稿本", "HTML5，UTF-8，自包含"),
    "json": ("数字来源", "JSON，UTF-8"),
}


def unfilled(report: Report) -> tuple[str, ...]:
    """Those of `WANTED` that report.yaml does not give."""
    return tuple(key for key in WANTED if not _said(report, key))


def _said(report: Report, key: str) -> str:
    """What report.yaml's 档案 gives; nothing when it does not."""
    filing = report.filing
    return "" if filing is None else getattr(filing, Filing.KEYS[key]) or ""


def metadata(
    report: Report,
    title: str,
    version: int,
    made: Made,
    files: Mapping[str, Digest],
    program: str,
    pdf: PdfMade | None,
) -> bytes:
    """The file, for the documents among `files` (path: digest)."""
    documents = {path: digest for path, digest in files.items() if path.startswith(f"{DOCUMENTS}/")}
    fonts = "、".join(pdf.fonts) if pdf else ""
    root: Sequence[Element] = (
        ("聚合层次", "文件"),
        (
            "来源",
            (
                ("全宗名称", _said(report, "全宗名称") or report.department),
                ("立档单位名称", report.department),
            ),
        ),
        (
            "档号",
            (
                ("全宗号", _said(report, "全宗号")),
                ("年度", str(report.year)),
                ("保管期限", _said(report, "保管期限")),
                ("机构或问题", _said(report, "机构或问题")),
                ("室编件号", _said(report, "室编件号")),
            ),
        ),
        (
            "内容描述",
            (
                ("题名", title),
                ("主题词", _said(report, "主题词")),
                ("文件编号", _said(report, "文件编号")),
                ("责任者", _said(report, "责任者") or report.department),
                ("日期", report.date or ""),
                ("文种", report.kind),
                ("密级", _said(report, "密级")),
            ),
        ),
        (
            "形式特征",
            (
                ("文件组合类型", "组合文件"),
                ("件数", "1"),
                ("页数", str(pdf.pages) if pdf else ""),
                ("语种", "中文"),
                ("稿本", f"第{version}版" + ("" if pdf else "（没有版式文件）")),
            ),
        ),
        (
            "电子属性",
            [("计算机文件", _file(path, digest, program, fonts)) for path, digest in documents.items()],
        ),
        (
            "机构人员实体",
            (("机构人员类型", "个人"), ("机构人员名称", made.by), ("组织机构名称", report.department)),
        ),
        (
            "业务实体",
            (
                ("业务状态", "历史行为"),
                ("业务行为", "固化归档"),
                ("行为时间", made.at),
                ("行为描述", made.message),
            ),
        ),
    )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!-- 元素名称取自 DA/T 46-2009《文书类电子文件元数据方案》 -->",
    ]
    return "\n".join([*lines, *_printed(("电子文件", root), 0), ""]).encode()


def _file(path: str, digest: Digest, program: str, fonts: str) -> Sequence[Element]:
    use, form = _FORMATS.get(path.rsplit(".", 1)[-1], ("附件", ""))
    return (
        ("计算机文件名", path),
        ("格式信息", f"{use}；{form}" if form else use),
        ("计算机文件大小", str(digest.bytes)),
        ("文档创建程序", program),
        ("字体清单", fonts if path.endswith(".pdf") else ""),
        ("SHA-256", digest.sha256),
        ("SM3", digest.sm3),
    )


def _printed(element: Element, depth: int) -> Iterator[str]:
    """An element's lines; nothing for one with nothing in it."""
    name, content = element
    pad = "  " * depth
    if isinstance(content, str):
        if content:
            yield f"{pad}<{name}>{escape(content)}</{name}>"
        return
    inner = [line for each in content for line in _printed(each, depth + 1)]
    if inner:
        yield from (f"{pad}<{name}>", *inner, f"{pad}</{name}>")
