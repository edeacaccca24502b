"""What is said of the projects' scores can be looked up."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.words import prose
from compiler.diagnostics import Code, Severity
from compiler.patterns import pattern

_CLAIM = pattern(
    r"项目(?:(?!项目)[^。；！？\n])*?(?:(?:得分|评分|分数|自评分)[^。；！？\n]*?\d+(?:\.\d+)?\s*分(?!值)|(?:评价|自评|评定)(?:结果|等级)?(?:均|都)?为(?:优|良|中|差))"
)


def _find(draft: Draft) -> Iterator[Finding]:
    if not draft.projects:
        return
    for project in draft.projects:
        if any(row.typed_score is not None for row in project.scored_rows) or project.typed_total is not None:
            return
    for _, words in prose(draft.document):
        if "项目" not in words.text:
            continue
        claim = _CLAIM.search(words.text)
        if claim:
            yield Finding(
                words.span(claim.start(), claim.end()),
                f"这里说了项目评价的得分或等级，可{len(draft.projects)}个项目的数据里一个得分也没有，没法核对",
                "把各项目的自评表（分值、得分、总分）填进 data/projects，或者附上各项目的得分表",
            )
            return


CHECK = Check(
    Code.SCORES_UNVERIFIABLE,
    Severity.WARNING,
    title="文中说了项目的得分，数据里没有",
    rule="叙述里说项目得分多少、评价为什么等级的，data/projects 里至少要有项目的得分可以核对。只要有一个项目填了得分，就不提。只指出第一处。",
    source="财预〔2020〕10号第二十五条（数据真实、结果客观）",
    mend="把各项目自评表的分值、得分填进项目文件；不填的，叙述里不要写得分和等级的结论。",
    find=_find,
)
