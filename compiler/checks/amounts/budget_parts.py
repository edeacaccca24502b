"""基本支出, 项目支出 and 其他支出 make up 资金总体."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.amounts.department_rows import BUDGET_ROWS, department_amounts
from compiler.checks.amounts.sums import exact_sum
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.wording import wan
from compiler.diagnostics import Code, Severity
from compiler.evaluation.funds import AMOUNT_KEYS
from compiler.figures import agree


def _find(draft: Draft) -> Iterator[Finding]:
    amounts = department_amounts(draft)
    for name, key in AMOUNT_KEYS.items():
        stated = amounts.get(("typed_whole", name))
        parts = [
            (word, placed)
            for attribute, word in BUDGET_ROWS.items()
            if attribute != "typed_whole" and (placed := amounts.get((attribute, name))) is not None
        ]
        if stated is None or not parts:
            continue
        listed = exact_sum(placed.amount.yuan for _, placed in parts)
        # Without 基本支出 or 项目支出 the others can only be too much.
        whole = ("basic", name) in amounts and ("projects", name) in amounts
        if agree(listed, stated.amount.yuan) or (not whole and listed < stated.amount.yuan):
            continue
        more = "多" if listed > stated.amount.yuan else "少"
        sums = "＋".join(f"{word}{wan(placed.amount)}" for word, placed in parts)
        if len(parts) > 1:
            sums += f"＝{wan(listed)}"
        yield Finding(
            stated.span,
            f"{key}：{sums}，比资金总体{wan(stated.amount)}{more}{wan(abs(listed - stated.amount.yuan))}",
            f"核对各项的{key}，改正写错的；资金总体也可以不填，由程序相加",
            tuple((placed.span, f"{word}{wan(placed.amount)}") for word, placed in parts),
        )


CHECK = Check(
    Code.BUDGET_PARTS_SUM,
    Severity.ERROR,
    title="基本支出、项目支出、其他支出之和不等于资金总体",
    rule="填了资金总体的，基本支出、项目支出、其他支出相加应当等于资金总体；年初预算数、全年预算数、全年执行数都要这样。"
    "budget.yaml 没填、评分表评执行率的部分填了的，用评分表的。没写其他支出的，算没有；没写基本支出或项目支出的，只在写了的已经超出时才报。"
    "允许的误差是两边末位数字的半个单位之和。",
    source="勾稽关系",
    mend="对着部门决算核对各项的数，改正写错的一项；资金总体也可以不填，由程序相加。",
    find=_find,
)
