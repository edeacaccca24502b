"""An indicator stands under the second level that its words belong to."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding, Untold
from compiler.checks.indicators.rows import indicators
from compiler.diagnostics import Code, Severity
from compiler.evaluation.project import Indicator
from compiler.named import NamedTuple
from compiler.patterns import Pattern, pattern


class _Sign(NamedTuple):
    """Words that are at home elsewhere."""

    under: str
    """The second level, or the start of its name."""
    words: Pattern
    unless: Pattern
    """What makes them at home here all the same."""
    belongs: str


_NEVER = pattern(r"(?!)")
_SIGNS = (
    _Sign(
        "经济效益",
        pattern(
            r"群众(?:的)?(?:合法)?(?:利益|权益)|社会(?:和谐|稳定|治安)|安全和稳定|安全感|知晓率|公众意识|文明程度"
        ),
        pattern(r"经济利益|收入|税收|产值|增收|营收|收益|利润|投资|节约|损失"),
        "社会效益指标",
    ),
    _Sign(
        "经济效益",
        pattern(r"空气质量|水质|污染|减排|碳排放|绿化|植被|生态"),
        pattern(r"收入|税收|产值|增收|营收|收益|利润|投资|节约|费用|成本|旅游|产业"),
        "生态效益指标",
    ),
    _Sign(
        "社会效益",
        pattern(r"空气质量|水质达标|污染物|减排|碳排放|植被覆盖"),
        pattern(r"知晓|意识|宣传|投诉|就业"),
        "生态效益指标",
    ),
    _Sign("数量", pattern(r"合格率|达标率|优良率|准确率|完好率"), _NEVER, "质量指标"),
    _Sign("数量", pattern(r"及时率|按时完成率|准时率"), _NEVER, "时效指标"),
    _Sign("质量", pattern(r"及时率|按时完成率|准时率"), _NEVER, "时效指标"),
    *(
        _Sign(under, pattern(r"满意(?:度|率|程度)"), pattern(r"调查|问卷|测评"), "服务对象满意度指标")
        for under in ("数量", "质量", "时效", "经济效益", "社会效益", "生态效益", "可持续影响")
    ),
)


def _find(draft: Draft) -> Iterator[Untold]:
    told: dict[tuple[str, str], tuple[str, str] | None] = {}  # projects have the same rows
    for _, indicator in indicators(draft):
        level, name = indicator.level_2, indicator.level_3
        if level is None or name is None:
            continue
        key = level, name
        if key not in told:
            told[key] = _elsewhere(level, name)
        found = told[key]
        if found is not None:
            yield Untold(_finding, (indicator, *found))


def _elsewhere(level: str, name: str) -> tuple[str, str] | None:
    """The word of a name that is at home elsewhere, and where; None when there is none."""
    for sign in _SIGNS:
        if level.startswith(sign.under):
            found = sign.words.search(name)
            if found and not sign.unless.search(name):
                return found[0], sign.belongs
    return None


def _finding(indicator: Indicator, word: str, belongs: str) -> Finding:
    return Finding(
        indicator.span_of("level_2"),
        f"{indicator.called}放在“{indicator.level_2}”下，“{word}”一般属于{belongs}",
        f"改放到“{belongs}”；确实要放在这里的，把名称写明白",
        ((indicator.span_of("level_3"), "名称在这里"),),
    )


CHECK = Check(
    Code.MISCLASSIFIED,
    Severity.INFO,
    title="三级指标归类不当",
    rule=(
        "三级指标应当放在内容所属的二级指标下。只看几类明显的词：经济效益下的群众利益、社会稳定（应为社会效益），"
        "经济、社会效益下的污染、减排（应为生态效益），数量下的合格率、数量和质量下的及时率，满意度指标以外的满意度。"
        "名称同时说到收入、税收、经济利益等的，不判断。"
    ),
    source="财预〔2020〕10号附1（产出、效益、满意度指标的分类）",
    mend="把这一行移到合适的二级指标下，分值随行移动，再核各级分值。",
    find=_find,
)
