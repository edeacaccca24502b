"""The summary as a workbook: real numbers, sums that are formulas, and beside them what the program added up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.packaging.core import DocumentProperties
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from compiler.figures import EXACT, rounded
from compiler.summary import told
from compiler.summary.distributions import FEWEST, histograms
from compiler.summary.lines import KEYS, Line
from compiler.summary.sheet import FIRST_ROW, Archive, Column, Content, Formula, Sheet
from compiler.summary.standouts import standouts
from compiler.summary.totals import Summary, Sums, Year
from compiler.summary.words import decimals, names
from compiler.workbook.members import WHEN

LINES, SUMS = "各单位", "合计"
_COUNTED = "是"
_FILLED = "填到哪里"
"""A column that is left out when nothing is in it; no formula looks at it or at those behind it."""
_COLUMNS = (
    Column("年度", 7, "count"),
    Column("单位", 28),
    Column("文种", 20),
    Column("计入合计", 9, "centre"),
    Column("年初预算数（万元）", 15, "amount"),
    Column("全年预算数（万元）", 15, "amount"),
    Column("全年执行数（万元）", 15, "amount"),
    Column("执行率", 9, "rate"),
    Column("写的执行率", 11, "rate"),
    Column("上年执行率", 11, "rate"),
    Column("得分", 8, "number"),
    Column("分值", 7, "number"),
    Column("等级", 7, "centre"),
    Column("错误", 6, "count"),
    Column("警告", 6, "count"),
    Column("提示", 6, "count"),
    Column("已放行", 8, "count"),
    Column("检查", 8, "centre"),
    Column("待填（处）", 8, "count"),
    Column(_FILLED, 16),
    Column("项目（个）", 8, "count"),
    Column("金额是", 12),
    Column("说明", 30),
    Column("文件夹", 40),
)
_AT = {column.head: get_column_letter(number) for number, column in enumerate(_COLUMNS, 1)}
_AMOUNTS = {name: f"{key}（万元）" for name, key in KEYS.items()}
_RATE_DIGITS = 12


def write_book(summary: Summary, out: BinaryIO) -> None:
    """Write the workbook; the same summary gives the same bytes."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    title = told.title_of(summary)
    workbook.properties = DocumentProperties(creator="成文", title=title, created=WHEN, modified=WHEN)
    workbook.calculation.fullCalcOnLoad = True
    lines = _lines(workbook, summary, title)
    sheets = [lines, _sums(workbook, summary, title, lines.next_row - 1)]
    if summary.years:
        sheets += [_spread(workbook, summary), _standouts(workbook, summary), _differences(workbook, summary)]
    sheets += [_left_out(workbook, summary), _how(workbook)]
    for number, sheet in enumerate(sheets):
        sheet.finish(frozen=2 if sheet is lines else 0, filtered=number not in (1, 2, len(sheets) - 1))
    results = {f"xl/worksheets/sheet{number}.xml": sheet.results for number, sheet in enumerate(sheets, 1)}
    with Archive(out, results) as archive:
        ExcelWriter(workbook, archive).write_data()


def _wan(yuan: Decimal | None) -> Decimal | None:
    return None if yuan is None else yuan.scaleb(-4, EXACT)


def _lines(workbook: Workbook, summary: Summary, title: str) -> Sheet:
    shown = [
        index
        for index, column in enumerate(_COLUMNS)
        if column.head != _FILLED or any(line.unfinished for year in summary.years for line in year.lines)
    ]
    scores = [line.score for year in summary.years for line in year.lines if line.score is not None]
    columns = [
        column._replace(digits=decimals(scores)) if column.head == "得分" else column for column in _COLUMNS
    ]
    sheet = Sheet(workbook, LINES, title, [columns[index] for index in shown])
    for year in summary.years:
        found = {item.line.path for item in standouts(year.counted)}
        for index, line in enumerate(year.lines):
            twin = year.twin_of.get(index)
            other = None if twin is None else year.lines[twin]
            note = told.note_of(line, other, stands_out=line.path in found and other is None, whole=True)
            row = _row(line, "否" if twin is not None else _COUNTED, note, sheet.next_row)
            sheet.add([row[index] for index in shown])
    return sheet


