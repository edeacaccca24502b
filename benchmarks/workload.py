"""The one description of what every program in the benchmark has to write.

A report of a made-up finance office: eight paragraphs on its duties, one on its budget, a narrative a
project, four paragraphs of conclusions, the scoring table (22 rows of 9 columns, merged downwards) and, in
the large sizes, a self-evaluation form a project (12 rows of 9 columns). The words and the order of the
random draws are those of the study that named the peers, so its figures stay comparable.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

DEPARTMENT = "示范区金融办"
YEAR = 2024

DUTIES = (
    "负责机关党务政务工作；负责文电、会务、机要、档案等机关日常运转工作；承担信息、信访、建议议案提案办理、"
    "安全、保密、政务公开等工作；负责重要事项的组织和督办工作；负责机关人事、财务、国有资产和后勤保障工作；"
    "统筹推进本区企业融资工作，负责协调推进本区企业上市、挂牌和并购重组工作；"
    "统筹发展本区普惠金融、绿色金融、小微金融。"
)
OVERVIEW = tuple(f"{number}.综合科。{DUTIES}" for number in range(1, 9))
EXECUTION = (
    f"{YEAR} 年全年预算数 15548.09 万元，其中，基本支出预算数 672.53 万元，项目支出预算数 14875.56 万元。"
    "资金总体支出 15529.32 万元，预算执行率为 99.88%。"
)
CONCLUSION = (DUTIES,) * 4

_SUBJECTS = ("金融风险防范", "企业上市补贴", "优惠政策兑现", "金融监管专项")
_SECTIONS = ("金融协调科", "金融服务科", "金融发展科", "综合科")
_GROUNDS = (
    "市金融风险防范应急机制会商会要求和区领导批示精神",
    "《企业上市市级补贴资金管理办法》规定及相关协议要求",
    "区政府第 75 次常务会议审议意见和年度重点工作安排",
    "《关于优化营商环境的若干措施》（政发〔2018〕13 号）",
)
_TASKS = (
    "继续做好全区金融风险的应急处置、化解调处、约谈核查等工作，精准识别研判企业风险等级",
    "为驻区金融机构申请兑现优惠政策，组织开展政策宣讲、项目对接和上市培育服务活动",
    "聘请专职律师用于接访投资人，为工作人员提供专业法律意见，引导投资人依法表达诉求",
    "完成奖励资金兑现和绩效跟踪，按季度开展预算执行分析并及时整改发现的问题",
)
_EFFECTS = (
    "有利于提升对重点金融机构的吸引力，形成以金融商务区为核心的数字金融示范区",
    "切实维护经济金融安全和社会稳定，守住群众的钱袋子",
    "降低企业上市成本，增强企业获得感，服务对象表示满意",
    "为打击处置提供参考性建议，实现对非法集资风险的早期预警和动态跟踪",
)
_EXPLANATION = (
    "项目绩效目标与部门履职、年度工作任务的相符情况，用以反映和考核绩效目标与部门履职和年度工作任务的相符性。"
)
_STANDARD = (
    "①是否符合国家财经法规和财务管理制度规定；②资金的拨付是否有完整的审批程序和手续；"
    "③是否存在截留、挤占、挪用情况。每有一项不合格扣 0.5 分，扣完为止。"
)


class Size(NamedTuple):
    """How much of it."""

    name: str
    seed: int
    projects: int
    forms: bool
    """A self-evaluation form a project."""


SIZES = {
    "S": Size("S", seed=1, projects=19, forms=False),
    "M": Size("M", seed=2, projects=1_000, forms=True),
    "L": Size("L", seed=3, projects=10_000, forms=True),
}


@dataclass(slots=True)
class Indicator:
    """A row of a project's indicators; every figure as it is typed."""

    level1: str
    level2: str
    level3: str
    target: str
    actual: str
    weight: str
    score: str
    deviation_reason: str = ""


