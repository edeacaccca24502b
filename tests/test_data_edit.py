"""Data files are changed where the change is, and nowhere else."""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.data_edit.changes import Arrange, Change, Drop, EditError, Put, applied, order_of, same
from compiler.data_edit.edit import edited, read_plain
from compiler.data_edit.line_ends import with_line_ends
from compiler.data_edit.notation import scalar, value
from compiler.data_edit.notes import notes_of, notes_stay
from compiler.evaluation.funds import Budget
from compiler.evaluation.project import Project
from compiler.evaluation.scorecard import Scorecard
from compiler.source import Source

ROOT = Path(__file__).parents[1]
FILES = sorted(
    path
    for folder in ("content", "tests/checked/content", "tests/reports")
    for path in (ROOT / folder).rglob("*.yaml")
    if "data" in path.parts
)
ORDER = order_of(Project)


def edit(text: str, *changes: Change, cls: Any = Project) -> str:
    return edited(Source("x.yaml", text), changes, order_of(cls))


# What is written --------------------------------------------------------------------------

FORM = """\
# 公开稿
名称: 甲   # 名称后面的备注
资金:
  当年财政拨款: {年初预算数: 5.64, 全年执行数: "0.8"}
  上年结转资金:

年度总体目标:
  预期目标: |-
    第一段。

    第二段。
  # 照公开稿
绩效指标:
  - {一级: 产出指标, 三级: 场次, 分值: 10}
  # “满意度标”照公开稿
  - {一级: 满意度指标, 三级: 满意}
  - 一级: 成本指标
    三级: 成本
    # 两行之间的备注
    分值: 20
# 末尾的备注
"""


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (Put(("名称",), "乙: 丙"), {2: '名称: "乙: 丙"   # 名称后面的备注'}),
        (
            Put(("资金", "当年财政拨款", "年初预算数"), "1,234"),
            {4: '  当年财政拨款: {年初预算数: "1,234", 全年执行数: "0.8"}'},
        ),
        (
            Put(("资金", "当年财政拨款", "全年执行数"), "0.9"),
            {4: '  当年财政拨款: {年初预算数: 5.64, 全年执行数: "0.9"}'},
        ),
        (
            Put(("资金", "当年财政拨款", "全年预算数"), "1"),
            {4: '  当年财政拨款: {年初预算数: 5.64, 全年预算数: 1, 全年执行数: "0.8"}'},
        ),
        (Put(("资金", "上年结转资金", "全年预算数"), "1"), {5: "  上年结转资金: {全年预算数: 1}"}),
        (Put(("资金", "其他资金", "全年预算数"), "1"), {5: "  上年结转资金:\n  其他资金: {全年预算数: 1}"}),
        (Put(("全年预算数",), "12"), {2: "名称: 甲   # 名称后面的备注\n全年预算数: 12"}),
        (Put(("年度总体目标", "预期目标"), "一句。"), {8: "  预期目标: 一句。", 9: None, 10: None, 11: None}),
        (
            Put(("年度总体目标", "预期目标"), "一。\n二。"),
            {8: "  预期目标: |-\n    一。\n    二。", 9: None, 10: None, 11: None},
        ),
        (Put(("年度总体目标", "实际完成情况"), "好"), {11: "    第二段。\n  实际完成情况: 好"}),
        (Put(("绩效指标", 0, "得分"), "9.5"), {14: "  - {一级: 产出指标, 三级: 场次, 分值: 10, 得分: 9.5}"}),
        (
            Put(("绩效指标", 0, "三级"), "甲，乙, 丙"),
            {14: '  - {一级: 产出指标, 三级: "甲，乙, 丙", 分值: 10}'},
        ),
        (Put(("绩效指标", 2, "二级"), "经济"), {17: "  - 一级: 成本指标\n    二级: 经济"}),
        (Put(("绩效指标", 0, "三级"), "一\n二"), {14: '  - {一级: 产出指标, 三级: "一\\n二", 分值: 10}'}),
        (Put(("补充数据", "合同价"), "35万元"), {20: "    分值: 20\n补充数据:\n  合同价: 35万元"}),
        (Drop(("绩效指标", 0, "三级")), {14: "  - {一级: 产出指标, 分值: 10}"}),
        (Drop(("绩效指标", 0, "分值")), {14: "  - {一级: 产出指标, 三级: 场次}"}),
        (Drop(("绩效指标", 0, "一级")), {14: "  - {三级: 场次, 分值: 10}"}),
        (Drop(("绩效指标", 2, "分值")), {20: None}),
        (Drop(("绩效指标", 2, "一级")), {17: "  - 三级: 成本", 18: None}),
        (Drop(("绩效指标", 2, "三级")), {18: None}),
        (Drop(("资金", "当年财政拨款")), {4: None}),
        (Drop(("名称",)), {2: None}),
        (Drop(("年度总体目标", "预期目标")), {7: "年度总体目标: {}", 8: None, 9: None, 10: None, 11: None}),
        (
            Arrange(("绩效指标",), (1, 0, 2)),
            {
                14: "  # “满意度标”照公开稿\n  - {一级: 满意度指标, 三级: 满意}\n  - {一级: 产出指标, 三级: 场次, 分值: 10}",
                15: None,
                16: None,
            },
        ),
        (Arrange(("绩效指标",), (0, 2)), {16: None}),
        (Arrange(("绩效指标",), (0, 1)), {17: None, 18: None, 19: None, 20: None}),
        (
            Arrange(("绩效指标",), (0, 1, 2, {"一级": "效益指标", "三级": "是: 否"})),
            {20: '    分值: 20\n  - {一级: 效益指标, 三级: "是: 否"}'},
        ),
        (
            Arrange(("绩效指标",), ()),
            {13: "绩效指标: []", 14: None, 16: None, 17: None, 18: None, 19: None, 20: None},
        ),
        (Arrange(("依据",), ({"名称": "《办法》"},)), {20: "    分值: 20\n依据:\n  - {名称: 《办法》}"}),
    ],
)
def test_only_the_lines_of_the_change_change(change: Change, lines: dict[int, str | None]) -> None:
    """Lines by their numbers: None is gone."""
    old = FORM.split("\n")
    wanted = "\n".join(
        text for number, line in enumerate(old, 1) if (text := lines.get(number, line)) is not None
    )
    assert edit(FORM, change) == wanted