def _row(line: Line, counted: str, note: str, row: int) -> list[Content]:
    rate: Content = None
    budget, spent, typed = (f"{_AT[head]}{row}" for head in (*list(_AMOUNTS.values())[1:], "写的执行率"))
    if line.rate is not None:
        formula = f"{spent}/{budget}" if line.computed_rate is not None else typed
        rate = Formula(formula, rounded(line.rate, _RATE_DIGITS))
    last = None if line.last_rate is None else rounded(line.last_rate, _RATE_DIGITS)
    return [
        line.year,
        line.department,
        line.kind,
        counted,
        *(_wan(getattr(line, name)) for name in KEYS),
        rate,
        line.typed_rate,
        last,
        line.score,
        line.full_score,
        line.grade or None,
        line.errors,
        *((None,) * 3 if line.unbuilt else (line.warnings, line.infos, line.waived)),
        "通过" if line.passed else "不通过",
        line.gaps,
        line.unfinished or None,
        line.projects,
        line.source or None,
        note or None,
        line.folder,
    ]


def _sums(workbook: Workbook, summary: Summary, title: str, last: int) -> Sheet:
    """Sums by year and 文种 as formulas over the lines, beside them what the program added up in 元, and whether both agree."""
    heads = [Column("年度", 7, "count"), Column("文种", 22), Column("份数", 7, "count")]
    for key in KEYS.values():
        heads += [
            Column(f"{key}（万元）", 16, "amount"),
            Column("程序加的（元）", 20, "amount"),
            Column("核对", 8, "centre"),
        ]
    heads += [Column("执行率", 10, "rate"), Column("检查通过", 10, "count")]
    heads += [Column("没有计入", 10, "count"), Column("没有计入的单位", 36)]
    sheet = Sheet(workbook, SUMS, f"{title}：合计（重复的、读不出来的没有计入）", heads)
    for year in summary.years:
        for kind, sums in year.kinds:
            row = _row_of_sums(year.year, kind, sums, sheet.next_row, max(last, FIRST_ROW))
            sheet.add((*row, None, None))
        row = _row_of_sums(year.year, "合计", year.whole, sheet.next_row, max(last, FIRST_ROW), every=True)
        left = told.left_out(summary.unread_of(year.year), year)
        sheet.add((*row, len(left), names(left) or None), bold=True)
    return sheet


def _row_of_sums(
    year: int, kind: str, sums: Sums, row: int, last: int, *, every: bool = False
) -> list[Content]:
    def column(head: str) -> str:
        return f"{LINES}!${_AT[head]}${FIRST_ROW}:${_AT[head]}${last}"

    # Not SUMIFS: a name with * or > would be read as a pattern there.
    chosen = f'({column("年度")}=$A{row})*({column("计入合计")}="{_COUNTED}")'
    if not every:
        chosen += f"*({column('文种')}=$B{row})"
    contents: list[Content] = [year, kind, Formula(f"SUMPRODUCT({chosen})", Decimal(sums.reports))]
    for number, (name, head) in enumerate(_AMOUNTS.items()):
        here, exact = (get_column_letter(4 + 3 * number + more) for more in (0, 1))
        if sums.lacking[name] == sums.reports:
            contents += [None, None, None]
            continue
        amount = sums.amounts[name]
        contents += [
            Formula(f"SUMPRODUCT({chosen},{column(head)})", amount.scaleb(-4, EXACT)),
            amount,
            Formula(f'IF(ABS({here}{row}*10000-{exact}{row})<0.005,"相符","不符")', "相符"),
        ]
    budget, spent = (column(head) for head in list(_AMOUNTS.values())[1:])
    both = f"{chosen}*ISNUMBER({budget})*ISNUMBER({spent})"
    rate: Content = None
    if sums.rate is not None:
        formula = f"SUMPRODUCT({both},{spent})/SUMPRODUCT({both},{budget})"
        rate = Formula(formula, rounded(sums.rate, _RATE_DIGITS))
    return [*contents, rate, Formula(f'SUMPRODUCT({chosen}*({column("检查")}="通过"))', Decimal(sums.passed))]