@dataclass(slots=True)
class Project:
    """A project; amounts in 万元 and the rate in %, as they are typed."""

    number: int
    subject: str
    section: str
    grounds: str
    task: str
    effect: str
    annual_budget: str
    expenditure: str
    execution_rate: str
    institutions: int
    goal: str
    outcome: str
    indicators: tuple[Indicator, ...]
    total_score: str

    @property
    def name(self) -> str:
        """What the project is called."""
        return f"{YEAR} 年{self.subject}经费第 {self.number} 号"

    def narrative(self, budget: str, spent: str, rate: str, institutions: str) -> str:
        """Its paragraph in Markdown, with the four placeholders in the notation of whoever fills them."""
        return (
            f"根据{self.grounds}，{self.task}。项目预算经费为 {budget} 万元，支出金额 **{spent}** 万元，"
            f"预算执行率为 {rate}%，涉及 {institutions} 家机构；{self.effect}。"
        )


@dataclass(slots=True)
class ScoringRow:
    """A row of the scoring table; equal neighbours of levels 1 and 2 are merged."""

    level1: str
    level1_weight: int
    level2: str
    level3: str
    score: str
    target: str = "制度健全"
    actual: str = "完成"
    weight: str = "5"
    explanation: str = _EXPLANATION
    standard: str = _STANDARD


@dataclass(slots=True)
class Workload:
    """One report."""

    size: Size
    scoring: tuple[ScoringRow, ...]
    projects: tuple[Project, ...]
    department: str = DEPARTMENT

    @property
    def title(self) -> str:
        """The report's title; the seed tells the sizes apart."""
        return f"{DEPARTMENT}整体绩效评价报告（{self.size.seed}）"

    @property
    def scoring_parts(self) -> Iterator[tuple[ScoringRow, list[list[ScoringRow]]]]:
        """The scoring rows by level 1 and 2: the first row of each part, and its groups."""
        for _, part in groupby(self.scoring, key=lambda row: row.level1):
            groups = [list(group) for _, group in groupby(part, key=lambda row: row.level2)]
            yield groups[0][0], groups


def make(size: Size) -> Workload:
    """The report of that size, the same at every call."""
    draw = random.Random(size.seed)
    scoring = tuple(_scoring_rows(draw))
    return Workload(size, scoring, tuple(_project(draw, number + 1) for number in range(size.projects)))


def _scoring_rows(draw: random.Random) -> Iterator[ScoringRow]:
    all_groups = ("财务管理", "资产管理", "绩效管理")
    for level1, weight, groups, rows in (
        ("当年预算执行情况", 20, all_groups[:1], 2),
        ("整体绩效目标实现情况", 60, all_groups, 3),
        ("预算管理情况", 20, all_groups, 3),
    ):
        for level2 in groups:
            for row in range(1, rows + 1):
                yield ScoringRow(level1, weight, level2, f"制度健全性{row}", score=str(draw.choice((4, 5))))


def _project(draw: random.Random, number: int) -> Project:
    # Reordering these draws would change every text after them.
    budget = round(draw.uniform(1, 5000), 2)
    rate = draw.choice((100, 99.88, 97.5, 88.12))
    subject, section = draw.choice(_SUBJECTS), draw.choice(_SECTIONS)
    grounds, task, effect = draw.choice(_GROUNDS), draw.choice(_TASKS), draw.choice(_EFFECTS)
    institutions = draw.randint(1, 90)
    goal = f"{draw.choice(_TASKS)}。{draw.choice(_EFFECTS)}。"
    outcome = f"已完成。{draw.choice(_EFFECTS)}。"
    target, quality = f"≥{draw.randint(1, 9)}种", str(draw.randint(25, 30))
    return Project(
        number=number,
        subject=subject,
        section=section,
        grounds=grounds,
        task=task,
        effect=effect,
        annual_budget=f"{budget:.2f}",
        expenditure=f"{round(budget * rate / 100, 2):.2f}",
        execution_rate=f"{rate:g}",
        institutions=institutions,
        goal=goal,
        outcome=outcome,
        indicators=(
            Indicator("产出指标", "数量指标", "完成项目数量", target, "9种", "30", "30"),
            Indicator(
                "产出指标",
                "质量指标",
                "按要求完成检查等工作任务",
                "优",
                "优",
                "30",
                quality,
                "进度 < 计划，已整改",
            ),
            Indicator("效益指标", "经济效益指标", "维护经济金融安全和社会稳定", "好", "好", "30", "30"),
        ),
        total_score=str(draw.randint(90, 100)),
    )
