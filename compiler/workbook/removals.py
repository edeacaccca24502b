"""Projects that have no line any more: what goes with them, and what must not go unseen."""

from __future__ import annotations

from compiler.workbook.intake import Difference, Intake

_MOST_CELLS = 3


def lines_left(intake: Intake, file: str) -> str:
    """The lines that the sheets still have of a project: 资金 4 行、绩效指标 12 行; empty without any."""
    left = intake.lines.get(file, {})
    return "、".join(f"{sheet} {count} 行" for sheet, count in left.items())


def refuse_filled_in(intake: Intake) -> None:
    """Note as problems what lines of a removed project say that the data do not: nobody fills in what is to go."""
    for file in intake.removed:
        found: dict[str, list[Difference]] = {}
        for item in intake.differences:
            if item.file == file:
                found.setdefault(item.sheet, []).append(item)
        for sheet, items in found.items():
            cells = "；".join(
                f"{item.place or '（删去的行）'} {item.name}：{item.old} → {item.new}"
                for item in items[:_MOST_CELLS]
            )
            more = f"；等 {len(items)} 处" if len(items) > _MOST_CELLS else ""
            intake.problem(
                sheet,
                items[0].place,
                f"“项目”表里没有“{intake.owner_of(file)}”这一行了，这张表里它的行却填过数：{cells}{more}",
                "不是要删这个项目，把它的行放回“项目”表；真要删，把它在各张表里的行也删去",
            )