def _spread(workbook: Workbook, summary: Summary) -> Sheet:
    """The distributions with charts of the spreadsheet's own."""
    heads = (Column("分布", 26), Column("区间", 14, "centre"), Column("份数", 8, "count"))
    sheet = Sheet(workbook, "分布", "执行率、得分的分布（含下限，不含上限，100在最后一栏）", heads)
    place = FIRST_ROW
    found = [each for drawn in histograms(summary).values() for each in drawn]
    if not found:
        sheet.add((f"一年里不到{FEWEST}份的不画", None, None))
    for histogram in found:
        first = sheet.next_row
        for column in histogram.columns:
            sheet.add((histogram.title, column.words, column.reports))
        chart: Any = BarChart()
        chart.type, chart.style, chart.gapWidth, chart.legend = "col", 10, 40, None
        chart.title, chart.x_axis.title, chart.y_axis.title = histogram.title, histogram.across, "份数"
        chart.add_data(Reference(sheet.sheet, min_col=3, min_row=first, max_row=sheet.next_row - 1))
        chart.set_categories(Reference(sheet.sheet, min_col=2, min_row=first, max_row=sheet.next_row - 1))
        chart.dataLabels = DataLabelList(
            showVal=True, showSerName=False, showCatName=False, showLegendKey=False
        )
        chart.x_axis.delete = chart.y_axis.delete = False
        chart.y_axis.majorGridlines, chart.y_axis.majorUnit = None, None
        chart.width, chart.height = 18, 7.5
        sheet.sheet.add_chart(chart, f"E{place}")
        place += 17
    sheet.sheet.page_setup.fitToHeight = 1
    return sheet


def _standouts(workbook: Workbook, summary: Summary) -> Sheet:
    heads = (Column("年度", 7, "count"), Column("单位", 28), Column("为什么", 70), Column("文件夹", 40))
    sheet = Sheet(workbook, "要看一看", "要看一看的（按什么列的，见“说明”）", heads)
    for year in summary.years:
        for line, reason in standouts(year.counted):
            sheet.add((year.year, line.department, reason, line.folder))
    return sheet


def _differences(workbook: Workbook, summary: Summary) -> Sheet:
    heads = (
        Column("年度", 7, "count"),
        Column("单位", 28),
        Column("哪个数", 24),
        Column("写的（万元）", 16, "amount"),
        Column("应当等于", 30),
        Column("加起来（万元）", 16, "amount"),
        Column("差（万元）", 14, "amount"),
        Column("文件夹", 40),
    )
    sheet = Sheet(workbook, "对不上", "自己的数加不起来的报告；合计用的是它们的资金总体", heads)
    for year in summary.years:
        for line in year.counted:
            for item in line.differences:
                row = sheet.next_row
                off = EXACT.subtract(item.whole, item.parts).scaleb(-4, EXACT)
                sheet.add(
                    (
                        year.year,
                        line.department,
                        item.whole_name,
                        _wan(item.whole),
                        item.parts_name,
                        _wan(item.parts),
                        Formula(f"ROUND(D{row}-F{row},8)", off),
                        line.folder,
                    )
                )
    return sheet


def _left_out(workbook: Workbook, summary: Summary) -> Sheet:
    heads = (Column("年度", 7, "count"), Column("单位", 28), Column("为什么", 70), Column("文件夹", 40))
    sheet = Sheet(workbook, "没有计入", "没有计入合计的报告：读不出来的，重复的", heads)
    for line in summary.unread:
        sheet.add((line.year or None, line.department, f"数据读不出来：{line.problem}", line.folder))
    for year in summary.years:
        for index, other in sorted(year.twin_of.items()):
            line = year.lines[index]
            sheet.add((year.year, line.department, _twin(year, index, other), line.folder))
    return sheet


def _twin(year: Year, index: int, other: int) -> str:
    return told.twin_words(year.lines[index], year.lines[other])


def _how(workbook: Workbook) -> Sheet:
    sheet = Sheet(workbook, "说明", "怎样算的", (Column("", 6, "count"), Column("怎样算的", 110)))
    for number, sentence in enumerate(told.how(), 1):
        sheet.add((number, sentence))
    return sheet
