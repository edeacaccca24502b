"""Sections that could stand in any department's report."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.words import prose
from compiler.diagnostics import Code, Severity
from compiler.named import NamedTuple
from compiler.patterns import pattern
from compiler.tree import Block, Heading, Paragraph, Part, plain_text, replace

_KINDS = (("预算管理", "budget"), ("问题", "problems"), ("措施", "measures"), ("建议", "measures"))
_DEEPEST = 2
"""Level of the headings that are looked at: below are projects."""

_YEAR = pattern(r"[0-9]{4}年?度?|“[^”]*”|《[^》]*》")
_FIGURE = pattern(r"[0-9０-９]")
_SENTENCES = pattern(r"[。！？]")
_DEADLINE = pattern(
    r"[0-9一二三四五六七八九十]{1,3}月|[0-9]{4}年|季度|[月年]底|年[内中末前初]|半年|[0-9]日|[个]工作日|年度内|周内|期限"
)
_RESPONSIBLE = pattern(
    r"由[^，。；]{1,20}(?:科|处|室|股|办|局|中心|领导|负责人|牵头|负责)|牵头|责任(?:科室|部门|单位|人)|负责"
)
_TRIM = pattern(r"^(?:[0-9]{4}年?度?)?|(?:专项|服务|工作|活动)*(?:经费|费用|资金|费|项目|补贴)?$")
_GRAM = 4


class _Section(NamedTuple):
    title: str
    kinds: tuple[str, ...]
    blocks: tuple[Block, ...]


def _find(draft: Draft) -> Iterator[Finding]:
    if not draft.document.parts:
        return
    names: list[str] | None = None
    for section in _sections(draft, draft.document.parts[0]):
        if any(type(block) is not Paragraph and type(block) is not Heading for block in section.blocks):
            continue  # a table or a list says something
        paragraphs = [
            words
            for block, words in prose(
                replace(draft.document, parts=(replace(draft.document.parts[0], blocks=section.blocks),))
            )
            if type(block) is Paragraph and words.text
        ]
        if not paragraphs:
            continue
        text = "\n".join(words.text for words in paragraphs)
        bare = _YEAR.sub("", text)
        said = []
        hint = ""
        for kind in section.kinds:
            if kind == "budget" and len(_SENTENCES.findall(text)) <= 1 and not _FIGURE.search(bare):
                said.append("只有一句话，没有一个数")
                hint = hint or "写上全年预算和支出、结转结余、资产和采购这些情况的数，用 {{ }} 从数据取"
            elif kind == "problems" and not _FIGURE.search(bare):
                names = _grams(draft) if names is None else names
                if not any(name in text for name in names):
                    said.append("没有指到一个项目，也没有一个数")
                    hint = hint or "写明是哪个项目、哪个指标，差多少，原因是什么"
            elif kind == "measures" and not _DEADLINE.search(text) and not _responsible(draft, text):
                said.append("没有写完成的时间，也没有写由哪个科室负责")
                hint = hint or "每条措施写明由哪个科室负责、什么时候完成"
        if said:
            yield Finding(
                paragraphs[0].span(0, len(paragraphs[0].text)), f"“{section.title}”{'；'.join(said)}", hint
            )


def _sections(draft: Draft, part: Part) -> Iterator[_Section]:
    """Sections whose titles name a kind, unless a section in them does."""
    blocks = part.blocks
    named = [
        (index, block, kinds)
        for index, block in enumerate(blocks)
        if type(block) is Heading
        and block.level <= _DEEPEST
        and (kinds := _kinds(plain_text(block.children)))
    ]
    if named:
        projects = {project.name for project in draft.projects}  # one of them may be about 问题
        named = [each for each in named if plain_text(each[1].children) not in projects]
    for place, (index, heading, kinds) in enumerate(named):
        end = next(
            (
                at
                for at in range(index + 1, len(blocks))
                if type(block := blocks[at]) is Heading and block.level <= heading.level
            ),
            len(blocks),
        )
        if place + 1 < len(named) and named[place + 1][0] < end:
            continue
        yield _Section(plain_text(heading.children), kinds, blocks[index + 1 : end])


def _kinds(title: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(kind for word, kind in _KINDS if word in title))


def _grams(draft: Draft) -> list[str]:
    """Bits of the projects' names by which prose may mean them."""
    out = []
    for project in draft.projects:
        core = _TRIM.sub("", project.name)
        out += [core[at : at + _GRAM] for at in range(max(1, len(core) - _GRAM + 1))]
    return [gram for gram in dict.fromkeys(out) if len(gram) >= 2]


def _responsible(draft: Draft, text: str) -> bool:
    sections = draft.department.sections or ()
    return bool(_RESPONSIBLE.search(text)) or any(
        name in text for section in sections for name in (section.name, section.plate) if name
    )


CHECK = Check(
    Code.BOILERPLATE,
    Severity.INFO,
    title="一节话放在哪个单位都说得通",
    rule="“预算管理”一节不止一句话，或者有数；“问题”一节指到项目，或者有数；“措施”“建议”一节写了完成时间，或者写了由谁负责。按标题里的字找这几节，每节报一次；有表格、列表、图的不看。",
    source="财预〔2020〕10号第二十六条（说明原因、提出整改措施）、附3（报告提纲：问题及原因、建议）",
    mend="补上数、项目、时间和负责的科室。",
    find=_find,
)
