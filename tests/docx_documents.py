"""Whole documents made by hand, each for something that the DOCX writer must get right."""

from __future__ import annotations

from compiler import tree
from compiler.diagnostics import Diagnostics
from compiler.figures import NumberRule
from compiler.passes import PASSES
from compiler.passes.context import Context
from compiler.tree import replace
from tests.docx_samples import (
    SPAN,
    cell,
    document,
    head,
    heading,
    items,
    para,
    part,
    picture,
    row,
    table,
    words,
)

SENTENCE = "根据《丰台区关于优化营商环境的若干措施》（丰政发〔2018〕13号），为我区10家企业申请拨付上市、挂牌补贴资金，“丰泽计划”持续推进。"


def _label(text: str, rows: int = 1, columns: int = 1) -> tree.Cell:
    paragraphs = tuple(words(line) for line in text.split("\n"))
    return tree.Cell(SPAN, paragraphs, rows, columns, "row", "center")


def _middle(text: str, columns: int = 1) -> tree.Cell:
    return cell(text, 1, columns, align="center")


def _money(label: str, *values: str) -> tree.Row:
    *others, score = values
    return row(_label(label), *map(_middle, others), _middle(score, 2))


def _indicator(*labels: tree.Cell, said: str, target: str) -> tree.Row:
    values = (target, target.strip("≤"), "10", "10")
    return row(*labels, cell(said), *map(_middle, values), _middle("", 2))


def form(name: str, extra_rows: int = 3) -> tree.Table:
    """A self-evaluation form of ten columns."""
    goal = "根据市金融风险防范应急机制会商会要求和区领导批示精神，做好防范和化解金融风险工作，依托“丰台区金融风险防范协调工作办公室”继续做好全区金融风险的应急处置、化解调处、约谈核查等工作。"
    reached = (
        "金融风险专场专班以维护社会稳定为根本出发点，以挽回群众损失、化解社会矛盾为工作目标，优化工作流程。"
    )
    amounts = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率")
    levels = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分")
    body = [
        row(_label("项目名称", 1, 2), _middle(name, 8)),
        row(
            *(_label("主管部门", 1, 2), _middle("金融协调科", 3)),
            *(_label("实施单位", 1, 2), _middle("丰台区金融办", 3)),
        ),
        row(_label("项目资金\n（万元）", 5, 2), _label(""), *map(_label, amounts), _label("得分", 1, 2)),
        _money("年度资金总额", "5.64", "0.8", "0.8", "10", "100%", "10"),
        _money("其中：当年财政拨款", "5.64", "0.8", "0.8", "—", "100%", "—"),
        _money("上年结转资金", "", "", "", "—", "", "—"),
        _money("其他资金", "", "", "", "—", "", "—"),
        row(_label("年度总体目标", 2), _label("预期目标", 1, 5), _label("实际完成情况", 1, 4)),
        row(cell(goal, 1, 5), cell(reached, 1, 4)),
        row(
            _label("绩效指标", 2 + extra_rows),
            *map(_label, levels),
            _label("偏差原因分析及改进措施", 1, 2),
        ),
    ]
    for index in range(extra_rows):
        first = (_label("产出指标", extra_rows),) if not index else ()
        body.append(
            _indicator(*first, _label("数量指标"), said="维护群众利益，守住百姓钱袋子", target="≤5.64万元")
        )
    satisfied = (_label("满意度指标"), _label("服务对象满意度指标"))
    body.append(_indicator(*satisfied, said="服务对象满意度", target="满意"))
    body.append(row(_label("总分", 1, 6), _middle("100"), _middle("100"), _middle("", 2)))
    columns = (600, 1000, 1150, 1650, 1150, 1150, 800, 800, 850, 850)
    return table(columns, (), body, summary=f"{name}的自评结果", form=True)


