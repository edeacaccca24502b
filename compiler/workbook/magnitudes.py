"""Amounts that an import would make a hundred times what they were, or a hundredth: probably typed in another unit.

An amount that was still to be filled in is held against last year's, as the workbook shows it; without one, and in a new
project, against the greatest of the other projects, and the whole budget.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from compiler.evaluation.funds import AMOUNTS, Budget
from compiler.figures import EXACT, UNITS, Amount
from compiler.named import NamedTuple
from compiler.publishing import WorkspaceError
from compiler.workbook.importing import Plan, by_owner
from compiler.workbook.intake import Difference, NewProject, called
from compiler.workbook.last_year import LastYear, read_last_year
from compiler.workbook.layout import Role, Values
from compiler.workbook.rows import Book, rows_of
from compiler.workbook.sheets import BUDGET_FILE, SHEETS
from compiler.workspace import Workspace

TIMES = 100
"""How many times what it was an amount has to be, or the other way round; 元 for 万元 makes ten thousand."""

FLOOR = 10000
"""元: where the greater of the two is less, it is not asked about."""
_LISTED = 20

_AMOUNTS = frozenset(
    column.header
    for sheet in SHEETS
    for column in sheet.columns
    if column.role is Role.DATUM and column.values is Values.AMOUNT
)
"""The headings of the columns of amounts."""


class Leap(NamedTuple):
    """An amount that is out of all proportion."""

    item: Difference
    before: Decimal
    """In the unit of the plan."""
    of: str
    """What `before` is, in words; empty when it is what the amount was."""
    now: Decimal

    @property
    def row(self) -> tuple[str, str, str, str]:
        """A line of the warning: what, what it was, what it is to be, by what factor."""
        low, high = sorted((self.now, self.before))
        times = EXACT.divide(high, low)
        about = f"{times:.0f}" if times < 10**9 else "十亿以上"
        was = f"{self.of}{' ' if self.of else ''}{self.before.normalize():f}"
        return f"  {self.item.name}", was, self.item.new, f"{about}倍" if self.now == high else f"1/{about}"


def told(workspace: Workspace, folder: Path, plan: Plan) -> str:
    """The warning about a plan's leaps, a block of lines; empty when there are none."""
    found = leaps(workspace, folder, plan)
    if not found:
        return ""
    from compiler.comparison.listing import aligned

    rows: list[tuple[str, ...]] = [("", "原来", "改成", "倍数")]
    known = {leap.item: leap for leap in found[:_LISTED]}
    for owner, items in by_owner(list(known)):
        rows.append((f"【{owner}】",))
        rows += [known[item].row for item in items]
    if len(found) > _LISTED:
        rows.append((f"  ……另有 {len(found) - _LISTED} 处",))
    smaller = all(leap.now < leap.before for leap in found)
    mixed = not smaller and any(leap.now < leap.before for leap in found)
    others = "，再没有的，是别的项目最大的" if any(leap.of == _PROJECTS for leap in found) else ""
    was = f"原来（原来没有的，是上年{others}）的"
    size = f"不到{was}百分之一" if smaller else f"是{was}一百倍以上" + ("或者不到百分之一" if mixed else "")
    if any(leap.of == _BUDGET for leap in found):
        size += "，或者比全部预算还多"
    other = {("元", True): "按万元填的", ("元", False): "单位弄错了"}.get((plan.unit, smaller))
    other = other or ("单位弄错了" if smaller else "按元填的")
    head = f"这 {len(found)} 个数{size}，是不是{other}？这里的金额单位是{plan.unit}。"
    return "\n".join((head, *aligned(rows)))


def leaps(workspace: Workspace, folder: Path, plan: Plan) -> list[Leap]:
    """The amounts of a plan that differ from what they were by a factor of `TIMES` or more.

    Last year's report is read only when there are amounts that had no value; with something wrong in it, they are passed over.
    """
    if plan.book is None:
        return []
    amounts = [(item, now) for item in plan.differences if _is_amount(item) and (now := _number(item.new))]
    amounts += [
        (item, now)
        for project, file in plan.new
        for item in _of_new(project, file)
        if (now := _number(item.new))
    ]
    last = _last_year(
        workspace, folder, plan.book, plan.unit, [item for item, _ in amounts if not _number(item.old)]
    )
    found = []
    for item, now in amounts:
        old = _number(item.old)
        before, of = old or last.get(_place(item)), "" if old else "上年"
        if not before and item.file.startswith("projects/"):
            before, of = _beside(plan.book, plan.unit, item.file, now)
            if not before or now < before:
                continue
        if not before or max(before, now).scaleb(UNITS[plan.unit], EXACT) < FLOOR:
            continue
        if now >= TIMES * before or before >= TIMES * now or of == _BUDGET:
            found.append(Leap(item, before, of, now))
    return found


