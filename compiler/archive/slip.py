"""发布单: the page that goes with a version on paper, so that its digest is known outside the disk it stands on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from io import BytesIO
from itertools import groupby

from compiler.archive.digests import Digest, grouped
from compiler.archive.layout import DOCUMENTS
from compiler.archive.record import Record
from compiler.archive.self_check import Item
from compiler.checks.waivers import day, who_and_when
from compiler.diagnostics import Accepted, Diagnostic, Severity
from compiler.named import NamedTuple
from compiler.source import Source
from compiler.style import Style
from compiler.tree import (
    Align,
    Block,
    Cell,
    Document,
    Header,
    Heading,
    Metadata,
    Paragraph,
    Part,
    Row,
    Table,
    Text,
    replace,
)
from compiler.writers import WRITERS

_SPAN = Source("发布单", "").span(0)
_MOST_WAIVED = 4
"""Waived findings told one by one: the page is to stay one."""
_LONGEST = 80
_MARGIN = Decimal(20)
"""Millimetres above and below; GB/T 9704 is about the report."""


class Slip(NamedTuple):
    """What the page says."""

    record: Record
    digest: Digest
    """Of the record: the version's."""
    accepted: Sequence[tuple[Diagnostic, Accepted]]
    """Findings that somebody let stand, and who did."""
    items: Sequence[Item]
    """Of the self-check."""


def printed(slip: Slip, style: Style, suffix: str) -> bytes:
    """The page as `docx` or `html`."""
    record = slip.record
    title = f"{record.title}发布单"
    part = Part(_SPAN, tuple(_blocks(slip)))
    document = Document(_SPAN, Metadata(title, record.department, "发布单", record.day), (), (part,))
    out = BytesIO()
    page = replace(style.page, top=_MARGIN, bottom=_MARGIN, footer=_MARGIN / 2, page_numbers=False)
    writer = WRITERS[suffix](document, replace(style, page=page), out)
    writer.begin(part)
    for block in part.blocks:
        writer.write(block)
    writer.finish()
    return out.getvalue()


def _blocks(slip: Slip) -> Iterator[Block]:
    yield Heading(_SPAN, 1, (Text(_SPAN, "发布单"),), numbered=False, role="form-title")
    yield _table("版本", (1500, 3500, 1500, 3500), _particulars(slip))
    yield _table("检查和放行", (1500, 8500), _findings(slip))
    yield _table("四性自检（DA/T 70—2018）", (1500, 1000, 7500), _checked(slip.items))
    yield _table(
        "签字",
        (1500, 1833, 1500, 1833, 1500, 1834),
        [_row("制作\n（签字）", "", "审核\n（签字）", "", "归档\n（签字）", "")],
    )
    yield Paragraph(
        _SPAN,
        (
            Text(
                _SPAN,
                "摘要证明文件自制作以来没有改动，不证明内容属实，也不代替印章和签名。核对：chengwen verify --digest 后面打本页的 SHA-256。内容摘要只管写出的文件，重新生成时用它比。",
            ),
        ),
        "note",
    )


def _particulars(slip: Slip) -> list[Row]:
    record, digest = slip.record, slip.digest
    when = f"{day(record.day)} {record.made.at[11:16]}"
    rows = [
        _wide("题名", _cut(record.title)),
        _row("单位", record.department, "年度", record.year),
        _row("文种", record.kind, "版次", f"第{record.version}版"),
        _row("制作人", record.made.by, "制作时间", when),
        _wide("说明", _cut(record.made.message)),
    ]
    files = [
        path.removeprefix(f"{DOCUMENTS}/")
        for path in record.files
        if path.startswith(f"{DOCUMENTS}/") and not path.endswith(".json")
    ]
    rows.append(_wide("文件", "、".join(files)))
    rows.append(_wide("SHA-256", grouped(digest.sha256)))
    rows.append(_wide("SM3", grouped(digest.sm3)))
    rows.append(_wide("内容摘要", grouped(record.build)))
    before = record.previous
    rows.append(
        _wide(
            "上一版",
            f"第{before.version}版（{grouped(before.record.sha256)[:17]} …）"
            if before
            else "没有，这是第1版",
        )
    )
    return rows


def _findings(slip: Slip) -> list[Row]:
    counts = slip.record.counts
    said = "，".join(f"{severity.value} {counts.get(severity.value, 0)} 处" for severity in Severity)
    rows = [_row("检查结果", f"{said}；放行 {len(slip.accepted)} 处。明细见检查报告")]
    shown = slip.accepted[:_MOST_WAIVED]
    for item, waiver in shown:
        rows.append(
            _row(
                f"放行 {item.code.value}",
                f"{_gist(item.message)}（{who_and_when(waiver)}：{_cut(waiver.reason, 16)}）",
            )
        )
    if len(slip.accepted) > len(shown):
        rows.append(_row("放行", f"另有 {len(slip.accepted) - len(shown)} 处，见检查报告"))
    return rows


def _checked(items: Sequence[Item]) -> list[Row]:
    """A row for what came out alike."""
    rows = []
    for nature, group in groupby(items, key=lambda item: item.nature):
        verdicts: dict[str, list[str]] = {}
        for item in group:
            words = f"{item.what}（{item.note}）" if item.note else item.what
            verdicts.setdefault(item.verdict, []).append(words)
        for index, (verdict, told) in enumerate(verdicts.items()):
            cells = [] if index else [_cell(nature, "row", rowspan=len(verdicts))]
            rows.append(Row(_SPAN, (*cells, _cell(verdict, align="center"), _cell("；".join(told)))))
    return rows


def _gist(message: str, longest: int = 40) -> str:
    """A finding in a line: whole, else its last clauses, where the difference stands; a figure is never cut in two."""
    if len(message) <= longest:
        return message
    clauses = re.split("(?<=[，；：。])", message)
    kept = clauses.pop()
    while clauses and len(clauses[-1]) + len(kept) < longest:
        kept = clauses.pop() + kept
    return f"…{kept}"


def _cut(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"


def _table(summary: str, columns: tuple[int, ...], rows: Sequence[Row]) -> Table:
    return Table(_SPAN, columns, (), tuple(rows), summary=summary, numbered=False)


def _row(*texts: str) -> Row:
    return Row(_SPAN, tuple(_cell(text, "" if index % 2 else "row") for index, text in enumerate(texts)))


def _wide(name: str, text: str) -> Row:
    return Row(_SPAN, (_cell(name, "row"), _cell(text, colspan=3)))


def _cell(
    text: str, header: Header = "", *, rowspan: int = 1, colspan: int = 1, align: Align = "left"
) -> Cell:
    paragraphs = tuple((Text(_SPAN, line),) for line in text.split("\n") if line)
    return Cell(_SPAN, paragraphs, rowspan, colspan, header, "center" if header else align)
