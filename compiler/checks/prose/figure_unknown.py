"""A figure or a date that is typed and equals nothing in the data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.prose.data_figures import DataFigure, data_figures
from compiler.checks.prose.figure_index import Entry, in_unit, number_of
from compiler.checks.prose.naming import directly
from compiler.checks.prose.passages import Typed
from compiler.checks.prose.typed_tokens import Token
from compiler.checks.prose.verdicts import Figures, Meaning, Scope, figures_of
from compiler.diagnostics import Code, Severity
from compiler.patterns import pattern

_FEW = 10
"""Fewer than so many of anything are only worth a word."""
_MANY = 40
"""With more projects than so many, a count in the department's words may be any one's."""
_NO_FIGURE = pattern(
    r"(?:(?:同比|环比|增长|下降|提高|降低|上升|回落)(?:了|约)?|(?:按照?|预付|首付|尾款|不低于|不少于|不超过)[\d.%、]*)$"
)
"""Right before a rate: by how much something changed, is paid, or is limited is nothing that the data would hold."""
_LISTED = 4
"""So many other cells of a table are pointed at."""


def _find(draft: Draft) -> Iterator[Finding]:
    figures = figures_of(draft)
    cells: dict[int, list[Typed]] = defaultdict(list)
    for verdict in figures.verdicts:
        if verdict.meaning is not Meaning.UNKNOWN:
            continue
        typed = verdict.typed
        if typed.token.kind in ("date", "day"):
            yield _date(typed, draft.report.year)
            continue
        if typed.token.kind == "rate" and _NO_FIGURE.search(typed.place.text, 0, typed.place.start):
            continue
        scope = figures.scope_of(typed)
        named = scope.named_by(typed)
        meant = named if named is not None and (typed.bare or directly(named, typed.place)) else None
        near, instead = _nearest(typed.token, typed.unit, scope, meant, draft)
        if typed.bare and not near:
            cells[id(typed.passage.block)].append(typed)
        else:
            yield _prose(figures, typed, near, instead)
    for table in cells.values():
        yield _table(figures, table)
    for figure in data_figures(draft):
        if figure.meaning is Meaning.UNKNOWN:
            yield _data(draft, figure)


def _prose(figures: Figures, typed: Typed, near: str, instead: str) -> Finding:
    token, scope = typed.token, figures.scope_of(typed)
    few = token.kind == "count" and (
        token.value < _FEW or (scope.project is None and len(figures.draft.projects) > _MANY)
    )
    return Finding(
        typed.span,
        f"{typed.quoted}在{'单位的' if scope.project is None else ''}数据里找不到"
        + (f"，{near}" if near else ""),
        f"核对这个数，改成 {instead or '{{ }}'}；没有错的，写进“补充数据”"
        if near
        else f"核对这个数；没有错的，写进“补充数据”，例如 {_example(token)}: {typed.words}"
        f"{token.unit if typed.bare else ''}，这里改成 {{{{ }}}}",
        severity=Severity.INFO if few else None,
    )


def _table(figures: Figures, cells: list[Typed]) -> Finding:
    """Cells of one table that are like nothing in the data: said once, for a table may be of nothing else."""
    first, others = cells[0], cells[1:]
    if not others:
        return _prose(figures, first, "", "")
    return Finding(
        first.span,
        f"表格里的{first.quoted}等{len(cells)}个数在数据里找不到",
        "核对这些数；没有错的，写进“补充数据”，这里改成 {{ }}",
        tuple((typed.span, "这里也是") for typed in others[:_LISTED]),
    )


def _date(typed: Typed, year: int) -> Finding:
    date = f"{year}年{typed.words}" if typed.token.kind == "day" else typed.words
    return Finding(
        typed.span,
        f"“{typed.words}”是手写的，数据里没有这个日期",
        f"核对这个日期；没有错的，写进“补充数据”，例如 完成时间: {date}，这里改成 {{{{ }}}}",
        severity=Severity.INFO,
    )


def _data(draft: Draft, figure: DataFigure) -> Finding:
    token, scope = figure.token, figure.scope
    named = scope.named(token, figure.place)
    meant = named if named is not None and directly(named, figure.place) else None
    near, _ = _nearest(token, token.unit, scope, meant, draft)
    counted = token.kind == "count"
    return Finding(
        figure.span,
        f"“{figure.text.key}”里的“{figure.words}”在项目{'' if counted else '和部门'}的数据里{'' if counted else '都'}找不到"
        + (f"，{near}" if near else ""),
        "核对这个数" if near else "核对这个数；没有错的，在“绩效指标”或“补充数据”里写上它的来历",
        severity=Severity.INFO if counted else None,
    )


def _example(token: Token) -> str:
    if token.kind == "count":
        return {"天": "用时", "人": "人数", "名": "人数", "人次": "人次", "场": "场次"}.get(
            token.unit, "完成数量"
        )
    return {"amount": "某某金额", "rate": "某某率"}.get(token.kind, "得分下限")


def _nearest(token: Token, unit: str, scope: Scope, named: Entry | None, draft: Draft) -> tuple[str, str]:
    """What figure was probably meant (`named`, if none is alike), and its placeholder; empty when there is none."""
    nearest, *others = scope.indexes
    slip = _slip(token, nearest.alike(token))
    if slip is None:
        if named is not None:
            words = f"{named.name}是{named.printed(unit, draft.rule)}".lstrip()
            return words, named.placeholder(unit)
        slip = next((found for index in others if (found := _slip(token, index.alike(token)))), None)
    if slip is None:
        return "", ""
    entry, how = slip
    words = f"与{entry.name.rstrip()}（{entry.printed(unit, draft.rule)}）{how}"
    return words, entry.placeholder(unit)


def _slip(token: Token, entries: Iterable[Entry]) -> tuple[Entry, str] | None:
    typed = number_of(token)
    if not typed:
        return None
    for entry in entries:
        number = in_unit(entry.value, token)
        if not number:
            continue
        plain = _plain(number)
        slip = _shifted(typed, number) or _mistyped(f"{typed:f}", plain) or _mistyped(_plain(typed), plain)
        if slip:
            return entry, slip
    return None


def _shifted(a: Decimal, b: Decimal) -> str:
    """Whether only the decimal point is elsewhere; round figures are alike too easily."""
    first, second = a.normalize().as_tuple(), b.normalize().as_tuple()
    if first.digits != second.digits or len(first.digits) < 3 or a == b:
        return ""
    places = abs(int(first.exponent) - int(second.exponent))
    return (
        "差一万倍，像是单位写错" if places == 4 else f"差{10**places}倍，像是小数点写错" if places < 4 else ""
    )


def _mistyped(a: str, b: str) -> str:
    """Whether two numbers differ by one slip of the finger; short ones are alike too easily."""
    digits = min(sum(map(str.isdigit, a)), sum(map(str.isdigit, b)))
    if len(a) == len(b):
        wrong = [place for place in range(len(a)) if a[place] != b[place]]
        if len(wrong) == 1 and digits >= 4:
            return "只差一位数字"
        if len(wrong) == 2 and digits >= 3:
            first, second = wrong
            beside = not a[first + 1 : second].strip(".")
            if beside and (a[first], a[second]) == (b[second], b[first]):
                return "有两位数字写颠倒"
        return ""
    short, long = sorted((a, b), key=len)
    if digits < 4 or len(long) - len(short) != 1:
        return ""
    if any(long[:at] + long[at + 1 :] == short for at in range(len(long))):
        return "多一位数字" if len(a) > len(b) else "少一位数字"
    return ""


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


CHECK = Check(
    Code.FIGURE_UNKNOWN,
    Severity.WARNING,
    title="手写的数在数据里找不到",
    rule="叙述里手写的金额、百分比、得分和个数（328人次），应当在数据里有；表格里不带单位的数，按表头或行首写明的单位（万元、%、得分、个）看。"
    "项目的年度总体目标、未支出原因、结余去向里的金额和百分比，应当在这个项目或部门的数据里有，或者加起来等于其中一个；"
    "里面的和偏差原因里的个数，应当是这个项目指标、补充数据里的数，或者其中两个的和、差（只作提示）。"
    "叙述里手写的本年度的日期，应当在数据里有（只作提示）。"
    "等级的界限（90分以上）、一段数（60%—80%）、限度（30天以内、不少于50人）、与上年相比的增减、“3个方面”“12项措施”这样的条数、"
    "年初年末的日子和“截至”的日期不看；不到10的个数，只看场、件、人这样实在的东西，只作提示。",
    source="勾稽关系；财预〔2020〕10号第二十五条（数据真实）",
    mend="写错的，改正；没有错的，把它写进“补充数据”，叙述里改成 {{ }}。",
    find=_find,
)
