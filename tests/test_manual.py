"""The users' manual is true: its examples compile, its lists are complete, its messages are what is printed.

Fenced blocks named by a path (```yaml data/budget.yaml) make up one small report, 示例局 2024. The first block
of a path belongs to the report; a later one of the same path takes its place in turn and must compile too.
A comment `<!-- 例` before a message holds the slip that brings it about, as in the case files of bad input.
`pytest --accept` rewrites the messages and the results of expressions, to be reviewed as a diff.
"""

from __future__ import annotations

import json
import re
import shutil
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from compiler import explain, kinds, pipeline
from compiler.charts import declaration, drawing
from compiler.checks import CHECKS
from compiler.cli import chengwen
from compiler.diagnostics import Code, render
from compiler.evaluation import funds, project, report, scheme, scorecard, waivers
from compiler.explanations import EXPLANATIONS, GROUPS
from compiler.filters import FILTERS
from compiler.outline import Attachment, ContentsSpec, Entry, NumberSpec, Outline
from compiler.passes import charts
from compiler.readers import style_sheet
from compiler.record import Record
from compiler.schema import shape_of
from compiler.style import STYLE_ROLES
from compiler.workbook.column_map import ColumnMap, MappedColumn
from compiler.workspace import Workspace
from tests import overlay
from tests.archive_samples import waived, writable_again
from tests.command_line import call
from tests.texts import html_text
from tests.workbook_office import at

ROOT = Path(__file__).parents[1]
MANUAL = ROOT / "docs" / "手册"
PAGES = sorted(MANUAL.glob("*.md"))
REPORT = f"{overlay.REPORT.as_posix()}/"

_BLOCK = re.compile(r"^```(yaml|markdown|html)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SLIP = re.compile(r"^<!-- 例\n(?P<slip>.*?)-->\n```text\n(?P<shown>.*?)^```$", re.MULTILINE | re.DOTALL)
_NO_TYPEFACE = "没有字体"
"""A slip that is none of the report: a computer without a Chinese typeface."""
_SECTION = re.compile(r"^@@ (.+)\n((?:(?!@@ ).*\n)*)", re.MULTILINE)


# The report of the manual ----------------------------------------------------------------


def blocks() -> list[tuple[str, str]]:
    """Every example in order: path from the workspace's root, text."""
    found = []
    for page in PAGES:
        for language, path, text in _BLOCK.findall(page.read_text(encoding="utf-8")):
            assert path, f"{page.name}: an example in {language} without a path: {text[:40]}"
            found.append((_from_root(path), text))
    return found


def _from_root(path: str) -> str:
    return path if path.startswith("templates/") else REPORT + path


BLOCKS = blocks()
BASE = dict(reversed(BLOCKS))
LATER = [block for index, block in enumerate(BLOCKS) if block[0] in dict(BLOCKS[:index])]


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on disk; its look and its picture are not in the manual."""
    root = tmp_path_factory.mktemp("手册")
    for path, text in BASE.items():
        write(root / path, text)
    style = ROOT / "templates" / "整体绩效评价报告" / "style.yaml"
    shutil.copy(style, root / "templates" / "工作报告" / "style.yaml")
    write(root / REPORT / "narrative" / "图" / "执行率.png", png(600, 400))
    return root


@pytest.fixture
def workspace(base: Path, tmp_path: Path) -> Path:
    shutil.copytree(base, tmp_path, dirs_exist_ok=True)
    return tmp_path


def write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def png(width: int, height: int) -> bytes:
    """A picture of that size as far as its header says; nobody decodes it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(9))), (b"IEND", b""))
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def check(root: Path) -> list[str]:
    """What stands in the way of the report, as `chengwen build` says it, one message an item."""
    result = pipeline.build(Workspace.around(root / REPORT), root / REPORT, None)
    # The manual has no characters that do not show.
    said = [*result.diagnostics, *(item for item in result.findings if item.code in EXPLANATIONS)]
    return [re.sub("[\x0b\u200b]", "", render(item)) for item in said]


