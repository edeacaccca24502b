"""A report with one of everything, built in Python: what the HTML checks look at."""

from __future__ import annotations

from io import BytesIO
from itertools import groupby

from compiler import tree
from compiler.style import Style
from compiler.writers.html import HtmlWriter
from tests.html_checks.nodes import SPAN, cell, even, head, heading, paragraph, png, sample_style, text


def funds_table() -> tree.Table:
    """Four columns, a caption, notes."""
    rows = [
        ("基本支出", "3250.18", "3250.18", "100%"),
        ("项目支出", "12297.91", "12279.14", "99.85%"),
        ("合计", "15548.09", "15529.32", "99.88%"),
    ]
    body = tuple(
        tree.Row(SPAN, (cell(row[0], header="row"), *(cell(value, align="right") for value in row[1:])))
        for row in rows
    )
    return tree.Table(
        SPAN,
        even(4),
        head("支出类别", "全年预算数", "全年执行数", "执行率"),
        body,
        text("部门预算执行情况（万元）"),
        (text("注：执行率＝全年执行数÷全年预算数。"),),
        number="表1",
        anchor="t1",
    )


_SCORES = [
    ("产出指标", "数量指标", "政策兑现企业", "≥7家", "7家", "10"),
    ("产出指标", "数量指标", "组织融资对接活动", "≥6场", "6场", "10"),
    ("产出指标", "质量指标", "兑现准确率", "100%", "100%", "20"),
    ("产出指标", "时效指标", "兑现时间", "2023年12月前", "2023年12月", "10"),
    ("效益指标", "经济效益指标", "引导机构在区内发展", "有明显进展", "有明显进展", "20"),
    ("效益指标", "社会效益指标", "防范化解金融风险", "好", "好", "20"),
    ("满意度指标", "服务对象满意度指标", "服务对象满意度", "≥95%", "96.3%", "10"),
]
_RULE = "得分＝实际完成值÷年度指标值×指标分值，超过指标分值的按指标分值计。\n完成值达到指标值，记满分；未达到指标值，按比例记分，记分后不低于零分。"