def report() -> tree.Document:
    """Everything a report can hold: contents, all levels, lists, tables, a picture, a landscape part."""
    entries = [
        (1, "一、", "部门概况", "h1"),
        (2, "（一）", "机构设置及职责工作任务情况", "h2"),
        (1, "二、", "整体绩效目标实现情况", "h3"),
        (3, "1.", "2023年金融机构优惠政策兑现资金", "h4"),
        (3, "2.", "国家外汇管理局相关支持经费", "h5"),
        (1, "", "附件1", "att1"),
        (1, "", "2024年金融监管专项费用", "form1"),
    ]
    contents = tree.Contents(SPAN, "目录", 3, tuple(tree.ContentsEntry(*entry) for entry in entries))
    link = tree.Link(SPAN, words("区政府网站"), "https://example.gov.cn/金融?a=1&b=2")
    main: list[tree.Block] = [
        para("2023年度丰台区金融办整体绩效评价报告", role="title"),
        contents,
        heading(1, "一、", "部门概况", anchor="h1"),
        heading(2, "（一）", "机构设置及职责工作任务情况", anchor="h2"),
        para(SENTENCE * 3),
        heading(3, "1.", "综合科"),
        heading(4, "（1）", "职责"),
        para(
            "负责",
            tree.Strong(SPAN, words("机关党务")),
            "、",
            tree.Emphasis(SPAN, words("政务公开")),
            "，见",
            link,
            "。",
            tree.LineBreak(SPAN),
            "另起一行，执行率",
            tree.Figure(SPAN, "99.88%", "预算.执行率"),
            " < 100%。",
        ),
        para(
            "全年预算数见",
            tree.Reference(SPAN, (), "预算", "tbl1", ("表1",)),
            "，情况见",
            tree.Reference(SPAN, (), "实现", "h3", ("“", "二、", "整体绩效目标实现情况", "”")),
            "，又见",
            tree.Reference(SPAN, words("附件"), "附件", "att1", ("附件1",)),
            "，同",
            tree.Reference(SPAN, (), "兑现", "h4", ("“", "1.", "2023年金融机构优惠政策兑现资金", "”")),
            "。",
        ),
        items(
            True,
            "第一项工作。",
            "第二项工作。",
            (para("第三项工作，分三步："), items(True, "先调查；", "再研究；", "后办理。")),
        ),
        items(True, "从三开始。", "到四为止。", start=3),
        items(False, "无序的一项。", (para("无序的又一项。"), items(False, "里层。"))),
        para("为政之要，惟在得人。", role="quote"),
        table(
            (4000, 2000, 2000, 2000),
            [
                row(head("支出类别", 2), head("预算", 1, 3)),
                row(head("全年预算数"), head("全年执行数"), head("执行率")),
            ],
            [
                row(cell(name), *(cell(value, align="right") for value in values))
                for name, *values in (
                    ("基本支出", "672.53", "655.13", "97.41%"),
                    ("项目支出", "14875.56", "14874.19", "99.99%"),
                    ("其他支出", "0", "0", "—"),
                )
            ],
            caption=words("2023年预算执行情况（单位：万元）"),
            notes=(words("注：数据来自部门决算。"),),
            number="表1",
            anchor="tbl1",
            summary="三类支出的预算数、执行数和执行率",
        ),
        heading(1, "二、", "整体绩效目标实现情况", anchor="h3"),
        heading(3, "1.", "2023年金融机构优惠政策兑现资金", anchor="h4"),
        para(SENTENCE * 5),
        heading(3, "2.", "国家外汇管理局相关支持经费", anchor="h5"),
        para(SENTENCE * 4),
        picture(number="图1", anchor="pic1", caption=words("专题展现场")),
        heading(1, "三、", "措施建议"),
        para(SENTENCE * 6),
        heading(1, "", "结语"),
        para("加强预算绩效管理。"),
        para("附件：1. 2023年部门整体绩效评价指标体系评分表", role="attachment-list"),
    ]
    explanation = (
        "产出数量：计划完成率=（实际完成工作数/计划工作数）×100%。产出质量：质量达标率=质量达标工作数/实际完成工作数×100%。"
        * 4
    )
    scoring: list[tree.Block] = [
        para("附件1", role="attachment-label", anchor="att1"),
        para("2023年部门整体绩效评价指标体系评分表", role="attachment-title"),
        table(
            (1000, 1000, 1000, 1000, 800, 600, 600, 2000, 2000),
            [
                row(
                    *(
                        head(text)
                        for text in (
                            "一级指标",
                            "二级指标",
                            "三级指标",
                            "指标值",
                            "完成值",
                            "分值",
                            "得分",
                            "指标解释",
                            "评分标准",
                        )
                    )
                )
            ],
            [
                row(
                    cell("产出（30）", 12),
                    cell(f"产出质量{index}"),
                    cell("各项目完成质量好"),
                    cell("好"),
                    cell("完成"),
                    cell("30", 12, align="center"),
                    cell("30", 12, align="center"),
                    cell(explanation, 12),
                    cell("部门根据本单位情况自行确定并选择产出指标。\n" + explanation, 12),
                )
                if not index
                else row(cell(f"产出质量{index}"), cell("各项目完成质量好"), cell("好"), cell("完成"))
                for index in range(12)
            ]
            + [
                row(cell(f"合计{index}", 1, 5, align="center"), cell("100"), cell("99"), cell(""), cell(""))
                for index in range(16)
            ],
            caption=words("一、当年预算执行情况（20分）"),
            numbered=False,
            summary="评分表",
        ),
    ]
    forms: list[tree.Block] = [
        tree.Heading(
            SPAN,
            1,
            words("项目支出绩效自评表"),
            role="form-title",
            numbered=False,
            contents_text="2024年金融监管专项费用",
            anchor="form1",
        ),
        para("（2024年度）", role="subtitle"),
        form("2024年金融监管专项费用"),
        tree.Heading(
            SPAN,
            1,
            words("项目支出绩效自评表"),
            role="form-title",
            numbered=False,
            page_break=True,
            contents_text="2024中国人民银行支持资金",
            anchor="form2",
        ),
        para("（2024年度）", role="subtitle"),
        form("2024中国人民银行支持资金", 8),
    ]
    return document(part(main), part(scoring, "landscape"), part(forms))