def test_several_changes_at_once_are_of_the_file_as_it_is() -> None:
    after = edit(
        FORM,
        Arrange(("绩效指标",), (2, 0)),
        Put(("绩效指标", 2, "分值"), "30"),
        Drop(("绩效指标", 0, "分值")),
        Put(("绩效指标", 0, "得分"), "1"),
    )
    assert read_plain(Source("x", after))["绩效指标"] == [  # type: ignore[index,call-overload]
        {"一级": "成本指标", "三级": "成本", "分值": "30"},
        {"一级": "产出指标", "三级": "场次", "得分": "1"},
    ]
    assert "# “满意度标”照公开稿" in after


def test_lists_in_lists() -> None:
    text = "题名: 甲\n部分:\n  - 名称: 一\n    分值: 1\n    分组:\n      # 备注\n      - 指标:\n          - {名称: a}\n          - {名称: b}\n  - {名称: 二, 分值: 2, 分组: []}\n"
    after = edit(
        text,
        Arrange(("部分",), (1, 0)),
        Arrange(("部分", 0, "分组", 0, "指标"), (1, {"名称": "c"}, 0)),
        cls=Scorecard,
    )
    assert after == (
        "题名: 甲\n部分:\n  - {名称: 二, 分值: 2, 分组: []}\n  - 名称: 一\n    分值: 1\n    分组:\n      # 备注\n"
        "      - 指标:\n          - {名称: b}\n          - {名称: c}\n          - {名称: a}\n"
    )