def scoring_table(repeat: int = 1) -> tree.Table:
    """Nine columns on a landscape page, with cells merged downwards."""
    rows: list[tree.Row] = []
    for _ in range(repeat):
        for first, run in groupby(_SCORES, key=lambda row: row[0]):
            ones = list(run)
            for second, inner in groupby(ones, key=lambda row: row[1]):
                twos = list(inner)
                for row in twos:
                    cells = []
                    if row is ones[0]:
                        cells.append(cell(first, len(ones), header="row", align="center"))
                    if row is twos[0]:
                        cells.append(cell(second, len(twos), header="row", align="center"))
                    cells += [
                        cell(row[2]),
                        cell(row[3], align="center"),
                        cell(row[4], align="center"),
                        cell(row[5], align="right"),
                        cell(row[5], align="right"),
                        cell(f"考核{row[2]}的完成情况，反映部门履职的效果。"),
                        cell(_RULE),
                    ]
                    rows.append(tree.Row(SPAN, tuple(cells)))
    total = (
        cell("合计", columns=5, header="row", align="center"),
        cell("100", align="right"),
        cell("100", align="right"),
        cell(),
        cell(),
    )
    rows.append(tree.Row(SPAN, total))
    titles = ("一级指标", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分", "指标解释", "评分标准")
    return tree.Table(
        SPAN,
        (800, 900, 1200, 900, 900, 500, 500, 1700, 2600),
        head(*titles),
        tuple(rows),
        text("整体绩效目标实现情况（60分）"),
        number="表2",
        anchor="t2",
    )


def _label(words: str, rows: int = 1, columns: int = 1, header: str = "row") -> tree.Cell:
    return cell(words, rows, columns, header, "center")


_COLUMNS = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
_FIXED = {
    "名称": _label("项目名称", columns=2),
    "部门": _label("主管部门", columns=2),
    "单位": _label("实施单位"),
    "资金": _label("项目资金\n（万元）", 3, 2),
    "空": cell(),
    "列": [_label(title, header="col") for title in _COLUMNS],
    "总额": _label("年度资金总额"),
    "拨款": _label("其中：当年财政拨款"),
    "无": cell("—", align="center"),
    "目标": _label("年度总体目标", 2),
    "预期": _label("预期目标", columns=4, header="col"),
    "实际": _label("实际完成情况", columns=4, header="col"),
    "指标": _label("绩效指标", 4),
    "指标列": [
        _label(title, header="col")
        for title in (
            "一级指标",
            "二级指标",
            "三级指标",
            "年度指标值",
            "实际完成值",
            "分值",
            "得分",
            "偏差原因分析及改进措施",
        )
    ],
    "总分": _label("总分", columns=6),
}
"""The cells a template has in common for every project: one object each."""


def form(number: int) -> tree.Table:
    """The self-evaluation form of one project: twelve rows of nine columns."""
    f = _FIXED

    def row(*cells: object) -> tree.Row:
        flat: list[tree.Cell] = []
        for one in cells:
            flat.extend(one if isinstance(one, list) else [one])  # type: ignore[list-item]
        return tree.Row(SPAN, tuple(flat))

    def centre(words: str) -> tree.Cell:
        return cell(words, align="center")

    amount = [centre(f"{number}.64"), centre(f"{number}.8"), centre(f"{number}.8")]
    rows = (
        row(f["名称"], cell(f"2024年第{number}项金融风险防范协调工作专项费用", columns=7)),
        row(f["部门"], cell("金融协调科", columns=3), f["单位"], cell("区金融办", columns=3)),
        row(f["资金"], f["空"], f["列"]),
        row(f["总额"], *amount, centre("10"), centre("100%"), centre("10")),
        row(f["拨款"], *amount, f["无"], centre("100%"), f["无"]),
        row(f["目标"], f["预期"], f["实际"]),
        row(
            cell(
                "根据会商会要求，做好防范和化解金融风险工作，依托协调工作办公室继续做好金融风险的应急处置、"
                "化解调处、约谈核查等工作。",
                columns=4,
            ),
            cell("以维护社会稳定为根本出发点，优化工作流程，有力推进防范化解金融风险工作。", columns=4),
        ),
        row(f["指标"], f["指标列"]),
        row(
            _label("产出指标", 2),
            centre("数量指标"),
            centre("购买种类"),
            centre("≥1种"),
            centre("1种"),
            centre("10"),
            centre("10"),
            f["空"],
        ),
        row(
            centre("时效指标"),
            centre("支出进度"),
            centre("≤1年"),
            centre("1年"),
            centre("10"),
            centre("10"),
            f["空"],
        ),
        row(
            _label("效益指标"),
            centre("经济效益指标"),
            centre("维护群众利益"),
            centre("好"),
            centre("好"),
            centre("30"),
            centre("30"),
            f["空"],
        ),
        row(f["总分"], centre("100"), centre("100"), f["空"]),
    )
    return tree.Table(
        SPAN,
        (800, 1100, 1400, 1200, 1200, 1200, 800, 1100, 1200),
        (),
        rows,
        summary="项目支出绩效自评表",
        numbered=False,
        form=True,
    )


def form_title(number: int, page_break: bool = True) -> tree.Heading:
    return tree.Heading(
        SPAN,
        1,
        text("项目支出绩效自评表"),
        numbered=False,
        role="form-title",
        page_break=page_break,
        contents_text=f"第{number}项金融风险防范协调工作专项费用",
        anchor=f"f{number}",
    )


def narrative(number: int) -> tree.Paragraph:
    return tree.Paragraph(
        SPAN,
        (
            tree.Text(
                SPAN, "根据《关于优化营商环境的若干措施》“1＋4”政策，兑现金融机构优惠政策资金。项目预算经费为"
            ),
            tree.Figure(SPAN, f"{number}450.25万元", "本项目.全年预算数 | 万元"),
            tree.Text(SPAN, "，支出金额"),
            tree.Strong(SPAN, (tree.Figure(SPAN, f"{number}450.25万元", "本项目.全年执行数 | 万元"),)),
            tree.Text(SPAN, "，预算执行率为"),
            tree.Figure(SPAN, "100%", "本项目.执行率 | 百分比"),
            tree.Text(
                SPAN, "，涉及7家机构；有效提升了区域金融服务水平 & 企业获得感，引导金融机构在区内集聚发展。"
            ),
        ),
    )


def report() -> tree.Document:
    """The report: narrative part, landscape part, form part."""
    projects: list[tree.Block] = []
    entries = [
        tree.ContentsEntry(1, "一、", "部门概况", "h1"),
        tree.ContentsEntry(2, "（一）", "机构设置及职责工作任务情况", "h1-1"),
        tree.ContentsEntry(1, "二、", "当年预算执行情况", "h2"),
        tree.ContentsEntry(1, "三、", "整体绩效目标实现情况", "h3"),
    ]
    for number in (1, 2, 3):
        name = f"2023年第{number}批金融机构优惠政策兑现资金"
        projects += [heading(3, f"{number}.", name, f"h3-{number}"), narrative(number)]
        entries.append(tree.ContentsEntry(3, f"{number}.", name, f"h3-{number}"))
    entries += [
        tree.ContentsEntry(1, "", "附件4-1　整体绩效评价指标体系评分表", "a1"),
        tree.ContentsEntry(1, "", "附件4-2　项目支出绩效自评表", "f1"),
    ]
    items = tuple(
        tree.ListItem(SPAN, (paragraph(words),))
        for words in (
            "统筹推进金融业发展，服务金融机构，优化营商环境，落实金融支持政策，协调解决金融机构在区内发展中遇到的问题。",
            "防范和化解金融风险。",
            "服务企业上市融资。",
        )
    )
    nested = tree.List(
        SPAN,
        False,
        (
            tree.ListItem(
                SPAN,
                (
                    paragraph("内设机构："),
                    tree.List(
                        SPAN,
                        False,
                        (
                            tree.ListItem(SPAN, (paragraph("综合科"),)),
                            tree.ListItem(SPAN, (paragraph("金融发展科"),)),
                        ),
                    ),
                ),
            ),
        ),
    )
    first: tuple[tree.Block, ...] = (
        tree.Paragraph(
            SPAN,
            (
                tree.Text(SPAN, "2023年度区金融服务办公室"),
                tree.LineBreak(SPAN),
                tree.Text(SPAN, "整体绩效评价报告"),
            ),
            "title",
        ),
        paragraph("（2024年3月）", "subtitle"),
        tree.Contents(SPAN, "目　录", 3, tuple(entries)),
        heading(1, "一、", "部门概况", "h1"),
        heading(2, "（一）", "机构设置及职责工作任务情况", "h1-1"),
        paragraph("区金融办是区政府工作部门，加挂区金融发展促进中心牌子，主要承担以下职责："),
        tree.List(SPAN, True, items),
        nested,
        heading(1, "二、", "当年预算执行情况", "h2"),
        tree.Paragraph(
            SPAN,
            (
                tree.Text(SPAN, "2023年，区金融办全年预算数为"),
                tree.Figure(SPAN, "15548.09万元", "预算.资金总体.全年预算数"),
                tree.Text(SPAN, "，全年执行数为"),
                tree.Figure(SPAN, "15529.32万元", "预算.资金总体.全年执行数"),
                tree.Text(SPAN, "，详见"),
                tree.Reference(SPAN, (), "预算", "t1", ("表1",)),
                tree.Text(SPAN, "、"),
                tree.Reference(SPAN, (), "图", "p1", ("图1",)),
                tree.Text(SPAN, "和"),
                tree.Reference(SPAN, (), "三", "h3", ("“三、", "整体绩效目标实现情况”")),
                tree.Text(SPAN, "；口径按"),
                tree.Link(SPAN, text("财政部网站"), "https://www.mof.gov.cn/?a=1&b=2"),
                tree.Text(SPAN, "公布的办法，"),
                tree.Emphasis(SPAN, text("不含上年结转")),
                tree.Text(SPAN, "。"),
            ),
        ),
        funds_table(),
        paragraph("绩效评价坚持科学规范、公正公开、分级分类、绩效相关的原则。", "quote"),
        tree.Picture(
            SPAN,
            png(480, 160),
            "png",
            480,
            160,
            "条形图：两类支出的执行率都高于百分之九十九",
            text("两类支出的执行率"),
            number="图1",
            anchor="p1",
        ),
        heading(1, "三、", "整体绩效目标实现情况", "h3"),
        *projects,
        paragraph("附件：1.整体绩效评价指标体系评分表", "attachment-list"),
    )
    scores = (
        paragraph("附件4-1", "attachment-label", "a1"),
        paragraph("2023年部门整体绩效评价指标体系评分表", "attachment-title"),
        scoring_table(),
    )
    forms: list[tree.Block] = []
    for number in (1, 2):
        forms += [form_title(number, number > 1), paragraph("（2024年度）", "subtitle"), form(number)]
    return _document(
        "2023年度区金融服务办公室整体绩效评价报告",
        "整体绩效评价报告",
        (tree.Part(SPAN, first), tree.Part(SPAN, scores, "landscape"), tree.Part(SPAN, tuple(forms))),
    )


def forms(count: int) -> tree.Document:
    """Forms only: no title, no contents list."""
    blocks: list[tree.Block] = []
    for number in range(1, count + 1):
        blocks += [form_title(number), paragraph("（2024年度）", "subtitle"), form(number)]
    return _document(
        "区金融服务办公室2024年度项目支出绩效自评表", "项目支出绩效自评表", (tree.Part(SPAN, tuple(blocks)),)
    )


def _document(title: str, subject: str, parts: tuple[tree.Part, ...]) -> tree.Document:
    metadata = tree.Metadata(title, "区金融服务办公室", subject, "2024-03-01")
    return tree.Document(SPAN, metadata, ("一、", "（一）", "1.", "（1）"), parts)


def print_html(document: tree.Document, style: Style | None = None) -> str:
    """The document as the writer prints it."""
    out = BytesIO()
    writer = HtmlWriter(document, style or sample_style(), out)
    for part in document.parts:
        writer.begin(part)
        for block in part.blocks:
            writer.write(block)
    writer.finish()
    return out.getvalue().decode("utf-8")
