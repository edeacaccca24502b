"""Another year than the report's is left standing."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.dates import FAR, impossible_dates
from compiler.checks.prose.data_figures import printed_texts
from compiler.checks.prose.dated_facts import strange_dates
from compiler.checks.prose.naming import Place
from compiler.checks.prose.typed_tokens import Token, clause, folded, in_stretch, sentence, tokens
from compiler.checks.prose.verdicts import Figures, Meaning, figures_of
from compiler.checks.words import DataText
from compiler.diagnostics import Code, Severity
from compiler.patterns import pattern

_NEAR = (-2, -1, 1)
"""Years that may be left over: what is longer ago is history, what is further on a plan."""
_SINCE = pattern(r"(?:自|从|由|始于|起于|早在|截至|截止|截止到|至|到|延至|延续到|不早于|早于|晚于)\s?$")
_ONWARDS = pattern(r"度?(?:以来|起|开始|至今|以前|之前|末?结转)")
_EVENT = pattern(
    "印发|出台|发布|批复|批准|立项|签订|签署|签约|成立|组建|设立|建成|投用|启用|启动|开工|获评|修订|制定|施行|通过|审议|"
    "任命|转隶|划转|中标|采购|合同|结转|欠付|尾款|质保|垫付|补拨|清算|追溯|遗留|未完成|延期|延续"
)
_COMPARED = pattern(
    r"上年|去年|同比|同期|相比|相较|相对|较|比|增长|下降|提高|降低|减少|增加|节约|持平|历年|连续|近.年|对照"
)
_AHEAD = pattern(
    r"将|继续|计划|拟|预计|预期|预算|下一步|下年|明年|次年|来年|力争|底|前|期满|到期|结转|列入|后续|今后|尽快|进一步|目标|要"
)
_NO_YEAR = pattern(
    r"(?<![\d.第—–~～、-])(?:\d+\.\d+|\d|\d{3}|\d{5,})\s?年度"
    r"|(?:^|(?<=[。！？\n]))(?:\d+\.\d+|\d|\d{3}|\d{5,})\s?年(?=，)"
)
"""3年来 and 24年度 are said, 3年度 is not; a sentence that begins with 4年， lacks the rest of the year."""
_MEND = ("上年留下的，改成 {}；说的就是上年，写明“上年”", "写错的，改成 {}；说的是下年的打算，写明“计划”“将”")


def _find(draft: Draft) -> Iterator[Finding]:
    yield from _in_prose(draft, figures_of(draft))
    yield from _in_titles(draft)
    yield from _in_data(draft)
    yield from strange_dates(draft)


def _in_prose(draft: Draft, figures: Figures) -> Iterator[Finding]:
    yield from _no_years(figures)
    if not figures.typed:
        return
    known = {
        (id(verdict.typed.passage), verdict.typed.token.start)
        for verdict in figures.verdicts
        if verdict.meaning is Meaning.KNOWN
    }
    for typed in figures.typed:
        if typed.token.kind in ("date", "day") and any(impossible_dates(typed.text_to(typed.token.end))):
            yield Finding(typed.span, f"没有“{typed.words}”这一天", "改成真的日期，数据里有的写成 {{ }}")
            continue
        if typed.token.kind not in ("year", "date") or (id(typed.passage), typed.token.start) in known:
            continue
        year, place = int(typed.token.value), typed.place
        meant = _meant(typed.token, place, draft.report.year)
        if meant is None or in_stretch(typed.token, typed.passage.text):
            continue
        end = typed.passage.text.index("年", typed.token.start) + 1
        span = typed.passage.words.span(typed.token.start, end)
        if meant:
            yield Finding(
                span,
                f"“{year}年”是手写的，明年不会跟着变",
                f"改成 {{{{ {meant} }}}}年",
                fix=typed.fix(f"{{{{ {meant} }}}}年", end),
                severity=Severity.INFO,
            )
        else:
            yield Finding(
                span,
                f"“{year}年”不是报告的年度（{draft.report.year}年）",
                f"{_MEND[year > draft.report.year].format('{{ 年度 }}年')}",
            )


def _no_years(figures: Figures) -> Iterator[Finding]:
    """What stands where a year does and is none: 4年度, 20224年，."""
    for passage in figures.passages:
        for match in _NO_YEAR.finditer(passage.text) if "年" in passage.text else ():
            start, end = match.span()
            if passage.words.typed(start, end):
                yield Finding(
                    passage.words.span(start, end), f"“{match[0]}”不是年份", "报告的年度写成 {{ 年度 }}年"
                )


def _meant(token: Token, place: Place, this: int) -> str | None:
    """The expression of the year that is meant; empty when it is probably a slip, None when there is nothing to say."""
    off = int(token.value) - this
    if off not in _NEAR:
        return None
    text = place.text
    first, last = sentence(text, place.start, place.end)
    if _SINCE.search(text, first, place.start) or _ONWARDS.match(text, text.index("年", place.start) + 1):
        return None
    if off > 0:
        return "年度 + 1" if _AHEAD.search(text, first, last) else ""
    if _EVENT.search(text, *_own_words(place)):
        return None
    if _COMPARED.search(text, first, last):
        return "上年" if off == -1 else None
    return ""


def _own_words(place: Place) -> tuple[int, int]:
    """The clause of a year, and the next when it is nothing but the year: 2023年，区政府印发…"""
    first, last = clause(place.text, place.start, place.end)
    if place.text[place.end : last].strip("度初末底 ") == "" and last < len(place.text):
        last = clause(place.text, last + 1, last + 1)[1]
    return first, last


def _in_titles(draft: Draft) -> Iterator[Finding]:
    report, card = draft.report, draft.scorecard
    texts = []
    if report.report_title:
        texts.append(DataText(report, "题名", "report_title", report.report_title))
    if card is not None:
        texts.append(DataText(card, "题名", "card_title", card.card_title))
    for text in texts:
        years = [token for token in tokens(folded(text.text)) if token.kind == "year"]
        if len(years) == 1 and int(years[0].value) != report.year:
            end = years[0].start + 4
            yield Finding(
                text.span(years[0].start, end),
                f"题名里的年份是{years[0].value}年，报告的年度是{report.year}年",
                f"改成{report.year}年",
                fix=str(report.year) if text.text[years[0].start : end] == str(years[0].value) else "",
            )


def _in_data(draft: Draft) -> Iterator[Finding]:
    for text in _texts(draft):
        plain = folded(text.text)
        if "月" in plain:
            for start, end in impossible_dates(plain):
                words = text.text[start:end]
                yield Finding(text.span(start, end), f"“{text.key}”里的“{words}”，没有这一天", "改成真的日期")
        if text.attribute == "deviation_reason":
            continue  # what was made good in the year after
        for token in tokens(plain):
            if (
                token.kind in ("year", "date")
                and not in_stretch(token, plain)
                and _meant(token, Place(plain, token.start, token.end), draft.report.year) == ""
            ):
                yield Finding(
                    text.span(token.start, token.start + 5),
                    f"“{text.key}”里写的是{token.value}年，报告的年度是{draft.report.year}年",
                    _MEND[int(token.value) > draft.report.year].format(f"{draft.report.year}年"),
                )


def _texts(draft: Draft) -> Iterator[DataText]:
    """Texts of the data in which a year may be left over."""
    for project in draft.projects:
        for text in printed_texts(project):
            if "年" in text.text or "月" in text.text:
                yield text
        for row in project.indicators or ():
            for key, attribute, words in (
                ("三级", "level_3", row.level_3),
                ("指标值", "target", row.target),
                ("完成值", "actual", row.actual),
                ("偏差原因", "deviation_reason", row.deviation_reason),
            ):
                if words and ("年" in words or "月" in words):
                    yield DataText(row, key, attribute, words)
    if draft.scorecard is not None:
        for part in draft.scorecard.parts:
            for group in part.groups:
                for row_ in group.rows:
                    for key, attribute, words in (
                        ("指标值", "target", row_.target),
                        ("完成值", "actual", row_.actual),
                        ("本年值", "this_year", row_.this_year),
                    ):
                        if words and ("年" in words or "月" in words):
                            yield DataText(row_, key, attribute, words)


CHECK = Check(
    Code.OTHER_YEAR,
    Severity.WARNING,
    title="留着别的年份，或者日期不对",
    rule="叙述、题名、年度总体目标、指标里的年份，应当是报告的年度。早两年以上和晚一年以上的不看；书名号、引号、文号和项目名称里的，"
    "一段年份（2021—2025年），“自…起”“至…止”，批准、签订、成立、结转这样的往事不看；与上年相比的、说下年打算的，只提示改成 {{ 上年 }}、{{ 年度 + 1 }}。"
    f"“补充数据”和“参数”里的日期不应当早于报告的年度，合同、批准、成立这样的日期除外；不应当晚{FAR}年以上；"
    "“参数”里要做的事的期限不应当早于成文日期（后两样只作提示）。任何地方的日期，都应当真有这一天（没有2月30日）。",
    source="勾稽关系；财预〔2020〕10号第二十五条（数据真实）",
    mend="上年留下的，改成今年的：叙述里写 {{ 年度 }}年，数据文件里直接改。说的就是别的年份的，把话写明。",
    find=_find,
)