def test_lists_on_one_line_and_a_file_without_a_last_line_end() -> None:
    text = "名称: 甲\n补充数据:\n  企业: [一, 二]\n绩效指标:\n- {一级: a}\n- {一级: b}"
    assert edit(text, Arrange(("补充数据", "企业"), (1, "三, 四"))) == text.replace(
        "[一, 二]", '[二, "三, 四"]'
    )
    assert edit(text, Arrange(("绩效指标",), (1, 0))) == text.replace("a}\n- {一级: b", "b}\n- {一级: a")
    assert (
        edit(text, Put(("绩效指标", 1, "分值"), "1"), Put(("说明",), "注"))
        == text.replace("b}", "b, 分值: 1}") + "\n说明: 注"
    )


def test_what_cannot_be_changed_alone_is_refused() -> None:
    text = "名称: 甲\n补充数据:\n  表:\n    - - 一\n      - 二\n"
    with pytest.raises(EditError):
        edit(text, Arrange(("补充数据", "表", 0), (1, 0)))
    with pytest.raises(EditError):
        edit("名称: [", Put(("名称",), "1"))
    with pytest.raises(EditError):
        edit("名称: 甲\n", Drop(("无",)))


# Notes ------------------------------------------------------------------------------------

NOTED = """\
# 文件
名称: 甲   # 甲的
资金: # 照批复
  # 财政
  当年财政拨款: {全年执行数: 1}   # 财政的
  其他资金: {全年执行数: 2}
  # 其他的下面
绩效指标:

  # 一上面

  # 一上面又一行
  - 一级: 一   # 一的
    # 得分: 3

  # 二上面
  - {一级: 二, 得分: 1} # 二的
  # 三上面
  - # 三的
    一级: 三
    # 分值上面
    分值: 1   # 分值的
    # 三下面
# 末尾
"""
THE_NOTES = [
    ("# 文件", "over", ("名称",)),
    ("# 甲的", "beside", ("名称",)),
    ("# 照批复", "beside", ("资金",)),
    ("# 财政", "over", ("资金", "当年财政拨款")),
    ("# 财政的", "beside", ("资金", "当年财政拨款")),
    ("# 其他的下面", "in", ("资金",)),
    ("# 一上面", "over", ("绩效指标", 0)),
    ("# 一上面又一行", "over", ("绩效指标", 0)),
    ("# 一的", "beside", ("绩效指标", 0, "一级")),
    ("# 得分: 3", "in", ("绩效指标", 0)),
    ("# 二上面", "over", ("绩效指标", 1)),
    ("# 二的", "beside", ("绩效指标", 1)),
    ("# 三上面", "over", ("绩效指标", 2)),
    ("# 三的", "beside", ("绩效指标", 2)),
    ("# 分值上面", "over", ("绩效指标", 2, "分值")),
    ("# 分值的", "beside", ("绩效指标", 2, "分值")),
    ("# 三下面", "in", ("绩效指标", 2)),
    ("# 末尾", "at the end", ()),
]


def _placed(text: str) -> list[tuple[str, str, Any]]:
    return [(note.words, note.relation, note.paths[0] if note.paths else ()) for note in notes_of(text)]


def test_what_a_note_belongs_to() -> None:
    assert _placed(NOTED) == THE_NOTES


