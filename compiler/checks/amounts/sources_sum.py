"""A project's sources make up its 年度资金总额."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.amounts.sums import exact_sum
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.wording import wan
from compiler.diagnostics import Code, Severity
from compiler.evaluation.funds import AMOUNTS
from compiler.figures import Amount, agree
from compiler.record import Record

_KEYS = tuple((key, name, f"typed_{name}") for key, name in AMOUNTS.items())


def _find(draft: Draft) -> Iterator[Finding]:
    for project in draft.projects:
        funds = project.funds
        if funds is None:
            continue
        whole, parts = funds.typed_whole, funds.sources
        for key, name, typed in _KEYS if parts else ():
            record: Record | None = whole
            stated: Amount | None = getattr(whole, name) if whole is not None else None
            if stated is None:
                record, stated = project, getattr(project, typed)
            given = [
                (part_word, part, amount.yuan)
                for part_word, _, part in parts
                if (amount := getattr(part, name)) is not None
            ]
            if stated is None or not given:
                continue
            listed = given[0][2] if len(given) == 1 else exact_sum(yuan for _, _, yuan in given)
            if listed == stated.yuan or agree(listed, stated.yuan):
                continue
            word = "单写的总数" if record is project else "年度资金总额"
            more = "多" if listed > stated.yuan else "少"
            sums = "＋".join(f"{part_word}{wan(yuan)}" for part_word, _, yuan in given)
            if len(given) > 1:
                sums += f"＝{wan(listed)}"
            here = project.span_of(typed) if whole is None or record is project else whole.span_of(name)
            yield Finding(
                here,
                f"{project.title}的{key}：{sums}，比{word}{wan(stated)}"
                f"{more}{wan(abs(listed - stated.yuan))}",
                f"核对各来源和总额的{key}，改正写错的；有来源没写的，补上",
                tuple((part.span_of(name), f"{part_word}{wan(yuan)}") for part_word, part, yuan in given),
            )


CHECK = Check(
    Code.SOURCES_SUM,
    Severity.ERROR,
    title="各资金来源之和不等于年度资金总额",
    rule="按来源写资金的项目，当年财政拨款、上年结转资金、其他资金相加，应当等于年度资金总额；"
    "年初预算数、全年预算数、全年执行数都要这样。没写的来源算没有钱，三个来源都没写这个数的不比较；"
    "年度资金总额没写的，与项目单写的数比。允许的误差是两边末位数字的半个单位之和。",
    source="勾稽关系；财预〔2020〕10号附1（年度资金总额下分当年财政拨款、上年结转资金、其他资金）",
    mend="核对各来源的数，补上漏写的来源，改正写错的总额；总额也可以不写，由程序相加。",
    find=_find,
)
