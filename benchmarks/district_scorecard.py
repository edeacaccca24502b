"""The scorecard of a made-up department, by the shipped scoring scheme: rows, points, and points that were lost."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from benchmarks.generate import Data

_GRADES = ((90, "优"), (80, "良"), (60, "中"), (0, "差"))


def scorecard(
    year: int, rate: Decimal, kept: Decimal, lost: float, draw: Random, mistake: str
) -> Mapping[str, Data]:
    """scorecard.yaml of a year: `rate` of execution in %, the points `kept` for what is left of the money, the share of the other
    points that is `lost`, from 0 to 1, and the clerk's `mistake`.
    """
    first = min(Decimal(20), (rate / 5).quantize(Decimal("0.01"), ROUND_HALF_UP))
    output, effect = (Decimal(30 - round(min(10, draw.uniform(0.2, 1.6) * 9 * lost))) for _ in range(2))
    managed: list[tuple[str, list[Data]]] = []
    third = Decimal(0)
    for group, rows in _MANAGED:
        written: list[Data] = []
        for name, target, weight, step, explanation, standard in rows:
            missed = min(int(Decimal(weight) / step), int(draw.random() < lost) * draw.randint(1, 2))
            score = Decimal(weight) - step * missed
            third += score
            reason = {"说明": "个别凭证的附件不全，已补齐并完善了制度"} if missed else {}
            written.append(
                {
                    "名称": name,
                    "指标值": target,
                    "完成值": target if not missed else "基本" + target,
                    "分值": weight,
                    "得分": f"{score:f}",
                    **reason,
                    "指标解释": explanation,
                    "评分标准": standard,
                }
            )
        managed.append((group, written))
    rates: list[Data] = [
        {
            "名称": "结转结余率",
            "分值": "4",
            "得分": f"{kept:f}",
            "指标解释": "结转结余率=结转结余总额/支出预算数×100%。",
        },
        {"名称": "部门预决算差异率", "分值": "4", "得分": "4", "指标解释": "部门决算同年初部门预算的差异。"},
    ]
    third += kept + 4
    total = first + output + effect + third
    if mistake == "总分":
        total -= 2
    grade = next(grade for limit, grade in _GRADES if total >= limit)
    return {
        "题名": f"{year}年部门整体绩效评价指标体系评分表",
        "分值": "100",
        "得分": f"{total:f}",
        "等级": "优秀" if mistake == "等级" else grade,
        "部分": [
            {
                "名称": "当年预算执行情况",
                "分值": "20",
                "得分": f"{first:f}",
                "分组": [
                    {
                        "分值": "20",
                        "得分": f"{first:f}",
                        "指标": [{"名称": name} for name in ("资金总体", "基本支出", "项目支出", "其他")],
                        "指标解释": "部门全年执行数与全年预算数的比率。资金总体=基本支出+项目支出+其他。",
                        "评分标准": "得分=全年执行数/全年预算数×分值，最高得该指标的分值。",
                    }
                ],
            },
            {
                "名称": "整体绩效目标实现情况",
                "分值": "60",
                "得分": f"{output + effect:f}",
                "分组": [_achieved("产出", output, draw), _achieved("效果", effect, draw)],
            },
            {
                "名称": "预算管理情况",
                "分值": "20",
                "得分": f"{third:f}",
                "分组": [
                    *({"名称": group, "分值": "4", "指标": written} for group, written in managed),
                    {"指标": rates},
                ],
            },
        ],
    }


def _achieved(name: str, score: Decimal, draw: Random) -> Mapping[str, Data]:
    """A group of the second part; at most ten points are lost, in whatever rows."""
    lost = 30 - int(score)
    rows: list[Data] = []
    for place, (title, target, achieved) in enumerate(_ACHIEVED[name]):
        missed = draw.randint(0, lost) if place < 2 else lost
        lost -= missed
        reason = {"说明": "部分项目下半年才启动，成效还没有完全显现"} if missed else {}
        rows.append(
            {
                "名称": title,
                "指标值": target,
                "完成值": achieved[bool(missed)],
                "分值": "10",
                "得分": f"{10 - missed}",
                **reason,
            }
        )
    return {
        "名称": name,
        "分值": "30",
        "得分": f"{score}",
        "指标": rows,
        "指标解释": f"部门履职的{name}与绩效目标相比完成得怎样。",
        "评分标准": "能量化的，按完成比率计分；不能量化的，按完成程度分档计分。",
    }


_ACHIEVED = {
    "产出": (
        ("产出数量", "完成年度任务", ("全部完成年度任务", "大部分年度任务完成")),
        ("产出质量", "质量合格", ("质量合格", "个别质量有欠缺")),
        ("产出进度", "按时完成", ("按时完成", "个别任务延期完成")),
    ),
    "效果": (
        ("社会效益", "公共服务水平提高", ("公共服务水平提高", "公共服务水平有所提高")),
        ("可持续性影响", "形成长效机制", ("形成长效机制", "长效机制还不完善")),
        ("服务对象满意度", "满意", ("满意", "基本满意")),
    ),
}
_HALF, _EIGHT, _TWO = Decimal("0.5"), Decimal("0.8"), Decimal(2)
_MANAGED: tuple[tuple[str, tuple[tuple[str, str, str, Decimal, str, str], ...]], ...] = (
    (
        "财务管理",
        (
            ("财务管理制度健全性", "制度健全", "1", _HALF, "有没有订立加强财务管理的制度。", "制度不齐全的，每项扣0.5分，扣完为止。"),
            ("资金使用合规性和安全性", "资金使用合规、安全", "2", _HALF, "资金的使用符合规定与否。", "不合格的每项扣0.5分，扣完为止。"),
            ("会计基础信息完善性", "会计基础信息完善", "1", _HALF, "会计基础信息处于什么状况。", "不合格的每项扣0.5分，扣完为止。"),
        ),
    ),
    ("资产管理", (("资产管理规范性", "资产管理规范", "4", _EIGHT, "资产安全完整与否，使用规范与否。", "不合格的每项扣0.8分，扣完为止。"),)),
    ("绩效管理", (("绩效管理情况", "绩效管理合理", "4", _TWO, "绩效信息如何汇总、应用。", "不合格的每项扣2分。"),)),
)  # fmt: skip