@pytest.mark.parametrize(
    "items", [items for size in range(4) for items in itertools.permutations((0, 1, 2, "新"), size)]
)
def test_notes_go_with_their_entries(items: tuple[Any, ...]) -> None:
    new = tuple({"一级": "新"} if item == "新" else item for item in items)
    after = _placed(edit(NOTED, Arrange(("绩效指标",), new)))
    for words, relation, path in THE_NOTES:
        where = [other[1:] for other in after if other[0] == words]
        if path[:1] != ("绩效指标",):
            assert where == [(relation, path)], words
        elif path[1] in items:
            assert where == [(relation, ("绩效指标", items.index(path[1]), *path[2:]))], words
        elif len(path) == 2 and relation == "over":
            assert len(where) == 1, words
        else:
            assert not where, words


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        (("名称",), ["# 甲的"]),
        (("资金",), ["# 照批复", "# 财政", "# 财政的", "# 其他的下面"]),
        (("资金", "当年财政拨款"), ["# 财政的"]),
        (("绩效指标", 0, "一级"), ["# 一的"]),
        (("绩效指标", 1, "得分"), []),
        (("绩效指标", 2, "一级"), []),
        (("绩效指标", 2, "分值"), ["# 分值的"]),
    ],
)
def test_what_is_removed_takes_its_notes_along(path: tuple[Any, ...], gone: list[str]) -> None:
    after = _placed(edit(NOTED, Drop(path)))
    assert [words for words, _, _ in after] == [words for words, _, _ in THE_NOTES if words not in gone]


FLOW = """\
名称: 甲
补充数据:
  企业: [
    甲, # 甲注
    乙, # 乙注
    # 丙上面
    丙]
  人: {
    甲: 1, # 甲数
    # 乙上面
    乙: 2, # 乙数
    丙: 3 # 丙数
  } # 完
"""


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (Arrange(("补充数据", "企业"), (1, 0, 2)), False),
        (Arrange(("补充数据", "企业"), (0, 1)), False),
        (Arrange(("补充数据", "企业"), ()), False),
        (Put(("补充数据", "企业", 1), "丁"), True),
        (Put(("补充数据", "人", "乙"), "5"), True),
        (Drop(("补充数据", "人", "甲")), False),
        (Drop(("补充数据", "人", "乙")), True),
        (Drop(("补充数据", "人")), True),
    ],
)
def test_notes_within_brackets_stay_or_the_change_is_refused(change: Change, kept: bool) -> None:
    if not kept:
        with pytest.raises(EditError):
            edit(FLOW, change)
        return
    lost = {"# 甲数", "# 乙上面", "# 乙数", "# 丙数", "# 完"} if change == Drop(("补充数据", "人")) else set()
    lost = {"# 乙数"} if change == Drop(("补充数据", "人", "乙")) else lost
    wanted = [note for note in _placed(FLOW) if note[0] not in lost]
    assert [note[0] for note in _placed(edit(FLOW, change))] == [note[0] for note in wanted]


@pytest.mark.parametrize(
    ("after", "stay"),
    [
        ("甲: 1 # 注\n乙: 2\n", True),
        ("甲: 1\n乙: 2 # 注\n", False),
        ("# 注\n甲: 1\n乙: 2\n", False),
        ("甲: 1\n乙: 2\n", False),
    ],
)
def test_a_note_that_moved_is_seen(after: str, stay: bool) -> None:
    assert notes_stay("甲: 1 # 注\n乙: 1\n", after, [Put(("乙",), "2")]) is stay


@pytest.mark.parametrize(
    ("text", "change", "note", "line"),
    [
        (FLOW, Drop(("补充数据", "人", "甲")), "# 乙上面", 10),
        (
            "名称: 甲\n资金:\n  当年财政拨款:\n    全年预算数: 1  # 批复\n",
            Put(("资金",), {"说明": "无"}),
            "# 批复",
            4,
        ),
        ("名称: 甲\n资金:\n  # 里\n  说明: 乙\n", Put(("资金",), {"说明": "无"}), "# 里", 3),
        ("名称: 甲\n资金: {说明: 乙}  # 侧\n", Put(("资金",), {"说明": "无"}), "# 侧", 2),
    ],
)
def test_a_refusal_names_the_note(text: str, change: Change, note: str, line: int) -> None:
    """A record given whole in the place of another would lose the notes in that."""
    with pytest.raises(EditError) as caught:
        edit(text, change)
    assert (caught.value.note, caught.value.line) == (note, line)


