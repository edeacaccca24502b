"""An amount, a rate or a score that is typed and equals nothing in the data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.prose.data_figures import data_figures
from compiler.checks.prose.figure_index import Entry, in_unit, number_of
from compiler.checks.prose.naming import Place
from compiler.checks.prose.typed_tokens import Token
from compiler.checks.prose.verdicts import Meaning, Scope, figures_of
from compiler.diagnostics import Code, Severity

_THINGS = frozenset(
    ["家", "名", "人", "人次", "户", "户次", "场", "件", "份", "台", "卷", "张", "套", "辆", "册"]
)
"""Measure words of what is counted for a report; 3个方面 and 5项措施 are not."""


def _find(draft: Draft) -> Iterator[Finding]:
    figures = figures_of(draft)
    for verdict in figures.verdicts:
        if verdict.meaning is not Meaning.UNKNOWN:
            continue
        typed = verdict.typed
        token, scope = typed.token, figures.scope(typed.passage.narrative)
        if token.kind == "count":
            if token.unit in _THINGS:
                yield Finding(
                    typed.span,
                    f"“{typed.words}”是手写的，数据里没有这个数",
                    f"写进“补充数据”，例如 数量: {typed.words}，这里改成 {{{{ }}}}",
                    severity=Severity.INFO,
                )
            continue
        near, instead = _nearest(token, scope, typed.place, draft)
        yield Finding(
            typed.span,
            f"“{typed.words}”在{'单位的' if scope.project is None else ''}数据里找不到"
            + (f"，{near}" if near else ""),
            f"核对这个数，改成 {instead or '{{ }}'}"
            if near
            else f"核对这个数；没有错的，写进“补充数据”，例如 {_example(token)}: {typed.words}，这里改成 {{{{ }}}}",
        )
    for figure in data_figures(draft):
        if figure.meaning is not Meaning.UNKNOWN:
            continue
        near, _ = _nearest(figure.token, figure.scope, figure.place, draft)
        yield Finding(
            figure.span,
            f"“{figure.text.key}”里的“{figure.words}”在项目和部门的数据里都找不到"
            + (f"，{near}" if near else ""),
            "核对这个数" if near else "核对这个数；没有错的，在“绩效指标”或“补充数据”里写上它的来历",
        )


def _example(token: Token) -> str:
    return {"amount": "合同金额", "rate": "合格率"}.get(token.kind, "得分下限")


def _nearest(token: Token, scope: Scope, place: Place, draft: Draft) -> tuple[str, str]:
    """The figure that was probably meant, why it is thought so, and its placeholder; empty when there is none."""
    nearest, *others = scope.indexes
    slip = _slip(token, nearest.alike(token))
    if slip is None:
        named = scope.named(token, place)
        if named is not None:
            words = f"{named.name}是{named.printed(token.unit, draft.rule)}".lstrip()
            return words, named.placeholder(token.unit)
        slip = next((found for index in others if (found := _slip(token, index.alike(token)))), None)
    if slip is None:
        return "", ""
    entry, how = slip
    words = f"与{entry.name.rstrip()}（{entry.printed(token.unit, draft.rule)}）{how}"
    return words, entry.placeholder(token.unit)


def _slip(token: Token, entries: Iterable[Entry]) -> tuple[Entry, str] | None:
    typed = number_of(token)
    if not typed:
        return None
    for entry in entries:
        number = in_unit(entry.value, token)
        if not number:
            continue
        slip = _shifted(typed, number) or _mistyped(_plain(typed), _plain(number))
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
    rule="叙述里手写的金额、百分比和得分，应当在数据里有；项目的年度总体目标、未支出原因、结余去向里的金额和百分比，应当在这个项目或部门的数据里有，"
    "或者加起来等于其中一个。等级的界限（90分以上）、一段数（60%—80%）、与上年相比的增减不看；手写的个数只作提示。",
    source="勾稽关系；财预〔2020〕10号第二十五条（数据真实）",
    mend="写错的，改正；没有错的，把它写进“补充数据”，叙述里改成 {{ }}。",
    find=_find,
)
