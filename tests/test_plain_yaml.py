"""What is read without PyYAML is read as over PyYAML's events, places and all, and what is not plain is left to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import Diagnostics
from compiler.rawdata import Mapping, Node, Scalar
from compiler.readers import yaml_data
from compiler.readers.plain_yaml import read_plain
from compiler.source import Source

ROOT = Path(__file__).parent.parent


def shape(node: Node) -> Any:
    """A node as plain data: kind, place, content."""
    if isinstance(node, Scalar):
        return node.place, node.text
    if isinstance(node, Mapping):
        inner = [(key, node.key_places[key], shape(value)) for key, value in node.entries.items()]
        assert list(node.key_places) == list(node.entries)
        return "mapping", node.place, inner
    return "sequence", node.place, [shape(item) for item in node.items]


def by_pyyaml(text: str, patch: pytest.MonkeyPatch) -> tuple[Any, int]:
    """The same over PyYAML's events, and how much was said about it."""
    sink = Diagnostics()
    with patch.context() as patched:
        patched.setattr(yaml_data, "read_plain", lambda text, printable: None)
        raw = yaml_data.read_yaml(Source("试.yaml", text), sink)
    return (shape(raw.root) if raw else None), len(sink)


def agrees(text: str) -> bool:
    """Hold one against the other; whether the text is plain."""
    root = read_plain(text)
    if root is not None:
        assert (shape(root), 0) == by_pyyaml(text, pytest.MonkeyPatch())
    return root is not None


PLAIN = (
    "名称: 甲",
    "# 注\n名称: 甲\n\n金额: 12.50元\n",
    "资金:\n  总额: {年初: 1.5, 执行率: 88.12%}\n  拨款: {年初: 1.5}\n总分: {分值: 100, 得分: -95}\n",
    "指标:\n  - {一级: 产出, 指标值: ≥9种}\n  - {一级: 效益}\n尾: x\n",
    "指标:\n- 一级: 产出\n  二级: 数量\n- 一级: 效益\n  三级:\n- 一级: 甲\n尾: x",
    "表: [甲, 乙 丙, 丁]\n空:\n下: \n末:",
    '甲: \'单引号\'\n乙: "双引号: 也行"\n丙: ""',
    "甲: 时间 12:30 起 \n乙: a, b {c} [d] - e\n丙: \u3000x".replace("\u3000", "中\u3000"),
    "部分:\n  - 名称: 甲\n    分组:\n      - 名称: 乙\n        指标:\n          - {名称: 丙}\n  - 名称: 丁\n",
    "内:\n  深:\n    更深:\n      底: 1\n上: 2",
    "名单:\n  - 甲\n  - 乙\n",
    "字体:\n  宋体: {替代: [甲 乙, 丙], 西文: '', 内: {深: [[一], {底: 1}]}}",
    "  # 注\n甲:\n  # 注: 1\n  乙: 1\n      # 注\n    # - 注\n  丙:\n # 注\n丁: 2\n  # 注",
    "名单:\n  - 甲\n  # 注\n  - {乙: {丙: 1}}\n  # 注\n\n    # 注\n末: {乙: 'a, b', 丙: \"\"}\n",
    '章节:\n  - {题: "{{ 年度 }}年：第 1, 2 项", 叙述: 概况}\n  - ["甲", {乙: \'丙\'}]\n尾: x',
)
NOT_PLAIN = (
    *(
        "",
        "# 注",
        "- 甲",
        "甲",
        "  甲: 1",
        "甲: 1\n乙",
        "甲: 1\n  乙: 2",
        "甲: 1\n  乙",
        "甲: 1 # 注",
        "甲: 1\n  # 注\n  乙",
        "甲: {乙: 1} # 注",
        "甲: {乙: 1, # 注",
        "甲: {乙: [1, 2}}",
        "甲: {乙: [1, 2]",
        "甲: {乙: [1, 2]}}",
        "甲: {乙: [1],丙: 2}",
        "甲: {乙: [1, ]}",
        "甲: {乙: {丙: 1, 丙: 2}}",
        "甲: {乙: 'it''s'}",
        '甲: {乙: "1" x}',
        '甲: {乙: "a\\n"}',
        '甲: {"乙": 1}',
        "甲: [[]]",
        "甲: [{乙: 1}, &a 1]",
        "甲:\t1",
    ),
    *(
        "甲: 1\n甲: 2",
        "甲: {乙: 1, 乙: 2}",
        "甲: {乙: }",
        "甲: {乙}",
        "甲: {}",
        "甲: []",
    ),
    *(
        "甲: |\n  乙",
        "甲: >\n  乙",
        "甲: &a 1",
        "甲: *a",
        "甲: !!int 1",
        "<<: 1",
        "'甲': 1",
        '"甲": 1',
        "? 甲",
        "---\n甲: 1",
    ),
    *(
        '甲: "a\\n"',
        "甲: 'it''s'",
        "甲: '开",
        "甲: a: b",
        "甲: b:",
        "甲:  b",
        "甲: {乙: 1,丙: 2}",
        "甲: {乙: 1\n}",
        "甲: %",
    ),
    *(
        "甲:\n  - \n",
        "甲:\n  - - 1",
        "甲:\n  - 1\n 乙: 2",
        "甲: [1, 2",
        "甲: 1\n  - 2",
        "甲:\n    乙: 1\n  丙: 2",
        "甲: @x",
    ),
    *(
        "甲:\n  - 乙: 1\n   丙: 2",
        "甲: {乙: a:b}",
        "甲 : 1",
        "甲: 1\n...\n",
        "甲: 1\n---\n乙: 2",
        "甲: \ufeff",
    ),
)


