"""Write a made-up district: a report of the shipped kind for each of its departments and years.

    python -m benchmarks.district FOLDER [--departments 200] [--projects 19] [--years 1] [--seed 1]

FOLDER then holds `content/` and `templates/`, and the commands work in it: `chengwen build content --jobs 2`,
`chengwen summary content`. The same arguments give the same bytes, and a larger district begins with a smaller one.
Nothing of the compiler is imported. Most reports are sound; a few departments spend far less than the others, or more than
they have, and a few clerks make one of the usual mistakes, so that there is something to find.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.district_scorecard import scorecard
from benchmarks.district_words import (
    COMMON,
    GROUNDS,
    MANAGEMENT,
    MEASURES,
    PROBLEMS,
    REASONS,
    Area,
    Subject,
    offices,
)
from benchmarks.generate import Data, yaml_text

YEAR = 2024
"""The last year."""
KIND = "整体绩效评价报告"
_SHIPPED = Path(__file__).parents[1] / "templates"
_USED = (KIND, "评分方案")
_ABOUT = 19
"""Projects of a department, in the mean, when their number is drawn."""


class Department(NamedTuple):
    """A department, the same in every year."""

    name: str
    area: Area
    projects: int
    quality: float
    """From 0 to 1: how much of its marks it keeps."""
    spends: float
    """The share of a project's budget that it spends, in the mean."""
    mistake: str
    """Which mistake its clerk makes in the last year; mostly empty."""


@dataclass(slots=True)
class Item:
    """A project of one year; amounts in hundreds of 元, so that sums are exact."""

    subject: Subject
    name: str
    planned: int
    spent: int
    counted: int
    reason: str


_MISTAKES = ("总分", "项目合计", "等级", "执行率", "没有执行数")


def departments(seed: int, count: int, projects: int | None) -> Iterator[Department]:
    """The first `count` departments of the district of that seed, each with so many projects, or about 19."""
    for number, (name, area) in enumerate(islice(offices(), count)):
        draw = Random(f"{seed}/{number}")
        drawn = max(3, round(draw.gauss(_ABOUT, 6)))
        quality = draw.betavariate(6, 2)
        spends = 0.9 + 0.1 * draw.betavariate(4, 1.5)
        kind = draw.random()
        if kind < 0.025:
            spends = draw.uniform(0.5, 0.7)
        elif kind < 0.035:
            spends = draw.uniform(1.02, 1.08)
        elif kind < 0.055:
            quality /= 4
        mistake = draw.choice(_MISTAKES) if draw.random() < 0.12 else ""
        yield Department(name, area, projects or drawn, quality, spends, mistake)


def write_district(
    root: Path, *, seed: int = 1, count: int = 200, projects: int | None = None, years: int = 1
) -> None:
    """Write `content/` and `templates/` under `root`; what an earlier call left there is replaced."""
    for name in ("content", "templates"):
        shutil.rmtree(root / name, ignore_errors=True)
    for name in _USED:
        shutil.copytree(_SHIPPED / name, root / "templates" / name)
    for number, department in enumerate(departments(seed, count, projects)):
        for year in range(YEAR - years + 1, YEAR + 1):
            folder = root / "content" / department.name / str(year)
            for name, text in report_files(department, year, f"{seed}/{number}"):
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")


def report_files(department: Department, year: int, identity: str) -> Iterator[tuple[str, str]]:
    """The files of a report: path within its folder, and text. `identity` seeds what is drawn for the department."""
    mistake = department.mistake if year == YEAR else ""
    draw = Random(f"{identity}/{year}")
    items = list(_items(department, year, identity))
    money, last = (_money(department, each, identity) for each in (year, year - 1))
    sections = department.area.sections
    yield (
        "report.yaml",
        yaml_text(
            {
                "文种": KIND,
                "单位": department.name,
                "年度": year,
                "金额单位": "万元",
                "日期": f"{year + 1}年4月{draw.randint(1, 28)}日",
                "评分方案": {"部门整体": "北京部门整体"},
                "参数": {"市级平均差异率": "28.3%"},
            }
        ),
    )
    yield (
        "data/department.yaml",
        yaml_text({"名称": department.name, "内设机构": [{"名称": name} for name in sections]}),
    )
    yield "data/budget.yaml", yaml_text(_budget(money, last, draw, mistake))
    yield (
        "data/scorecard.yaml",
        yaml_text(scorecard(year, money.rate, _kept(money, last), 1 - department.quality, draw, mistake)),
    )
    for section in sections:
        yield f"narrative/内设机构/{section}.md", _section(section, department.area, draw)
    yield "narrative/绩效目标.md", f"{department.area.duty}\n\n{department.area.goal}\n"
    yield "narrative/预算执行.md", _EXECUTION
    yield "narrative/预算管理.md", f"{draw.choice(MANAGEMENT)}\n"
    yield "narrative/评价得分.md", _RESULT
    yield "narrative/存在问题.md", f"{draw.choice(PROBLEMS)}\n"
    yield "narrative/措施建议.md", "\n\n".join(draw.sample(MEASURES, 2)) + "\n"
    forgotten = draw.randrange(len(items)) if mistake == "没有执行数" else -1
    for number, item in enumerate(items):
        stem = f"projects/{number + 1:02}-{item.subject.name}"
        left_out = number == forgotten
        yield f"data/{stem}.yaml", yaml_text(_project(item, draw, left_out=left_out))
        yield f"narrative/{stem}.md", _narrative(item, draw, left_out=left_out)


