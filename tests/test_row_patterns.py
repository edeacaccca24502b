"""What is made or printed once for many rows, or without the evaluator, is what would be made or printed each time."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from compiler import expressions, table_steps, tree
from compiler.diagnostics import Diagnostics
from compiler.expressions import READS, Expression, compile_expression, reads_of
from compiler.figures import Amount, Count, NumberRule, Rate
from compiler.filters import Run
from compiler.pipeline import Whole, compile_whole, write_whole
from compiler.record import Broken, Derived, Facts, Missing, Record, Unfilled
from compiler.source import Source
from compiler.tree import replace
from compiler.value_paths import PathReader, ValuePath, ValueReader, readers_of
from compiler.workspace import Workspace
from tests import overlay
from tests.test_outputs import REPORTS, ROOT

_SOURCE = Source("数据.yaml", "名称: 甲")
_SPAN = _SOURCE.span(0)
_EXPRESSIONS = (
    "行.名称",
    "行.名称|默认('—')",
    "行.数|数",
    "行.数|数|默认('无')",
    "行.额|万元数",
    "行.额|元|默认('')",
    "行.率|百分比",
    "行.额|百分比",
    "行.名称|万元",
    "行.算得|百分比|默认('—')",
    "行.等着|数|默认('—')",
    "行.等着|默认('')",
    "行.下级.名称",
    "行.下级.下级.名称|默认('')",
    "行.没有",
    "行.名称.没有",
    "没有.名称",
    "组.键",
    "行.补充.名称",
    "行.补充.数|数值",
    "行.补充.数|默认('无')",
    "行.补充.没有|默认('无')",
    "行.补充.名称.没有",
    "行.数|数值",
)


def _unfilled_facts() -> Facts:
    facts = Facts({"名称": None})
    facts.unfilled = {"名称": Unfilled("名称"), "数": Unfilled("数")}
    return facts


_VALUES: tuple[dict[str, Any], ...] = (
    {},
    {"name": "甲", "number": 3, "amount": Amount(Decimal("1487556E+2")), "rate": Rate(Decimal("0.9988"))},
    {"name": "", "number": Decimal("9.50"), "amount": Amount(Decimal("9E+900"))},
    {"name": Amount(Decimal(1)), "number": True, "amount": "甲", "rate": Rate(Decimal("0.99999"))},
    {"unfilled": {"name": Unfilled("名称"), "number": Unfilled("数")}},
    {"name": ("甲", "乙"), "number": 0, "rate": Rate(Decimal(0)), "facts": Facts({"数": 3, "名称": ("甲",)})},
    {"number": Count(1200, "家"), "facts": Facts({"数": Count(1200, "家"), "名称": ""})},
    {"facts": _unfilled_facts()},
)


class _Line(Record):
    NOUN = "行"
    KEYS = {"名称": "name", "数": "number", "额": "amount", "率": "rate", "下级": "below", "补充": "facts"}
    DERIVED = {
        "算得": Derived("derived", "数÷额", ("数", "额")),
        "等着": Derived("awaited", "下级的数", ("下级.数",)),
    }
    NAMES = {**KEYS, **{key: derived.attribute for key, derived in DERIVED.items()}}

    def __init__(self, values: dict[str, Any], below: Any = None) -> None:
        self.source, self.first, self.places = _SOURCE, _SOURCE.keep_places([0]), {}
        self.name = self.number = self.amount = self.rate = self.derived = self.awaited = self.facts = None
        self.below = below
        vars(self).update(values)


class _Other(_Line):
    """A class of its own, whose names stand for other attributes."""

    NAMES = {**_Line.NAMES, "名称": "number", "数": "name"}


def _scopes() -> list[dict[str, Any]]:
    owners: list[Any] = [kind(values) for values in _VALUES for kind in (_Line, _Other)]
    owners += [_Line(_VALUES[1], below) for below in owners]
    owners += [_Line(_VALUES[1], _Line(_VALUES[1], below)) for below in owners[:4]]
    facts = Facts({"名称": "甲", "数": 3})
    runs = [Run(key, (owners[2],), "名称") for key in ("甲", "", None, 3, Missing("行", "名称", None))]
    return [
        {"行": owner, "组": runs[number % len(runs)]}
        for number, owner in enumerate((*owners, facts, "文字", Broken(_SPAN), (owners[2],)))
    ]


def _told(expression: Expression, scope: dict[str, Any]) -> tuple[Any, ...]:
    sink = Diagnostics()
    traced = {**scope, READS: [(None, "以前")]}
    text = expression.text_value(traced, NumberRule(pad=True), _SPAN, sink)
    # What stands for an absent value is made each time.
    reads = [(type(owner) if type(owner) is Missing else id(owner), key) for owner, key in reads_of(traced)]
    return text, text is not None and reads, [(item.code, item.message, item.hint) for item in sink]


@pytest.mark.parametrize("text", _EXPRESSIONS)
def test_a_short_cut_gives_what_evaluation_gives(text: str) -> None:
    quick = compile_expression(text, _SPAN, Diagnostics())
    assert quick is not None and quick.path is not None
    slow = Expression(text, quick._evaluate, None)
    (reader,) = readers_of([quick.path])
    # There and back: what was learnt of one class must not be taken for another.
    for scope in (*_scopes(), *reversed(_scopes())):
        told = _told(slow, scope)
        assert _told(quick, scope) == told
        (printed,), (holder,) = _read(reader, scope, 1, NumberRule(pad=True))
        if printed is not None:  # else it is left to evaluation
            assert (printed, [(id(holder), quick.path.keys[-1])], []) == told


def test_a_computed_value_that_waits_for_another_record_is_left_to_evaluation() -> None:
    line = {"行": _Line(_VALUES[1], _Line(_VALUES[4]))}
    for text in ("行.等着|数|默认('—')", "行.等着|默认('')"):
        (reader,) = readers_of([_path_of(text)])
        for _ in range(2):  # the first is one of learning
            assert _read(reader, line, 1)[0] == [None]
        assert ValueReader(_path_of(text)).read(line, NumberRule()) is None
        compiled = compile_expression(text, _SPAN, Diagnostics())
        assert compiled is not None and _told(compiled, line)[0] == "〔待填：数〕"


def test_short_cuts_are_taken() -> None:
    line = {"行": _Line(_VALUES[1], _Line(_VALUES[1])), "组": Run("甲", (), "名称")}
    for text, printed in (
        ("行.名称", "甲"),
        ("行.额|万元数", "14875.56"),
        ("行.率|百分比", "99.88%"),
        ("行.下级.数|数|默认('')", "3"),
        ("行.下级.下级|默认('无')", "无"),
        ("组.键", "甲"),
    ):
        (reader,) = readers_of([_path_of(text)])
        for _ in range(2):  # the first is one of learning
            texts, _ = _read(reader, line, 1)
            assert texts == [printed]
        found = ValueReader(_path_of(text)).read(line, NumberRule())
        assert found is not None and found[0] == printed


def test_facts_have_a_short_cut_by_themselves() -> None:
    line = {"行": _Line(_VALUES[-2]), "补充": _VALUES[-2]["facts"]}
    for text, printed in (
        ("行.补充.数|数值", "1200"),
        ("行.补充.数", "1200家"),
        ("补充.名称|默认('无')", "无"),
    ):
        assert ValueReader(_path_of(text)).read(line, NumberRule()) == (printed, line["补充"])


def _path_of(text: str) -> ValuePath:
    compiled = compile_expression(text, _SPAN, Diagnostics())
    assert compiled is not None and compiled.path is not None
    return compiled.path


def _read(
    reader: PathReader, scope: dict[str, Any], many: int, rule: NumberRule | None = None
) -> tuple[list[str | None], list[Any]]:
    texts: list[str | None] = [None] * many
    holders: list[Any] = [None] * many
    reader.read(scope, rule or NumberRule(), texts, holders)
    return texts, holders


def test_a_row_is_read_as_its_values_one_by_one() -> None:
    (reader,) = readers_of([_path_of(text) for text in _EXPRESSIONS if text.startswith("行.")])
    own = [_path_of(text) for text in _EXPRESSIONS if text.startswith("行.")]
    found = 0
    for scope in (*_scopes(), *reversed(_scopes())):
        for _ in range(2):  # the first may be one of learning
            texts, holders = _read(reader, scope, len(own))
        for place, path in enumerate(own):
            (alone,) = readers_of([path])
            for _ in range(2):
                told = _read(alone, scope, 1)
            if (
                texts[place] is not None
            ):  # what is out of the ordinary in a row may leave others to evaluation
                assert ([texts[place]], [holders[place]]) == told
                found += 1
    assert found > 100


@pytest.fixture(
    scope="module", params=[*REPORTS, None], ids=lambda folder: folder.name if folder else "sample"
)
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    if request.param is not None:
        return ROOT, request.param
    root = tmp_path_factory.mktemp("sample")
    overlay.copy_sample(root)
    return root, root / overlay.REPORT


def _without_patterns(document: tree.Document) -> tree.Document:
    def plain(rows: tuple[tree.Row, ...]) -> tuple[tree.Row, ...]:
        return tuple(replace(row, change=row.change) for row in rows)

    return replace(
        document,
        parts=tuple(
            replace(
                part,
                blocks=tuple(
                    replace(block, head=plain(block.head), body=plain(block.body))
                    if isinstance(block, tree.Table)
                    else block
                    for block in part.blocks
                ),
            )
            for part in document.parts
        ),
    )


def _rows(document: tree.Document) -> list[tree.Row]:
    tables = [block for part in document.parts for block in part.blocks if isinstance(block, tree.Table)]
    return [row for table in tables for row in (*table.head, *table.body)]


def _printed(whole: Whole, document: tree.Document, suffix: str) -> bytes:
    assert whole.style is not None
    out = io.BytesIO()
    write_whole(document, whole.style, suffix, out)
    return out.getvalue()


def test_rows_of_a_pattern_are_printed_as_any_row(report: tuple[Path, Path]) -> None:
    root, folder = report
    whole = compile_whole(Workspace(root), folder)
    document = whole.document
    assert document is not None
    assert any(row.pattern for row in _rows(document))
    plain = _without_patterns(document)
    assert plain == document and not any(row.pattern for row in _rows(plain))
    for suffix in ("docx", "html"):
        assert _printed(whole, document, suffix) == _printed(whole, plain, suffix)


def test_a_pattern_says_what_its_rows_are(report: tuple[Path, Path]) -> None:
    root, folder = report
    document = compile_whole(Workspace(root), folder).document
    assert document is not None
    for row in _rows(document):
        if row.pattern is None:
            continue
        assert len(row.cells) == len(row.pattern.cells)
        for index, (cell, alike) in enumerate(zip(row.cells, row.pattern.cells, strict=True)):
            if index in row.pattern.open:
                assert replace(cell, paragraphs=()) == alike
            else:
                assert cell is alike


def test_a_report_is_the_same_without_short_cuts(
    report: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, folder = report
    monkeypatch.setattr(expressions, "_compiled", {})
    whole = compile_whole(Workspace(root), folder)
    monkeypatch.setattr(expressions, "_compiled", {})
    monkeypatch.setattr(expressions, "value_path", lambda node: None)
    monkeypatch.setattr(table_steps, "_asked_of_loop", lambda choices: [])
    slow = compile_whole(Workspace(root), folder)
    assert whole.document is not None
    assert slow.document is not None
    assert whole.figures == slow.figures
    assert _printed(whole, whole.document, "html") == _printed(slow, slow.document, "html")


def test_a_row_made_of_another_has_no_pattern() -> None:
    cell = tree.Cell(_SPAN, ())
    row = tree.Row(_SPAN, (cell,), pattern=tree.RowPattern((cell,), ()))
    assert replace(row, cells=(cell, cell)).pattern is None
    assert row == tree.Row(_SPAN, (cell,))