_PROJECTS, _BUDGET = "别的项目最大", "全部预算"


def _of_new(project: NewProject, file: str) -> Iterator[Difference]:
    """The amounts of a new project, as differences from nothing."""
    funds = project.content.get("资金")
    records = {"": project.content, **(funds if isinstance(funds, dict) else {})}
    for name, record in records.items():
        for key in AMOUNTS:
            text = record.get(key) if isinstance(record, dict) else None
            if isinstance(text, str):
                words = f"{name} {key}".strip()
                yield Difference(project.name, words, "", text, "", "", project.sheet, project.place, file)


def _beside(book: Book, unit: str, file: str, now: Decimal) -> tuple[Decimal | None, str]:
    """What an amount of a project without one before is held against, in `unit`: the budget where it is more than that."""
    budget = book.files[BUDGET_FILE].record if BUDGET_FILE in book.files else None
    whole = budget.whole if isinstance(budget, Budget) else None
    greatest = _greatest(
        getattr(project, attribute)
        for name, project in book.projects
        if name != file
        for attribute in AMOUNTS.values()
    )
    total = _greatest(getattr(whole, attribute) for attribute in AMOUNTS.values()) if whole else None
    power = -UNITS[unit]
    if greatest is not None and now >= TIMES * greatest.scaleb(power, EXACT):
        return greatest.scaleb(power, EXACT), _PROJECTS
    if total is not None and now > total.scaleb(power, EXACT):
        return total.scaleb(power, EXACT), _BUDGET
    return None, ""


def _greatest(amounts: Iterable[Amount | None]) -> Decimal | None:
    """In 元; None without any."""
    return max((amount.yuan for amount in amounts if amount is not None and amount.yuan), default=None)


def _is_amount(item: Difference) -> bool:
    """Whether a difference is in a column of amounts."""
    return item.name.rpartition(" ")[2] in _AMOUNTS


def _place(item: Difference) -> tuple[str, str]:
    """The file and the name; tables of other systems name what the amount is in as well."""
    return item.file, item.name.removeprefix("资金 ")


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _last_year(
    workspace: Workspace, folder: Path, book: Book, unit: str, wanted: Sequence[Difference]
) -> dict[tuple[str, str], Decimal]:
    """Last year's amounts of what is wanted, by place, in `unit`; of names that come twice in a file none."""
    if not wanted:
        return {}
    try:
        last = read_last_year(workspace, folder, book)
    except WorkspaceError:
        return {}
    if last is None:
        return {}
    power = UNITS[book.report.unit] - UNITS[unit]
    places = {_place(item) for item in wanted}
    found: dict[tuple[str, str], Decimal | None] = {}
    for place, content in _amounts(LastYear(book, last), book):
        if place in places:
            found[place] = None if place in found else content.scaleb(power, EXACT)
    return {place: content for place, content in found.items() if content is not None}


def _amounts(years: LastYear, book: Book) -> Iterator[tuple[tuple[str, str], Decimal]]:
    """Last year's amounts by the places that this year's have."""
    for sheet in SHEETS:
        pairs = [
            (index - 1, index)
            for index, column in enumerate(sheet.columns)
            if column.role is Role.LAST and column.values is Values.AMOUNT
        ]
        if not pairs:
            continue
        rows = list(rows_of(sheet, book))
        for row, before in zip(rows, years.contents(sheet, rows), strict=True):
            contents = {
                column.header: content
                for column, content in zip(sheet.columns, row.contents, strict=True)
                if column.role is Role.DATUM
            }
            for at, beside in pairs:
                content = before[beside]
                if isinstance(content, Decimal) and row.kind.name in sheet.columns[at].keys:
                    yield (row.key.file, called(row.kind, row.key, sheet.columns[at], contents)), content