# Figures ---------------------------------------------------------------------------------


def _items(department: Department, year: int, identity: str) -> Iterator[Item]:
    """The projects of a year; they are the same every year, and their amounts change a little."""
    same, draw = Random(f"{identity}/projects"), Random(f"{identity}/{year}/figures")
    subjects = [*department.area.subjects, *COMMON]
    same.shuffle(subjects)
    for number in range(department.projects):
        turn, place = divmod(number, len(subjects))
        subject = subjects[place]
        batch = f"（第{turn + 1}批）" if turn else ""
        planned = round(100 * same.lognormvariate(3.6, 1.1) * draw.uniform(0.88, 1.14))
        share = department.spends if department.spends > 1 else min(1.0, draw.gauss(department.spends, 0.05))
        spent = planned if 0.97 < share <= 1 else round(planned * max(0.2, share))
        reason = draw.choice(REASONS).format(about=subject.name) if spent < planned else ""
        name = f"{year}年{subject.name}经费{batch}"
        yield Item(
            subject, name, planned, spent, round(same.randint(10, 900) * draw.uniform(0.9, 1.2)), reason
        )


class _Money(NamedTuple):
    """What a department has and spends in a year, in hundreds of 元."""

    planned: int
    spent: int
    staff: int
    paid: int

    @property
    def rate(self) -> Decimal:
        """Of execution, in %."""
        return _percent(self.spent + self.paid, self.planned + self.staff)

    @property
    def carried(self) -> Decimal:
        """What is left, in %."""
        whole = self.planned + self.staff
        return _percent(max(0, whole - self.spent - self.paid), whole)


def _money(department: Department, year: int, identity: str) -> _Money:
    items = list(_items(department, year, identity))
    draw = Random(f"{identity}/{year}/staff")
    staff = round(100 * Random(f"{identity}/staff").uniform(150, 1500) * draw.uniform(0.97, 1.03))
    paid = round(staff * draw.uniform(0.965, 1))
    return _Money(sum(item.planned for item in items), sum(item.spent for item in items), staff, paid)


def _budget(money: _Money, last: _Money, draw: Random, mistake: str) -> Mapping[str, Data]:
    planned = money.planned + 1000 if mistake == "项目合计" else money.planned
    whole = planned + money.staff
    written = money.rate + 1 if mistake == "执行率" else money.rate
    return {
        "基本支出": {"全年预算数": _amount(money.staff), "全年执行数": _amount(money.paid)},
        "项目支出": {"全年预算数": _amount(planned), "全年执行数": _amount(money.spent)},
        "其他支出": {"全年预算数": "0", "全年执行数": "0"},
        "资金总体": {
            "年初预算数": _amount(round(whole * draw.uniform(0.94, 1.03))),
            "全年预算数": _amount(whole),
            "全年执行数": _amount(money.spent + money.paid),
            "执行率": f"{written}%",
        },
        "上年结转结余率": f"{last.carried}%",
        "结转结余率": f"{money.carried}%",
    }


def _kept(money: _Money, last: _Money) -> Decimal:
    """The points for what is left, of four: 0.4 are lost for each point of percentage more than last year."""
    return max(Decimal(0), 4 - Decimal("0.4") * max(0, int(money.carried - last.carried)))


