"""The sheets of the workbook, their columns taken from the schema.

A key that a record gets in the schema becomes a column by itself; a list or an open mapping that it gets needs rows of
its own (`_KINDS`): `uncovered` names what has no cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from compiler.evaluation.funds import Budget, FundsBySource
from compiler.evaluation.project import Basis, Goal, Indicator, Project, Total
from compiler.evaluation.report import Department, Section
from compiler.evaluation.scorecard import Scorecard, ScoreGroup, ScorePart, ScoreRow
from compiler.kinds import AMOUNT, NUMBER, RATE, TEXT, Kind
from compiler.named import NamedTuple
from compiler.record import Record
from compiler.schema import fields_of
from compiler.workbook.computed import COMPUTED
from compiler.workbook.layout import KEY_HEADER, LIST, PROJECTS, Column, Path, Role, RowKind, Sheet, Values
from compiler.workbook.notes import CHOICES, NOTES, WIDTHS

BUDGET_FILE, SCORECARD_FILE, DEPARTMENT_FILE = "budget.yaml", "scorecard.yaml", "department.yaml"
NEEDED_FILES = {"预算": BUDGET_FILE, "评分表": SCORECARD_FILE}
"""Sheets that are there only when their file is."""
FILES: Mapping[str, type[Record]] = {
    BUDGET_FILE: Budget,
    PROJECTS: Project,
    SCORECARD_FILE: Scorecard,
    DEPARTMENT_FILE: Department,
}
"""What the files in `data` hold."""
LEFT_OUT: frozenset[tuple[str, tuple[str | None, ...]]] = frozenset(
    (DEPARTMENT_FILE, path)
    for path in (
        ("名称",),
        ("全称",),
        ("说明",),
        ("内设机构", LIST, "名称"),
        ("内设机构", LIST, "挂牌"),
        ("内设机构", LIST, "说明"),
    )
)
"""What the workbook leaves to the files: how the office is made up is no matter of figures, and narratives are called by it."""
WHOLE, PART, GROUP, ROW = "全表", "部分", "分组", "指标"
"""The rows of the scoring table, by level."""
PROJECT, INDICATOR, BASIS, SHARE = "项目", "绩效指标", "依据", "比率"
SOURCE_TOTAL = "年度资金总额"

_PLAIN: Mapping[Kind[object], Values] = {
    TEXT: Values.TEXT,  # type: ignore[dict-item]
    AMOUNT: Values.AMOUNT,  # type: ignore[dict-item]
    RATE: Values.RATE,  # type: ignore[dict-item]
    NUMBER: Values.NUMBER,  # type: ignore[dict-item]
}
_ALIASES: Mapping[tuple[type[Record], str], str] = {
    (Scorecard, "题名"): "名称",
    (Goal, "说明"): "目标说明",
    (FundsBySource, "说明"): "资金说明",
    (Total, "分值"): "总分分值",
    (Total, "得分"): "总分得分",
}
"""Headers that are not the key, for it would stand twice on the sheet, or another row of the sheet calls it so."""


def _records(cls: type[Record], file: str, *path: str) -> Iterator[RowKind]:
    """A kind of row for each record that a record holds."""
    for key, kind in fields_of(cls).items():
        if isinstance(kind.of, type):
            yield RowKind(key, file, (*path, key), kind.of)


def _rates(cls: type[Record], file: str) -> Iterator[RowKind]:
    """A kind of row for each rate of a record."""
    for key, kind in fields_of(cls).items():
        if kind is RATE:
            yield RowKind(key, file, (key,))


_GROUPS: tuple[str | None, ...] = ("部分", LIST, "分组", LIST)
_KINDS: Mapping[str, tuple[RowKind, ...]] = {
    "预算": (
        *_records(Budget, BUDGET_FILE),
        *_rates(Budget, BUDGET_FILE),
        RowKind(WHOLE, BUDGET_FILE, (), Budget),
    ),
    "项目": (RowKind(PROJECT, PROJECTS, (), Project),),
    "资金": tuple(_records(FundsBySource, PROJECTS, "资金")),
    "绩效指标": (RowKind(INDICATOR, PROJECTS, ("绩效指标", LIST), Indicator),),
    "评分表": (
        RowKind(ROW, SCORECARD_FILE, (*_GROUPS, "指标", LIST), ScoreRow),
        RowKind(GROUP, SCORECARD_FILE, _GROUPS, ScoreGroup),
        RowKind(PART, SCORECARD_FILE, ("部分", LIST), ScorePart),
        RowKind(WHOLE, SCORECARD_FILE, (), Scorecard),
    ),
    "依据": (RowKind(BASIS, PROJECTS, ("依据", LIST), Basis),),
    "补充数据": (
        RowKind(PROJECT, PROJECTS, ("补充数据",), facts=True),
        RowKind("预算", BUDGET_FILE, ("补充数据",), facts=True),
        RowKind("单位", DEPARTMENT_FILE, ("补充数据",), facts=True),
        RowKind("内设机构", DEPARTMENT_FILE, ("内设机构", LIST, "补充数据"), Section, facts=True),
    ),
}
"""Every kind of row, by the sheet that has it. Whatever has rows of its own is no column of what holds it."""


class _Front(NamedTuple):
    """The columns before the data, and what is said of the sheet."""

    columns: tuple[tuple[str, Role], ...]
    about: str
    grows: bool = True
    totals: bool = False
    last: tuple[str, ...] = ()
    """The headers beside which last year's figure stands."""