def test_a_note_beside_a_blank_stays_beside_it() -> None:
    text = "名称: 甲\n年度总体目标:   # 照公开稿\n绩效指标: []\n"
    after = edit(text, Put(("年度总体目标", "预期目标"), "好"))
    assert "年度总体目标:   # 照公开稿\n  预期目标: 好\n" in after


# Notation ---------------------------------------------------------------------------------

_TEXTS = st.text("甲乙 ，：:#-?&*!|>'\"%@`,[]{}=~<0123.\\\n\t\u3000\u00a0\U00020000Aa", max_size=12)


@settings(max_examples=400, deadline=None)
@given(_TEXTS, st.sampled_from(["", "'", '"']))
def test_text_is_read_back_as_it_is(text: str, quote: str) -> None:
    for written in (
        f"a: {scalar(text, False, quote)}\nb: 1\n",
        f"a: {{x: {scalar(text, True, quote)}, y: 1}}\n",
    ):
        read = read_plain(Source("x", written))
        assert isinstance(read, dict), written
        assert (read["a"]["x"] if isinstance(read["a"], dict) else read["a"]) == text, written


_CONTENT = st.recursive(
    _TEXTS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text("甲乙:, #", min_size=1, max_size=4), inner, max_size=3),
    ),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.text("甲乙丙", min_size=1, max_size=3), _CONTENT, min_size=1, max_size=3))
def test_a_new_file_is_read_back_as_it_is(content: dict[str, Any]) -> None:
    from compiler.data_edit.notation import mapping

    assert read_plain(Source("x", mapping(content, 0) + "\n")) == content


@pytest.mark.parametrize(
    ("content", "written"),
    [
        ("≥6场", " ≥6场"),
        ("0012", " 0012"),
        ("=1+1", ' "=1+1"'),
        ("-5", ' "-5"'),
        ("《甲》：乙", " 《甲》：乙"),
        ("99.88%", " 99.88%"),
        ("12:30", " 12:30"),
        ("甲\n乙", " |-\n  甲\n  乙"),
        ({"年初预算数": "1", "执行率": "99.88%"}, " {年初预算数: 1, 执行率: 99.88%}"),
        ({"预期目标": "好"}, "\n  预期目标: 好"),
    ],
)
def test_notation_of_the_manual(content: Any, written: str) -> None:
    assert value(content, 0) == written


# Line ends --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        (b"a\r\nb\r\n", "a\nx\nb\n", b"a\r\nx\r\nb\r\n"),
        (b"a\nb\n", "a\nx\nb\n", b"a\nx\nb\n"),
        (b"a\rb\r", "a\nc\n", b"a\rc\r"),
        (b"a\r\nb\nc\r\nd", "a\nx\nb\nc\nd", b"a\r\nx\nb\nc\r\nd"),
        (b"a\r\nb", "a\nb\nc", b"a\r\nb\r\nc"),
        (b"\xef\xbb\xbfa\n", "x\na\n", b"\xef\xbb\xbfx\na\n"),
        (b"\xef\xbb\xbfa\r\nb\n", "a\nx\nb\n", b"\xef\xbb\xbfa\r\nx\nb\n"),
    ],
)
def test_line_ends_stay(before: bytes, new: str, after: bytes) -> None:
    old = re.sub("\r\n|\r", "\n", before.decode("utf-8-sig"))
    assert with_line_ends(before, old, new) == after


# Every file there is ----------------------------------------------------------------------


def _class(path: Path) -> Any:
    return {"budget": Budget, "scorecard": Scorecard}.get(path.stem, Project)


