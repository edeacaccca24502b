"""The computed columns that the sheets have; `compiler.workbook.formulas` writes them."""

from __future__ import annotations

from compiler.named import NamedTuple
from compiler.workbook.layout import Values


class Computed(NamedTuple):
    """A computed column."""

    name: str
    sheet: str
    after: str
    """The header it stands behind."""
    header: str
    values: Values
    kinds: tuple[str, ...]
    """The kinds of row that have it."""


_BUDGET = ("基本支出", "项目支出", "其他支出", "资金总体")
_SOURCES = ("年度资金总额", "当年财政拨款", "上年结转资金", "其他资金")

COMPUTED: tuple[Computed, ...] = (
    Computed("rate", "预算", "执行率", "算出的执行率", Values.RATE, _BUDGET),
    Computed("unspent", "预算", "执行率", "差额", Values.AMOUNT, _BUDGET),
    Computed("share", "预算", "比率", "算出的比率", Values.RATE, ("结转结余率", "部门预决算差异率")),
    Computed("initial", "项目", "全年执行数", "取用的年初预算数", Values.AMOUNT, ("项目",)),
    Computed("budget", "项目", "全年执行数", "取用的全年预算数", Values.AMOUNT, ("项目",)),
    Computed("spent", "项目", "全年执行数", "取用的全年执行数", Values.AMOUNT, ("项目",)),
    Computed("rate", "项目", "执行率", "算出的执行率", Values.RATE, ("项目",)),
    Computed("unspent", "项目", "执行率", "差额", Values.AMOUNT, ("项目",)),
    Computed("weights", "项目", "总分得分", "各行分值", Values.NUMBER, ("项目",)),
    Computed("scores", "项目", "总分得分", "各行得分", Values.NUMBER, ("项目",)),
    Computed("rate", "资金", "执行率", "算出的执行率", Values.RATE, _SOURCES),
    Computed("unspent", "资金", "执行率", "差额", Values.AMOUNT, _SOURCES),
    Computed("rate", "评分表", "执行率", "算出的执行率", Values.RATE, ("指标",)),
    Computed("weights", "评分表", "得分", "下级分值", Values.NUMBER, ("全表", "部分", "分组")),
    Computed("scores", "评分表", "得分", "下级得分", Values.NUMBER, ("全表", "部分", "分组")),
)