_AMOUNTS = ("年初预算数", "全年预算数", "全年执行数")
_FRONTS: Mapping[str, _Front] = {
    "预算": _Front(
        (("预算项目", Role.KIND),),
        "单位的预算和支出",
        grows=False,
        totals=True,
        last=(*_AMOUNTS, SHARE),
    ),
    "项目": _Front(
        (("文件", Role.FILE),), "一个项目一行；新项目写在末尾的空行里", totals=True, last=_AMOUNTS
    ),
    "资金": _Front(
        (("项目", Role.OWNER), ("资金来源", Role.KIND)),
        "按来源写资金的项目，一个来源一行",
        last=_AMOUNTS,
    ),
    "绩效指标": _Front(
        (("项目", Role.OWNER),),
        "自评表的绩效指标，一个指标一行；先后照行的先后",
        last=("指标值", "完成值", "得分"),
    ),
    "评分表": _Front(
        (("层级", Role.KIND),),
        "部门整体绩效的评分表：部分、分组、指标，从上到下一层管一层",
        last=("完成值", "得分"),
    ),
    "依据": _Front((("项目", Role.OWNER),), "项目依据的文件，一个文件一行"),
    "补充数据": _Front(
        (("属于", Role.OWNER), ("名称", Role.FACT), ("第几项", Role.ITEM)),
        "叙述里要用、别的表里没有的数和文字；写法同数据文件，数要带单位",
        last=("值",),
    ),
}


class _Datum(NamedTuple):
    """A value of a record: the header of its column, what it holds, where it stands in the record."""

    header: str
    values: Values
    path: Path


def _data(cls: type[Record], file: str, at: tuple[str | None, ...], path: Path = ()) -> Iterator[_Datum]:
    """The values of a record that have no rows of their own."""
    own = {(kind.file, kind.path) for kinds in _KINDS.values() for kind in kinds}
    for key, kind in fields_of(cls).items():
        place = (*at, key)
        if (file, place) in own:
            continue
        if kind in _PLAIN:
            yield _Datum(_ALIASES.get((cls, key), key), _PLAIN[kind], (*path, key))
        elif isinstance(kind.of, type):
            yield from _data(kind.of, file, place, (*path, key))


