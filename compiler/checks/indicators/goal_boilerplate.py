"""实际完成情况 says what was done."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.reasons import LONGEST, says_nothing
from compiler.diagnostics import Code, Severity

_SHORT = 12


def _find(draft: Draft) -> Iterator[Finding]:
    for project in draft.projects:
        goal = project.goal
        if goal is None:
            continue
        achieved = goal.achieved
        if achieved is None:
            if goal.expected is not None:
                yield Finding(
                    goal.span_of("expected"),
                    f"{project.title}写了预期目标，没有写实际完成情况",
                    "对着预期目标逐项写做成了什么、做到多少",
                )
        elif len(achieved) > LONGEST:
            continue
        elif says_nothing(achieved) or _off_the_goal(achieved, goal.expected):
            yield Finding(
                goal.span_of("achieved"),
                f"{project.title}的实际完成情况只写了“{achieved}”，没有说做成了什么",
                "对着预期目标逐项写做成了什么、做到多少，有数的写数",
                () if goal.expected is None else ((goal.span_of("expected"), "预期目标在这里"),),
            )


def _off_the_goal(achieved: str, expected: str | None) -> bool:
    """Whether a few words have neither a number nor a word of the goal."""
    if expected is None or len(achieved) > _SHORT or any(char.isdecimal() for char in achieved):
        return False
    return not any(achieved[at : at + 2] in expected for at in range(len(achieved) - 1))


CHECK = Check(
    Code.GOAL_BOILERPLATE,
    Severity.WARNING,
    title="实际完成情况空着或者空泛",
    rule=(
        "写了预期目标的，要写实际完成情况；实际完成情况不能只是“已完成”“按计划完成各项任务”这样的话。"
        f"{_SHORT}个字以内、没有数、也没有一个词同预期目标相同的，也算空泛。超过{LONGEST}个字的，不判断。"
    ),
    source="财预〔2020〕10号第二十五条（自评表内容完整、数据真实）",
    mend="照预期目标的次序，写明每一项做成了什么、数量多少、效果怎样。",
    find=_find,
)