def _places(content: Any, at: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    out = [(at, content)]
    if isinstance(content, dict):
        for key, child in content.items():
            out += _places(child, (*at, key))
    elif isinstance(content, list):
        for number, child in enumerate(content):
            out += _places(child, (*at, number))
    return out


_NEW = [
    "12.5",
    "≥6场",
    "a: b",
    "{x}",
    "多行\n文字",
    "1,234",
    "100%",
    "",
    "待填",
    "- 甲",
    "# 乙",
    "'丙'",
    '"丁"',
    "=1+1",
]


def _random_change(chance: random.Random, content: Any, order: Any) -> Change:
    path, held = chance.choice([place for place in _places(content) if place[0]])
    if isinstance(held, str):
        last = len(content) == 1 and len(path) == 1  # a file must say something
        if chance.random() < 0.25 and isinstance(path[-1], str) and not last:
            return Drop(path)
        return Put(path, chance.choice(_NEW))
    if isinstance(held, dict):
        lacking = [key for key in order(path) if key not in held] or ["新名称"]
        inner = {"补充数据": {"甲": "1家"}, "绩效指标": [{"一级": "产出"}]}
        key = chance.choice(lacking)
        return Put((*path, key), inner.get(key, chance.choice(_NEW)))
    items: list[Any] = list(range(len(held)))
    chance.shuffle(items)
    items = items[: chance.randint(0, len(items))] if chance.random() < 0.5 else items
    if chance.random() < 0.5:
        items.insert(
            chance.randint(0, len(items)),
            {"一级": "新", "说明": chance.choice(_NEW[:-1])} if held and isinstance(held[0], dict) else "新",
        )
    return Arrange(path, tuple(items))


def _notes_with_names(text: str) -> Counter[tuple[str, str]]:
    """Notes on lines of their own, each with the name or dash that begins the next line which is none."""
    out: Counter[tuple[str, str]] = Counter()
    lines = [line.strip() for line in text.split("\n")]
    for number, line in enumerate(lines):
        if line.startswith("#"):
            below = next((other for other in lines[number:] if other and not other.startswith("#")), "")
            out[line, below.partition(":")[0]] += 1
    return out


def _outside(notes: Counter[tuple[str, str]], change: Arrange, content: Any) -> Counter[tuple[str, str]]:
    """The notes over names that are in no entry of the list, and not behind it."""
    names = {
        key for place, _ in _places(content) if place[: len(change.path)] != change.path for key in place
    }
    return Counter({note: count for note, count in notes.items() if note[1] in names})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_random_changes_to_a_real_file(path: Path) -> None:
    """Reading back gives exactly the change; every note, and every line that the change is not in, stays."""
    source = Source(path.name, path.read_text(encoding="utf-8"))
    content = read_plain(source)
    order = order_of(_class(path))
    chance = random.Random(path.name)
    notes = _notes_with_names(source.text)
    for _ in range(40):
        change = _random_change(chance, content, order)
        after = edited(source, [change], order)
        assert same(read_plain(Source("x", after)), applied(content, [change])), change  # type: ignore[arg-type]
        if isinstance(change, Put):  # nothing is removed: each note has the same line below it
            assert _notes_with_names(after) == notes, change
        elif isinstance(change, Arrange):
            assert not _outside(notes, change, content) - _notes_with_names(after), change
        if isinstance(change, Put):
            lines, new = source.text.split("\n"), after.split("\n")
            lead = next((n for n, (a, b) in enumerate(zip(lines, new, strict=False)) if a != b), len(lines))
            tail = next(
                (n for n, (a, b) in enumerate(zip(lines[::-1], new[::-1], strict=False)) if a != b),
                len(lines),
            )
            held = dict(_places(content)).get(change.path, "")
            height = held.count("\n") if isinstance(held, str) else 99
            assert len(lines) - lead - tail <= 2 + height, change


def test_the_same_value_changes_no_byte() -> None:
    for path in FILES:
        source = Source(path.name, path.read_text(encoding="utf-8"))
        content = read_plain(source)
        puts = [Put(place, held) for place, held in _places(content) if isinstance(held, str) and held]
        assert edited(source, puts, order_of(_class(path))) == source.text