def _sheet(title: str) -> Sheet:
    front, kinds = _FRONTS[title], _KINDS[title]
    found: dict[str, tuple[Values, dict[str, Path]]] = {}
    for kind in kinds:
        data: Iterable[_Datum] = ()
        if kind.facts:
            data = (_Datum("值", Values.OPEN, ()),)
        elif kind.record is None:
            data = (_Datum(SHARE, Values.RATE, ()),)
        else:
            data = _data(kind.record, kind.file, kind.path)
        for header, values, path in data:
            known = found.setdefault(header, (values, {}))
            if known[0] is not values or kind.name in known[1]:
                raise TypeError(f"{title}: two columns {header}; give one of them an alias")
            known[1][kind.name] = path
    if "说明" in found:
        found["说明"] = found.pop("说明")
    columns = [Column(KEY_HEADER, Role.KEY, width=8, note="程序靠它认出这一行，不要改。")]
    columns += [_column(title, header, role) for header, role in front.columns]
    for header, (values, keys) in found.items():
        columns.append(_column(title, header, Role.DATUM, values, keys))
        if header in front.last:
            columns.append(_column(title, f"上年{header}", Role.LAST, values, keys))
        columns += [
            _column(title, each.header, Role.COMPUTED, each.values, dict.fromkeys(each.kinds, ()), each.name)
            for each in COMPUTED
            if each.sheet == title and each.after == header
        ]
    return Sheet(title, kinds, tuple(columns), front.grows, front.totals, front.about)


_DEFAULT_WIDTHS = {Values.TEXT: 20, Values.OPEN: 40, Values.AMOUNT: 14, Values.RATE: 11, Values.NUMBER: 8}


def _column(
    title: str,
    header: str,
    role: Role,
    values: Values = Values.TEXT,
    keys: Mapping[str, Path] | None = None,
    formula: str = "",
) -> Column:
    """A column with its looks: of the sheet's own header, else of the header anywhere."""
    like = header.removeprefix("上年") if role is Role.LAST else header
    note = NOTES.get(f"{title}.{header}") or NOTES.get(header) or ""
    if role is Role.LAST:
        note = "上一年报告里的，供对照；不用填，改了也不收。"
    choices = (
        (CHOICES.get(f"{title}.{header}") or CHOICES.get(header, "")) if role is not Role.COMPUTED else ""
    )
    width = WIDTHS.get(f"{title}.{like}") or WIDTHS.get(like) or _DEFAULT_WIDTHS[values]
    if role is Role.LAST and values is Values.AMOUNT:
        width += 5  # the header is longer by two characters
    return Column(
        header,
        role,
        values,
        keys or {},
        formula,
        choices if role is not Role.LAST else "",
        width,
        note or _DEFAULT_NOTES[values],
    )


_DEFAULT_NOTES = {
    Values.TEXT: "文字，写什么印什么。",
    Values.OPEN: "数要带单位，如 35万元、10家、28.3%。",
    Values.AMOUNT: "金额，只填数字。",
    Values.RATE: "百分比，如 99.88%。",
    Values.NUMBER: "只填数字。",
}

SHEETS: tuple[Sheet, ...] = tuple(_sheet(title) for title in _KINDS)
"""The sheets in the order of the workbook."""


def uncovered() -> list[str]:
    """The data that no cell of the workbook holds and that is not left out on purpose: file and path of each."""
    covered: set[tuple[str, tuple[object, ...]]] = set(LEFT_OUT)
    for sheet in SHEETS:
        for kind in sheet.kinds:
            covered |= {
                (kind.file, (*kind.path, *path))
                for column in sheet.columns
                if column.role is Role.DATUM
                for name, path in column.keys.items()
                if name == kind.name
            }
    lacking = [
        (file, path) for file, cls in FILES.items() for path in _leaves(cls) if (file, path) not in covered
    ]
    return [
        f"{file}: {'.'.join(step if step is not None else '[]' for step in path)}" for file, path in lacking
    ]


def _leaves(cls: type[Record], *at: str | None) -> Iterator[tuple[str | None, ...]]:
    """The path of every value that a record may hold."""
    for key, kind in fields_of(cls).items():
        place: tuple[str | None, ...] = (*at, key)
        inner: object = kind
        while isinstance(inner, Kind) and isinstance(inner.of, Kind):
            place, inner = (*place, LIST), inner.of
        of = inner.of if isinstance(inner, Kind) else None
        if isinstance(of, type) and issubclass(of, Record):
            yield from _leaves(of, *place)
        else:
            yield place