# Documents for one thing each ----------------------------------------------------------------


def numbered(made: tree.Document) -> tree.Document:
    """The document as the passes leave it: with numbers, anchors and the entries of its contents list."""
    for run in PASSES:
        made = run(made, Context(Diagnostics(), NumberRule()))
    return made


def long_report(sections: int = 30) -> tree.Document:
    """Pages enough for errors of a page count to add up: prose of many lengths, tables, an attachment."""
    blocks: list[tree.Block] = [para("综合报告", role="title"), tree.Contents(SPAN, "目录", 3)]
    for number in range(sections):
        blocks += [heading(1, "一、", f"第{number + 1}类工作"), para(SENTENCE * (number % 7 + 1))]
        for item in range(number % 4 + 1):
            blocks += [
                heading(2, "（一）", f"事项{number + 1}之{item + 1}"),
                para(SENTENCE * (item * 3 % 5 + 1)),
            ]
            blocks += [para(SENTENCE[: 17 * (item + 1)])] * 2
        blocks += [heading(3, "1.", "经费"), figures(number * 5 % 13 + 1)]
    attachment: list[tree.Block] = [
        para("附件", role="attachment-label"),
        para("明细表", role="attachment-title"),
        figures(60),
    ]
    return numbered(document(part(blocks), part(attachment, "landscape")))


def figures(rows: int, repeated: bool = True) -> tree.Table:
    """A plain table with a head of two rows."""
    heads = [
        row(head("支出类别", 2), head("预算（万元）", 1, 2)),
        row(head("全年预算数"), head("全年执行数")),
    ]
    body = [row(cell(f"支出{index}"), cell("672.53"), cell("655.13")) for index in range(1, rows + 1)]
    return table((4000, 3000, 3000), heads if repeated else (), body, caption=words("支出"), summary="支出")


def full_pages() -> tree.Document:
    """One paragraph of three pages and more of nothing but Chinese characters."""
    return document(para("国" * 22 * 28 * 3))


def turned() -> tree.Document:
    """Portrait, a landscape attachment over two pages, and a portrait one after it."""
    return document(
        part([para("正文。" * 20)]),
        part(
            [para("附件1", role="attachment-label"), para("横表", role="attachment-title"), figures(40)],
            "landscape",
        ),
        part([para("附件2", role="attachment-label"), para("竖页", role="attachment-title"), para("文字。")]),
    )


def forms(*extra_rows: int) -> tree.Document:
    """Forms, one for each number of additional rows."""
    blocks: list[tree.Block] = []
    for number, extra in enumerate(extra_rows):
        title = tree.Heading(
            SPAN, 1, words("项目支出绩效自评表"), numbered=False, role="form-title", page_break=bool(number)
        )
        blocks += [title, para("（2024年度）", role="subtitle"), form(f"第{number + 1}个项目", extra)]
    return numbered(document(part(blocks)))


def corners() -> tree.Document:
    """What ought to be rare: tables that touch, end a part, stand in a list; names Word cannot take."""
    bare = table((5000, 5000), (), [row(cell("甲"), cell(""))])
    block_of_four = [
        row(cell("四格", 2, 2), cell("一")),
        row(cell("二")),
        row(cell("三"), cell("四"), cell("")),
    ]
    inner = tree.Link(
        SPAN, (tree.Reference(SPAN, (), "表", "表的锚", ("表1",)), *words("里")), "mailto:a@b.cn"
    )
    nested: tree.Block = items(False, "最里层。")
    for depth in range(10):
        nested = items(bool(depth % 2), (para(f"第{10 - depth}层"), nested))
    return document(
        part(
            [
                bare,
                bare,
                replace(bare, form=True),
                table((3000, 3000, 4000), (), block_of_four, anchor="表的锚"),
                para(
                    inner,
                    "；",
                    tree.Reference(SPAN, words("自己的话"), "长", "长" * 50),
                    "。",
                    anchor="长" * 50,
                ),
                para(),
                tree.List(SPAN, True, ()),
                items(True, (bare,), (picture(),)),
                items(False, (items(False, (bare,)), items(False, (bare,))), (bare, bare)),
                nested,
                picture(4000, 9000, number="图1", anchor="Pic1"),
                picture(number="图3", anchor="pic-2", caption=words("编号不连续")),
                heading(3, "1.", "越级"),
                heading(4, "（7）", "自己编号"),
                heading(1, "第一章　", "不是一、"),
                tree.Heading(SPAN, 2, words("没有编号"), numbered=False, page_break=True),
                bare,
            ]
        ),
        part([bare, figures(3)], "landscape"),
        part([para("一、 空格 、两  个\t制表\n换行 & < > \" ' ]]> \u2028“引号”…—·"), bare]),
        date="",
    )


DOCUMENTS = {
    "report": report,
    "long_report": long_report,
    "full_pages": full_pages,
    "turned": turned,
    "forms": lambda: forms(0, 3, 6, 8),
    "corners": corners,
    "empty": document,
}
"""Every document made by hand, by name."""
