"""The rows of the projects' forms, as the rules of this group speak of them."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Draft
from compiler.evaluation.project import Indicator, Project


def indicators(draft: Draft) -> Iterator[tuple[Project, Indicator]]:
    """Every indicator of every project."""
    for project in draft.projects:
        for indicator in project.indicators or ():
            yield project, indicator


def called(indicator: Indicator) -> str:
    """How a message calls a row: by the innermost name it has."""
    if indicator.level_3 is not None:
        return f"三级指标“{indicator.level_3}”"
    if indicator.level_2 is not None:
        return f"二级指标“{indicator.level_2}”"
    return f"一级指标“{indicator.level_1}”"


def is_cost(indicator: Indicator) -> bool:
    """Whether a row is about money spent; not what something costs society or nature."""
    name = indicator.level_1 if indicator.level_2 is None else indicator.level_2
    return "成本" in name and "社会" not in name and "生态" not in name


def bare(name: str) -> str:
    """The name of an indicator without the word 指标, which forms write or leave out."""
    return name.removesuffix("指标") or name
