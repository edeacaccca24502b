"""`chengwen explain`: what a code means, what the rule asks for, what to do."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from compiler.checks import CHECKS
from compiler.checks.check import Check
from compiler.diagnostics import Code, nearest_code
from compiler.evaluation.waivers import SAMPLE_REASON, may_stand
from compiler.explanations import EXPLANATIONS, GROUPS, plain
from compiler.figures import half_width
from compiler.listing import wrapped

_CHECKS = {check.code.value: check for check in CHECKS}
_EXPLANATIONS = {code.value: explanation for code, explanation in EXPLANATIONS.items()}


_PROJECT, _NARRATIVE = "data/projects/01-项目名称.yaml", "narrative/预算执行.md"
_PLACES = {
    "data/budget.yaml": {"A001", "A002", "A004", "A011", "A013", "A014", "A015", "A021", "L004"},
    "data/scorecard.yaml": {"S009", "S011", "S012", "S017", "I011", "I012"},
    "report.yaml": {"S001", "G002", "G003"},
    "templates/整体绩效评价报告/outline.yaml": {"G001", "G004"},
    _NARRATIVE: {"S016"},
}
"""A file in which rules find something, where their group's is another."""


def example(code: str, today: date) -> str:
    """An entry of waivers.yaml, as it might be written today."""
    usual = _NARRATIVE if code[0] in "NG" else _PROJECT
    place = next((file for file, codes in _PLACES.items() if code in codes), usual)
    return (
        f"放行:\n"
        f"  - 代码: {code}\n"
        f"    位置: {place}\n"
        f"    事实: 查出的那句话，或者其中一段\n"
        f"    原因: {SAMPLE_REASON}\n"
        f"    放行人: 分管领导\n"
        f"    日期: {today.year}年{today.month}月{today.day}日\n"
        f"    有效期至: {today.year}年12月31日\n"
    )


def explanation(word: str, today: date, width: int | None = None) -> str:
    """What is to be said of a code, whatever the case it is typed in, in lines of `width` columns.

    Raises `KeyError` with what to say of an unknown code.
    """
    code = half_width(word).upper()
    if code in _CHECKS:
        return _rule(_CHECKS[code], today, width)
    if code in _EXPLANATIONS:
        problem = _EXPLANATIONS[code]
        said = (("意思", plain(problem.words)), ("改法", plain(problem.mend)))
        return f"{code} {problem.title}\n\n{_rows(said, width)}\n"
    if code in {member.value for member in Code}:
        raise KeyError(f"{code} 这条规则，这一版程序还没有。")
    near = nearest_code(code, [*_CHECKS, *_EXPLANATIONS])
    raise KeyError(f"没有“{word}”这个代号。" + (f"是不是 {near}？" if near else ""))


def _rows(rows: tuple[tuple[str, str], ...], width: int | None) -> str:
    return "\n".join(f"  {name}  " + wrapped(words, width and width - 8, 8) for name, words in rows)


def _rule(check: Check, today: date, width: int | None) -> str:
    code = check.code.value
    out = [
        f"{code} {check.title}（{check.severity.value}）\n",
        _rows((("规则", check.rule), ("依据", check.source), ("改法", check.mend)), width),
    ]
    if may_stand(code):
        out.append(
            "\n  确实有理由不改的，经审定后在报告文件夹的 waivers.yaml 里写上（位置、事实照 chengwen check 列出的写；“事实”“有效期至”可以不写）：\n"
        )
        out += [f"    {line}" for line in example(code, today).splitlines()]
    return "\n".join(out) + "\n"


def rules(width: int | None = None) -> str:
    """Every rule, one line each, by group."""
    out = []
    for letter, checks in groupby(CHECKS, key=lambda check: check.code.value[0]):
        out.append(f"{letter} {GROUPS[letter]}")
        out += [
            "  "
            + wrapped(f"{check.code.value} {check.severity.value} {check.title}", width and width - 2, 12)
            for check in checks
        ]
        out.append("")
    out.append(
        f"共 {len(CHECKS)} 条。看一条的依据、改法：chengwen explain A001。\n"
        "生成报告时的错（F、Y、D、M、X、T、O、R、P 开头）也可以这样看，如 chengwen explain D003。"
    )
    return "\n".join(out)


def manual() -> str:
    """The rules as the page 检查规则 of the manual lists them."""
    out = []
    for letter, checks in groupby(CHECKS, key=lambda check: check.code.value[0]):
        out.append(f"\n## {letter} {GROUPS[letter]}\n")
        for check in checks:
            out.append(
                f"\n### {check.code.value} {check.title}\n\n{check.severity.value}。{check.rule}\n\n"
                f"- 依据：{check.source}\n- 改法：{check.mend}\n"
            )
    return "".join(out)
