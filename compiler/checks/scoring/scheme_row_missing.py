"""A row or part that the declared scheme scores is found in the scoring table by its name: under another it is not judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from compiler.checks.check import Check, Draft, Finding
from compiler.diagnostics import Code, Severity, nearest
from compiler.evaluation.scheme import Scheme, row_key
from compiler.evaluation.scorecard import Scorecard, ScorePart, ScoreRow


def _find(draft: Draft) -> Iterator[Finding]:
    scheme, card = draft.department_scheme, draft.scorecard
    if scheme is None or card is None:
        return
    missing: list[str] = []
    parts = {row_key(part.name): part for part in card.parts}
    rows = {row_key(row.name): row for part in card.parts for group in part.groups for row in group.rows}
    chain = scheme.execution and card.execution_part and card.execution_part.whole_budget(scheme.execution)
    kinds: tuple[tuple[str, list[str], Mapping[str, ScorePart | ScoreRow]], ...] = (
        ("部分", _parts(scheme), parts),
        ("行", _rows(scheme, bool(chain)), rows),
    )
    for word, wanted, given in kinds:
        known = {*map(row_key, wanted), *map(row_key, scheme.homes)}
        others = {key: record for key, record in given.items() if key not in known}
        for name in wanted:
            if row_key(name) in given:
                continue
            near = _nearest(row_key(name), tuple(others))
            if near:
                yield _renamed(scheme, word, name, others.pop(near))
            else:
                missing.append(name)
    if missing:
        yield _missing(scheme, card, missing)


@lru_cache(maxsize=100)
def _nearest(name: str, others: tuple[str, ...]) -> str:
    """Kept: the reports of a batch have their rows in common."""
    return nearest(name, others)


def _parts(scheme: Scheme) -> list[str]:
    names = [part.name for part in scheme.parts or ()]
    if scheme.execution is not None and scheme.execution.part:
        names.append(scheme.execution.part)
    return list(dict.fromkeys(names))


def _rows(scheme: Scheme, found: bool) -> list[str]:
    """The rows that are scored by a rule of their own; that of the execution rate may be `found` as a group."""
    names = [rule.row for rule in scheme.points or ()]
    if scheme.execution is not None and scheme.execution.row and not found:
        names.insert(0, scheme.execution.row)
    return names + [rule.row for rule in (scheme.carryover, scheme.variance) if rule is not None]


def _renamed(scheme: Scheme, word: str, name: str, record: ScorePart | ScoreRow) -> Finding:
    place = record.span_of("name")
    return Finding(
        place,
        f"评分方案“{scheme.name}”要评的“{name}”，评分表里没有这一{word}，只有名称相近的“{record.name}”：名称对不上，得分可能没有按方案核",
        f"是它的，改成“{name}”；本单位的表上就这样叫的，请模板管理员在方案里改名称",
        ((scheme.span_of("scheme_title"), "评分方案"),),
    )


def _missing(scheme: Scheme, card: Scorecard, names: list[str]) -> Finding:
    listed = "".join(f"“{name}”" for name in names)
    return Finding(
        card.span_of("parts"),
        f"评分方案“{scheme.name}”要评的{listed}，评分表里没有",
        "漏了的，补上；在表里叫别的名称的，改成方案的名称；本单位不评的，请模板管理员另做一个方案",
        ((scheme.span_of("scheme_title"), "评分方案"),),
    )


CHECK = Check(
    Code.SCHEME_ROW_MISSING,
    Severity.WARNING,
    title="评分方案要评的部分或行，评分表里没有",
    rule="部门整体的评分方案写了名称的部分和行（各部分、执行率的一行、有扣分要点的行、结转结余率、部门预决算差异率），评分表里都要有，名称要对得上："
    "对不上的，得分不算也不核。名称前面的序号（一、，（二），1.）、“其中：”、破折号，后面带%、分、元的括号，中间的空格，不算在内。"
    "执行率的一行，也可以是同名的一组。",
    source="评分方案的各段；财预〔2020〕10号第二十五条（内容完整）",
    mend="照评分方案改名称，或者补上漏掉的行；表格的名称与方案本来不同的，请模板管理员改方案。",
    find=_find,
)
