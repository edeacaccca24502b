"""A report in one line: what a summary keeps of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal, localcontext
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.caches import forget
from compiler.diagnostics import Code, Diagnostics, Severity
from compiler.faults import told
from compiler.figures import EXACT, Amount, agree
from compiler.gate import cleaned
from compiler.named import NamedTuple
from compiler.pipeline import Result, build
from compiler.publishing import WorkspaceError
from compiler.summary.data_alone import Figures, figures_of, identity, read_figures
from compiler.workspace import Workspace

if TYPE_CHECKING:
    from compiler.evaluation.funds import Budget, Funds
    from compiler.evaluation.project import Project

KEYS = {"initial_budget": "年初预算数", "annual_budget": "全年预算数", "expenditure": "全年执行数"}
WHOLE, OF_PROJECTS = "资金总体", "各项目之和"
_NOTHING = Decimal("0E+24")
"""A sum keeps the last digit of its finest part; a plain 0 would make it a number of 元."""


class Difference(NamedTuple):
    """An amount of a report that is not the sum of what it is said to be made of."""

    whole_name: str
    """资金总体的全年预算数."""
    whole: Decimal
    """In 元."""
    parts_name: str
    """5个项目之和."""
    parts: Decimal
    """In 元."""


class Line(NamedTuple):
    """What a summary tells of one report. Amounts are in 元, rates are ratios; None is what the report does not give.

    It holds nothing but plain values, so it can come out of another process.
    """

    path: str
    """The report's folder, as the disk names it, which need be no text: not to be printed."""
    folder: str
    """The folder as messages name it."""
    department: str
    year: int
    """0 when that cannot be told."""
    kind: str
    """文种; empty when report.yaml does not say."""
    problem: str = ""
    """Why its data could not be read, with the place; everything below is then as it is here, but for the findings."""
    unbuilt: str = ""
    """Why no document can be made of it though its data can be read, with the place; the rules were then not held against it."""
    source: str = ""
    """What its amounts are: 资金总体, 各项目之和; empty when there are none."""
    initial_budget: Decimal | None = None
    annual_budget: Decimal | None = None
    expenditure: Decimal | None = None
    typed_rate: Decimal | None = None
    """执行率 of the whole as somebody typed it."""
    score: Decimal | None = None
    """得分 of the 评分表."""
    full_score: Decimal | None = None
    """分值 of the 评分表."""
    grade: str = ""
    grade_fault: str = ""
    """What the rules say against the grade: that the score makes it another, or that there is none of that name."""
    errors: int = 0
    warnings: int = 0
    infos: int = 0
    waived: int = 0
    """Findings by severity, and those that somebody has let stand, which the others leave out."""
    passed: bool = False
    """Whether `chengwen check` lets it pass."""
    gaps: int = 0
    """Places still to be filled in."""
    unfinished: str = ""
    """How far it is filled in, in words; empty when nothing was ever left open."""
    projects: int = 0
    lacking: tuple[str, ...] = ()
    """What keeps an amount from being known: 2个项目没有全年执行数."""
    differences: tuple[Difference, ...] = ()
    uncompared: tuple[str, ...] = ()
    """What of 项目支出 was not held against the projects, since some do not give it: 全年执行数没有和项目比（3个项目没有写）."""
    last_rate: Decimal | None = None
    """执行率 of the year before, from its amounts; None without a report of that year that can be read and has the same kind of amounts."""
    last_budget: Decimal | None = None
    """全年预算数 of the year before, in 元; None as that."""

    @property
    def computed_rate(self) -> Decimal | None:
        """全年执行数 ÷ 全年预算数; None without both, or when the budget is 0."""
        return ratio(self.expenditure, self.annual_budget)

    @property
    def rate(self) -> Decimal | None:
        """执行率: of the amounts where both are given, so that it is the rate of what is added up; else as typed."""
        computed = self.computed_rate
        if computed is not None or (self.annual_budget is not None and self.expenditure is not None):
            return computed
        return self.typed_rate

    @property
    def score_of_100(self) -> Decimal | None:
        """The score as of 100, to be compared with others; the score itself where no full score is given."""
        if self.score is None or not self.full_score:
            return self.score
        return EXACT.divide(EXACT.multiply(self.score, Decimal(100)), self.full_score)