def _percent(part: int, whole: int) -> Decimal:
    return (Decimal(100 * part) / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _amount(hundreds: int) -> str:
    return f"{hundreds // 100}.{hundreds % 100:02}"


def _project(item: Item, draw: Random, *, left_out: bool) -> Mapping[str, Data]:
    spent: dict[str, Data] = {} if left_out else {"全年执行数": _amount(item.spent)}
    reason: dict[str, Data] = {"未支出原因": item.reason} if item.reason and not left_out else {}
    if reason and item.spent < item.planned * 0.9:
        reason["改进措施"] = (
            f"下一年{draw.choice(('第一季度', '6月底以前', '9月底以前'))}由业务科室按月督办，完成支付"
        )
    return {
        "名称": item.name,
        "全年预算数": _amount(item.planned),
        **spent,
        **reason,
        "依据": [{"名称": draw.choice(GROUNDS)}],
        "补充数据": {"完成数量": f"{item.counted}{item.subject.unit}"},
    }


# Words -----------------------------------------------------------------------------------

_EXECUTION = (
    "{{ 年度 }}年全年预算{{ 预算.资金总体.全年预算数|万元 }}，其中基本支出{{ 预算.基本支出.全年预算数|万元 }}，"
    "项目支出{{ 预算.项目支出.全年预算数|万元 }}。资金总体支出{{ 预算.资金总体.全年执行数|万元 }}，"
    "其中基本支出{{ 预算.基本支出.全年执行数|万元 }}，项目支出{{ 预算.项目支出.全年执行数|万元 }}。"
    "预算执行率为{{ 预算.资金总体.执行率|百分比 }}。\n"
)
_RESULT = (
    "本单位{{ 年度 }}年度部门整体绩效评价得分{{ 评分表.得分|数 }}分，等级为{{ 评分表.等级 }}。"
    "开展单位自评的项目{{ 项目|个数 }}个。\n"
)
_BUDGET, _SPENT = "{{ 本项目.全年预算数|万元 }}", "{{ 本项目.全年执行数|万元 }}"
_RATE, _DONE = "{{ 本项目.执行率|百分比 }}", "{{ 本项目.补充数据.完成数量 }}"
_GROUND, _REASON = "{{ 本项目.依据[0].名称 }}", "{{ 本项目.未支出原因 }}"
_MONEY = (
    f"项目预算{_BUDGET}，支出{_SPENT}，预算执行率{_RATE}。",
    f"全年安排预算{_BUDGET}，实际支出**{_SPENT}**，执行率为{_RATE}。",
    f"预算经费{_BUDGET}，支出{_SPENT}，预算执行率为{_RATE}。",
)


def _narrative(item: Item, draw: Random, *, left_out: bool) -> str:
    """A project's narrative: what was done, what for, the money, and what came of it."""
    task, effect = item.subject.task, item.subject.effect
    money = f"项目预算{_BUDGET}。" if left_out else draw.choice(_MONEY)
    if item.reason and not left_out:
        money += f"未支出原因：{_REASON}。"
    order = draw.randrange(4)
    if order == 0:
        return f"根据{_GROUND}，{task}。全年共完成{_DONE}。{money}\n\n通过项目实施，{effect}。\n"
    if order == 1:
        return f"{money}\n\n按照{_GROUND}，{task}，当年完成{_DONE}；{effect}。\n"
    if order == 2:
        return f"本项目落实{_GROUND}。{task}，完成{_DONE}。{effect}。{money}\n"
    return f"{task}。项目依据是{_GROUND}，{money}\n\n项目完成{_DONE}，{effect}。\n"


_SECTION = (
    "负责{area}有关事项的统筹和督办，承担文电、会务、机要、档案等日常运转工作。",
    "承担{area}有关的业务管理和指导，拟订年度计划并组织实施，办理建议提案。",
    "负责{area}有关项目的组织实施，督促检查进展，汇总分析情况，协调解决问题。",
    "负责预算编制、资金支付、资产和绩效管理，配合审计和检查，保障{area}有关工作的经费。",
)


def _section(section: str, area: Area, draw: Random) -> str:
    """What a section does: by its place among the others, with words of the department's own."""
    place = area.sections.index(section)
    about = draw.choice(area.subjects).name
    return _SECTION[place].format(area=about) + "完成领导交办的其他事项。\n"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.district")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--departments", type=int, default=200)
    parser.add_argument("--projects", type=int, help="of each department (default: drawn, about 19)")
    parser.add_argument("--years", type=int, default=1, help=f"up to {YEAR}")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    write_district(
        arguments.folder,
        seed=arguments.seed,
        count=arguments.departments,
        projects=arguments.projects,
        years=arguments.years,
    )


if __name__ == "__main__":
    main()