@pytest.mark.parametrize("text", PLAIN)
def test_read_plain(text: str) -> None:
    assert agrees(text)


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_left_to_pyyaml(text: str) -> None:
    assert not agrees(text)


_PIECES = st.sampled_from(
    [
        *(
            "甲",
            "名称",
            "a b",
            "12.5%",
            "-1",
            "- ",
            "-",
            ":",
            ": ",
            ":  ",
            ", ",
            ",",
            "{",
            "}",
            "[",
            "]",
            "\n",
            "\n  ",
        ),
        *(
            "\n    ",
            "\n- ",
            "\n  - ",
            "{甲: 1}",
            "{甲: 1, 乙: 二}",
            "[甲, 乙]",
            "'",
            '"',
            "#",
            " #",
            "\n# 注",
            "\n  # 注",
            "{甲: [1, {乙: '二'}]}",
            " ",
            "?",
            "|",
        ),
        *(
            "&",
            "*",
            "!",
            "%",
            "\u3000",
            "甲: 1\n",
            "乙:\n",
            "丙: 3",
            "  丁: x\n",
            "<<",
            "...",
            "---",
            "\t",
            "“",
            "=",
            "~",
            "𠮷",
        ),
    ]
)
_LINES = st.lists(
    st.tuples(
        st.sampled_from(["", "  ", "    ", "      "]),
        st.sampled_from(["", "", "- "]),
        st.sampled_from(
            [
                "甲:",
                "乙:",
                "丙: 1",
                "丁: x y",
                "戊: {甲: 1, 乙: 2}",
                "己: [1, 2]",
                "庚",
                "辛: '1'",
                "壬: ",
                "子: {甲: [1, '二'], 乙: {丙: \"3\"}}",
                "丑: [[1], {甲: '2'}]",
                '["1", {甲: 2}]',
                "# 注: 1",
                "",
            ]
        ),
    ).map("".join),
    max_size=9,
).map("\n".join)


@given(st.lists(_PIECES, max_size=14).map("".join) | _LINES)
def test_whatever_is_read_is_read_alike(text: str) -> None:
    agrees(text)


def test_what_the_reports_are_written_in() -> None:
    files = sorted((ROOT / "content").rglob("*.yaml"))
    plain = [agrees(path.read_text("utf-8")) for path in files]
    assert len(plain) > 20
    assert sum(plain) > 0.9 * len(plain)


def test_templates_need_no_pyyaml() -> None:
    files = sorted((ROOT / "templates").rglob("*.yaml"))
    assert len(files) > 8
    assert all(agrees(path.read_text("utf-8")) for path in files)