def ratio(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """`part` ÷ `whole`, to 60 digits; None without both, or when the whole is 0."""
    return EXACT.divide(part, whole) if part is not None and whole else None


def exact_sum(parts: Iterable[Decimal]) -> Decimal:
    """A sum of amounts, nothing rounded."""
    whole = _NOTHING
    for part in parts:
        whole = EXACT.add(whole, part)
    return whole if whole else Decimal(0)


def line_of(folder: Path, today: date | None = None) -> Line:
    """The line of the report in `folder` (…/单位/年度), judged as `chengwen check` does on the day `today`, else on that of the clock.

    A report whose data cannot be read, whatever the reason, has its `problem`; one whose prose or template is at fault is `unbuilt`. Raises `MemoryError`. Writes nothing, keeps nothing.
    """
    try:
        line = _line_of(folder.resolve(), today)
        return line._replace(problem=cleaned(line.problem), unbuilt=cleaned(line.unbuilt))
    except MemoryError:
        raise
    except Exception as error:  # no reason to leave the other reports
        return unread(folder, told(error))


def unread(folder: Path, problem: str) -> Line:
    """The line of a report of which only that is known."""
    folder = folder.resolve()
    year = int(folder.name) if folder.name.isascii() and folder.name.isdigit() else 0
    shown, department = f"{folder.parent.name}/{folder.name}", folder.parent.name
    with suppress(WorkspaceError, OSError):
        workspace = Workspace.around(folder)
        shown = workspace.shown(folder)
        if (
            folder.parent == workspace.root / "content"
        ):  # a department's own folder that cannot be looked into
            department = folder.name
    return Line(str(folder), cleaned(shown), cleaned(department), year, "", cleaned(problem))


def _line_of(folder: Path, today: date | None) -> Line:
    workspace = Workspace(Workspace.around(folder).root, today)
    result = build(workspace, folder, None)
    line = unread(folder, "")._replace(
        kind=result.kind,
        errors=_count(result, Severity.ERROR),
        warnings=_count(result, Severity.WARNING),
        infos=_count(result, Severity.INFO),
        waived=sum(sink.accepted for sink in result.sinks),
        unfinished=result.unfinished,
    )
    with localcontext(EXACT):
        if result.draft is not None:
            return _filled(line, result, figures_of(result.draft))
        sink = Diagnostics()
        figures = read_figures(workspace, folder, sink)
        shown = workspace.shown(folder)
        if figures is not None:
            return _filled(line, result, figures)._replace(unbuilt=_first_error(result.diagnostics, shown))
    if not line.year:  # a copied folder, as 2024 - 副本
        name, year = identity(workspace, folder)
        line = line._replace(department=name or line.department, year=year)
    return line._replace(problem=_first_error(sink if sink.has_errors else result.diagnostics, shown))


def lines_of(
    folders: Sequence[Path], progress: Callable[[str, int, int], None], today: date | None = None
) -> list[Line]:
    """The lines of reports, read one after another in this order, as `line_of` gives them. Nothing but the lines is kept.

    `progress` is told what is being read, how many are done, and how many there are.
    """

    lines = []
    for number, folder in enumerate(folders):
        progress(f"{folder.parent.name}/{folder.name}", number, len(folders))
        lines.append(line_of(folder, today))
        forget()
    return lines


def _count(result: Result, severity: Severity) -> int:
    return sum(sink.count(severity) for sink in result.sinks)


def _first_error(sink: Diagnostics, folder: str) -> str:
    """The first error and where it is: data/budget.yaml 第2行：…, data：…, files of the report being named as in its folder."""
    errors = [item for item in sink if item.severity is Severity.ERROR]
    if not errors:
        return "读不出来"
    first = errors[0]
    more = f"（另有{len(errors) - 1}处写错）" if len(errors) > 1 else ""
    file = first.span.source.path.removeprefix(f"{folder}/")
    line = f" 第{first.span.line}行" if first.span.source.text else ""  # it is about the file itself
    return f"{file}{line}：{first.message.replace(f'{folder}/', '')}{more}"


def _of_grades(findings: Diagnostics) -> Iterator[str]:
    for item in findings:
        if item.code is Code.GRADE and item.severity is not Severity.INFO and item.accepted is None:
            yield cleaned(item.message)


def _filled(line: Line, result: Result, figures: Figures) -> Line:
    source, amounts, typed, lacking = _amounts(figures.budget, figures.projects)
    card = figures.scorecard
    differences = tuple(_differences(figures))
    last: Decimal | None = None
    last_budget: Decimal | None = None
    if figures.previous is not None:
        source_before, before, _, _ = _amounts(figures.previous.budget, figures.previous.projects)
        if source_before == source:  # a department is not compared with a few projects of it
            last = ratio(before["expenditure"], before["annual_budget"])
            last_budget = before["annual_budget"]
    return line._replace(
        department=figures.report.department,
        kind=figures.report.kind,
        year=figures.report.year,
        source=source,
        initial_budget=amounts["initial_budget"],
        annual_budget=amounts["annual_budget"],
        expenditure=amounts["expenditure"],
        typed_rate=typed,
        score=card.score if card else None,
        full_score=card.weight if card else None,
        grade=(card.grade or "") if card else "",
        grade_fault=next(_of_grades(result.findings), ""),
        passed=not result.fails(strict=False),
        gaps=len(figures.gaps),
        projects=len(figures.projects),
        lacking=lacking,
        differences=differences,
        uncompared=tuple(_uncompared(figures, differences)),
        last_rate=last,
        last_budget=last_budget,
    )


def _yuan(amount: Amount | None) -> Decimal | None:
    return None if amount is None else amount.yuan


def _amounts(
    budget: Budget | None, projects: Sequence[Project]
) -> tuple[str, dict[str, Decimal | None], Decimal | None, tuple[str, ...]]:
    """Where a report's amounts come from, the amounts by attribute, the rate as typed, and what is lacking.

    They are those of its 资金总体, typed or the sum of its parts. A report without, as the forms alone, has the sums of its projects.
    Of an amount that a part or a project does not give there is none, as a sum of some is no sum.
    """
    whole = budget.whole if budget is not None else None
    if whole is not None and (whole.unfilled or any(getattr(whole, name) is not None for name in KEYS)):
        halves = {name: _half(budget, projects, name) for name in KEYS} if budget is not None else {}
        amounts = {name: None if halves[name] else _yuan(getattr(whole, name)) for name in KEYS}
        without_any = (
            f"没有{key}" for name, key in list(KEYS.items())[1:] if amounts[name] is None and not halves[name]
        )
        lacking = (*dict.fromkeys(half for half in halves.values() if half), *without_any)
        rate = whole.execution_rate
        return WHOLE, amounts, None if rate is None else rate.ratio, lacking
    sums = {name: _sum_of(projects, name) for name in KEYS}
    if not projects or not any(given for _, given in sums.values()):
        return "", dict.fromkeys(KEYS), None, ("没有金额",)
    without = [
        f"{len(projects) - given}个项目没有{key}"
        for name, key in list(KEYS.items())[1:]
        if (given := sums[name][1]) < len(projects)
    ]
    return OF_PROJECTS, {name: total for name, (total, _) in sums.items()}, None, tuple(without)


def _half(budget: Budget, projects: Sequence[Project], name: str) -> str:
    """What an amount of 资金总体 that is a sum is without: 基本支出没有全年执行数, 没有项目支出. Empty of a typed one and of a whole sum."""
    typed = budget.typed_whole
    if typed is not None and getattr(typed, name) is not None:
        return ""
    without = [part for part, _, funds in budget.parts if getattr(funds, name) is None]
    if len(without) == len(budget.parts):
        return ""  # there is no sum
    if without:
        return f"{'、'.join(without)}没有{KEYS[name]}"
    left_out = budget.projects is None and any(getattr(project, name) is not None for project in projects)
    return "没有项目支出" if left_out else ""


def _sum_of(parts: Sequence[Project], name: str) -> tuple[Decimal | None, int]:
    """The sum of an amount, None when one of the parts does not give it; how many give it."""
    given = [amount.yuan for part in parts if (amount := getattr(part, name)) is not None]
    return (exact_sum(given) if parts and len(given) == len(parts) else None), len(given)


def _differences(figures: Figures) -> Iterator[Difference]:
    """Where the report's own sums are not what they are the sums of, by more than what rounding explains.

    As the rules see it: where a part is not given, the others can only be too much.
    """
    budget = figures.budget
    if budget is None:
        return
    parts = [funds for _, _, funds in budget.parts]
    names = "、".join(key for key, _, _ in budget.parts)
    count = len(figures.projects)
    stated: list[tuple[str, Funds | None, str, Sequence[Project | Funds]]] = [
        (WHOLE, budget.typed_whole, f"{names}之和" if len(parts) > 1 else names, parts),
        ("项目支出", budget.projects, f"{count}个项目之和" if count > 1 else "1个项目", figures.projects),
    ]
    for whole_name, whole, parts_name, of in stated:
        for name, key in KEYS.items():
            typed = _yuan(getattr(whole, name)) if whole is not None else None
            given = [amount.yuan for part in of if (amount := getattr(part, name)) is not None]
            if typed is None or not given:
                continue
            total = exact_sum(given)
            if whole_name == WHOLE:
                complete = all(
                    part is not None and getattr(part, name) is not None
                    for part in (budget.basic, budget.projects)
                )
            else:
                complete = len(given) == len(of)
            if not agree(typed, total) and (complete or total > typed):
                yield Difference(f"{whole_name}的{key}", typed, parts_name, total)


def _uncompared(figures: Figures, found: Sequence[Difference]) -> Iterator[str]:
    """The amounts of 项目支出 that some of the projects do not give, where the others are not too much already."""
    whole = figures.budget.projects if figures.budget is not None else None
    told_of = {item.whole_name for item in found}
    for name, key in KEYS.items():
        without = sum(getattr(project, name) is None for project in figures.projects)
        is_typed = whole is not None and getattr(whole, name) is not None
        if is_typed and 0 < without < len(figures.projects) and f"项目支出的{key}" not in told_of:
            yield f"项目支出的{key}没有和项目比（{without}个项目没有写）"
