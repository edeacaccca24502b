"""Random slips, in any file of the sample and in any expression: it is built, or every complaint has a place and a
hint. Never an exception.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Diagnostics
from compiler.expressions import compile_expression
from compiler.figures import NumberRule
from compiler.gate import is_clean
from compiler.pipeline import build
from compiler.source import Source
from compiler.workspace import Workspace
from tests import overlay
from tests.sample_data import scope_of

_FILES = [
    "report.yaml",
    "data/department.yaml",
    "data/budget.yaml",
    "data/projects/01-设备更新.yaml",
    "data/projects/02-人员培训.yaml",
    "narrative/概况.md",
    "narrative/projects/01-设备更新.md",
    "templates/绩效报告/outline.yaml",
    "templates/绩效报告/style.yaml",
    "templates/绩效报告/tables/项目资金.html",
]
_SLIPS = [
    *"：，。（）｛｝“”‘’\n\t 　'\"{}[]()<>|#*&!%@`\\/~^-+=.,:;?0９一元",
    *[
        "{{",
        "}}",
        "{%",
        "%}",
        "{% if 1 %}",
        "{% endif %}",
        "{% for 甲 in 项目 %}",
        "{% endfor %}",
        "<td>",
        "</td>",
    ],
    *[
        "<tr>",
        "</tr>",
        'rowspan="2"',
        "<!--",
        "-->",
        "- ",
        ": ",
        "  ",
        "\n\n",
        "---\n",
        "> ",
        "| a |\n|---|\n",
        "# ",
    ],
    *[
        "|万元",
        "|百分比",
        "|合计('全年预算数')",
        "[0]",
        "[]",
        ".名称",
        " / 0",
        "1e9",
        "99.99%",
        "元",
        "万元",
        "-1",
        "&a",
        "*a",
        "!!a",
    ],
    *[
        "⟦",
        "\x07",
        "\x1b[2J",
        "\u200b",
        "\u2028",
        "\ufeff",
        "\U0001f600",
        "[](#资金)",
        "![图](图/示意.png)",
        "\\u0001",
    ],
    *["本项目", "项目", "预算", "单位.内设机构", "loop.index", "本项.名称", "是", "否", "null", "~", "<<: "],
]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("mutations")
    overlay.copy_sample(root)
    return root


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, list[tuple[float, int, str]]]:
    """A file, and what to put where (a share of its length) in place of how many characters."""
    edit = st.tuples(st.floats(0, 1), st.integers(0, 6), st.sampled_from(_SLIPS) | st.text(max_size=3))
    return draw(st.sampled_from(_FILES)), draw(st.lists(edit, min_size=1, max_size=3))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mutations())
def test_a_slip_is_built_or_told(workspace: Path, mutation: tuple[str, list[tuple[float, int, str]]]) -> None:
    name, edits = mutation
    path = workspace / name if name.startswith("templates/") else workspace / overlay.REPORT / name
    good = path.read_bytes()
    text = good.decode()
    for share, count, slip in edits:
        at = int(share * len(text))
        text = text[:at] + slip + text[at + count :]
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        result = build(Workspace(workspace), workspace / overlay.REPORT, workspace / "build")
    finally:
        path.write_bytes(good)
    assert bool(result.outputs) != result.diagnostics.has_errors
    for item in result.diagnostics:
        assert item.span.line >= 1 and item.span.column >= 1 and item.span.end > item.span.column
        assert item.span.line <= max(1, len(item.span.source.lines))
        assert item.span.column <= len(item.span.source.line(item.span.line)) + 1
        assert item.message and item.hint
        assert not item.message.isascii() and not item.hint.isascii()


_DATA = {
    name: (overlay.HERE / "reports" / "示例局" / "2024" / "data" / path).read_text(encoding="utf-8")
    for name, path in (
        ("budget", "budget.yaml"),
        ("department", "department.yaml"),
        ("project 1", "projects/01-设备更新.yaml"),
        ("project 2", "projects/02-人员培训.yaml"),
    )
}
_PIECES = [
    *[
        "本项目",
        "项目",
        "单位",
        "预算",
        "评分表",
        "参数",
        "年度",
        "没有",
        ".名称",
        ".全年预算数",
        ".绩效指标",
        ".执行率",
        ".资金",
    ],
    *[
        ".补充数据",
        ".设备数",
        "[0]",
        "[9]",
        "['名称']",
        "|万元",
        "|百分比",
        "|大写",
        "|个数",
        "|合计('全年预算数')",
        "|数",
        "|数值",
    ],
    *[
        "|默认('—')",
        "|连续分组('一级')",
        "|有('名称')",
        "|无",
        "|没有",
        " + ",
        " - ",
        " * ",
        " / ",
        " == ",
        " < ",
        " and ",
        " or ",
    ],
    *[
        "not ",
        " if ",
        " else ",
        "(",
        ")",
        "1",
        "0",
        "0.5",
        "1e15",
        "999999999999999",
        "'甲'",
        "-",
        "~",
        "**",
        "%",
        "is none",
        " in ",
    ],
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join) | st.text(max_size=20))
def test_an_expression_is_printed_or_told(text: str) -> None:
    scope = scope_of(_DATA)
    sink = Diagnostics()
    span = Source("表达式", text).span(0)
    expression = compile_expression(text, span, sink)
    shown = expression.text_value(scope, NumberRule(), span, sink) if expression else None
    assert (shown is None) == bool(len(sink))
    assert shown is None or is_clean(shown.replace("\n", ""))