@pytest.fixture(autouse=True)
def a_typeface(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer that can draw charts, as far as a check looks."""
    monkeypatch.setattr(charts, "look", lambda: drawing.NOTHING)


# Examples --------------------------------------------------------------------------------


def test_report_of_the_manual_compiles(workspace: Path) -> None:
    assert check(workspace) == []


@pytest.mark.parametrize("path, text", LATER, ids=[f"{path.rsplit('/')[-1]}" for path, _ in LATER])
def test_other_examples_compile_in_its_place(workspace: Path, path: str, text: str) -> None:
    write(workspace / path, text)
    assert check(workspace) == []


# Expressions -----------------------------------------------------------------------------

_EXPRESSION = re.compile(r"^\| `(\{\{ .+? \}\})` \| (.*?) \|", re.MULTILINE)


def test_results_of_expressions(workspace: Path, accept: bool) -> None:
    page = MANUAL / "表达式.md"
    text = page.read_text(encoding="utf-8")
    rows = _EXPRESSION.findall(text)
    assert len(rows) > 30
    narrative = workspace / REPORT / "narrative" / "projects" / "01-政策宣传.md"
    lines = [f"【{number}】{row[0].replace(chr(92) + '|', '|')}【" for number, row in enumerate(rows)]
    write(narrative, "\n\n".join(lines))
    assert call(["build", "--to", "html"], workspace).err == ""
    words = html_text(next(workspace.glob("build/**/*.html")))
    results = dict(re.findall(r"【(\d+)】(.*?)【", words))
    shown = [results[str(number)] or "（空）" for number in range(len(rows))]
    if accept:
        _rewrite(page, _EXPRESSION, 2, shown)
    else:
        assert [row[1] for row in rows] == shown


def _rewrite(page: Path, pattern: re.Pattern[str], group: int | str, contents: list[str]) -> None:
    """Put `contents` in the place of the group's matches, in order."""
    text = page.read_text(encoding="utf-8")
    for match, content in reversed(list(zip(pattern.finditer(text), contents, strict=True))):
        text = text[: match.start(group)] + content + text[match.end(group) :]
    page.write_text(text, encoding="utf-8", newline="\n")


# Messages --------------------------------------------------------------------------------

MESSAGES = MANUAL / "出错信息.md"


def reported_codes() -> set[str]:
    """The codes that some line of the compiler reports."""
    sources = [
        path.read_text(encoding="utf-8")
        for path in (ROOT / "compiler").rglob("*.py")
        if path.name != "explanations.py"
    ]
    names = {name for text in sources for name in re.findall(r"\bCode\.([A-Z_0-9]+)\b", text)}
    return {code.value for code in Code if code.name in names}


def sections() -> dict[str, str]:
    """The part of the page about each code."""
    parts = re.split(r"^### ([A-Z]\d{3}) ", MESSAGES.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(set(parts[1::2])) == len(parts[1::2])
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_code_has_its_section_in_order() -> None:
    """Every code of the compiler; those of rules stand in the list of rules."""
    assert list(sections()) == [code.value for code in EXPLANATIONS]
    told = {*sections(), *(check.code.value for check in CHECKS)}
    assert reported_codes() == told
    order = list(Code)
    assert sorted(EXPLANATIONS, key=order.index) == list(EXPLANATIONS)


def test_messages_are_explained_as_on_the_terminal(accept: bool) -> None:
    """What `chengwen explain` says of a compile problem is what the page says."""
    text = MESSAGES.read_text(encoding="utf-8")
    for code, body in sections().items():
        title, words, mend = EXPLANATIONS[Code(code)]
        head, example = body.split("<!-- 例", 1)
        lead, tail = example.rsplit("```\n", 1)
        rest = tail[match.start() :] if (match := re.search(r"^## ", tail, re.MULTILINE)) else ""
        said = f"{title}\n\n{words}\n\n<!-- 例{lead}```\n\n{mend}\n" + (f"\n{rest}" if rest else "")
        if accept:
            text = text.replace(body, said if rest or text.endswith(body) else f"{said}\n")
        else:
            assert head == f"{title}\n\n{words}\n\n", code
            assert tail[: len(tail) - len(rest)].strip() == mend, code
    if accept:
        MESSAGES.write_text(text, encoding="utf-8", newline="\n")
    headings = re.findall(r"^## ([A-Z]) (.+)$", text, re.MULTILINE)
    assert headings == [(letter, GROUPS[letter]) for letter, _ in headings]


# Rules -----------------------------------------------------------------------------------

RULES = MANUAL / "检查规则.md"
_GENERATED = "<!-- 以下由程序生成：pytest --accept -->\n"


def test_every_rule_is_listed_as_on_the_terminal(accept: bool) -> None:
    written, _, listed = RULES.read_text(encoding="utf-8").partition(_GENERATED)
    if accept:
        RULES.write_text(written + _GENERATED + explain.manual(), encoding="utf-8", newline="\n")
    else:
        assert listed == explain.manual()


def test_rules_page_shows_what_is_printed(tmp_path: Path, accept: bool) -> None:
    _shows(RULES, rules_messages(tmp_path), accept)


def rules_messages(root: Path) -> dict[str, str]:
    """What is found in a department without faults when one figure is mistyped, and when that is let stand."""
    report = "content/晴川区档案局/2024"
    shutil.copytree(Path(__file__).parent / "checked" / "content", root / "content")
    shutil.copytree(ROOT / "templates", root / "templates")
    budget = root / report / "data" / "budget.yaml"
    text = budget.read_text(encoding="utf-8")
    assert text.count("项目支出: {年初预算数: 410.26") == 1
    write(budget, text.replace("项目支出: {年初预算数: 410.26", "项目支出: {年初预算数: 401.26"))
    shown = {"检查": call(["check", report], root).out}
    found = re.search(r"错误 (A\d+) (.+)", shown["检查"])
    assert found
    write(
        root / report / "waivers.yaml",
        f"放行:\n  - 代码: {found[1]}\n    位置: data/budget.yaml\n    事实: {found[2]}\n"
        "    原因: 批复的数如此，已请财政局更正\n    放行人: 分管领导\n    日期: 2025年3月1日\n",
    )
    said = call(["check", report], root).out
    shown["放行以后"] = said[said.index("【已放行】") :]
    return shown


def test_messages_are_what_is_printed(
    base: Path, tmp_path: Path, accept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, shown = [], []
    for code, text in sections().items():
        slips = list(_SLIP.finditer(text))
        assert slips, f"{code} has no example"
        for slip in slips:
            root = tmp_path / f"{code}-{slip.start()}"
            shutil.copytree(base, root)
            changes = _SECTION.findall(slip["slip"])
            overlay.apply(root, [each for each in changes if each[0] != _NO_TYPEFACE])
            with monkeypatch.context() as patch:
                if any(each[0] == _NO_TYPEFACE for each in changes):
                    patch.setattr(charts, "look", drawing.look)
                    patch.setattr(drawing, "folders", tuple)
                said = [message for message in check(root) if f" {code} " in message.split("\n")[0]]
            assert said, f"{code}: the example does not bring it about"
            seen.append(slip["shown"])
            shown.append("\n\n".join(said).strip("\n") + "\n")
    if accept:
        _rewrite(MESSAGES, _SLIP, "shown", shown)
    else:
        assert seen == shown


_SHOWN = re.compile(r"^<!-- 印出：(\S+) -->\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_VARIES = re.compile(r"（[\d.]+ [KM]B）|[0-9a-f]{64}|\d{4}-\d\d-\d\d \d\d:\d\d|\d+ 个文件，[\d.]+ MB")


def test_clerks_page_shows_what_is_printed(tmp_path: Path, accept: bool) -> None:
    _shows(MANUAL / "经办人.md", clerks_messages(tmp_path), accept)


def _shows(page: Path, shown: dict[str, str], accept: bool) -> None:
    """A page shows, under these names, what is printed."""
    seen = dict(_SHOWN.findall(page.read_text(encoding="utf-8")))
    assert list(seen) == list(shown)
    if accept:
        _rewrite(page, _SHOWN, 2, list(shown.values()))
    else:
        assert [_VARIES.sub("", text) for text in seen.values()] == [
            _VARIES.sub("", text) for text in shown.values()
        ]


def test_archivists_page_shows_what_is_printed(tmp_path: Path, accept: bool) -> None:
    _shows(MANUAL / "档案员.md", archivists_messages(tmp_path), accept)
    writable_again(tmp_path)


def archivists_messages(root: Path) -> dict[str, str]:
    """What an archivist meets: the real report is refused, then its errors are let stand; two versions, one tampered with."""
    for name in ("content", "templates"):
        shutil.copytree(ROOT / name, root / name)
    report = "content/丰台区金融办/2023"

    def archive(message: str) -> str:
        return call(["archive", report, "-m", message, "--by", "王某"], root).out

    refused = archive("报区财政局")
    found = json.loads(call(["check", report, "--format", "json"], root).out)
    lines = [waived(each, report) for each in found if each["severity"] == "错误"]
    write(root / report / "waivers.yaml", "放行:\n" + "\n".join(lines) + "\n")
    shown = {"归档": archive("报区财政局"), "挡住": refused}
    replace_in(root / report / "narrative" / "预算执行.md", "。", "，与决算报表一致。")
    replace_in(
        root / report / "data" / "projects" / "02-第一批金融机构奖励.yaml",
        "全年执行数: 4070",
        "全年执行数: 4069.5",
    )
    found = json.loads(call(["check", report, "--format", "json"], root).out)
    lines += [
        waived(each, report) for each in found if each["severity"] == "错误" and each["accepted"] is None
    ]
    write(root / report / "waivers.yaml", "放行:\n" + "\n".join(lines) + "\n")
    said = archive("按审计意见修改")
    assert "已冻结为第2版" in said, said
    shown["各版"] = call(["versions", report], root).out
    shown["校验"] = call(["verify", report], root).out
    compared = call(["diff", f"{report}@1", f"{report}@2"], root).out
    tampered = root / "build/丰台区金融办/2023/archive/v1/content/documents/整体绩效评价报告.docx"
    tampered.chmod(0o644)
    tampered.write_bytes(tampered.read_bytes() + b" ")
    shown["改动"] = call(["verify", report], root).out
    return shown | {"比较": compared}


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} has no {old}"
    write(path, text.replace(old, new, 1))


def clerks_messages(root: Path) -> dict[str, str]:
    """What a clerk meets on the way: the first build of the real report, and three slips."""
    for name in ("content", "templates"):
        shutil.copytree(ROOT / name, root / name)
    report = "content/丰台区金融办/2023"
    shown = {"生成": "".join(call(["build", report], root)[1:])}
    projects = root / report / "data" / "projects"
    first = projects / "01-金融机构优惠政策兑现.yaml"
    sound = first.read_text(encoding="utf-8")
    write(first, sound.replace("全年执行数: 4501.07", "全年执行数: 4501.O7"))
    ran = call(["build", report], root)
    shown["数字打错"] = ran.err + ran.out
    write(first, sound)
    added = projects / "20-政策宣传.yaml"
    write(added, "名称: 政策宣传\n")
    shown["少叙述"] = call(["build", report], root).err.rstrip() + "\n"
    added.unlink()
    shutil.copytree(root / report, root / "content/丰台区金融办/2025")
    shown["忘改年度"] = call(["build", "content/丰台区金融办/2025"], root).err.rstrip() + "\n"
    return shown


def test_new_years_page_shows_what_is_printed(tmp_path: Path, accept: bool) -> None:
    _shows(MANUAL / "新的一年.md", new_years_messages(tmp_path), accept)


def new_years_messages(root: Path) -> dict[str, str]:
    """A clerk makes the folder of 2025, looks at the draft, fills in three amounts, three more in a workbook and in the wrong unit, and
    tries to freeze it.
    """
    for name in ("content", "templates"):
        shutil.copytree(ROOT / name, root / name)
    report = "content/丰台区金融办/2025"
    shown = {"新建": call(["new", "2025", "--from", "content/丰台区金融办/2024"], root).out}
    shown["草稿"] = call(["build", report], root).out
    project = root / report / "data" / "projects" / "01-金融风险防范协调办.yaml"
    amounts = "年度资金总额: {年初预算数: 待填, 全年预算数: 待填, 全年执行数: 待填"
    replace_in(project, amounts, "年度资金总额: {年初预算数: 6, 全年预算数: 5.5, 全年执行数: 5.2")
    said = call(["check", report], root).out
    shown["填了几处"] = said[said.index("×") : said.index("看一条")]
    kept = {path: path.read_bytes() for path in project.parent.iterdir()}
    shown["写出"] = call(["export", report, "-o", "数据.xlsx"], root).out
    book = openpyxl.load_workbook(root / "数据.xlsx")
    for header, amount in (("年初预算数", 235000), ("全年预算数", 117500), ("全年执行数", 117500)):
        at(book, "资金", 4, header).value = at(book, "资金", 5, header).value = amount
    book.save(root / "数据.xlsx")
    said = call(["import", "数据.xlsx", report, "--yes"], root).out
    listed, _, _ = said.rpartition("√")
    shown["按元填"] = f"{listed.rstrip()}\n\n写进 1 个文件，写吗？[y/N]\n"
    for path, data in kept.items():
        path.write_bytes(data)
    refused = call(["archive", report, "-m", "存档", "--by", "王某"], root).out
    table = root / "数据.xlsx"
    assert call(["export", report, "-o", "数据.xlsx", "--force"], root).exit_code == 0
    book = openpyxl.load_workbook(table)
    for header, value in (("年初预算数", 24), ("全年预算数", 24), ("全年执行数", 23.97)):
        at(book, "资金", 5, header).value = value
    at(book, "绩效指标", 6, "完成值").value = "5种"
    at(book, "绩效指标", 7, "完成值").value = "优"
    at(book, "项目", 1, "未支出原因").value = "按合同结算"
    book.save(table)
    shown["用表格填"] = call(["import", "数据.xlsx", report, "--yes"], root).out
    shown["没填完"] = refused
    first = ["new", "2025", "--dept", "某某局", "--kind", "项目支出绩效自评表"]
    return shown | {"第一份": call(first, root).out}


# Lists of names --------------------------------------------------------------------------

LISTS: dict[str, type[Record]] = {
    **{
        cls.__name__: cls
        for module in (funds, project, report, scheme, scorecard, waivers, declaration)
        for cls in vars(module).values()
        if isinstance(cls, type) and issubclass(cls, Record) and cls.__module__ == module.__name__
    },
    **{
        cls.__name__: cls
        for cls in (Outline, Entry, Attachment, ContentsSpec, NumberSpec, ColumnMap, MappedColumn)
    },
    "Style": style_sheet._StyleRecord,
    "Page": style_sheet._PageRecord,
    "Font": style_sheet._FontRecord,
    "Role": style_sheet._RoleRecord,
}
_WORDS: dict[Callable[..., object], str] = {
    kinds.AMOUNT.read: "金额",
    kinds.RATE.read: "百分比",
    kinds.NUMBER.read: "数",
    kinds.TEXT.read: "文字",
    kinds.DATE.read: "日期",
    kinds.YEAR.read: "年份",
    kinds.FACTS.read: "自定的数据",
    kinds.FLAG.read: "是 或 否",
}


def table_rows(name: str) -> list[list[str]]:
    """The rows of the table after the comment `名称表：name`."""
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    found = [
        match for text in texts for match in re.findall(rf"<!-- 名称表：{name} -->\n((?:\|.*\n)+)", text)
    ]
    assert len(found) == 1, f"{len(found)} lists of {name}"
    rows = [re.split(r"(?<!\\)\|", line.strip("|\n")) for line in found[0].splitlines()[2:]]
    return [[cell.strip() for cell in row] for row in rows]


@pytest.mark.parametrize("name", LISTS)
def test_every_name_of_a_data_file_is_listed(name: str) -> None:
    cls = LISTS[name]
    shape = shape_of(cls)
    needed = {key for key, _ in shape.needed}
    expected = {key: "必填" if key in needed else "可不填" for key in shape.fields}
    expected |= {key: "不填，算出" for key in cls.DERIVED if key not in shape.fields}
    rows = table_rows(name)
    assert {row[0].strip("`"): row[1] for row in rows} == expected
    for key, (_, read) in shape.fields.items():
        kind = next(row[2] for row in rows if row[0] == f"`{key}`")
        assert read not in _WORDS or kind.startswith(_WORDS[read]), f"{name}.{key} is {_WORDS[read]}"


def test_every_filter_is_listed() -> None:
    assert {row[0].strip("`").split("(")[0] for row in table_rows("过滤器")} == set(FILTERS)


def test_every_role_is_listed() -> None:
    assert [row[0].strip("`") for row in table_rows("样式名")] == list(STYLE_ROLES)


# The rest --------------------------------------------------------------------------------


def test_commands_and_options_exist() -> None:
    options = {"--help"}
    for name in chengwen.commands:
        options |= set(re.findall(r"--[a-z]+", call([name, "--help"], ROOT).out))
    for page in [*PAGES, ROOT / "README.md"]:
        for line in re.findall(r"chengwen[^\n`|]*", page.read_text(encoding="utf-8")):
            words = line.split()
            if len(words) > 1 and words[0] == "chengwen" and words[1].isascii() and words[1].isalpha():
                assert words[1] in chengwen.commands, f"{page.name}: {line}"
                assert set(re.findall(r"--[a-z]+", line)) <= options, f"{page.name}: {line}"


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")], ids=lambda page: page.name
)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", _prose(page)):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def _prose(page: Path) -> str:
    """The page without its examples."""
    text = re.sub(
        r"^```.*?^```$|<!--.*?-->", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    return re.sub(r"`[^`\n]+`", "", text)
